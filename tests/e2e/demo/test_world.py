"""The world's acts: each event carries what a person at Discord did, and acts never collide."""

import asyncio
import json
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.demo.cast import BOT, GUILD, MEMBERS
from bot.demo.queries import latest_deliveries
from bot.demo.script import Performance
from bot.demo.stage import OURS, Stage
from bot.demo.world import BAN_REASON, Refused
from tests.e2e.demo.conftest import Screen


async def newest(stage: Stage) -> tuple[str, dict[str, Any]]:
    """The newest event's type and data."""
    found = await latest_deliveries(stage.app.emitter.database, 1)
    return found[0].event_type, json.loads(found[0].body)["data"]


@pytest.fixture
def play(played: Stage, jumping: ManualClock, screen: Screen) -> Performance:
    return Performance(played, clock=jumping, terminal=screen.terminal)


def test_the_guild_has_its_people(played: Stage) -> None:
    world = played.world
    assert world.cast.guild.name == GUILD
    assert [person.name for person in world.members] == list(MEMBERS)
    assert world.banned == []
    assert played.env.backend.bot_user.name == BOT


async def test_a_ban_by_hand_tells_who_and_why(play: Performance, played: Stage) -> None:
    world = played.world
    target = world.members[0]
    await play.step(None, world.ban(target.id), "member.banned")
    kind, data = await newest(played)
    assert kind == "member.banned"
    assert data == {
        "user_id": str(target.id),
        "username": target.name,
        "moderator_id": str(world.cast.admin.id),
        "reason": BAN_REASON,
        "case_id": None,
        "source": "discord",
    }
    assert world.banned == [target]
    assert target not in world.members


async def test_a_newcomer_has_an_account_of_some_age(play: Performance, played: Stage) -> None:
    await play.step(None, played.world.join(), "member.joined")
    kind, data = await newest(played)
    assert kind == "member.joined"
    assert data["account_age_days"] > 0
    assert data["username"] == played.world.members[-1].name


async def test_nobody_is_sent_away_twice(played: Stage) -> None:
    world = played.world
    target = world.members[0].id
    await world.leave(target)
    with pytest.raises(Refused):
        await world.leave(target)
    with pytest.raises(Refused):
        await world.ban(target)
    with pytest.raises(Refused):
        await world.unban(target)


async def test_acts_at_the_same_moment_take_turns(live: Stage) -> None:
    world, cast = live.world, live.world.cast
    before = len(world.members)
    # The first is what a person does in the browser, past the world's own turn.
    await asyncio.gather(
        cast.admin.slash(cast.general, "webhook list"),
        world.join(),
        world.ping(OURS),
        world.join(),
    )
    assert len(world.members) == before + 2
    assert live.env.errors == []
