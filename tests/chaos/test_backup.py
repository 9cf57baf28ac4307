"""Put back from an older copy: what was sent since goes out again, and nothing is mistaken."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.errors import ConfigError
from tests.support.emitter_setup import add_endpoint, config_for, joined
from tests.support.ledger import read_ledger, sound
from tests.support.program import Program
from tests.support.receiver import Receiver, hang, status
from tests.support.rows import rows
from tests.support.settled import drained

pytestmark = pytest.mark.chaos


async def running(url: str, folder: Path) -> Emitter:
    config = config_for(url, key_file=folder / "herald.key", jitter=0, shutdown_grace=0.05)
    emitter = await Emitter.open(config, SystemClock())
    await emitter.start()
    return emitter


async def record(emitter: Emitter, count: int) -> list[str]:
    joins = [joined(emitter.clock, number) for number in range(count)]
    return [str(await emitter.outbox.record(one)) for one in joins]


def backed_up(file: str, copy: Path) -> None:
    """What a backup program makes of a file in use: one moment of it, whole."""
    source, target = sqlite3.connect(file), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()


async def test_an_older_copy_put_back(sqlite_url: str, tmp_path: Path) -> None:
    file, copy = sqlite_url.removeprefix("sqlite:///"), tmp_path / "backup.db"
    async with Receiver() as receiver:
        first = await running(sqlite_url, tmp_path)
        await add_endpoint(first, receiver.url(), secret=receiver.secret)
        delivered = await record(first, 3)
        await drained(first.database)
        receiver.behave = hang
        leased = await record(first, 4)
        await receiver.has(7)
        backed_up(file, copy)
        receiver.behave = status(200)
        receiver.let_go.set()
        after_backup = await record(first, 5)
        await drained(first.database)
        await first.stop()
        assert Counter(receiver.ids()) == Counter([*delivered, *leased, *after_backup])

        shutil.copyfile(copy, file)
        sound(file)
        second = await running(sqlite_url, tmp_path)
        await drained(second.database)
        since = await record(second, 6)
        await drained(second.database)

        ledger = await read_ledger(second.database)
        assert ledger.events == {*delivered, *leased, *since}
        assert set(since).isdisjoint({*delivered, *leased, *after_backup})
        # What was under way at the backup goes out again, under the id it went out with.
        assert Counter(receiver.ids()) == Counter([*delivered, *leased * 2, *after_backup, *since])
        assert {event_id for (_, event_id) in ledger.unknown} == set(leased)
        assert [UUID(one).version for one in since] == [4] * 6
        assert {row["state"] for row in await rows(second.database)} == {2}
        await second.stop()
    sound(file)


@pytest.mark.thorough("many kills; those of the chaos folder show how it is killed")
async def test_a_copy_put_back_beside_the_log_of_a_killed_process(
    sqlite_url: str, tmp_path: Path
) -> None:
    """SQLite would mix the two; so the start is refused until the old log is gone."""
    file, copy = sqlite_url.removeprefix("sqlite:///"), tmp_path / "backup.db"
    orders = {"url": sqlite_url, "key_file": str(tmp_path / "herald.key"), "events": 50}
    async with Receiver() as receiver:
        prepared = await running(sqlite_url, tmp_path)
        await add_endpoint(prepared, receiver.url(), secret=receiver.secret)
        early = await record(prepared, 2)
        await drained(prepared.database)
        await prepared.stop()
        shutil.copyfile(file, copy)
        between = await running(sqlite_url, tmp_path)
        await asyncio.gather(*(record(between, 1) for _ in range(1000)))
        await between.stop()
        receipts = {"receipts": str(tmp_path / "receipts")}
        async with Program("tests.chaos.steady", {**orders, **receipts}) as program:
            await program.says("recorded")  # and is killed at the end of this block
        assert Path(f"{file}-wal").stat().st_size > 0

        shutil.copyfile(copy, file)
        with pytest.raises(ConfigError, match=r"remove herald\.db-wal and herald\.db-shm"):
            await running(sqlite_url, tmp_path)
        assert Path(file).read_bytes() == copy.read_bytes()
        for name in ("wal", "shm"):
            Path(f"{file}-{name}").unlink()

        again = await running(sqlite_url, tmp_path)
        since = await record(again, 3)
        await drained(again.database)
        ledger = await read_ledger(again.database)
        assert ledger.events == {*early, *since}
        assert set(since) <= set(receiver.ids())
        await again.stop()
    sound(file)
