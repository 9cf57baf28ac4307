"""The private link: who gets one, what it opens, how long it works."""

import asyncio
from typing import Any

import pytest
import structlog

from bot.errors import NotFound, UserError
from bot.features.appeals.model import PageState
from bot.features.cases.model import Order
from bot.private_links import LinkExpired, LinkForged
from tests.integration.appeals.appeals_env import DAY, MESSAGE, PUBLIC_URL, AppealsEnv
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault

KINDS = ["ban", "tempban", "timeout", "mute"]


@pytest.mark.parametrize("kind", KINDS)
async def test_the_letter_carries_the_link_of_what_can_be_appealed(
    env: AppealsEnv, kind: str
) -> None:
    case, _token = await env.punished(kind, reason="Advertising")
    (letter,) = env.letters_to(case.user_id)
    (press,) = letter.buttons
    assert press.url is not None
    page = await env.appeals.look(press.url.removeprefix(f"{PUBLIC_URL}/appeals/"))
    assert (page.state, page.number, page.type) == (PageState.MAY_APPEAL, case.number, kind)
    assert (page.guild_id, page.guild_name, page.icon_url) == (GUILD, "The *Harbour*", None)
    assert (page.reason, page.created_at) == ("Advertising", case.created_at)
    assert page.expires_at == case.expires_at
    assert page.attempts_left == 3
    assert page.link_expires_at == env.clock.now() + 30 * DAY
    assert (page.message, page.decision_reason, page.until) == (None, None, None)


async def test_a_quarantine_is_appealed_as_a_mute(env: AppealsEnv) -> None:
    case = await env.order("mute", env.someone(roles={10}), quarantine=True)
    assert (await env.appeals.look(await env.token(case))).type == "mute"


@pytest.mark.parametrize("kind", ["warn", "kick", "note"])
async def test_what_lifts_nothing_has_no_link(env: AppealsEnv, kind: Any) -> None:
    case = await env.order(kind, env.someone())
    assert await env.appeals.issuing.link(case) is None
    assert [post.buttons for post in env.letters_to(case.user_id)] in ([()], [])


async def test_without_address_channel_or_switch_there_is_no_link(env: AppealsEnv) -> None:
    case, _token = await env.punished()
    await env.prefer("enabled", value=False)
    assert await env.appeals.issuing.link(case) is None
    await env.prefer("channel_id", value=None)
    with pytest.raises(UserError, match="Choose a channel"):
        await env.prefer("enabled", value=True)
    assert await env.appeals.issuing.link(case) is None
    await env.prefer("channel_id", value=7)
    await env.prefer("enabled", value=True)
    assert await env.appeals.issuing.link(case) is not None


async def test_a_link_works_until_its_time_is_over(env: AppealsEnv) -> None:
    _case, token = await env.punished()
    env.clock.advance((30 * DAY).total_seconds() - 1)
    assert (await env.appeals.look(token)).state is PageState.MAY_APPEAL
    env.clock.advance(1)
    with pytest.raises(LinkExpired, match="expired"):
        await env.appeals.look(token)
    with pytest.raises(LinkExpired):
        await env.appeals.submit(token, MESSAGE)
    assert await env.appeal_rows() == []


async def test_who_appealed_in_time_can_read_the_answer_and_try_again(env: AppealsEnv) -> None:
    """The link would end at the very moment at which the next attempt is allowed."""
    _case, token, one = await env.appealed()
    env.clock.advance((40 * DAY).total_seconds())
    assert (await env.appeals.look(token)).state is PageState.OPEN
    await env.decide(one, "denied", "No.")
    env.clock.advance((30 * DAY).total_seconds())
    page = await env.appeals.look(token)
    assert (page.state, page.decision_reason) == (PageState.MAY_APPEAL, "No.")
    assert page.link_expires_at == env.clock.now() + 30 * DAY
    env.clock.advance((30 * DAY).total_seconds())
    with pytest.raises(LinkExpired):
        await env.appeals.look(token)


async def test_a_changed_or_invented_link_is_none(env: AppealsEnv) -> None:
    _case, token = await env.punished()
    changed = [token[:-1] + ("A" if token[-1] != "A" else "B"), "x" + token[1:], token[:-5]]
    for other in [*changed, "", ".", "…", "a" * 5000, token + "\n", "\x00", "\ud800"]:
        with pytest.raises(LinkForged):
            await env.appeals.look(other)
        with pytest.raises(LinkForged):
            await env.appeals.submit(other, MESSAGE)
    assert await env.appeal_rows() == []


async def test_a_signed_link_opens_nothing_of_another_guild_or_person(env: AppealsEnv) -> None:
    case, _token = await env.punished()
    other = await env.order("ban", env.someone())
    foreign = [
        env.signed(case_id=case.id, user_id=other.user_id),
        env.signed(case_id=case.id, user_id=case.user_id, guild_id=GUILD + 1),
        env.signed(case_id=other.id + 1, user_id=other.user_id),
    ]
    for token in foreign:
        with pytest.raises(NotFound):
            await env.appeals.look(token)
        with pytest.raises(NotFound):
            await env.appeals.submit(token, MESSAGE)
    assert await env.appeal_rows() == []


async def test_a_deleted_case_takes_its_link_along(env: AppealsEnv) -> None:
    case, token, one = await env.appealed()
    await env.process.book.delete(HARBOUR_MASTER, case.number)
    with pytest.raises(NotFound):
        await env.appeals.look(token)
    with pytest.raises(NotFound):
        await env.appeals.submit(token, MESSAGE)
    with pytest.raises(NotFound):
        await env.appeals.find(GUILD, one.id)
    with pytest.raises(NotFound):
        await env.decide(one)


async def test_a_guild_that_the_bot_left_is_not_found(env: AppealsEnv) -> None:
    _case, token = await env.punished()
    env.discord.is_there = False
    with pytest.raises(NotFound):
        await env.appeals.look(token)
    with pytest.raises(NotFound):
        await env.appeals.submit(token, MESSAGE)


async def test_a_case_that_is_not_carried_out_yet_or_never_was(env: AppealsEnv) -> None:
    """The letter before a ban leads to a page whose case is pending for a moment."""
    otter = env.someone()
    env.discord.faults["ban"] = Fault.HANGS
    ordered = asyncio.create_task(env.cases.order(HARBOUR_MASTER, Order("ban", otter)))
    await env.discord.called.wait()
    token = (env.letters_to(otter)[0].buttons[0].url or "").rpartition("/")[2]
    with pytest.raises(NotFound, match="again in a minute"):
        await env.appeals.look(token)
    env.discord.faults["ban"] = Fault.REFUSES
    env.discord.let_go.set()
    await ordered
    assert (await env.appeals.look(token)).state is PageState.MAY_APPEAL
    other = env.someone()
    with pytest.raises(UserError, match="does not let me"):
        await env.order("ban", other)
    assert env.letters_to(other) == []  # taken back; but who was quick has its link
    token = env.signed(case_id=(await env.rows())[-1]["id"], user_id=other)
    assert (await env.appeals.look(token)).state is PageState.ENDED


async def test_without_a_connection_nothing_is_guessed(env: AppealsEnv) -> None:
    _case, token = await env.punished()
    env.discord.is_connected = False
    with pytest.raises(UserError, match="not connected"):
        await env.appeals.look(token)


async def test_listings_show_the_guild_s_own(env: AppealsEnv) -> None:
    made = [await env.appealed("mute") for _ in range(12)]
    first = await env.appeals.open_ones(GUILD)
    assert (first.number, first.pages, first.total) == (1, 2, 12)
    assert [one.id for one in first.rows] == [one.id for _case, _token, one in made[:10]]
    last = await env.appeals.open_ones(GUILD, 9)
    assert [one.case_number for one in last.rows] == [case.number for case, _t, _o in made[10:]]
    assert (await env.appeals.open_ones(GUILD + 1)).total == 0
    case, _token, one = made[0]
    assert await env.appeals.find(GUILD, one.id) == one
    with pytest.raises(NotFound):
        await env.appeals.find(GUILD + 1, one.id)
    assert await env.appeals.of_case(GUILD, case.id) == [one]
    assert await env.appeals.of_case(GUILD + 1, case.id) == []


async def test_links_are_in_no_log(env: AppealsEnv) -> None:
    with structlog.testing.capture_logs() as logs:
        _case, token, one = await env.appealed()
        with pytest.raises(LinkForged):
            await env.appeals.look(token[:-1])
        await env.decide(one)
    assert token[:20] not in str(logs)
    assert MESSAGE not in str(logs)
