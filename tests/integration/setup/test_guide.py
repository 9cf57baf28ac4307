"""Guide of the set-up on both engines: it goes on where it was, whoever asks, in any process."""

import pytest

from bot.acts import Actor
from bot.clock import ManualClock
from bot.errors import NotFound
from bot.features.casino.settings import CasinoSettings
from bot.features.settings import SETTINGS
from bot.features.setup import SETUP
from bot.features.setup.model import DONE, FEATURES
from tests.conftest import OpenEmitter
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import MODERATOR, FakeActs
from tests.support.features import features_on

STAFF, COLLEAGUE = Actor(GUILD, MODERATOR, "harbour_master"), Actor(GUILD, 9, "pilot")


async def test_it_goes_on_where_it_was(emitter: OpenEmitter, clock: ManualClock) -> None:
    """Also after what was picked was switched off elsewhere, and for features that are gone."""
    opened = await emitter(start=False)
    parts = features_on(opened, clock, acts=FakeActs())
    guide = parts[SETUP].guide
    picked = await guide.pick(STAFF, ["casino", "levels", "appeals"])
    assert picked.step == "general"
    (problem,) = picked.problems
    assert problem.startswith("**Appeals**: ")
    assert (await guide.where(GUILD)).wanted == ("appeals",)
    assert (await parts[SETTINGS].service.get(GUILD, CasinoSettings)).enabled

    other = features_on(opened, clock, acts=FakeActs())[SETUP].guide
    assert (await other.where(GUILD)).step == "general"
    assert (await other.move(COLLEAGUE, "general", "back")).step == FEATURES
    steps = [FEATURES]
    while steps[-1] != DONE:
        steps.append((await other.move(COLLEAGUE, steps[-1], "next")).step)
    assert "casino" not in steps, "it has no channel and no role to choose"
    assert [one for one in steps if one in ("appeals", "levels", "tickets")] == [
        "appeals",
        "levels",
    ]
    await other.move(COLLEAGUE, DONE, "back")
    await guide.pick(STAFF, [])
    assert (await other.where(GUILD + 1)).step == FEATURES, "another server begins at its own"
    assert (await other.move(COLLEAGUE, "levels", "next")).step == FEATURES


async def test_only_what_has_a_switch_is_picked(emitter: OpenEmitter, clock: ManualClock) -> None:
    guide = features_on(await emitter(start=False), clock, acts=FakeActs())[SETUP].guide
    with pytest.raises(NotFound, match="There is no feature “audit” to switch on"):
        await guide.pick(STAFF, ["audit"])
    assert (await guide.on(GUILD))["tickets"], "nothing was changed"
