"""A browser before the portal: of a whole bot, and of a small one that reaches every state."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import texts
from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.e2e.appeals.scene import AppealsScene, appeals_scene
from tests.integration.cases.cases_env import CasesEnv
from tests.integration.web.portal.portal_env import PortalEnv, opened
from tests.support.emitter_setup import config_for
from tests.support.pseudo_locales import accented, mirrored, write
from tests.support.receiver import Receiver


@pytest.fixture
def pseudo_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two languages that nobody speaks, beside those that are shipped."""
    folder = write(tmp_path / "languages", en_XA=accented, ar_XB=mirrored)
    for name in texts.translated():
        (folder / name).symlink_to(texts.SHIPPED / name)
    monkeypatch.setattr(texts, "SHIPPED", folder)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One engine will do: the page is the same on both."""
    return sqlite_url


@pytest.fixture
async def portal(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[PortalEnv]:
    cases = await CasesEnv.open(await emitter(start=False), clock)
    async with opened(cases) as made:
        yield made
    await cases.close()


@pytest.fixture
async def appeals(
    sqlite_url: str, receiver: Receiver, clock: ManualClock
) -> AsyncGenerator[AppealsScene]:
    """The receiver and the bot go by the simulation's time."""
    clock.set_by((datetime(2026, 1, 1, tzinfo=UTC) - clock.now()).total_seconds())
    async with appeals_scene(config_for(sqlite_url), clock, receiver) as made:
        yield made
