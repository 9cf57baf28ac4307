"""Stopped for longer than a lease and continued: a newer result stands, nothing goes missing."""

from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from tests.chaos.steady import SHORT
from tests.support.emitter_setup import add_endpoint, config_for
from tests.support.ledger import judged, sound
from tests.support.program import Program
from tests.support.receiver import Receiver, status
from tests.support.rows import attempts
from tests.support.settled import drained, until_file_says

pytestmark = pytest.mark.chaos

LIVE_LEASES = """
SELECT count(*) FROM delivery
WHERE state = 1 AND due_at > (julianday('now') - 2440587.5) * 86400000
"""


def orders_for(url: str, folder: Path, events: int) -> dict[str, Any]:
    names = {"key_file": str(folder / "herald.key"), "receipts": str(folder / "receipts")}
    return {"url": url, "events": events, **names}


async def opened(orders: dict[str, Any]) -> Emitter:
    config = config_for(orders["url"], key_file=Path(orders["key_file"]), **SHORT)
    return await Emitter.open(config, SystemClock())


async def prepared(orders: dict[str, Any], receiver: Receiver) -> None:
    """One endpoint that wants everything."""
    emitter = await opened(orders)
    await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
    await emitter.close()


async def late_500(receiver: Receiver, request: web.Request) -> web.StreamResponse:
    """Hang, and fail in the end."""
    await receiver.let_go.wait()
    return await status(500)(receiver, request)


async def test_a_late_result_does_not_overwrite_a_newer_one(
    postgres_url: str, tmp_path: Path
) -> None:
    orders = orders_for(postgres_url, tmp_path, 1)
    async with Receiver() as receiver:
        await prepared(orders, receiver)
        receiver.behave = late_500
        async with Program("tests.chaos.steady", orders) as late:
            await late.says("recorded")
            sent = await receiver.has(1)
            late.suspend()

            receiver.behave = status(200)
            other = await opened(orders)
            await other.start()
            assert await receiver.has(2) == sent * 2
            await drained(other.database)
            receiver.let_go.set()
            await receiver.until(lambda: receiver.in_flight["/hook"] == 0)
            late.resume()
            assert (await late.end())[0] == 0

        receipts = (tmp_path / "receipts").read_text().split()
        ledger = await judged(other.database, receiver, acknowledged=receipts, told="suspended")
        assert list(ledger.unknown.values()) == [1]
        found = [(status, error) for _, _, status, error in await attempts(other.database)]
        assert found == [(None, "unknown"), (200, None)]
        assert len(receiver.requests) == 2
        await other.stop()


@pytest.mark.thorough("a process stopped for minutes of its clock")
async def test_a_process_alone_goes_on_where_it_was(sqlite_url: str, tmp_path: Path) -> None:
    orders, file = orders_for(sqlite_url, tmp_path, 200), sqlite_url.removeprefix("sqlite:///")
    async with Receiver() as receiver:
        await prepared(orders, receiver)
        async with Program("tests.chaos.steady", orders) as program:
            await receiver.has(20)
            program.suspend()
            await until_file_says(file, LIVE_LEASES)
            program.resume()
            await program.says("recorded")
            assert (await program.end())[0] == 0

        emitter = await opened(orders)
        await emitter.start()
        await drained(emitter.database)
        receipts = (tmp_path / "receipts").read_text().split()
        assert len(receipts) == 200
        await judged(emitter.database, receiver, acknowledged=receipts, told="suspended")
        await emitter.stop()
    sound(file)
