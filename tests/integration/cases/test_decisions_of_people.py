"""Automation never weakens what a person decided, and no knowledge is taken for knowledge."""

from datetime import datetime, timedelta

import pytest

from bot.acts import Actor
from bot.catalogue.cases import CaseType
from bot.clock import to_snowflake
from bot.errors import UserError
from bot.snapshots import AuditSeen
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import BOT, Fault

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
HERALD = Actor(GUILD, BOT, "herald")


async def warn_thrice(env: CasesEnv, otter: int) -> str | None:
    """The third brings what the ladder says; why it could not be done."""
    for _ in range(2):
        await env.order("warn", otter)
    return (await env.done("warn", otter)).refusal


def until_of(env: CasesEnv, otter: int) -> datetime | None:
    return env.discord.people[otter].timed_out_until


async def test_the_ladder_does_not_shorten_a_timeout_set_by_hand(env: CasesEnv) -> None:
    otter = env.someone()
    week = env.clock.now() + 7 * DAY
    env.discord.people[otter].timed_out_until = week
    refusal = await warn_thrice(env, otter)
    assert refusal is not None
    assert "by hand already lasts longer" in refusal
    assert until_of(env, otter) == week
    assert ("timeout", otter) not in env.discord.calls
    assert [data["type"] for _kind, data in await env.told(otter)] == ["warn"] * 3


async def test_the_ladder_lengthens_a_shorter_one(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.people[otter].timed_out_until = env.clock.now() + HOUR
    assert await warn_thrice(env, otter) is None
    assert until_of(env, otter) == env.clock.now() + DAY


@pytest.mark.parametrize("by", ["command", "hand"])
async def test_a_crash_before_the_ladder_s_step_does_not_shorten_it_either(
    env: CasesEnv, by: str
) -> None:
    otter = env.someone()
    env.discord.faults["timeout"] = Fault.LOST
    await warn_thrice(env, otter)
    env.discord.faults.clear()
    week = env.clock.now() + 7 * DAY
    if by == "hand":
        env.discord.people[otter].timed_out_until = week
    await env.again()
    await env.sweep(after=2 * MINUTE)
    state = {row["type"]: row["state"] for row in await env.rows()}["timeout"]
    assert state == ("void" if by == "hand" else "active")
    if by == "hand":
        assert until_of(env, otter) == week


async def test_a_role_of_muting_given_by_hand_gets_no_end(env: CasesEnv) -> None:
    await env.choose(ladder="3 in 14d: mute 1h")
    otter = env.someone(roles={20})
    refusal = await warn_thrice(env, otter)
    assert refusal is not None
    assert "by hand" in refusal
    await env.sweep(after=2 * HOUR)
    assert env.discord.roles_of(otter) == {20}


@pytest.mark.parametrize("known", [True, False], ids=["a case", "by hand"])
async def test_a_ban_for_good_is_not_made_one_for_a_time(env: CasesEnv, *, known: bool) -> None:
    otter = env.someone()
    if known:
        await env.order("ban", otter)
        await env.echo()
    else:
        env.discord.people.pop(otter)
        env.discord.banned[otter] = "Advertising"
    with pytest.raises(UserError, match="lasts longer"):
        await env.order("tempban", otter, by=HERALD, duration=HOUR)
    await env.sweep(after=2 * HOUR)
    assert otter in env.discord.banned


@pytest.mark.parametrize("kind", ["timeout", "mute"])
async def test_where_discord_does_not_tell_what_stands_nothing_is_done_and_it_is_said(
    env: CasesEnv, kind: CaseType
) -> None:
    otter = env.someone()
    env.discord.faults["member"] = Fault.REFUSES
    with pytest.raises(UserError, match="Discord does not let me do that"):
        await env.order(kind, otter, by=HERALD, duration=HOUR)
    assert [row["state"] for row in await env.rows()] == ["void"]
    assert await env.kinds(otter) == []


async def test_a_moderator_may_shorten_what_somebody_set_by_hand(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.people[otter].timed_out_until = env.clock.now() + 7 * DAY
    await env.order("timeout", otter, duration=HOUR)
    assert until_of(env, otter) == env.clock.now() + HOUR


@pytest.mark.parametrize("reason", [None, ""], ids=["none", "empty"])
@pytest.mark.parametrize("log", ["own", "nothing", "unreadable"])
async def test_a_ban_listed_without_its_reason_keeps_its_end(
    env: CasesEnv, reason: str | None, log: str
) -> None:
    otter = env.someone()
    await env.order("tempban", otter, duration=HOUR)
    await env.echo()
    await env.settle_members()
    env.discord.banned[otter] = reason
    if log == "unreadable":
        env.discord.faults["audit_entries"] = Fault.REFUSES
    if log != "own":
        env.discord.entries_made.clear()
    await env.sweep(after=HOUR)
    assert otter not in env.discord.banned
    assert (await env.kinds(otter))[2:] == ["case.updated expired", "member.unbanned"]


async def test_a_newer_ban_that_only_the_log_tells_of_stays_and_is_said(env: CasesEnv) -> None:
    await env.choose(log_channel_id=5)
    otter = env.someone()
    await env.order("tempban", otter, duration=HOUR)
    await env.echo()
    await env.settle_members()
    env.discord.banned[otter] = None
    newer = to_snowflake(env.clock.now()) + 99
    env.discord.entries_made.append(AuditSeen(GUILD, newer, "ban", otter, 77, None))
    await env.sweep(after=HOUR)
    assert otter in env.discord.banned
    assert (await env.rows())[0]["state"] == "revoked"
    assert dict(env.discord.lines[1].fields)["Why"] == "somebody else has banned them since"
    with pytest.raises(UserError):
        await env.order("ban", otter, by=HARBOUR_MASTER)  # they are banned already


@pytest.mark.parametrize("skew", [0, 1, 50])
async def test_a_timeout_of_28_days_has_a_margin(env: CasesEnv, skew: float) -> None:
    """Discord refuses one that is longer by its own clock, which may be behind."""
    otter = env.someone()
    await env.order("timeout", otter, duration=28 * DAY)
    theirs = env.clock.now() - timedelta(seconds=skew)
    until = until_of(env, otter)
    assert until is not None
    assert until - theirs <= 28 * DAY
    (row,) = await env.rows()
    assert row["expires_at"] == until
