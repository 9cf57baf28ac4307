"""Admission: the wait before the first attempt, final cases, the block list, links handed over."""

import asyncio
from typing import Any

import pytest

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.appeals.model import CannotAppeal, PageState
from bot.storage.row_pages import PAGE
from tests.integration.appeals.appeals_env import DAY, MESSAGE, PUBLIC_URL, AppealsEnv, audited
from tests.integration.cases.cases_env import HARBOUR_MASTER, PILOT
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault

OTHER_GUILD = Actor(GUILD + 1, HARBOUR_MASTER.user_id, HARBOUR_MASTER.name)


async def test_the_first_attempt_waits_and_the_link_outlives_the_wait(env: AppealsEnv) -> None:
    await env.prefer("first_wait_days", 40)
    case, token = await env.punished()
    page = await env.appeals.look(token)
    assert (page.state, page.until) == (PageState.NOT_YET, case.created_at + 40 * DAY)
    assert page.link_expires_at == case.created_at + 70 * DAY
    with pytest.raises(CannotAppeal, match="too early for an appeal"):
        await env.appeals.submit(token, MESSAGE)
    env.clock.advance((40 * DAY).total_seconds() - 1)
    with pytest.raises(CannotAppeal):
        await env.appeals.submit(token, MESSAGE)
    assert await env.appeal_rows() == []
    env.clock.advance(1)
    assert (await env.appeals.submit(token, MESSAGE)).state is PageState.OPEN


async def test_a_wait_chosen_later_lengthens_the_links_that_are_out(env: AppealsEnv) -> None:
    case, token = await env.punished()
    await env.prefer("first_wait_days", 60)
    env.clock.advance((60 * DAY).total_seconds())
    page = await env.appeals.look(token)
    assert (page.state, page.link_expires_at) == (
        PageState.MAY_APPEAL,
        case.created_at + 90 * DAY,
    )


async def test_the_wait_after_a_denial_is_another(env: AppealsEnv) -> None:
    await env.switch_on(first_wait_days=5, wait_days=1)
    _case, token = await env.punished()
    env.clock.advance((5 * DAY).total_seconds())
    await env.appeals.submit(token, MESSAGE)
    (one,) = (await env.appeals.open_ones(GUILD)).rows
    await env.decide(one, "denied", "No.")
    assert (await env.appeals.look(token)).until == env.clock.now() + DAY


@pytest.mark.parametrize("kind", ["ban", "tempban"])
async def test_a_ban_that_is_final_brings_no_link(env: AppealsEnv, kind: Any) -> None:
    more: dict[str, Any] = {"duration": DAY} if kind == "tempban" else {}
    case = await env.order(kind, env.someone(), is_final=True, **more)
    (letter,) = env.letters_to(case.user_id)
    assert letter.buttons == ()
    assert await env.appeals.issuing.link(case) is None
    token = env.signed(case_id=case.id, user_id=case.user_id)
    assert (await env.appeals.look(token)).state is PageState.FINAL
    with pytest.raises(CannotAppeal, match="cannot be appealed"):
        await env.appeals.submit(token, MESSAGE)
    assert await env.appeal_rows() == []


async def test_a_case_is_made_final_later_and_taken_back(env: AppealsEnv) -> None:
    case, token = await env.punished("mute")
    await env.appeals.finalise(HARBOUR_MASTER, case, is_final=True)
    assert (await env.appeals.look(token)).state is PageState.FINAL
    with pytest.raises(UserError, match="so already"):
        await env.appeals.finalise(HARBOUR_MASTER, case, is_final=True)
    with pytest.raises(UserError, match="/appeals allow"):
        await env.appeals.hand_over(HARBOUR_MASTER, case)
    await env.appeals.finalise(PILOT, case, is_final=False)
    assert (await env.appeals.submit(token, MESSAGE)).state is PageState.OPEN
    assert [row["event_type"] for row in await audited(env)][-2:] == [
        "appeal.forbidden",
        "appeal.allowed",
    ]


async def test_a_final_case_keeps_the_roles_that_its_end_needs(env: AppealsEnv) -> None:
    case = await env.order("mute", env.someone(roles={10}), quarantine=True)
    await env.appeals.finalise(HARBOUR_MASTER, case, is_final=True)
    await env.order("unmute", case.user_id)
    assert env.discord.roles_of(case.user_id) == {10}


async def test_an_appeal_that_was_open_is_still_decided(env: AppealsEnv) -> None:
    case, token, one = await env.appealed()
    await env.appeals.finalise(HARBOUR_MASTER, case, is_final=True)
    await env.appeals.blocks.add(HARBOUR_MASTER, case.user_id)
    assert (await env.appeals.look(token)).state is PageState.OPEN
    await env.decide(one, "denied", "No.")
    page = await env.appeals.look(token)
    assert (page.state, page.decision_reason) == (PageState.USED_UP, "No.")
    with pytest.raises(CannotAppeal):
        await env.appeals.submit(token, MESSAGE)


async def test_who_is_blocked_gets_no_link_and_sends_nothing(env: AppealsEnv) -> None:
    case, token = await env.punished()
    await env.appeals.blocks.add(HARBOUR_MASTER, case.user_id, "Sends threats")
    assert (await env.appeals.look(token)).state is PageState.BLOCKED
    with pytest.raises(CannotAppeal, match="no appeals from you"):
        await env.appeals.submit(token, MESSAGE)
    await env.order("unban", case.user_id)
    env.discord.enter(case.user_id)
    muted = await env.order("mute", case.user_id)
    await env.sweep_appeals()
    assert all(post.buttons == () for post in env.letters_to(case.user_id)[1:])
    with pytest.raises(UserError, match="block list"):
        await env.appeals.hand_over(HARBOUR_MASTER, muted)
    await env.appeals.blocks.remove(HARBOUR_MASTER, case.user_id)
    token = await env.token(muted)
    assert (await env.appeals.submit(token, MESSAGE)).state is PageState.OPEN
    assert await env.appeal_rows() != []
    assert [row["event_type"] for row in await audited(env)][-2:] == [
        "appeal.blocked",
        "appeal.unblocked",
    ]


async def test_the_block_list_is_the_guild_s_own_and_paged(env: AppealsEnv) -> None:
    for user_id in range(1, PAGE + 3):
        await env.appeals.blocks.add(HARBOUR_MASTER, user_id, "x" * 400)
        env.clock.advance(1)
    first, last = await env.appeals.blocks.page(GUILD), await env.appeals.blocks.page(GUILD, 99)
    assert [one.user_id for one in first.rows] == list(range(PAGE + 2, 2, -1))
    assert [one.user_id for one in last.rows] == [2, 1]
    assert (first.has_more, last.has_more, last.total) == (True, False, PAGE + 2)
    assert (await env.appeals.blocks.page(GUILD + 1)).total == 0
    with pytest.raises(NotFound):
        await env.appeals.blocks.remove(OTHER_GUILD, 1)
    with pytest.raises(UserError, match="already"):
        await env.appeals.blocks.add(HARBOUR_MASTER, 1)
    with pytest.raises(UserError, match="your own"):
        await env.appeals.blocks.add(HARBOUR_MASTER, HARBOUR_MASTER.user_id)
    with pytest.raises(UserError, match="at most 400"):
        await env.appeals.blocks.add(HARBOUR_MASTER, 50, "x" * 401)


async def test_two_who_block_at_once_are_one(env: AppealsEnv) -> None:
    blocks = env.appeals.blocks
    results = await asyncio.gather(
        *(blocks.add(actor, 5) for actor in (HARBOUR_MASTER, PILOT) * 5), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in results) == ["NoneType"] + ["UserError"] * 9
    assert (await blocks.page(GUILD)).total == len(await audited(env)) == 1


async def test_who_is_blocked_while_discord_is_asked_sends_nothing(env: AppealsEnv) -> None:
    case, token = await env.punished()
    env.discord.faults["ban_reason"] = Fault.HANGS
    sent = asyncio.create_task(env.appeals.submit(token, MESSAGE))
    await env.discord.called.wait()
    await env.appeals.blocks.add(HARBOUR_MASTER, case.user_id)
    env.discord.let_go.set()
    with pytest.raises(CannotAppeal, match="no appeals from you"):
        await sent
    assert await env.appeal_rows() == []


async def test_a_link_handed_over_works_and_stands_in_no_log(env: AppealsEnv) -> None:
    case, _token = await env.punished()
    env.clock.advance((29 * DAY).total_seconds())
    url = await env.appeals.hand_over(PILOT, case)
    token = url.removeprefix(f"{PUBLIC_URL}/appeals/")
    assert (await env.appeals.look(token)).link_expires_at == env.clock.now() + 30 * DAY
    (entry,) = await audited(env)
    assert (entry["event_type"], entry["actor_id"]) == ("appeal.link_handed_over", PILOT.user_id)
    assert token[:20] not in str(entry)
    assert (await env.appeals.submit(token, MESSAGE)).state is PageState.OPEN


async def test_a_link_is_handed_to_nobody_who_could_not_decide(env: AppealsEnv) -> None:
    case, _token = await env.punished("mute", by=PILOT)
    own = Actor(GUILD, case.user_id, "otter")
    with pytest.raises(UserError, match="your own appeal"):
        await env.appeals.hand_over(own, case)
    guest = env.someone()
    with pytest.raises(UserError, match="permission"):
        await env.appeals.hand_over(Actor(GUILD, guest, "guest"), case)
    with pytest.raises(UserError, match="permission"):
        await env.appeals.finalise(Actor(GUILD, guest, "guest"), case, is_final=True)
    with pytest.raises(NotFound):
        await env.appeals.hand_over(OTHER_GUILD, case)


async def test_there_is_no_link_for_what_cannot_be_appealed(env: AppealsEnv) -> None:
    warned = await env.order("warn", env.someone())
    with pytest.raises(UserError, match="Bans, timeouts and mutes alone"):
        await env.appeals.hand_over(HARBOUR_MASTER, warned)
    case, _token = await env.punished("mute")
    await env.prefer("enabled", value=False)
    with pytest.raises(UserError, match="switched off"):
        await env.appeals.hand_over(HARBOUR_MASTER, case)
    await env.order("unmute", case.user_id)
    with pytest.raises(UserError, match="has ended"):
        await env.appeals.hand_over(HARBOUR_MASTER, case)
