"""Who may decide, what an approval lifts and tells, and what Discord refuses."""

import asyncio
from typing import Any

import pytest

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.appeals.model import REASON_LIMIT, AppealState, PageState
from bot.features.cases.model import CaseState
from tests.integration.appeals.appeals_env import LEASE, AppealsBench
from tests.integration.cases.cases_env import HARBOUR_MASTER, PILOT
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import ALL, MODERATOR, Fault

LIFTED: dict[str, list[str]] = {
    "ban": ["case.updated revoked", "member.unbanned", "case.appeal_decided"],
    "tempban": ["case.updated revoked", "member.unbanned", "case.appeal_decided"],
    "timeout": ["case.updated revoked", "case.appeal_decided"],
    "mute": ["case.updated revoked", "case.appeal_decided"],
}


def stands(bench: AppealsBench, kind: str, user_id: int) -> bool:
    match kind:
        case "ban" | "tempban":
            return user_id in bench.discord.banned
        case "timeout":
            return bench.discord.people[user_id].timed_out_until is not None
        case _:
            return 20 in bench.discord.roles_of(user_id)


@pytest.mark.parametrize("kind", list(LIFTED))
async def test_an_approval_lifts_and_tells_each_thing_once(bench: AppealsBench, kind: str) -> None:
    case, token, one = await bench.appealed(kind)
    before = len(await bench.about(case))
    assert stands(bench, kind, case.user_id)
    decided = await bench.decide(one)
    assert (decided.state, decided.punishment_lifted) == (AppealState.APPROVED, True)
    assert not stands(bench, kind, case.user_id)
    assert bench.discord.reasons[-1] == "[case 1] harbour_master: the appeal was approved"
    await bench.echo()
    await bench.settle_members()
    await bench.sweep(after=LEASE)
    assert await bench.about(case, before) == LIFTED[kind]
    *_rest, (_type, last) = await bench.told(case.user_id)
    assert last == {
        "case_id": case.id,
        "appeal_id": one.id,
        "user_id": str(case.user_id),
        "decision": "approved",
        "decided_by_id": str(MODERATOR),
        "reason": "Welcome back.",
        "punishment_lifted": True,
    }
    assert (await bench.row(case)).state is CaseState.REVOKED
    page = await bench.appeals.look(token)
    assert (page.state, page.decision_reason) == (PageState.APPROVED, "Welcome back.")
    assert page.punishment_lifted


async def test_the_events_of_an_approval_are_one_transaction(bench: AppealsBench) -> None:
    case, _token, one = await bench.appealed()
    before = len(await bench.about(case))
    await bench.decide(one)
    assert (await bench.transactions())[-1:] in ([], [3])
    updated, unbanned, decided = (await bench.told(case.user_id))[before:]
    assert (updated[1]["status"], updated[1]["updated_by_id"]) == ("revoked", str(MODERATOR))
    assert unbanned[1]["case_id"] == case.id
    assert unbanned[1]["moderator_id"] == str(MODERATOR)
    assert (unbanned[1]["reason"], unbanned[1]["source"]) == ("Welcome back.", "bot")
    assert decided[0] == "case.appeal_decided"


async def test_an_approval_needs_no_reason(bench: AppealsBench) -> None:
    case, _token, one = await bench.appealed()
    decided = await bench.decide(one, reason="  \u202e ")
    assert (decided.state, decided.reason) == (AppealState.APPROVED, None)
    assert (await bench.told(case.user_id))[-1][1]["reason"] is None


async def test_a_quarantine_gives_the_roles_back(bench: AppealsBench) -> None:
    otter = bench.someone(roles={10, 11})
    case = await bench.order("mute", otter, quarantine=True)
    await bench.appeals.submit(await bench.token(case), "Please")
    (one,) = await bench.appeals_of(case)
    await bench.decide(one)
    assert bench.discord.roles_of(otter) == {10, 11}


async def test_a_denial_changes_nothing_but_the_appeal(bench: AppealsBench) -> None:
    case, token, one = await bench.appealed()
    before, calls = len(await bench.about(case)), list(bench.discord.reasons)
    decided = await bench.decide(one, "denied", " Not\nyet. ")
    assert (decided.state, decided.reason) == (AppealState.DENIED, "Not yet.")
    assert (bench.discord.reasons, case.user_id in bench.discord.banned) == (calls, True)
    assert await bench.about(case, before) == ["case.appeal_decided"]
    (_type, told) = (await bench.told(case.user_id))[-1]
    assert (told["decision"], told["punishment_lifted"]) == ("denied", False)
    page = await bench.appeals.look(token)
    assert (page.state, page.decision_reason) == (PageState.TOO_SOON, "Not yet.")


@pytest.mark.parametrize("reason", [None, "", "  ", "x" * (REASON_LIMIT + 1)])
async def test_a_denial_says_why(bench: AppealsBench, reason: str | None) -> None:
    case, _token, one = await bench.appealed()
    with pytest.raises(UserError):
        await bench.decide(one, "denied", reason)
    assert (await bench.appeals_of(case))[0].state is AppealState.OPEN


@pytest.mark.parametrize("decision", ["approved", "denied"])
async def test_who_may_not_undo_it_may_not_decide(bench: AppealsBench, decision: Any) -> None:
    case, _token, one = await bench.appealed("timeout")
    before = len(await bench.about(case))
    low = bench.someone(name="deckhand", roles={10}, permissions=ALL - {"moderate_members"})
    with pytest.raises(UserError, match="Timeout Members"):
        await bench.decide(one, decision, by=Actor(GUILD, low, "deckhand"))
    bench.discord.roles_of(case.user_id).add(2)
    with pytest.raises(UserError, match="as high as yours"):
        await bench.decide(one, decision)
    bench.discord.people[case.user_id].permissions = ALL
    with pytest.raises(UserError, match="your own appeal"):
        await bench.decide(one, decision, by=Actor(GUILD, case.user_id, case.username))
    with pytest.raises(UserError, match="cannot see the members"):
        await bench.decide(one, decision, by=Actor(GUILD, 12345, "nobody"))
    assert (await bench.appeals_of(case))[0].state is AppealState.OPEN
    assert await bench.about(case, before) == []


async def test_a_timeout_needs_no_right_to_ban(bench: AppealsBench) -> None:
    _case, _token, one = await bench.appealed("timeout")
    bench.discord.people[MODERATOR].permissions = frozenset({"moderate_members"})
    assert (await bench.decide(one)).state is AppealState.APPROVED
    _case, _token, two = await bench.appealed("ban", by=PILOT)
    with pytest.raises(UserError, match="Ban Members"):
        await bench.decide(two)


async def test_rights_are_asked_again_where_it_is_written(bench: AppealsBench) -> None:
    case, _token, one = await bench.appealed()
    bench.discord.faults["ban_reason"] = Fault.HANGS
    decided = asyncio.create_task(bench.decide(one))
    await bench.discord.called.wait()
    bench.discord.people[MODERATOR].permissions = frozenset()
    bench.discord.let_go.set()
    with pytest.raises(UserError, match="Ban Members"):
        await decided
    assert (await bench.appeals_of(case))[0].state is AppealState.OPEN


async def test_another_guild_s_appeal_is_not_found(bench: AppealsBench) -> None:
    case, _token, one = await bench.appealed()
    with pytest.raises(NotFound):
        await bench.decide(one, by=Actor(GUILD + 1, MODERATOR, "harbour_master"))
    with pytest.raises(NotFound):
        await bench.appeals.decide(HARBOUR_MASTER, one.id + 1, "denied", "No.")
    assert (await bench.appeals_of(case))[0].state is AppealState.OPEN


@pytest.mark.parametrize("kind", list(LIFTED))
async def test_what_discord_refuses_stays_open_and_is_not_told(
    bench: AppealsBench, kind: str
) -> None:
    case, token, one = await bench.appealed(kind)
    before = len(await bench.about(case))
    call = {"ban": "unban", "tempban": "unban", "mute": "change_roles"}.get(kind, kind)
    bench.discord.faults[call] = Fault.REFUSES
    with pytest.raises(UserError, match="does not let me do that: Missing Permissions"):
        await bench.decide(one)
    (row,) = await bench.appeal_rows()
    assert (row["state"], row["failure"]) == ("open", "Missing Permissions")
    assert (row["decided_by_id"], row["decided_by_name"], row["reason"]) == (None, None, None)
    assert await bench.about(case, before) == []
    assert (await bench.row(case)).state is CaseState.ACTIVE
    page = await bench.appeals.look(token)
    assert (page.state, page.decision_reason) == (PageState.OPEN, None)
    await bench.sweep_appeals()
    assert ("I cannot lift it", "Missing Permissions") in bench.discord.lines[1].fields
    assert len(bench.discord.lines[1].buttons) == 2
    bench.discord.faults.clear()
    assert (await bench.decide(one, by=PILOT)).state is AppealState.APPROVED
    await bench.echo()
    await bench.settle_members()
    assert await bench.about(case, before) == LIFTED[kind]
    assert (await bench.appeal_rows())[0]["failure"] is None


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
@pytest.mark.parametrize("fault", [Fault.LOST, Fault.LATE])
@pytest.mark.parametrize("kind", list(LIFTED))
async def test_without_an_answer_it_is_done_later(
    bench: AppealsBench, kind: str, fault: Fault, *, log: bool
) -> None:
    bench.discord.log = log
    case, token, one = await bench.appealed(kind)
    before = len(await bench.about(case))
    call = {"ban": "unban", "tempban": "unban", "mute": "change_roles"}.get(kind, kind)
    bench.discord.faults[call] = fault
    with pytest.raises(UserError, match="gave no answer"):
        await bench.decide(one)
    await bench.echo()
    await bench.settle_members()
    with pytest.raises(UserError, match="already decided by harbour_master"):
        await bench.decide(one, by=PILOT)
    assert (await bench.appeals.look(token)).state is PageState.OPEN
    assert await bench.about(case, before) == []
    await bench.sweep_appeals(after=LEASE)
    assert await bench.about(case, before) == [] or fault is Fault.LATE
    bench.discord.faults.clear()
    await bench.sweep_appeals(after=LEASE)
    await bench.echo()
    await bench.settle_members()
    assert await bench.about(case, before) == LIFTED[kind]
    assert (await bench.appeals_of(case))[0].punishment_lifted


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.REFUSES])
async def test_a_ban_that_cannot_be_looked_up_can_be_denied_only(
    bench: AppealsBench, fault: Fault
) -> None:
    case, _token, one = await bench.appealed()
    bench.discord.faults["ban_reason"] = fault
    with pytest.raises(UserError, match="Nothing was done"):
        await bench.decide(one)
    assert (await bench.appeals_of(case))[0].state is AppealState.OPEN
    assert (await bench.decide(one, "denied", "No.")).state is AppealState.DENIED
