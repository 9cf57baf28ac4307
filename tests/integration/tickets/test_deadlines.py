"""Silence, promises and rooms that go: by the clock, once, on both engines."""

from typing import Any

import pytest

from bot.features.tickets.deadlines import OVERDUE, WARNING
from bot.features.tickets.model import RoomDuty, TicketState
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.tickets.test_conversation import Pen
from tests.integration.tickets.tickets_env import CLERK, HOUR, STAFF, TicketsEnv


@pytest.fixture
def pen(env: TicketsEnv) -> Pen:
    return Pen(env)


async def silent(env: TicketsEnv, pen: Pen) -> Any:
    """A ticket that the staff answered, and whose opener says nothing."""
    env.type = await env.choices(env.type, silence_hours=48, warning_hours=24)
    ticket = await env.opened()
    await pen.write(ticket, pen.by(CLERK.user_id, STAFF), "Is it there now?")
    return ticket


async def test_a_silence_is_warned_of_and_ends_it(env: TicketsEnv, pen: Pen) -> None:
    ticket = await silent(env, pen)
    await env.sweep_tickets(23 * HOUR)
    assert await env.posts(WARNING) == []
    await env.sweep_tickets(HOUR)
    assert len(await env.posts(WARNING)) == 1
    await env.sweep_tickets(23 * HOUR)
    assert (await env.ticket(ticket)).is_open
    await env.sweep_tickets(HOUR)
    kind, data = (await env.told())[-1]
    assert (kind, data["close_source"]) == ("ticket.closed", "auto_close")


async def test_silence_where_nobody_listens_means_nothing(env: TicketsEnv, pen: Pen) -> None:
    """The gateway of that server is another process's, and that is gone."""
    ticket = await silent(env, pen)
    env.discord.is_heard = False
    await env.sweep_tickets(24 * HOUR)
    assert await env.posts(WARNING) == []
    env.discord.is_heard = True
    await env.sweep_tickets(HOUR)
    assert len(await env.posts(WARNING)) == 1
    env.discord.is_heard = False
    await env.sweep_tickets(96 * HOUR)
    assert (await env.ticket(ticket)).is_open


async def test_a_word_of_the_opener_keeps_it_open(env: TicketsEnv, pen: Pen) -> None:
    ticket = await silent(env, pen)
    await env.sweep_tickets(24 * HOUR)
    await pen.write(ticket, pen.by(ticket.opener_id), "Not yet.")
    await env.sweep_tickets(96 * HOUR)
    assert (await env.ticket(ticket)).is_open
    await pen.write(ticket, pen.by(CLERK.user_id, STAFF), "And now?")
    await env.sweep_tickets(24 * HOUR)
    await env.sweep_tickets(24 * HOUR)
    assert (await env.ticket(ticket)).state is TicketState.CLOSED


async def test_after_a_long_absence_the_warning_still_comes_first(
    env: TicketsEnv, pen: Pen
) -> None:
    ticket = await silent(env, pen)
    await env.sweep_tickets(1000 * HOUR)
    assert (await env.ticket(ticket)).is_open
    assert len(await env.posts(WARNING)) == 1
    await env.sweep_tickets(24 * HOUR)
    assert (await env.ticket(ticket)).state is TicketState.CLOSED


async def test_a_type_that_changes_changes_its_open_tickets(env: TicketsEnv, pen: Pen) -> None:
    ticket = await silent(env, pen)
    await env.choices(env.type, silence_hours=0)
    await env.sweep_tickets(1000 * HOUR)
    assert (await env.ticket(ticket)).is_open


async def test_a_broken_promise_is_told_to_the_staff_once(env: TicketsEnv, pen: Pen) -> None:
    await env.choices(env.type, promise_minutes=30)
    waiting, answered = await env.opened(), await env.opened()
    await pen.write(answered, pen.by(CLERK.user_id, STAFF), "Here I am.")
    for _ in range(3):
        await env.sweep_tickets(HOUR)
    (post,) = await env.posts(OVERDUE)
    assert post.subject_id == waiting.id


async def test_the_room_of_a_closed_one_goes_when_the_server_chose(env: TicketsEnv) -> None:
    settings = env.process.settings
    await settings.change(HARBOUR_MASTER, "tickets", "delete_after_hours", 12)
    ticket = await env.opened()
    await env.closed(ticket)
    await env.sweep_tickets(11 * HOUR)
    assert ticket.channel_id in env.discord.rooms
    await env.sweep_tickets(HOUR)
    await env.sweep_tickets()
    assert ticket.channel_id not in env.discord.rooms
    now = await env.ticket(ticket)
    assert (now.channel_id, now.room_duties) == (None, frozenset())


async def test_a_name_follows_within_discords_limit(env: TicketsEnv) -> None:
    ticket = await env.opened()
    for subject in ("One", "Two"):
        await env.tickets.moves.rename(CLERK, ticket, subject)
        await env.sweep_tickets()
    assert env.room(ticket).plan.name == "one-1"
    assert (await env.ticket(ticket)).room_duties == {RoomDuty.RENAME}
    env.clock.advance(301)
    await env.sweep_tickets()
    assert env.room(ticket).plan.name == "two-1"


async def test_a_clock_that_is_ahead_of_discords_hides_no_first_word(
    env: TicketsEnv, pen: Pen
) -> None:
    await env.choices(env.type, silence_hours=48, warning_hours=24)
    ticket = await env.opened()
    env.clock.advance(-2)
    await pen.write(ticket, pen.by(CLERK.user_id, STAFF), "Is it there now?")
    assert not (await env.ticket(ticket)).spoken_by_opener
