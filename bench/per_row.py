"""One commit per row: the same facts in the same tables, kept the usual way through aiosqlite.

Event, body and delivery are committed; the body is posted; its attempt and outcome are committed.
Every task shares the one connection, as a program with one SQLite file does.
"""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite
from aiohttp import ClientSession

from bench.bare import session
from bench.load import FIRST_GUILD, SECRET, Load, Outcome, Ready, rated, ready, spread, timed
from bot.clock import to_ms
from bot.storage.database import Database
from bot.storage.migrate import migrate

SHARE = 8  # it is slow, and shows its rate with so many times fewer

PRAGMAS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;
"""

ADD_ENDPOINT = """
INSERT INTO endpoint (id, uuid, guild_id, name, name_key, url, dialect, state, secret,
                      created_by_id, created_at, changed_at)
VALUES (?, randomblob(16), ?, 'receiver', 'receiver', ?, 'phantom', 'active', ?, 0, 0, 0)
"""
ADD_EVENT = "INSERT INTO event (uuid, type, guild_id, created_at) VALUES (?, ?, ?, ?)"
ADD_BODY = "INSERT INTO body (event_id, dialect, bytes) VALUES (?, 'phantom', ?)"
ADD_DELIVERY = """
INSERT INTO delivery (event_id, endpoint_id, state, lease, due_at) VALUES (?, ?, 1, 1, ?)
"""
ADD_ATTEMPT = """
INSERT INTO attempt (delivery_id, number, started_at, latency_ms, status, answer)
VALUES (?, 1, ?, ?, ?, ?)
"""
SETTLE = "UPDATE delivery SET state = 2, attempt = 1, settled_at = ? WHERE id = ? AND lease = 1"
COUNT = "UPDATE endpoint SET failures = 0, delivered_at = ? WHERE id = ?"
SETTLED = """
SELECT count(*) FROM delivery JOIN attempt ON attempt.delivery_id = delivery.id
WHERE delivery.state = 2 AND attempt.status = 200
"""


class PerRow:
    """One connection, one lock, one commit for every change."""

    def __init__(self, connection: aiosqlite.Connection, session: ClientSession) -> None:
        self._connection = connection
        self._session = session
        self._lock = asyncio.Lock()

    async def deliver(self, url: str, endpoint_id: int, one: Ready) -> None:
        """Store, post, store the outcome."""
        delivery_id = await self._store(endpoint_id, one)
        started = _now()
        async with self._session.post(
            url, data=one.body, headers=one.headers(), allow_redirects=False
        ) as response:
            answer = await response.read()
        moment = _now()
        async with self._lock:
            write = self._connection.execute
            tried = (delivery_id, started, moment - started, response.status, answer)
            await write(ADD_ATTEMPT, tried)
            await write(SETTLE, (moment, delivery_id))
            await write(COUNT, (moment, endpoint_id))
            await self._connection.commit()

    async def _store(self, endpoint_id: int, one: Ready) -> int:
        now = _now()
        async with self._lock:
            write = self._connection.execute
            event = await write(ADD_EVENT, (one.uuid.bytes, one.type, FIRST_GUILD, now))
            await write(ADD_BODY, (event.lastrowid, one.body))
            delivery = await write(ADD_DELIVERY, (event.lastrowid, endpoint_id, now + 60_000))
            await self._connection.commit()
        assert delivery.lastrowid is not None
        return delivery.lastrowid

    async def settled(self) -> int:
        """How many outcomes are stored."""
        rows = await self._connection.execute_fetchall(SETTLED)
        return int(next(iter(rows))[0])


async def run(load: Load) -> Outcome:
    """Every task delivers one after the other; they share the connection."""
    sizes = load.sizes
    deliveries = sizes.deliveries // SHARE
    bodies = [ready(number) for number in range(sizes.warm_up + deliveries)]
    with tempfile.TemporaryDirectory(prefix="herald-bench-") as folder:
        file = Path(folder) / "rows.db"
        await _prepare(file)
        async with aiosqlite.connect(file) as connection, session() as opened:
            await connection.executescript(PRAGMAS)
            for number in range(sizes.endpoints):
                row = (number + 1, FIRST_GUILD + number, load.url(number), SECRET.encode())
                await connection.execute(ADD_ENDPOINT, row)
            await connection.commit()
            rows = PerRow(connection, opened)

            async def deliver(number: int) -> None:
                await rows.deliver(load.url(number), number % sizes.endpoints + 1, bodies[number])

            await spread(sizes.tasks, sizes.warm_up, deliver)
            seconds = await timed(
                spread(sizes.tasks, deliveries, lambda number: deliver(sizes.warm_up + number))
            )
            settled = await rows.settled()
    return rated(seconds, deliveries, settled=settled, warm_up=sizes.warm_up)


async def _prepare(file: Path) -> None:
    """Herald's own schema, with its indexes."""
    database = Database(f"sqlite:///{file}")
    await database.open()
    await migrate(database)
    await database.close()


def _now() -> int:
    return to_ms(datetime.now(UTC))
