"""Bans on both engines: each says whether a member is gone by it, and a departure is told once."""

import pytest

from bot.catalogue.members import MemberBanned
from bot.features.members import store
from bot.snapshots import AuditSeen, Banned, case_mark
from tests.integration.members.members_env import MembersEnv, person
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import BOT
from tests.support.receiver import Receiver

STRANGER = 900
VEKTOR = "/vektor"


@pytest.fixture
async def unseen(harbour_bench: MembersEnv, receiver: Receiver) -> MembersEnv:
    """Two webhooks, one of them in vektor, and a guild at which nobody has looked."""
    await add_endpoint(
        harbour_bench.emitter,
        receiver.url(VEKTOR),
        name="vektor",
        patterns=("member.left",),
        secret=receiver.secret,
        dialect="vektor",
    )
    return harbour_bench


@pytest.fixture
async def env(unseen: MembersEnv) -> MembersEnv:
    """The same guild, whose members are known: 1 to 30."""
    await unseen.sight()
    return unseen


async def ours(env: MembersEnv, receiver: Receiver) -> list[tuple[str, bool | None]]:
    """Everything that was told in phantom, with what it says of a member."""
    await env.members.stop()  # which decides what is held
    await env.emitter.worker.idle()
    told = [one for one in receiver.requests if one.path != VEKTOR]
    return [(one.type, one.json["data"].get("was_member")) for one in told]


def departures(receiver: Receiver) -> list[str]:
    """Who left, as told in vektor."""
    told = receiver.at(VEKTOR)
    assert {one.type for one in told} <= {"member.leave"}
    return [one.json["data"]["username"] for one in told]


async def test_a_member_is_gone_by_a_ban(env: MembersEnv, receiver: Receiver) -> None:
    await env.members.banned(person(1))
    await env.members.removed(person(1), None)
    assert await ours(env, receiver) == [("member.banned", True)]
    assert departures(receiver) == ["otter_1"]


async def test_who_was_not_here_does_not_leave(env: MembersEnv, receiver: Receiver) -> None:
    await env.members.banned(person(STRANGER))
    assert await ours(env, receiver) == [("member.banned", False)]
    assert departures(receiver) == []


async def test_who_left_and_is_banned_then_has_left_once(
    env: MembersEnv, receiver: Receiver
) -> None:
    await env.members.removed(person(1), None)
    env.clock.advance(2.5)
    await receiver.has(2)
    await env.members.banned(person(1))
    assert await ours(env, receiver) == [("member.left", None), ("member.banned", False)]
    assert departures(receiver) == ["otter_1"]


async def test_who_comes_and_is_banned_at_once_is_gone(env: MembersEnv, receiver: Receiver) -> None:
    await env.members.joined(person(STRANGER), env.clock.now())
    await env.members.banned(person(STRANGER))
    await env.members.removed(person(STRANGER), None)
    assert await ours(env, receiver) == [("member.joined", None), ("member.banned", True)]
    assert departures(receiver) == ["otter_900"]


async def test_nobody_knows_before_the_guild_was_looked_at(
    unseen: MembersEnv, receiver: Receiver
) -> None:
    await unseen.members.banned(person(STRANGER))
    assert await ours(unseen, receiver) == [("member.banned", None)]
    assert departures(receiver) == []


@pytest.mark.parametrize("shown_by", ["memory", "removal", "removal and entry"])
async def test_a_signal_may_know_it_even_then(
    unseen: MembersEnv, receiver: Receiver, shown_by: str
) -> None:
    if shown_by == "memory":
        await unseen.members.banned(person(1), was_member=True)
    else:
        await unseen.members.removed(person(1), None)
        if "entry" in shown_by:
            entry = AuditSeen(GUILD, 1, "ban", 1, 77, "Advertising", target=person(1))
            await unseen.members.audit_seen(entry)
        await unseen.members.banned(person(1))
    assert await ours(unseen, receiver) == [("member.banned", True)]
    assert departures(receiver) == ["otter_1"]


async def test_what_is_found_later_says_what_was_known(env: MembersEnv, receiver: Receiver) -> None:
    env.guild.bans_somebody(1)
    env.guild.ban_list[STRANGER] = Banned(person(STRANGER), None)
    env.guild.bans_somebody(2)
    del env.guild.ban_list[2]
    await env.again()
    told = await ours(env, receiver)
    # The stranger may have come while nobody looked: that is not known.
    assert sorted(told, key=str) == [
        ("member.banned", None),
        ("member.banned", True),
        ("member.banned", True),
        ("member.unbanned", None),
    ]
    assert sorted(departures(receiver)) == ["otter_1", "otter_2"]


def own_ban(user_id: int) -> MemberBanned:
    """The ban of a case."""
    return MemberBanned(
        guild_id=GUILD, user_id=user_id, username=f"otter_{user_id}", case_id=3, source="bot"
    )


async def settle(env: MembersEnv, user_id: int) -> None:
    """The case of a ban by the bot is settled, and tells it."""
    async with (
        env.members.echoes.own(GUILD, user_id, "banned") as act,
        env.emitter.database.transaction() as tx,
    ):
        await act.told(tx, own_ban(user_id))


async def test_the_bot_s_own_ban_says_it_too_and_its_echo_adds_nothing(
    env: MembersEnv, receiver: Receiver
) -> None:
    for user_id in (1, STRANGER):
        await settle(env, user_id)
        await env.members.removed(person(user_id), None)
        await env.members.banned(person(user_id))
    assert await ours(env, receiver) == [("member.banned", True), ("member.banned", False)]
    assert departures(receiver) == ["otter_1"]


def is_banned_by_us(env: MembersEnv, user_id: int) -> None:
    """On Discord, with the entry that bears the mark of the case."""
    env.guild.bans_somebody(user_id)
    env.guild.entries_made[-1] = AuditSeen(
        GUILD, len(env.guild.entries_made), "ban", user_id, BOT, f"{case_mark(3)} Ads", by_us=True
    )


async def test_an_own_ban_whose_echo_was_found_before_its_case_was_settled(
    env: MembersEnv, receiver: Receiver
) -> None:
    """The process died after the ban; the comparison is faster than the sweep of cases."""
    is_banned_by_us(env, 1)
    await env.members.stop()
    env.members = env.service()
    env.members.echoes.expect(GUILD, 1, "banned")  # recalled from the row of the case
    await env.sight()
    await settle(env, 1)
    assert await ours(env, receiver) == [("member.banned", True)]
    assert departures(receiver) == ["otter_1"]


@pytest.mark.parametrize("hears_unban", [True, False])
async def test_a_ban_that_its_case_told_long_ago_stands_though_more_was_heard_late(
    env: MembersEnv, receiver: Receiver, *, hears_unban: bool
) -> None:
    """Signals of the visit, and of an end of another ban, that came after the case had told it."""
    await settle(env, 1)
    is_banned_by_us(env, 1)
    await env.members.joined(person(1), env.clock.now())
    if hears_unban:
        await env.members.unbanned(person(1))
    await env.again()
    async with env.emitter.database.reading() as reading:
        assert 1 not in await store.members(reading, GUILD)
        assert 1 in await store.bans(reading, GUILD)
    told = [kind for kind, _ in await ours(env, receiver)]
    late = ["member.unbanned"] if hears_unban else ["member.left"]
    assert told == ["member.banned", "member.joined", *late]
