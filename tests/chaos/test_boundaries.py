"""Killed at any statement's beginning or end, Herald neither loses nor invents anything."""

import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import select

from bot.clock import ManualClock, to_ms
from bot.delivery.emitter import Emitter
from bot.features.audit.tables import audit_entry
from bot.outbox.requeue import Requeue
from bot.outbox.tables import DeliveryState
from tests.chaos.cycle import CHANGES, JOINS, REFUSING, Orders
from tests.chaos.seeded import SEED, killed_at_boundaries
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, config_for
from tests.support.ledger import judged, read_ledger, sound
from tests.support.program import Program
from tests.support.receiver import Receiver, status
from tests.support.rows import requeued

PATHS = {"backend": "*", "flaky": "*", REFUSING: "member.*"}
OUTLIVED = timedelta(seconds=120)  # later than every lease and retry of the killed process

pytestmark = pytest.mark.chaos

NewUrl = Callable[[], Awaitable[str]]


class FirstTime:
    """Answers each event's first request with `code`, the following ones with 200."""

    def __init__(self, code: int) -> None:
        self._code = code
        self._seen: set[str] = set()

    async def __call__(self, receiver: Receiver, request: web.Request) -> web.StreamResponse:
        event_id = request.headers["Phantom-Event-Id"]
        code = 200 if event_id in self._seen else self._code
        self._seen.add(event_id)
        return await status(code)(receiver, request)


async def walk(url: str, folder: Path, fatal: int) -> int | None:
    """One life that ends at boundary `fatal`, and what the next one makes of it.

    The number of boundaries where the program ended by itself; None where it was killed.
    """
    key_file, receipts = folder / f"{fatal}.key", folder / f"{fatal}.receipts"
    receipts.touch()
    async with Receiver() as receiver:
        receiver.behave_at = {"/flaky": FirstTime(500), f"/{REFUSING}": FirstTime(400)}
        emitter = await Emitter.open(config_for(url, key_file=key_file), ManualClock())
        for name, pattern in PATHS.items():
            address = receiver.url(f"/{name}")
            patterns = (pattern,)
            await add_endpoint(
                emitter, address, name=name, patterns=patterns, secret=receiver.secret
            )
        await emitter.close()
        taken = await lived(Orders(url, str(key_file), str(receipts), fatal))
        emitter = await finished(url, key_file)
        told = f"boundary {fatal}, seed {SEED}"
        ledger = await judged(
            emitter.database, receiver, acknowledged=receipts.read_text().split(), told=told
        )
        assert len(ledger.events) <= JOINS + CHANGES + 1, told
        assert await entries(emitter) == entries_told(receiver), told
        await emitter.stop()
    if url.startswith("sqlite"):
        sound(url.removeprefix("sqlite:///"))
    return taken


async def lived(orders: Orders) -> int | None:
    """Run the program to its end; how many boundaries it passed, None where it was killed."""
    told = {name: getattr(orders, name) for name in Orders.__slots__}
    async with Program("tests.chaos.cycle", told) as program:
        code, said = await program.end()
    assert code in (0, -signal.SIGKILL), f"boundary {orders.fatal}, seed {SEED}"
    return int(said.split()[-1]) if code == 0 else None


async def finished(url: str, key_file: Path) -> Emitter:
    """The next process, when it has sent all that the killed one left."""
    clock = ManualClock(datetime.now(UTC) + OUTLIVED)
    emitter = await Emitter.open(config_for(url, key_file=key_file, jitter=0), clock)
    await emitter.start()
    for _ in range(8):
        await quiet(emitter)
        ledger = await read_ledger(emitter.database)
        if set(ledger.states.values()) <= {DeliveryState.DELIVERED}:
            break
        for endpoint in emitter.lanes.index.all():
            wanted = Requeue(endpoint.id, (DeliveryState.FAILED,))
            await requeued(emitter.database, wanted, to_ms(clock.now()))
            emitter.lanes.index.touch(endpoint.id)
        clock.advance(5)
    return emitter


async def entries(emitter: Emitter) -> set[int]:
    """The changes that were committed, by the number of their audit entry."""
    async with emitter.database.reading() as reading:
        return {row.id for row in await reading.execute(select(audit_entry.c.id))}


def entries_told(receiver: Receiver) -> set[int]:
    """The changes that a receiver was told."""
    told = [request for request in receiver.at("/backend") if request.type.startswith("security.")]
    return {request.json["data"]["entry_id"] for request in told}


@pytest.mark.thorough("that of a case shows how it is killed at a boundary")
async def test_killed_at_a_boundary(new_url: NewUrl, tmp_path: Path) -> None:
    boundaries = await walk(await new_url(), tmp_path, 0)
    assert boundaries is not None
    assert boundaries > 100

    async def killed(number: int) -> int | None:
        return await walk(await new_url(), tmp_path, number)

    await killed_at_boundaries(boundaries, 3, killed)
