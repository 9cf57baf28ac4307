"""What people do in Discord by hand counts as well: the case follows, and nothing is ever stuck."""

from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.features.cases.model import CaseState
from bot.features.cases.records import Changes
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import BOT, Fault

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
HAND = 77  # who did it

HOW = pytest.mark.parametrize("how", ["entry", "update", "return", "restart"])


async def heard(env: CasesEnv, otter: int, how: str) -> None:
    """The ways in which the bot comes to know: one of them is always there."""
    match how:
        case "entry":
            await env.cases.changed(GUILD, otter, HAND)
        case "update":
            await env.cases.changed(GUILD, otter, waits=True)
        case "return":
            await env.sight_guild()
        case _:
            await env.again()
            await env.sight_guild()
    await env.sweep(after=timedelta(seconds=15))


def by(how: str) -> str:
    return str(HAND if how == "entry" else BOT)


async def last_change(env: CasesEnv, otter: int) -> dict[str, object]:
    kind, data = (await env.told(otter))[-1]
    assert kind == "case.updated"
    return data


@HOW
@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
@pytest.mark.fewer_on_postgresql("each way meets the same statements")
async def test_a_timeout_lifted_by_hand_closes_its_case(
    env: CasesEnv, how: str, *, log: bool
) -> None:
    env.discord.log = log
    otter = env.someone()
    await env.sight_guild()
    await env.order("timeout", otter, duration=HOUR)
    env.discord.people[otter].timed_out_until = None
    await heard(env, otter, how)
    assert (await env.rows())[0]["state"] == "revoked"
    change = await last_change(env, otter)
    assert (change["status"], change["updated_by_id"]) == ("revoked", by(how))
    assert (await env.kinds(otter)).count("case.updated revoked") == 1


@HOW
@pytest.mark.parametrize("lasts", [MINUTE * 10, HOUR * 5], ids=["shorter", "longer"])
@pytest.mark.fewer_on_postgresql("each way meets the same statements")
async def test_a_timeout_with_another_end_moves_that_of_its_case(
    env: CasesEnv, how: str, lasts: timedelta
) -> None:
    await env.choose(log_channel_id=5)
    otter = env.someone()
    await env.sight_guild()
    await env.order("timeout", otter, duration=HOUR)
    until = env.clock.now() + lasts
    env.discord.people[otter].timed_out_until = until
    await heard(env, otter, how)
    (row,) = await env.rows()
    assert (row["state"], row["expires_at"]) == ("active", until)
    change = await last_change(env, otter)
    assert (change["changed_fields"], change["updated_by_id"]) == (["expires_at"], by(how))
    assert f"<t:{int(until.timestamp())}:f>" in dict(env.discord.lines[1].fields)["Ends"]
    await env.sweep(after=lasts)
    assert (await env.rows())[0]["state"] == "expired"


async def test_an_end_that_is_due_asks_whether_somebody_put_it_off(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("timeout", otter, duration=HOUR)
    until = env.clock.now() + 5 * HOUR
    env.discord.people[otter].timed_out_until = until
    await env.sweep(after=HOUR)  # nobody has told of it
    (row,) = await env.rows()
    assert (row["state"], row["expires_at"]) == ("active", until)


@HOW
@pytest.mark.parametrize("quarantine", [False, True], ids=["mute", "quarantine"])
@pytest.mark.fewer_on_postgresql("each way meets the same statements")
async def test_a_role_taken_off_by_hand_closes_its_case(
    env: CasesEnv, how: str, *, quarantine: bool
) -> None:
    await env.choose(log_channel_id=5)
    otter = env.someone(roles={10})
    env.discord.joined[otter] = env.clock.now() - HOUR
    await env.sight_guild()
    await env.order("mute", otter, quarantine=quarantine)
    env.discord.roles_of(otter).discard(21 if quarantine else 20)
    await heard(env, otter, how)
    assert (await env.rows())[0]["state"] == "revoked"
    assert (await last_change(env, otter))["updated_by_id"] == by(how)
    # The roles are not handed back: nobody has judged whether whoever did it may.
    fields = dict(env.discord.lines[1].fields)
    assert fields.get("Roles that were not given back") == ("Friend" if quarantine else None)
    assert env.discord.roles_of(otter) == (set() if quarantine else {10})


async def test_a_role_of_before_that_nobody_has_seen_is_no_sign(env: CasesEnv) -> None:
    """Of who came back without being told of, a role that is not there says nothing."""
    otter = env.someone()
    env.discord.joined[otter] = env.clock.now() - HOUR
    await env.sight_guild()
    await env.order("mute", otter)
    env.discord.people.pop(otter)
    env.discord.enter(otter)
    env.discord.joined[otter] = env.clock.now()
    await env.cases.changed(GUILD, otter)
    assert (await env.rows())[0]["state"] == "active"
    assert env.discord.roles_of(otter) == {20}


async def test_a_role_that_was_deleted_is_nobody_s_lift(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.joined[otter] = env.clock.now() - HOUR
    await env.order("mute", otter)
    del env.discord.there[20]
    env.discord.roles_of(otter).discard(20)
    await env.cases.changed(GUILD, otter)
    assert (await env.rows())[0]["state"] == "active"
    await env.order("unmute", otter)
    assert (await env.rows())[0]["state"] == "revoked"


async def test_what_is_given_by_hand_to_somebody_in_quarantine_is_theirs(env: CasesEnv) -> None:
    otter = env.someone(roles={10, 11})
    env.discord.joined[otter] = env.clock.now() - HOUR
    await env.order("mute", otter, quarantine=True)
    env.discord.roles_of(otter).update({10, 11})
    await env.cases.changed(GUILD, otter, HAND)
    env.discord.roles_of(otter).discard(11)  # and one is taken again
    await env.cases.changed(GUILD, otter, HAND)
    await env.cases.release(HARBOUR_MASTER, otter)
    assert env.discord.roles_of(otter) == {10}


@pytest.mark.parametrize("kind", ["timeout", "mute", "tempban"])
async def test_what_is_gone_can_be_lifted_and_then_deleted(env: CasesEnv, kind: str) -> None:
    """Nobody has told of it, so that the case still stands."""
    otter = env.someone()
    match kind:
        case "timeout":
            await env.order("timeout", otter, duration=HOUR)
            env.discord.people[otter].timed_out_until = None
            await env.order("untimeout", otter)
        case "mute":
            await env.order("mute", otter, duration=HOUR)
            env.discord.roles_of(otter).clear()
            await env.order("unmute", otter)
        case _:
            await env.order("tempban", otter, duration=HOUR)
            await env.echo()
            await env.settle_members()
            env.discord.banned.clear()
            await env.order("unban", otter)
            assert (await env.kinds(otter)).count("member.unbanned") == 1
    assert [row["state"] for row in await env.rows()] == ["revoked", "active"]
    await env.process.book.delete(HARBOUR_MASTER, 1)


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_an_unban_by_hand_that_is_held_is_told_once(env: CasesEnv, *, log: bool) -> None:
    env.discord.log = log
    otter = env.someone()
    await env.order("tempban", otter, duration=HOUR)
    await env.echo()
    await env.settle_members()
    env.discord.banned.clear()
    env.discord.happens("unban", otter, "by hand")
    await env.echo()
    with pytest.raises(UserError, match="not banned"):
        await env.order("unban", otter)
    await env.settle_members()
    assert (await env.kinds(otter))[2:] == ["case.updated revoked", "member.unbanned"]


async def test_without_an_answer_it_is_compared_again(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("timeout", otter, duration=HOUR)
    env.discord.people[otter].timed_out_until = None
    env.discord.faults["member"] = Fault.LOST
    await env.cases.changed(GUILD, otter, HAND)
    assert (await env.rows())[0]["state"] == "active"
    env.discord.faults.clear()
    await env.again()
    await env.sweep(after=MINUTE)
    assert (await env.rows())[0]["state"] == "revoked"


async def test_the_bot_s_own_acts_are_no_change_by_hand(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("timeout", otter, duration=HOUR)
    await env.process.book.edit(HARBOUR_MASTER, 1, Changes(lasts=2 * HOUR))
    told = await env.kinds(otter)
    for by_id in (BOT, None):
        await env.cases.changed(GUILD, otter, by_id)
    await env.sweep(after=MINUTE)
    assert await env.kinds(otter) == told
    assert (await env.rows())[0]["state"] == CaseState.ACTIVE.value


async def test_a_change_to_somebody_without_a_case_asks_nothing(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("warn", otter)
    env.discord.calls.clear()
    await env.cases.changed(GUILD, otter, HAND)
    assert env.discord.calls == []
