"""The world's acts: each event carries what a person at Discord did, and acts never collide."""

import asyncio
import json
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.demo.cast import BOT, GUILD, MEMBERS
from bot.demo.messages import texts
from bot.demo.picture import paint
from bot.demo.queries import latest_deliveries
from bot.demo.script import Performance
from bot.demo.stage import OURS, Stage
from bot.demo.world import BAN_REASON, Refused
from tests.e2e.demo.conftest import Screen


async def newest(stage: Stage) -> tuple[str, dict[str, Any]]:
    """The newest event's type and data; what is noted of the same is another matter."""
    found = await latest_deliveries(stage.app.emitter.database, 2)
    told = next(one for one in found if one.event_type != "security.audit_entry")
    return told.event_type, json.loads(told.body)["data"]


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
        "was_member": True,
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


@pytest.mark.thorough("a whole demo")
async def test_acts_at_the_same_moment_take_turns(live: Stage) -> None:
    world, cast = live.world, live.world.cast
    before = len(world.members)
    # The first is what a person does in the browser, past the world's own turn.
    await asyncio.gather(
        cast.admin.slash(cast.channels.general, "webhook list"),
        world.join(),
        world.ping(OURS),
        world.join(),
    )
    assert len(world.members) == before + 2
    assert live.env.errors == []


async def test_a_second_webhook_to_the_same_address_is_told_from_the_first(
    play: Performance, played: Stage
) -> None:
    url = played.receiver.url
    await played.world.admin_types("webhook create", name="second", url=url, events="member.*")
    await play.step(None, played.world.join(), "member.joined")
    database, signers = played.app.emitter.database, played.signers
    picture = await paint(database, played.receiver, world=played.world, signers=signers)
    (event,) = [one for one in picture["events"] if one["type"] == "member.joined"]
    shown = {
        one["endpoint"]: (one["state"], one["answer"], one["receipt"]["valid"])
        for one in event["deliveries"]
    }
    assert shown == {OURS: ("delivered", "200", True), "second": ("failed", "401", False)}


async def test_there_is_one_clock(played: Stage, jumping: ManualClock) -> None:
    jumping.advance(600)
    assert abs((played.env.now() - jumping.now()).total_seconds()) < 5
    jumping.advance(-60)
    before = played.env.now()
    assert played.env.now() >= before


async def test_a_refusal_is_an_answer_and_no_error(played: Stage) -> None:
    result = await played.world.admin_types("webhook resume", name=OURS)
    assert "is not paused: it receives events already" in " ".join(texts(result))
    result = await played.world.admin_types("case view", number=9)
    assert "There is no case 9" in " ".join(texts(result))
    assert played.env.errors == []
