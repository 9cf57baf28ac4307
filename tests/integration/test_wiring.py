"""The composition root where a part of it fails: nothing stays open, nothing stays running."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import app
from bot.app import App
from bot.clock import ManualClock
from bot.feature import Core, Facade, Feature
from bot.storage.database import Database
from bot.wiring import FEATURES
from tests.support.emitter_setup import config_for


class Deliberate(Exception):
    """What a feature fails with."""


class Stubborn(Facade):
    """A feature that does not stop."""

    def __init__(self, _core: Core) -> None:
        self.background = (self,)

    def start(self) -> None:
        """Nothing is done."""

    async def stop(self) -> None:
        raise Deliberate


def broken(_core: Core) -> Facade:
    raise Deliberate


def and_one(build: Callable[[Core], Facade]) -> tuple[Feature[Any], ...]:
    return (*FEATURES, Feature("broken", build))


async def reopened(url: str) -> None:
    """The file can be opened again, which takes its lock."""
    database = Database(url)
    await database.open()
    await database.close()


async def fails(work: Callable[[], Awaitable[object]], url: str) -> None:
    """It does, and the file can be opened again, which takes its lock."""
    with pytest.raises(Deliberate):
        await work()
    await reopened(url)


async def test_a_feature_that_cannot_be_built_leaves_nothing_open(
    sqlite_url: str, clock: ManualClock
) -> None:
    config, features = config_for(sqlite_url), and_one(broken)
    await fails(lambda: App.open(config, clock, features=features), sqlite_url)


async def test_a_client_that_cannot_be_built_leaves_nothing_open(
    sqlite_url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def client(*_given: object) -> None:
        raise Deliberate

    monkeypatch.setattr(app, "HeraldClient", client)
    await fails(lambda: App.open(config_for(sqlite_url), clock), sqlite_url)


async def test_a_feature_that_does_not_stop_keeps_nothing_else_from_it(
    sqlite_url: str, clock: ManualClock
) -> None:
    running = await App.open(config_for(sqlite_url), clock, features=and_one(Stubborn))
    await running.start()
    with capture_logs() as logs:
        await running.stop()
    failed = [(one["step"], one["exc_info"]) for one in logs if one["log_level"] == "error"]
    assert [(step, type(error)) for step, error in failed] == [("Stubborn", Deliberate)]
    assert not running.emitter.is_running
    await reopened(sqlite_url)
