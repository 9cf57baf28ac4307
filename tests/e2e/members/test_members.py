"""From the gateway to a receiver: joins, leaves, bans and unbans, each once and right."""

from collections.abc import AsyncGenerator
from itertools import permutations
from typing import Any

import pytest
from simcord.builders import UserHandle

from bot.acts import Actor
from bot.clock import ManualClock
from bot.features.settings import SETTINGS
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver
from tests.support.simulated import Told, World, simulated


@pytest.fixture
async def world(sqlite_url: str, clock: ManualClock, receiver: Receiver) -> AsyncGenerator[World]:
    async with simulated(config_for(sqlite_url), clock) as world:
        await world.subscribe(receiver, ["member.*"])
        yield world


def types(told: list[Told]) -> list[str]:
    return [kind for kind, _data in told]


async def all_that_is_told(world: World, receiver: Receiver) -> list[Told]:
    """Everything, once the time to hold removals is over; somebody else's leave is the last."""
    stranger = world.env.create_user("last_word")
    await world.gateway("GUILD_MEMBER_REMOVE", stranger)
    world.clock.advance(2.5)
    await receiver.until(lambda: b"last_word" in b"".join(one.body for one in receiver.requests))
    *told, (_last, data) = await world.told(receiver)
    assert data["username"] == "last_word"
    return told


async def test_somebody_joins(world: World, receiver: Receiver) -> None:
    heron = world.env.create_user("heron", bot=True)
    world.guild.add_member(heron, nick="A heron")
    assert await world.told(receiver) == [
        (
            "member.joined",
            {
                "user_id": str(heron.id),
                "username": "heron",
                "account_age_days": 0,
                "is_bot": True,
                "invite_code": None,
                "inviter_id": None,
                "joined_at": "2026-01-01T00:00:00+00:00",
            },
        )
    ]


async def test_somebody_leaves(world: World, receiver: Receiver) -> None:
    world.guild.remove_member(world.member)
    assert await world.told(receiver) == []
    assert await all_that_is_told(world, receiver) == [
        (
            "member.left",
            {
                "user_id": str(world.member.id),
                "username": "quiet_otter",
                "is_bot": False,
                "kind": "left",
                "moderator_id": None,
                "joined_at": "2026-01-01T00:00:00+00:00",
                "left_at": "2026-05-24T11:32:18+00:00",
            },
        )
    ]


async def test_somebody_leaves_who_is_in_no_cache(world: World, receiver: Receiver) -> None:
    stranger = world.env.create_user("stranger")
    await world.gateway("GUILD_MEMBER_REMOVE", stranger)
    ((kind, data),) = await all_that_is_told(world, receiver)
    assert (kind, data["username"], data["joined_at"]) == ("member.left", "stranger", None)


BAN, GONE = "GUILD_BAN_ADD", "GUILD_MEMBER_REMOVE"


@pytest.mark.parametrize("order", sorted(set(permutations([BAN, BAN, GONE, GONE]))))
async def test_a_ban_by_hand_is_one_ban_and_in_vektor_one_leave(
    world: World, receiver: Receiver, clock: ManualClock, order: tuple[str, ...]
) -> None:
    async with Receiver(clock=clock) as vektor:
        await world.subscribe(vektor, ["member.left"], dialect="vektor")
        for event in order:
            await world.gateway(event, world.member)
        told = await all_that_is_told(world, receiver)
        await world.told(receiver)
        assert [(one.type, one.json["data"]["username"]) for one in vektor.requests] == [
            ("member.leave", "quiet_otter"),
            ("member.leave", "last_word"),
        ]
    assert told == [("member.banned", ban_by_hand(world.member.user, was_member=True))]


async def test_the_audit_log_names_who_banned(world: World, receiver: Receiver) -> None:
    world.env.backend.record_audit_log(
        world.guild.id,
        22,
        target_id=world.member.id,
        user_id=world.manager.id,
        reason="Advertising",
    )
    await world.gateway(BAN, world.member)
    named = {"moderator_id": str(world.manager.id), "reason": "Advertising"}
    banned = {**ban_by_hand(world.member.user, was_member=True), **named}
    assert await world.told(receiver) == [("member.banned", banned)]


async def test_a_ban_of_somebody_who_is_not_here_and_its_end(
    world: World, receiver: Receiver
) -> None:
    stranger = world.env.create_user("stranger")
    for event in (BAN, "GUILD_BAN_REMOVE", "GUILD_BAN_REMOVE"):
        await world.gateway(event, stranger)
    assert await all_that_is_told(world, receiver) == [
        ("member.banned", ban_by_hand(stranger, was_member=False)),
        ("member.unbanned", by_hand(stranger)),
    ]


async def test_a_replayed_join_is_told_once(world: World, receiver: Receiver) -> None:
    stranger = world.env.create_user("stranger")
    for _ in range(2):
        await world.gateway(
            "GUILD_MEMBER_ADD",
            stranger,
            roles=[],
            flags=0,
            deaf=False,
            mute=False,
            joined_at="2026-05-24T11:32:00+00:00",
        )
    assert types(await world.told(receiver)) == ["member.joined"]


async def test_another_server_s_receiver_hears_nothing(world: World, receiver: Receiver) -> None:
    other = world.env.create_guild("elsewhere")
    other.add_member(world.env.create_user("stranger"))
    assert await world.told(receiver) == []


async def test_switched_off_nothing_is_sent(world: World, receiver: Receiver) -> None:
    shown = await world.manager.slash(world.channel, "settings", feature="members")
    assert shown.response is not None
    await world.manager.select(shown.response, ["enabled=off"])
    world.guild.add_member(world.env.create_user("stranger"))
    await world.gateway(BAN, world.member)
    assert await world.told(receiver) == []


async def test_a_leave_that_is_held_is_sent_when_the_bot_stops(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    async with simulated(config_for(sqlite_url), clock) as world:
        await world.subscribe(receiver)
        clock.advance(5)  # right after a join Discord would be asked first
        await world.gateway(GONE, world.member)
        assert await world.told(receiver) == []
    async with simulated(config_for(sqlite_url), clock):
        assert (await receiver.has(1))[0] == receiver.requests[0].id
        assert receiver.requests[0].type == "member.left"


def ban_by_hand(user: UserHandle, *, was_member: bool) -> dict[str, Any]:
    """The same of a ban, which says whether a member is gone by it."""
    return {**by_hand(user), "was_member": was_member}


def by_hand(user: UserHandle) -> dict[str, Any]:
    """What is said of a ban whose author is not known."""
    return {
        "user_id": str(user.id),
        "username": user.name,
        "moderator_id": None,
        "reason": None,
        "case_id": None,
        "source": "discord",
    }


async def test_who_has_not_accepted_the_rules_is_welcomed_once_they_have(world: World) -> None:
    role = world.guild.create_role("Crew")
    actor = Actor(world.guild.id, world.manager.id, "harbour_master")
    settings = world.app.parts[SETTINGS].service
    await settings.change(actor, "members", "welcome_channel_id", world.channel.id)
    await settings.change(actor, "members", "welcome_role_id", role.id)
    heron, backend = world.env.create_user("heron"), world.env.backend
    member: dict[str, Any] = {
        "user": {"id": str(heron.id), "username": "heron", "discriminator": "0", "avatar": None},
        "roles": [],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "guild_id": str(world.guild.id),
        "flags": 0,
        "deaf": False,
        "mute": False,
    }
    backend.emit("GUILD_MEMBER_ADD", {**member, "pending": True})
    await world.env.settle()
    assert world.channel.history() == []
    backend.emit("GUILD_MEMBER_UPDATE", {**member, "pending": False})
    await world.env.settle()
    (welcome,) = world.channel.history()
    assert "Welcome to" in welcome.content
    otter = world.guild.add_member(world.env.create_user("second_otter"))
    await world.env.settle()
    assert len(world.channel.history()) == 2
    assert role.id in backend.get_member(world.guild.id, otter.id).role_ids
