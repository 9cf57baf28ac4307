"""What is owed stays owed: while the person is away, after a refusal, and for what was written."""

from datetime import timedelta

import pytest

from bot.acts import Outcome
from bot.catalogue.cases import CaseType
from bot.errors import UserError
from bot.features.cases.messages import DIRECT
from bot.features.cases.records import Changes
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv, person_of
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault, ProcessDied

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def pardoned_while_away(env: CasesEnv) -> int:
    """Discord keeps the timeout of whoever leaves, and shows it once they are back."""
    otter = env.someone()
    await env.order("timeout", otter, duration=24 * HOUR)
    kept = env.discord.people.pop(otter)
    done = await env.done("untimeout", otter)
    assert done.is_owed
    assert (await env.process.book.view(GUILD, 1)).is_owed
    assert (await env.rows())[0]["state"] == "revoked"
    await env.sweep(after=MINUTE)
    env.discord.people[otter] = kept
    return otter


@pytest.mark.parametrize("how", ["join", "sweep", "return"])
async def test_a_timeout_lifted_while_away_is_lifted_at_the_return(env: CasesEnv, how: str) -> None:
    await env.sight_guild()
    otter = await pardoned_while_away(env)
    match how:
        case "join":
            await env.cases.rejoined(GUILD, otter)
        case "sweep":
            await env.again()
            await env.sweep(after=15 * MINUTE)
        case _:
            await env.sight_guild()
            await env.sweep()
    assert env.discord.people[otter].timed_out_until is None
    assert not (await env.process.book.view(GUILD, 1)).is_owed
    calls = env.discord.calls.count(("timeout", otter))
    await env.sweep(after=HOUR)
    assert env.discord.calls.count(("timeout", otter)) == calls


async def test_a_new_timeout_is_not_lifted_for_an_old_pardon(env: CasesEnv) -> None:
    otter = await pardoned_while_away(env)
    env.discord.people[otter].timed_out_until = env.clock.now() + 3 * HOUR  # by hand
    await env.cases.rejoined(GUILD, otter)
    assert env.discord.people[otter].timed_out_until is not None


async def test_a_lift_that_is_owed_and_refused_is_said_and_tried_again(env: CasesEnv) -> None:
    await env.choose(log_channel_id=5)
    otter = await pardoned_while_away(env)
    env.discord.faults["timeout"] = Fault.REFUSES
    await env.cases.rejoined(GUILD, otter)
    await env.sweep()
    assert dict(env.discord.lines[1].fields)["I cannot lift it"] == "Missing Permissions"
    env.discord.faults.clear()
    await env.sweep(after=15 * MINUTE)
    assert env.discord.people[otter].timed_out_until is None
    await env.sweep()
    assert "I cannot lift it" not in dict(env.discord.lines[1].fields)


async def test_what_is_owed_while_away_cannot_be_deleted(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("timeout", otter, duration=HOUR)
    env.discord.people.pop(otter)
    await env.order("untimeout", otter)
    with pytest.raises(UserError, match="once they are back"):
        await env.process.book.delete(HARBOUR_MASTER, 1)
    env.clock.advance(3600)
    await env.process.book.delete(HARBOUR_MASTER, 1)


@pytest.mark.parametrize("kind", ["mute", "quarantine"])
async def test_a_mute_refused_at_a_rejoin_is_kept_said_and_tried_again(
    env: CasesEnv, kind: str
) -> None:
    await env.choose(log_channel_id=5)
    otter, role_id = env.someone(), 20 if kind == "mute" else 21
    await env.order("mute", otter, quarantine=kind == "quarantine")
    env.discord.enter(otter)
    env.discord.faults["change_roles"] = Fault.REFUSES
    await env.cases.rejoined(GUILD, otter)
    await env.sweep()
    assert dict(env.discord.lines[1].fields)["I cannot apply it"] == "Missing Permissions"
    env.discord.faults.clear()
    await env.again()
    await env.sweep(after=15 * MINUTE)
    assert env.discord.roles_of(otter) == {role_id}
    await env.sweep()
    assert "I cannot apply it" not in dict(env.discord.lines[1].fields)


async def test_an_edit_that_was_promised_is_kept_after_a_refusal(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("timeout", otter, duration=HOUR)
    env.discord.faults["timeout"] = Fault.LOST
    with pytest.raises(UserError, match="try again until it does"):
        await env.process.book.edit(HARBOUR_MASTER, 1, Changes(lasts=5 * HOUR))
    env.discord.faults["timeout"] = Fault.REFUSES
    await env.sweep(after=MINUTE)
    env.discord.faults.clear()
    await env.sweep(after=15 * MINUTE)
    (row,) = await env.rows()
    assert row["expires_at"] == env.discord.people[otter].timed_out_until
    assert (await env.kinds(otter))[-1] == "case.updated active"


async def test_half_a_quarantine_that_cannot_be_taken_back_yet_is_not_forgotten(
    env: CasesEnv,
) -> None:
    otter = env.someone(roles={10, 11})
    env.discord.stubborn, env.discord.then = 11, Fault.LOST
    with pytest.raises(UserError, match="no answer"):
        await env.order("mute", otter, quarantine=True)
    assert (await env.rows())[0]["state"] == "pending"
    env.discord.stubborn = None
    env.discord.faults.clear()
    await env.sweep(after=2 * MINUTE)
    assert env.discord.roles_of(otter) == {21}


@pytest.mark.parametrize("kind", ["ban", "kick"])
@pytest.mark.parametrize("fault", [Fault.REFUSES, Fault.LOST])
async def test_a_letter_that_cannot_be_deleted_is_corrected(
    env: CasesEnv, kind: CaseType, fault: Fault
) -> None:
    otter = env.someone()
    env.discord.faults = {kind: Fault.REFUSES, "untell": fault}
    with pytest.raises(UserError, match="is void"):
        await env.order(kind, otter)
    ((to, letter),) = env.discord.letters
    assert (to, letter.text) == (
        otter,
        "What I wrote here did not happen: nothing has changed for you.",
    )


@pytest.mark.parametrize("answer", [Fault.LATE, None], ids=["no answer", "sent"])
async def test_a_letter_before_what_was_never_done_is_corrected_by_the_sweep(
    env: CasesEnv, answer: Fault | None
) -> None:
    otter = env.someone()
    env.discord.faults = {"ban": Fault.LOST} | ({} if answer is None else {"tell": answer})
    with pytest.raises(UserError, match="no answer"):
        await env.order("ban", otter)
    assert env.discord.letters[0][1].text == "You were banned from The \\*Harbour\\*."
    env.discord.faults.clear()
    await env.again()
    await env.sweep(after=2 * MINUTE)
    assert (await env.rows())[0]["state"] == "void"
    assert [letter.text for _to, letter in env.discord.letters] == [
        "What I wrote here did not happen: nothing has changed for you."
    ]
    assert await env.posts(DIRECT) == []


async def test_a_letter_whose_process_died_before_the_act_is_corrected(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.faults["kick"] = Fault.CRASH_BEFORE
    with pytest.raises(ProcessDied):
        await env.order("kick", otter)
    env.discord.faults.clear()
    await env.again()
    await env.sweep(after=2 * MINUTE)
    assert [letter.text for _to, letter in env.discord.letters] == [
        "What I wrote here did not happen: nothing has changed for you."
    ]


async def test_a_letter_before_what_was_done_stays(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.faults["ban"] = Fault.LATE
    with pytest.raises(UserError, match="no answer"):
        await env.order("ban", otter)
    env.discord.faults.clear()
    await env.sweep(after=2 * MINUTE)
    assert (await env.rows())[0]["state"] == "active"
    assert env.discord.letters[0][1].text == "You were banned from The \\*Harbour\\*."
    assert [one.outcome for one in await env.posts(DIRECT)] in ([None], [Outcome.SENT])


@pytest.mark.parametrize("kind", ["kick", "softban"])
async def test_who_left_by_themselves_was_not_kicked(env: CasesEnv, kind: CaseType) -> None:
    """The process died before it kicked them: the audit log has no kick of that case."""
    otter = env.someone()
    env.discord.faults["ban" if kind == "softban" else "kick"] = Fault.CRASH_BEFORE
    with pytest.raises(ProcessDied):
        await env.order(kind, otter)
    env.discord.faults.clear()
    await env.again()
    env.discord.people.pop(otter)
    await env.process.members.removed(person_of("otter", otter), None)
    await env.settle_members()
    await env.sweep(after=2 * MINUTE)
    assert [row["state"] for row in await env.rows()] == ["void"]
    assert await env.kinds(otter) == ["member.left"]
    assert (await env.told(otter))[0][1]["kind"] == "left"


@pytest.mark.parametrize("then", ["gone", "back"])
@pytest.mark.parametrize("kind", ["kick", "softban"])
async def test_whose_kick_the_log_has_was_kicked_wherever_they_are(
    env: CasesEnv, kind: CaseType, then: str
) -> None:
    otter = env.someone()
    env.discord.faults["unban" if kind == "softban" else "kick"] = Fault.CRASH_AFTER
    with pytest.raises(ProcessDied):
        await env.order(kind, otter)
    env.discord.faults.clear()
    await env.again()
    if then == "back":
        env.discord.enter(otter)
    await env.sweep(after=2 * MINUTE)
    assert [row["state"] for row in await env.rows()] == ["active"]
    assert (await env.kinds(otter))[:2] == ["case.created", "member.left"]


async def test_without_the_log_who_is_gone_counts_as_kicked(env: CasesEnv) -> None:
    env.discord.log = False
    otter = env.someone()
    env.discord.faults["kick"] = Fault.CRASH_AFTER
    with pytest.raises(ProcessDied):
        await env.order("kick", otter)
    env.discord.faults.clear()
    await env.again()
    await env.sweep(after=2 * MINUTE)
    assert [row["state"] for row in await env.rows()] == ["active"]


async def test_without_the_log_s_answer_a_kick_waits(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.faults["kick"] = Fault.CRASH_AFTER
    with pytest.raises(ProcessDied):
        await env.order("kick", otter)
    env.discord.faults = {"audit_entries": Fault.LOST}
    await env.again()
    await env.sweep(after=2 * MINUTE)
    assert [row["state"] for row in await env.rows()] == ["pending"]
