"""Invites with an approval: made once, tried again, shown to the person and the staff."""

from datetime import timedelta
from typing import Any

import pytest

from bot.features.appeals.model import AppealState, PageState
from tests.integration.appeals.appeals_env import DAY, LEASE, AppealsEnv, audited
from tests.support.fake_acts import Fault, ProcessDied

LOBBY = 88
WEEK = timedelta(days=7)
URL = "https://discord.gg/code1"


@pytest.fixture
async def env(env: AppealsEnv) -> AppealsEnv:
    await env.prefer("invite_channel_id", LOBBY)
    return env


def shown(env: AppealsEnv) -> str:
    return str(list(env.discord.lines.values())[-1].fields)


@pytest.mark.parametrize("kind", ["ban", "tempban"])
async def test_a_lifted_ban_comes_with_an_invite(env: AppealsEnv, kind: Any) -> None:
    case, token, one = await env.appealed(kind)
    env.discord.enter(case.user_id)  # else nobody could write to them
    decided = await env.decide(one)
    assert (decided.state, decided.invite_url) == (AppealState.APPROVED, URL)
    assert env.discord.made_invites == [(LOBBY, 1, WEEK)]
    assert env.discord.reasons[-1] == "[case 1] the appeal was approved"
    page = await env.appeals.look(token)
    assert (page.state, page.invite_url) == (PageState.APPROVED, URL)
    await env.sweep_appeals(after=LEASE)
    assert [one.url for one in env.letters_to(case.user_id)[-1].buttons] == [URL]
    assert "made, for the person alone" in shown(env)
    assert URL not in shown(env)
    env.clock.advance(WEEK.total_seconds())
    assert (await env.appeals.look(token)).invite_url is None
    assert len(env.discord.made_invites) == 1


@pytest.mark.parametrize("kind", ["timeout", "mute"])
async def test_who_never_left_needs_none(env: AppealsEnv, kind: Any) -> None:
    _case, token, one = await env.appealed(kind)
    await env.decide(one)
    await env.sweep_appeals(after=LEASE)
    assert env.discord.made_invites == []
    assert (await env.appeals.look(token)).invite_url is None


async def test_without_a_channel_or_after_a_denial_there_is_none(env: AppealsEnv) -> None:
    _case, _token, one = await env.appealed()
    await env.decide(one, "denied", "No.")
    await env.prefer("invite_channel_id", None)
    _case, _token, other = await env.appealed()
    await env.decide(other)
    await env.sweep_appeals(after=LEASE)
    assert env.discord.made_invites == []
    assert [row["invite_owed"] for row in await env.appeal_rows()] == [False, False]


@pytest.mark.parametrize("fault", [Fault.REFUSES, Fault.LOST])
async def test_one_that_is_refused_is_tried_again_and_the_approval_stands(
    env: AppealsEnv, fault: Fault
) -> None:
    case, token, one = await env.appealed()
    env.discord.faults["invite"] = fault
    decided = await env.decide(one)
    assert (decided.state, decided.punishment_lifted, decided.invite_url) == (
        AppealState.APPROVED,
        True,
        None,
    )
    assert case.user_id not in env.discord.banned
    await env.sweep_appeals(after=LEASE)
    assert "could not be made, send one yourself" in shown(env)
    env.discord.faults.clear()
    await env.sweep_appeals(after=timedelta(minutes=15))
    assert (await env.appeals.look(token)).invite_url == URL
    await env.sweep_appeals(after=LEASE)
    assert "made, for the person alone" in shown(env)
    assert [row["event_type"] for row in await audited(env)] == ["appeal.invite_not_made"]


async def test_one_that_is_refused_for_a_day_is_given_up(env: AppealsEnv) -> None:
    _case, _token, one = await env.appealed()
    env.discord.faults["invite"] = Fault.REFUSES
    await env.decide(one)
    await env.sweep_appeals(after=DAY)
    tried = len(env.discord.calls)
    await env.sweep_appeals(after=DAY)
    assert [call for call in env.discord.calls[tried:] if call[0] == "invite"] == []
    assert [row["invite_owed"] for row in await env.appeal_rows()] == [False]
    assert "could not be made" in shown(env)


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
async def test_one_that_a_dead_process_owed_is_made_by_the_next(
    env: AppealsEnv, fault: Fault
) -> None:
    _case, token, one = await env.appealed()
    env.discord.faults["invite"] = fault
    with pytest.raises(ProcessDied):
        await env.decide(one)
    env.discord.faults.clear()
    await env.again()
    await env.sweep_appeals(after=LEASE)
    page = await env.appeals.look(token)
    assert page.state is PageState.APPROVED
    assert page.invite_url is not None
    assert len(env.discord.made_invites) == (2 if fault is Fault.CRASH_AFTER else 1)
