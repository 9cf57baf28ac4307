"""Claims of 100 due rows, from a table with a thousand pending ones and from one with millions.

Both tables are filled by SQL, once in a run. Half of the rows are due in the order in which they
were written, as a backlog is; half in an order of their own, as retries are. A claim is timed
whole, with its commit.
"""

import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.emitting import add_endpoints, file_url, opened
from bench.load import BODY_BYTES, MOMENT, Load, Outcome
from bot.clock import to_ms
from bot.outbox.hot import CLAIM, RELEASE
from bot.outbox.rows import LeasedDelivery
from bot.storage.database import Database

AT_ONCE = 100
SMALL = 1_000
FALLBACK = 1_000_000
ENOUGH_SPACE = 4_000_000_000  # bytes free, for the full size
LONGEST_FILL = 150.0  # seconds
PART = 250_000  # events at once
DUE = to_ms(MOMENT)
LEASE = 60_000
IN_ORDER, SCATTERED = 1, 2  # endpoints

FAST = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -262144;
"""
EVENTS = """
WITH RECURSIVE n (i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end)
INSERT INTO event (id, uuid, type, guild_id, created_at)
SELECT i + 1, randomblob(16), 'member.joined', 0, :due + i FROM n
"""
BODIES = """
INSERT INTO body (event_id, dialect, bytes)
SELECT id, 'phantom', randomblob(:size) FROM event WHERE id > :first AND id <= :end
"""
DELIVERIES = """
INSERT INTO delivery (event_id, endpoint_id, state, due_at)
SELECT event.id, endpoint.id, 0,
    :due + CASE endpoint.id WHEN 1 THEN event.id ELSE abs(random() % :events) END
FROM event, endpoint WHERE event.id > :first AND event.id <= :end ORDER BY event.id, endpoint.id
"""
INDEXES = "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'delivery' AND type = 'index'"


async def run(load: Load) -> Outcome:
    """Milliseconds of a claim, of four kinds, taken in turn."""
    small, large = load.folder / "claims-small.db", load.folder / "claims-large.db"
    if not large.exists():
        await _fill(small, SMALL, load)
        await _fill(large, _room(load), load)
    for file in (small, large):
        _warm(file)
    few, many = Database(file_url(small)), Database(file_url(large))
    await few.open()
    await many.open()
    try:
        numbers = await _compare(few, many, load.sizes.claims)
    finally:
        await few.close()
        await many.close()
    return Outcome({**numbers, "pending": float(_pending(large))})


async def _compare(few: Database, many: Database, claims: int) -> dict[str, float]:
    took: dict[str, list[float]] = {}
    held: list[LeasedDelivery] = []
    for _ in range(claims + 1):  # the first of each is not timed: it prepares its statements
        for order, endpoint_id in (("order", IN_ORDER), ("scatter", SCATTERED)):
            seconds, due = await _claim(few, endpoint_id)
            await few.hot(RELEASE, due)
            took.setdefault(f"{order}_few", []).append(seconds)
            seconds, due = await _claim(many, endpoint_id)
            held += due  # so that the next claim meets rows that no cache has
            took.setdefault(f"{order}_many", []).append(seconds)
    await many.hot(RELEASE, held)
    return {name: median(seconds[1:]) * 1000 for name, seconds in took.items()}


async def _claim(database: Database, endpoint_id: int) -> tuple[float, Sequence[LeasedDelivery]]:
    wanted, dialects = {endpoint_id: AT_ONCE}, {endpoint_id: "phantom"}
    now = DUE + 10 * 86_400_000
    started = perf_counter()
    claimed = await database.hot(CLAIM, wanted, dialects, now, now + LEASE)
    seconds = perf_counter() - started
    if len(claimed.due) != AT_ONCE:
        raise RuntimeError(f"claimed {len(claimed.due)} of {AT_ONCE}")
    return seconds, claimed.due


def _room(load: Load) -> int:
    """What fits on the disk."""
    has_room = shutil.disk_usage(load.folder).free > ENOUGH_SPACE
    return load.sizes.pending if has_room else min(load.sizes.pending, FALLBACK)


async def _fill(file: Path, pending: int, load: Load) -> None:
    """A database with so many pending deliveries, or as many as there is time for."""
    emitter = await opened(file_url(file), load.port)
    await add_endpoints(emitter, [load.url(0), load.url(1)])
    await emitter.close()
    raw = sqlite3.connect(file)
    raw.executescript(FAST)
    indexes: list[tuple[str, str]] = raw.execute(INDEXES).fetchall()
    for name, _ in indexes:
        raw.execute(f"DROP INDEX {name}")
    _insert(raw, pending // 2)
    for _, statement in indexes:
        raw.execute(statement)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.close()


def _insert(raw: sqlite3.Connection, events: int) -> None:
    began = perf_counter()
    for first in range(0, events, PART):
        if first >= FALLBACK // 2 and perf_counter() - began > LONGEST_FILL:
            return
        part = {"first": first, "end": min(first + PART, events), "due": DUE}
        raw.execute(EVENTS, part)
        raw.execute(BODIES, {**part, "size": BODY_BYTES})
        raw.execute(DELIVERIES, {**part, "events": events})
        raw.commit()


def _warm(file: Path) -> None:
    """Read it once: a virtual machine may have given the memory that held it to others."""
    with file.open("rb") as opened:
        while opened.read(PART * BODY_BYTES):
            pass


def _pending(file: Path) -> int:
    raw = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return int(raw.execute("SELECT max(id) FROM delivery").fetchone()[0])
    finally:
        raw.close()
