"""Herald's emitter as the contestants use it: opened, given endpoints, waited for, looked into."""

import asyncio
import sys
from base64 import urlsafe_b64encode
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, select, text

from bench.load import FIRST_GUILD, SECRET
from bot.clock import SystemClock
from bot.config import Config, DatabaseConfig, DeliveryConfig, SecretsConfig
from bot.delivery.emitter import Emitter
from bot.delivery.guard import GuardPolicy
from bot.outbox.endpoints import NewEndpoint
from bot.outbox.tables import DeliveryState, EndpointState, attempt, delivery

LOOK_EVERY = 0.01  # seconds between looks for rows that wait in the database
LONGEST = 300.0  # seconds until nothing may be open any more
OPEN = (DeliveryState.PENDING, DeliveryState.DELIVERING)
OK = 200
# One key for every process of a run: what one has sealed, the next one opens.
KEY = SecretStr(urlsafe_b64encode(b"measured" * 4).decode())


def file_url(file: Path) -> str:
    """That SQLite file as a setting."""
    return f"sqlite:///{file}"


async def opened(url: str, port: int, **delivery: Any) -> Emitter:
    """An emitter that may send to the receiver; `delivery` replaces settings. Not yet started."""
    config = Config(
        database=DatabaseConfig(url=url, synchronous="NORMAL"),
        secrets=SecretsConfig(key=KEY),
        delivery=DeliveryConfig(**delivery),
    )
    policy = GuardPolicy().allowing("127.0.0.1", port)
    return await Emitter.open(config, SystemClock(), policy=policy)


@asynccontextmanager
async def started(emitter: Emitter) -> AsyncGenerator[Emitter]:
    """Started, and stopped at the end."""
    await emitter.start()
    try:
        yield emitter
    finally:
        await emitter.stop()


async def add_endpoints(emitter: Emitter, urls: Sequence[str], *, first: int = 0) -> list[int]:
    """One endpoint for each of the addresses, each in a guild of its own; their numbers."""
    ids: list[int] = []
    async with emitter.database.transaction() as tx:
        for number, url in enumerate(urls, first):
            parsed = emitter.guard.parse(url).text
            new = NewEndpoint(
                FIRST_GUILD + number, f"receiver {number}", parsed, "phantom", ("*",), FIRST_GUILD
            )
            added, _ = await emitter.registry.add(tx, new, emitter.clock.now(), secret=SECRET)
            ids.append(added.id)
    return ids


async def change_all(emitter: Emitter, state: EndpointState) -> None:
    """Every endpoint that is in another state, as people would change them."""
    async with emitter.database.transaction() as tx:
        for endpoint in emitter.lanes.index.all():
            if endpoint.state is not state:
                await emitter.registry.change_state(tx, endpoint, state, emitter.clock.now())


async def drained(emitter: Emitter) -> None:
    """Return when no delivery is owed any more, in memory or in the database."""
    async with asyncio.timeout(LONGEST):
        while True:
            await emitter.worker.idle()
            if not await _any_open(emitter, None):
                return
            await asyncio.sleep(LOOK_EVERY)  # another process may settle what is left


async def nothing_open(emitter: Emitter, among: range | None = None) -> None:
    """Return when the database knows of nothing owed to the endpoints of those numbers, or any."""
    async with asyncio.timeout(LONGEST):
        while await _any_open(emitter, among):  # noqa: ASYNC110  another process may settle it
            await asyncio.sleep(LOOK_EVERY)


async def _any_open(emitter: Emitter, among: range | None) -> bool:
    async with emitter.database.reading() as reading:
        for state in OPEN:  # each has a partial index of its own
            query = select(delivery.c.id).where(text(f"state = {state.value}")).limit(1)
            if among is not None:
                query = query.where(delivery.c.endpoint_id.between(among[0], among[-1]))
            if (await reading.execute(query)).first() is not None:
                return True
    return False


async def settled(emitter: Emitter) -> int:
    """How many deliveries are stored as delivered, each with its attempt."""
    query = (
        select(func.count())
        .select_from(delivery)
        .join(attempt, attempt.c.delivery_id == delivery.c.id)
        .where(delivery.c.state == DeliveryState.DELIVERED.value, attempt.c.status == OK)
    )
    async with emitter.database.reading() as reading:
        return int((await reading.execute(query)).scalar_one())


async def pages(emitter: Emitter) -> int:
    """Bytes of the database's pages, wherever they are written so far; SQLite only."""
    async with emitter.database.reading() as reading:
        count = (await reading.execute(text("PRAGMA page_count"))).scalar_one()
        size = (await reading.execute(text("PRAGMA page_size"))).scalar_one()
    return int(count) * int(size)


async def child(module: str, *arguments: object) -> str:
    """What a module of the bench prints, run in a process of its own."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, errors = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{module} failed:\n{errors.decode()[-4000:]}")
    return output.decode()
