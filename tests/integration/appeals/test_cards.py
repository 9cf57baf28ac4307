"""The card for the staff: owed until it is sent, said where it cannot be."""

import asyncio
from typing import Any

import pytest
import structlog
from sqlalchemy import select

from bot.acts import Outcome
from bot.controls import Tone
from bot.features.appeals.model import AppealState
from bot.features.audit.store import audit_entry
from tests.integration.appeals.appeals_env import (
    CHANNEL,
    DAY,
    HOUR,
    LEASE,
    MESSAGE,
    AppealsBench,
)
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import MODERATOR, Fault


async def said(bench: AppealsBench) -> list[str]:
    """What the audit log says about cards."""
    query = select(audit_entry.c.summary).where(audit_entry.c.event_type == "appeal.card_not_sent")
    async with bench.emitter.database.reading() as reading:
        return list((await reading.execute(query)).scalars())


async def test_the_card_shows_what_is_to_be_decided(bench: AppealsBench) -> None:
    case, token = await bench.punished("tempban", reason="*Advertising*")
    await bench.appeals.submit(token, MESSAGE)
    await bench.sweep_appeals()
    assert bench.discord.calls[-1] == ("send", CHANNEL)
    (card,) = bench.discord.lines.values()
    (one,) = await bench.appeals_of(case)
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
    (row,) = await bench.cards()
    assert (row.outcome, row.channel_id, row.message_id) == (Outcome.SENT, CHANNEL, 1)


@pytest.mark.parametrize(
    ("decision", "state", "tone"),
    [("approved", "approved by", Tone.GOOD), ("denied", "denied by", Tone.BAD)],
)
async def test_the_card_is_redrawn_without_its_buttons(
    bench: AppealsBench, decision: Any, state: str, tone: Tone
) -> None:
    _case, _token, one = await bench.appealed()
    await bench.decide(one, decision, "Because")
    await bench.sweep_appeals()
    ((number, card),) = bench.discord.redrawn
    assert (number, card.buttons, card.tone) == (1, (), tone)
    assert dict(card.fields)["State"] == f"{state} <@{MODERATOR}>"
    assert dict(card.fields)["Answer"] == "Because"
    await bench.sweep_appeals(after=LEASE)
    assert len(bench.discord.redrawn) == 1


async def test_the_card_of_what_has_ended_says_so(bench: AppealsBench) -> None:
    _case, _token, _one = await bench.appealed("mute", duration=HOUR)
    await bench.sweep(after=HOUR)
    await bench.sweep_appeals()
    card = bench.discord.lines[1]
    assert card.buttons == ()
    assert "closed" in dict(card.fields)["State"]


async def test_a_card_that_changes_while_it_is_sent_is_drawn_again(bench: AppealsBench) -> None:
    case, token = await bench.punished("mute")
    await bench.appeals.submit(token, MESSAGE)
    bench.discord.faults["send"] = Fault.HANGS
    sweep = asyncio.create_task(bench.sweep_appeals())
    await bench.discord.called.wait()
    (one,) = await bench.appeals_of(case)
    await bench.decide(one, "denied", "No.")
    bench.discord.let_go.set()
    await sweep
    assert [name for name, _about in bench.discord.calls if name in ("send", "redraw")] == [
        "send",
        "redraw",
    ]
    assert bench.discord.lines[1].buttons == ()
    assert len(bench.discord.lines) == 1


async def test_a_channel_that_is_gone_is_said_and_tried_for_a_day(bench: AppealsBench) -> None:
    _case, token = await bench.punished()
    bench.discord.faults["send"] = Fault.REFUSES
    with structlog.testing.capture_logs() as logs:
        await bench.appeals.submit(token, MESSAGE)
        await bench.sweep_appeals()
        for _ in range(5):
            await bench.sweep_appeals(after=LEASE)
    assert bench.discord.calls.count(("send", CHANNEL)) == 6
    (summary,) = await said(bench)
    assert "case 1 cannot be shown to the staff: Missing Permissions" in summary
    assert [line["event"] for line in logs] == ["post.not_sent"]
    assert (await bench.cards())[0].is_owed
    assert (await bench.appeals.open_ones(GUILD)).total == 1
    bench.discord.faults.clear()
    await bench.prefer("channel_id", value=CHANNEL + 1)
    await bench.sweep_appeals(after=LEASE)
    assert bench.discord.calls[-1] == ("send", CHANNEL + 1)
    (row,) = await bench.cards()
    assert (row.outcome, row.channel_id, row.failure) == (Outcome.SENT, CHANNEL + 1, None)


@pytest.mark.parametrize(
    ("fault", "outcome"), [(Fault.REFUSES, Outcome.REFUSED), (Fault.LOST, Outcome.LATE)]
)
async def test_after_a_day_a_card_is_given_up_and_the_list_still_has_it(
    bench: AppealsBench, fault: Fault, outcome: Outcome
) -> None:
    case, token = await bench.punished("mute")
    bench.discord.faults["send"] = fault
    await bench.appeals.submit(token, MESSAGE)
    await bench.sweep_appeals(after=DAY)
    assert (await bench.cards())[0].is_owed
    await bench.sweep_appeals(after=DAY)
    (row,) = await bench.cards()
    assert (row.is_owed, row.outcome) == (False, outcome)
    assert len(await said(bench)) == 1
    bench.discord.faults.clear()
    await bench.sweep_appeals(after=LEASE)
    assert bench.discord.lines == {}
    (one,) = (await bench.appeals.open_ones(GUILD)).appeals
    assert (await bench.decide(one)).state is AppealState.APPROVED
    assert 20 not in bench.discord.roles_of(case.user_id)


async def test_a_channel_taken_from_the_settings_is_said(bench: AppealsBench) -> None:
    _case, token = await bench.punished()
    await bench.appeals.submit(token, MESSAGE)
    await bench.prefer("enabled", value=False)
    await bench.prefer("channel_id", value=None)
    await bench.sweep_appeals()
    assert len(await said(bench)) == 1
    assert (await bench.cards())[0].is_owed
    assert ("send", CHANNEL) not in bench.discord.calls


async def test_a_card_that_somebody_deleted_is_posted_anew(bench: AppealsBench) -> None:
    _case, _token, one = await bench.appealed()
    bench.discord.lines.clear()
    await bench.decide(one)
    await bench.sweep_appeals()
    assert [press.label for press in bench.discord.lines[2].buttons] == []
    (row,) = await bench.cards()
    assert (row.outcome, row.message_id) == (Outcome.SENT, 2)


async def test_a_redrawing_that_is_refused_is_tried_again_for_a_day(bench: AppealsBench) -> None:
    _case, _token, one = await bench.appealed()
    bench.discord.faults["redraw"] = Fault.REFUSES
    await bench.decide(one)
    await bench.sweep_appeals()
    (row,) = await bench.cards()
    assert (row.outcome, row.is_owed, row.message_id) == (Outcome.REFUSED, True, 1)
    assert await said(bench) == []  # the staff have the card, as it was
    bench.discord.faults.clear()
    await bench.sweep_appeals(after=LEASE)
    assert bench.discord.lines[1].buttons == ()
    await bench.sweep_appeals(after=LEASE)
    assert [name for name, _about in bench.discord.calls].count("redraw") == 2


async def test_a_card_without_an_answer_is_redrawn_later(bench: AppealsBench) -> None:
    _case, _token, one = await bench.appealed()
    bench.discord.faults["redraw"] = Fault.LOST
    await bench.decide(one)
    await bench.sweep_appeals()
    bench.discord.faults.clear()
    await bench.sweep_appeals()
    assert bench.discord.redrawn == []  # not before the lease is over
    await bench.sweep_appeals(after=LEASE)
    assert len(bench.discord.redrawn) == 1


async def test_the_card_of_a_deleted_case_says_so_and_is_forgotten(bench: AppealsBench) -> None:
    case, _token, _one = await bench.appealed()
    await bench.process.book.delete(HARBOUR_MASTER, case.number)
    (row,) = await bench.cards()
    assert row.last == {"number": 1}
    bench.discord.faults["redraw"] = Fault.LOST
    await bench.sweep_appeals()
    bench.discord.faults.clear()
    await bench.sweep_appeals(after=LEASE)
    card = bench.discord.lines[1]
    assert (card.title, card.buttons) == ("Appeal of case 1", ())
    assert "deleted" in card.text
    assert MESSAGE not in card.text
    assert await bench.cards() == []


@pytest.mark.parametrize("fault", [Fault.REFUSES, None], ids=["gone", "never sent"])
async def test_nothing_is_left_of_a_card_that_cannot_say_so(
    bench: AppealsBench, fault: Fault | None
) -> None:
    case, token = await bench.punished()
    await bench.appeals.submit(token, MESSAGE)
    if fault is not None:
        await bench.sweep_appeals()
        bench.discord.faults["redraw"] = fault
    await bench.process.book.delete(HARBOUR_MASTER, case.number)
    await bench.sweep_appeals()
    assert await bench.cards() == []
    assert len(bench.discord.lines) == (fault is not None)
