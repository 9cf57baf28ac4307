"""A second program on the same SQLite file refuses to start, whatever it calls the file."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.errors import ConfigError
from tests.support.emitter_setup import add_endpoint, config_for
from tests.support.ledger import judged
from tests.support.program import Program
from tests.support.receiver import Receiver
from tests.support.settled import drained

pytestmark = pytest.mark.chaos

Rename = Callable[[Path], Path]


def same(file: Path) -> Path:
    return file


def roundabout(file: Path) -> Path:
    (file.parent / "elsewhere").mkdir()
    return file.parent / "elsewhere" / ".." / file.name


def linked(file: Path) -> Path:
    link = file.with_name("link.db")
    link.symlink_to(file.name)
    return link


def linked_folder(file: Path) -> Path:
    link = file.parent / "folder"
    link.symlink_to(file.parent)
    return link / file.name


def second_name(file: Path) -> Path:
    other = file.with_name("other.db")
    os.link(file, other)
    return other


WAYS = {
    same: "is in use by another Herald",
    roundabout: "is in use by another Herald",
    linked: "is in use by another Herald",
    linked_folder: "is in use by another Herald",
    second_name: "has a second name",
}


async def refusal(file: Path) -> str:
    """What a second program is told, in this very folder and under that name."""
    with pytest.raises(ConfigError) as caught:
        await Emitter.open(config_for(f"sqlite:///{file}"), SystemClock())
    return str(caught.value)


async def test_the_second_is_refused_and_the_first_goes_on(sqlite_url: str, tmp_path: Path) -> None:
    key_file, receipts = tmp_path / "herald.key", tmp_path / "receipts"
    orders = {"url": sqlite_url, "key_file": str(key_file), "receipts": str(receipts)}
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    async with Receiver() as receiver:
        prepared = await Emitter.open(config_for(sqlite_url, key_file=key_file), SystemClock())
        await add_endpoint(prepared, receiver.url(), secret=receiver.secret)
        await prepared.close()

        async with Program("tests.chaos.steady", {**orders, "events": 20}) as first:
            await first.says("started")
            for rename, words in WAYS.items():
                said = await refusal(rename(file))
                assert words in said, rename
                assert "\n" not in said, rename
            await first.says("recorded")
            assert (await first.end())[0] == 0
        file.with_name("other.db").unlink()

        emitter = await Emitter.open(config_for(sqlite_url, key_file=key_file), SystemClock())
        await emitter.start()
        await drained(emitter.database)
        acknowledged = receipts.read_text().split()
        assert len(acknowledged) == 20
        await judged(emitter.database, receiver, acknowledged=acknowledged, told="two programs")
        await emitter.stop()
