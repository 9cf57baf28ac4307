"""The card for the staff: owed until it is sent, said where it cannot be."""

import asyncio
from typing import Any

import pytest
import structlog
from sqlalchemy import select

from bot.acts import Outcome
from bot.controls import Tone
from bot.features.appeals.model import AppealState
from bot.features.audit.tables import audit_entry
from tests.integration.appeals.appeals_env import (
    CHANNEL,
    DAY,
    HOUR,
    LEASE,
    MESSAGE,
    AppealsEnv,
)
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import MODERATOR, Fault


async def said(env: AppealsEnv) -> list[str]:
    """What the audit log says about cards."""
    query = select(audit_entry.c.summary).where(audit_entry.c.event_type == "appeal.card_not_sent")
    async with env.emitter.database.reading() as reading:
        return list((await reading.execute(query)).scalars())


async def test_the_card_shows_what_is_to_be_decided(env: AppealsEnv) -> None:
    case, token = await env.punished("tempban", reason="*Advertising*")
    await env.appeals.submit(token, MESSAGE)
    await env.sweep_appeals()
    assert env.discord.calls[-1] == ("send", CHANNEL)
    (card,) = env.discord.lines.values()
    (one,) = await env.appeals_of(case)
    fields = dict(card.fields)
    assert card.title == f"Appeal of case 1: otter\\_{case.user_id}"
    assert (card.text, card.tone, card.at) == (MESSAGE, Tone.WARNING, one.created_at)
    assert fields["Person"] == f"<@{case.user_id}> `{case.user_id}`"
    assert (fields["Decision"], fields["Reason"]) == ("Ban for a time", "\\*Advertising\\*")
    assert case.expires_at is not None
    assert str(int(case.expires_at.timestamp())) in fields["Ends"]
    assert fields["Attempt"] == "1"
    assert [press.custom_id for press in card.buttons] == [
        f"appeal:approve:{one.id}",
        f"appeal:deny:{one.id}",
    ]
    (row,) = await env.cards()
    assert (row.outcome, row.channel_id, row.message_id) == (Outcome.SENT, CHANNEL, 1)


@pytest.mark.parametrize(
    ("decision", "state", "tone"),
    [("approved", "approved by", Tone.GOOD), ("denied", "denied by", Tone.BAD)],
)
async def test_the_card_is_redrawn_without_its_buttons(
    env: AppealsEnv, decision: Any, state: str, tone: Tone
) -> None:
    _case, _token, one = await env.appealed()
    await env.decide(one, decision, "Because")
    await env.sweep_appeals()
    ((number, card),) = env.discord.redrawn
    assert (number, card.buttons, card.tone) == (1, (), tone)
    assert dict(card.fields)["State"] == f"{state} <@{MODERATOR}>"
    assert dict(card.fields)["Answer"] == "Because"
    await env.sweep_appeals(after=LEASE)
    assert len(env.discord.redrawn) == 1


async def test_the_card_of_what_has_ended_says_so(env: AppealsEnv) -> None:
    _case, _token, _one = await env.appealed("mute", duration=HOUR)
    await env.sweep(after=HOUR)
    await env.sweep_appeals()
    card = env.discord.lines[1]
    assert card.buttons == ()
    assert "closed" in dict(card.fields)["State"]


async def test_a_card_that_changes_while_it_is_sent_is_drawn_again(env: AppealsEnv) -> None:
    case, token = await env.punished("mute")
    await env.appeals.submit(token, MESSAGE)
    env.discord.faults["send"] = Fault.HANGS
    sweep = asyncio.create_task(env.sweep_appeals())
    await env.discord.called.wait()
    (one,) = await env.appeals_of(case)
    await env.decide(one, "denied", "No.")
    env.discord.let_go.set()
    await sweep
    assert [name for name, _about in env.discord.calls if name in ("send", "redraw")] == [
        "send",
        "redraw",
    ]
    assert env.discord.lines[1].buttons == ()
    assert len(env.discord.lines) == 1


async def test_a_channel_that_is_gone_is_said_and_tried_for_a_day(env: AppealsEnv) -> None:
    _case, token = await env.punished()
    env.discord.faults["send"] = Fault.REFUSES
    with structlog.testing.capture_logs() as logs:
        await env.appeals.submit(token, MESSAGE)
        await env.sweep_appeals()
        for _ in range(5):
            await env.sweep_appeals(after=LEASE)
    assert env.discord.calls.count(("send", CHANNEL)) == 6
    (summary,) = await said(env)
    assert "case 1 cannot be shown to the staff: Missing Permissions" in summary
    assert [line["event"] for line in logs] == ["post.not_sent"]
    assert (await env.cards())[0].is_owed
    assert (await env.appeals.open_ones(GUILD)).total == 1
    env.discord.faults.clear()
    await env.prefer("channel_id", value=CHANNEL + 1)
    await env.sweep_appeals(after=LEASE)
    assert env.discord.calls[-1] == ("send", CHANNEL + 1)
    (row,) = await env.cards()
    assert (row.outcome, row.channel_id, row.failure) == (Outcome.SENT, CHANNEL + 1, None)


@pytest.mark.parametrize(
    ("fault", "outcome"), [(Fault.REFUSES, Outcome.REFUSED), (Fault.LOST, Outcome.LATE)]
)
async def test_after_a_day_a_card_is_given_up_and_the_list_still_has_it(
    env: AppealsEnv, fault: Fault, outcome: Outcome
) -> None:
    case, token = await env.punished("mute")
    env.discord.faults["send"] = fault
    await env.appeals.submit(token, MESSAGE)
    await env.sweep_appeals(after=DAY)
    assert (await env.cards())[0].is_owed
    await env.sweep_appeals(after=DAY)
    (row,) = await env.cards()
    assert (row.is_owed, row.outcome) == (False, outcome)
    assert len(await said(env)) == 1
    env.discord.faults.clear()
    await env.sweep_appeals(after=LEASE)
    assert env.discord.lines == {}
    (one,) = (await env.appeals.open_ones(GUILD)).rows
    assert (await env.decide(one)).state is AppealState.APPROVED
    assert 20 not in env.discord.roles_of(case.user_id)


async def test_a_channel_taken_from_the_settings_is_said(env: AppealsEnv) -> None:
    _case, token = await env.punished()
    await env.appeals.submit(token, MESSAGE)
    await env.prefer("enabled", value=False)
    await env.prefer("channel_id", value=None)
    await env.sweep_appeals()
    assert len(await said(env)) == 1
    assert (await env.cards())[0].is_owed
    assert ("send", CHANNEL) not in env.discord.calls


async def test_a_card_that_somebody_deleted_is_posted_anew(env: AppealsEnv) -> None:
    _case, _token, one = await env.appealed()
    env.discord.lines.clear()
    await env.decide(one)
    await env.sweep_appeals()
    assert [press.label for press in env.discord.lines[2].buttons] == []
    (row,) = await env.cards()
    assert (row.outcome, row.message_id) == (Outcome.SENT, 2)


async def test_a_redrawing_that_is_refused_is_tried_again_for_a_day(env: AppealsEnv) -> None:
    _case, _token, one = await env.appealed()
    env.discord.faults["redraw"] = Fault.REFUSES
    await env.decide(one)
    await env.sweep_appeals()
    (row,) = await env.cards()
    assert (row.outcome, row.is_owed, row.message_id) == (Outcome.REFUSED, True, 1)
    assert await said(env) == []  # the staff have the card, as it was
    env.discord.faults.clear()
    await env.sweep_appeals(after=LEASE)
    assert env.discord.lines[1].buttons == ()
    await env.sweep_appeals(after=LEASE)
    assert [name for name, _about in env.discord.calls].count("redraw") == 2


async def test_a_card_without_an_answer_is_redrawn_later(env: AppealsEnv) -> None:
    _case, _token, one = await env.appealed()
    env.discord.faults["redraw"] = Fault.LOST
    await env.decide(one)
    await env.sweep_appeals()
    env.discord.faults.clear()
    await env.sweep_appeals()
    assert env.discord.redrawn == []  # not before the lease is over
    await env.sweep_appeals(after=LEASE)
    assert len(env.discord.redrawn) == 1


async def test_the_card_of_a_deleted_case_says_so_and_is_forgotten(env: AppealsEnv) -> None:
    case, _token, _one = await env.appealed()
    await env.process.book.delete(HARBOUR_MASTER, case.number)
    (row,) = await env.cards()
    assert row.last == {"number": 1}
    env.discord.faults["redraw"] = Fault.LOST
    await env.sweep_appeals()
    env.discord.faults.clear()
    await env.sweep_appeals(after=LEASE)
    card = env.discord.lines[1]
    assert (card.title, card.buttons) == ("Appeal of case 1", ())
    assert "deleted" in card.text
    assert MESSAGE not in card.text
    assert await env.cards() == []


@pytest.mark.parametrize("fault", [Fault.REFUSES, None], ids=["gone", "never sent"])
async def test_nothing_is_left_of_a_card_that_cannot_say_so(
    env: AppealsEnv, fault: Fault | None
) -> None:
    case, token = await env.punished()
    await env.appeals.submit(token, MESSAGE)
    if fault is not None:
        await env.sweep_appeals()
        env.discord.faults["redraw"] = fault
    await env.process.book.delete(HARBOUR_MASTER, case.number)
    await env.sweep_appeals()
    assert len(await env.cards()) == (fault is not None)  # a permission may be given meanwhile
    await env.sweep_appeals(after=2 * DAY)
    assert await env.cards() == []
    assert len(env.discord.lines) == (fault is not None)
