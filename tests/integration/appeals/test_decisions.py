"""Who may decide, what an approval lifts and tells, and what Discord refuses."""

import asyncio
from typing import Any

import pytest

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.appeals.model import REASON_LIMIT, AppealState, PageState
from bot.features.cases.model import CaseState
from tests.integration.appeals.appeals_env import LEASE, AppealsEnv
from tests.integration.cases.cases_env import HARBOUR_MASTER, PILOT
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import ALL, MODERATOR, Fault

LIFTED: dict[str, list[str]] = {
    "ban": ["case.updated revoked", "member.unbanned", "case.appeal_decided"],
    "tempban": ["case.updated revoked", "member.unbanned", "case.appeal_decided"],
    "timeout": ["case.updated revoked", "case.appeal_decided"],
    "mute": ["case.updated revoked", "case.appeal_decided"],
}


def stands(env: AppealsEnv, kind: str, user_id: int) -> bool:
    match kind:
        case "ban" | "tempban":
            return user_id in env.discord.banned
        case "timeout":
            return env.discord.people[user_id].timed_out_until is not None
        case _:
            return 20 in env.discord.roles_of(user_id)


@pytest.mark.parametrize("kind", list(LIFTED))
@pytest.mark.fewer_on_postgresql("each kind meets the same statements")
async def test_an_approval_lifts_and_tells_each_thing_once(env: AppealsEnv, kind: str) -> None:
    case, token, one = await env.appealed(kind)
    before = len(await env.about(case))
    assert stands(env, kind, case.user_id)
    decided = await env.decide(one)
    assert (decided.state, decided.punishment_lifted) == (AppealState.APPROVED, True)
    assert not stands(env, kind, case.user_id)
    assert env.discord.reasons[-1] == "[case 1] harbour_master: the appeal was approved"
    await env.echo()
    await env.settle_members()
    await env.sweep(after=LEASE)
    assert await env.about(case, before) == LIFTED[kind]
    *_rest, (_type, last) = await env.told(case.user_id)
    assert last == {
        "case_id": case.id,
        "appeal_id": one.id,
        "user_id": str(case.user_id),
        "decision": "approved",
        "decided_by_id": str(MODERATOR),
        "reason": "Welcome back.",
        "punishment_lifted": True,
    }
    assert (await env.row(case)).state is CaseState.REVOKED
    page = await env.appeals.look(token)
    assert (page.state, page.decision_reason) == (PageState.APPROVED, "Welcome back.")
    assert page.punishment_lifted


async def test_the_events_of_an_approval_are_one_transaction(env: AppealsEnv) -> None:
    case, _token, one = await env.appealed()
    before = len(await env.about(case))
    await env.decide(one)
    assert (await env.transactions())[-1:] in ([], [3])
    updated, unbanned, decided = (await env.told(case.user_id))[before:]
    assert (updated[1]["status"], updated[1]["updated_by_id"]) == ("revoked", str(MODERATOR))
    assert unbanned[1]["case_id"] == case.id
    assert unbanned[1]["moderator_id"] == str(MODERATOR)
    assert (unbanned[1]["reason"], unbanned[1]["source"]) == ("Welcome back.", "bot")
    assert decided[0] == "case.appeal_decided"


async def test_an_approval_needs_no_reason(env: AppealsEnv) -> None:
    case, _token, one = await env.appealed()
    decided = await env.decide(one, reason="  \u202e ")
    assert (decided.state, decided.reason) == (AppealState.APPROVED, None)
    assert (await env.told(case.user_id))[-1][1]["reason"] is None


async def test_a_quarantine_gives_the_roles_back(env: AppealsEnv) -> None:
    otter = env.someone(roles={10, 11})
    case = await env.order("mute", otter, quarantine=True)
    await env.appeals.submit(await env.token(case), "Please")
    (one,) = await env.appeals_of(case)
    await env.decide(one)
    assert env.discord.roles_of(otter) == {10, 11}


async def test_a_denial_changes_nothing_but_the_appeal(env: AppealsEnv) -> None:
    case, token, one = await env.appealed()
    before, calls = len(await env.about(case)), list(env.discord.reasons)
    decided = await env.decide(one, "denied", " Not\nyet. ")
    assert (decided.state, decided.reason) == (AppealState.DENIED, "Not yet.")
    assert (env.discord.reasons, case.user_id in env.discord.banned) == (calls, True)
    assert await env.about(case, before) == ["case.appeal_decided"]
    (_type, told) = (await env.told(case.user_id))[-1]
    assert (told["decision"], told["punishment_lifted"]) == ("denied", False)
    page = await env.appeals.look(token)
    assert (page.state, page.decision_reason) == (PageState.TOO_SOON, "Not yet.")


@pytest.mark.parametrize("reason", [None, "", "  ", "x" * (REASON_LIMIT + 1)])
@pytest.mark.fewer_on_postgresql("each kind meets the same statements")
async def test_a_denial_says_why(env: AppealsEnv, reason: str | None) -> None:
    case, _token, one = await env.appealed()
    with pytest.raises(UserError):
        await env.decide(one, "denied", reason)
    assert (await env.appeals_of(case))[0].state is AppealState.OPEN


@pytest.mark.parametrize("decision", ["approved", "denied"])
async def test_who_may_not_undo_it_may_not_decide(env: AppealsEnv, decision: Any) -> None:
    case, _token, one = await env.appealed("timeout")
    before = len(await env.about(case))
    low = env.someone(name="deckhand", roles={10}, permissions=ALL - {"moderate_members"})
    with pytest.raises(UserError, match="Timeout Members"):
        await env.decide(one, decision, by=Actor(GUILD, low, "deckhand"))
    env.discord.roles_of(case.user_id).add(2)
    with pytest.raises(UserError, match="as high as yours"):
        await env.decide(one, decision)
    env.discord.people[case.user_id].permissions = ALL
    with pytest.raises(UserError, match="your own appeal"):
        await env.decide(one, decision, by=Actor(GUILD, case.user_id, case.username))
    with pytest.raises(UserError, match="cannot see the members"):
        await env.decide(one, decision, by=Actor(GUILD, 12345, "nobody"))
    assert (await env.appeals_of(case))[0].state is AppealState.OPEN
    assert await env.about(case, before) == []


async def test_a_timeout_needs_no_right_to_ban(env: AppealsEnv) -> None:
    _case, _token, one = await env.appealed("timeout")
    env.discord.people[MODERATOR].permissions = frozenset({"moderate_members"})
    assert (await env.decide(one)).state is AppealState.APPROVED
    _case, _token, two = await env.appealed("ban", by=PILOT)
    with pytest.raises(UserError, match="Ban Members"):
        await env.decide(two)


async def test_rights_are_asked_again_where_it_is_written(env: AppealsEnv) -> None:
    case, _token, one = await env.appealed()
    env.discord.faults["ban_reason"] = Fault.HANGS
    decided = asyncio.create_task(env.decide(one))
    await env.discord.called.wait()
    env.discord.people[MODERATOR].permissions = frozenset()
    env.discord.let_go.set()
    with pytest.raises(UserError, match="Ban Members"):
        await decided
    assert (await env.appeals_of(case))[0].state is AppealState.OPEN


async def test_another_guild_s_appeal_is_not_found(env: AppealsEnv) -> None:
    case, _token, one = await env.appealed()
    with pytest.raises(NotFound):
        await env.decide(one, by=Actor(GUILD + 1, MODERATOR, "harbour_master"))
    with pytest.raises(NotFound):
        await env.appeals.decide(HARBOUR_MASTER, one.id + 1, "denied", "No.")
    assert (await env.appeals_of(case))[0].state is AppealState.OPEN


@pytest.mark.parametrize("kind", list(LIFTED))
@pytest.mark.fewer_on_postgresql("each kind meets the same statements")
async def test_what_discord_refuses_stays_open_and_is_not_told(env: AppealsEnv, kind: str) -> None:
    case, token, one = await env.appealed(kind)
    before = len(await env.about(case))
    call = {"ban": "unban", "tempban": "unban", "mute": "change_roles"}.get(kind, kind)
    env.discord.faults[call] = Fault.REFUSES
    with pytest.raises(UserError, match="does not let me do that: Missing Permissions"):
        await env.decide(one)
    (row,) = await env.appeal_rows()
    assert (row["state"], row["failure"]) == ("open", "Missing Permissions")
    assert (row["decided_by_id"], row["decided_by_name"], row["reason"]) == (None, None, None)
    assert await env.about(case, before) == []
    assert (await env.row(case)).state is CaseState.ACTIVE
    page = await env.appeals.look(token)
    assert (page.state, page.decision_reason) == (PageState.OPEN, None)
    await env.sweep_appeals()
    assert ("I cannot lift it", "Missing Permissions") in env.discord.lines[1].fields
    assert len(env.discord.lines[1].buttons) == 2
    env.discord.faults.clear()
    assert (await env.decide(one, by=PILOT)).state is AppealState.APPROVED
    await env.echo()
    await env.settle_members()
    assert await env.about(case, before) == LIFTED[kind]
    assert (await env.appeal_rows())[0]["failure"] is None


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
@pytest.mark.parametrize("fault", [Fault.LOST, Fault.LATE])
@pytest.mark.parametrize("kind", list(LIFTED))
@pytest.mark.fewer_on_postgresql("which call fails has nothing to do with the engine")
@pytest.mark.thorough("one kind shows it", but="*-ban*")
async def test_without_an_answer_it_is_done_later(
    env: AppealsEnv, kind: str, fault: Fault, *, log: bool
) -> None:
    env.discord.log = log
    case, token, one = await env.appealed(kind)
    before = len(await env.about(case))
    call = {"ban": "unban", "tempban": "unban", "mute": "change_roles"}.get(kind, kind)
    env.discord.faults[call] = fault
    with pytest.raises(UserError, match="gave no answer"):
        await env.decide(one)
    await env.echo()
    await env.settle_members()
    with pytest.raises(UserError, match="already decided by harbour_master"):
        await env.decide(one, by=PILOT)
    assert (await env.appeals.look(token)).state is PageState.OPEN
    assert await env.about(case, before) == []
    await env.sweep_appeals(after=LEASE)
    assert await env.about(case, before) == [] or fault is Fault.LATE
    env.discord.faults.clear()
    await env.sweep_appeals(after=LEASE)
    await env.echo()
    await env.settle_members()
    assert await env.about(case, before) == LIFTED[kind]
    assert (await env.appeals_of(case))[0].punishment_lifted


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.REFUSES])
async def test_a_ban_that_cannot_be_looked_up_can_be_denied_only(
    env: AppealsEnv, fault: Fault
) -> None:
    case, _token, one = await env.appealed()
    env.discord.faults["ban_reason"] = fault
    with pytest.raises(UserError, match="Nothing was done"):
        await env.decide(one)
    assert (await env.appeals_of(case))[0].state is AppealState.OPEN
    assert (await env.decide(one, "denied", "No.")).state is AppealState.DENIED
