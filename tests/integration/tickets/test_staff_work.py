"""What the staff do with a ticket, and what whoever manages the server does with its type."""

import asyncio
from dataclasses import replace

import pytest

from bot.errors import NotFound, UserError
from bot.features.tickets.model import Priority, RoomDuty, TicketState
from bot.features.tickets.overview import overview
from bot.features.tickets.panels import ON_PANEL
from bot.features.tickets.questionnaire import Place, added, mark_of, removed
from bot.features.tickets.types import FormQuestion
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.tickets.tickets_env import CLERK, HOUR, TicketsEnv
from tests.support.fake_guild import Fault

STRANGER_ROLE = 77


async def test_a_name_follows_the_priority_until_somebody_names_it(env: TicketsEnv) -> None:
    await env.choices(env.type, name_pattern="{priority}-{number}")
    ticket = await env.opened()
    await env.tickets.charge.prioritise(CLERK, ticket, Priority.URGENT)
    after = await env.ticket(ticket)
    assert (after.room_name, after.room_duties) == ("urgent-1", {RoomDuty.RENAME})
    await env.sweep_tickets()
    await env.tickets.moves.rename(CLERK, ticket, "Leak")
    await env.tickets.charge.prioritise(CLERK, ticket, Priority.LOW)
    assert (await env.ticket(ticket)).room_name == "leak-1"


async def test_a_name_without_priority_is_left_alone(env: TicketsEnv) -> None:
    ticket = await env.opened()
    await env.tickets.charge.prioritise(CLERK, ticket, Priority.URGENT)
    after = await env.ticket(ticket)
    assert (after.room_name, after.room_duties) == ("support-1", frozenset())


async def test_a_transfer_takes_the_name_of_the_other_type(env: TicketsEnv) -> None:
    other = await env.new_type("Billing")
    ticket = await env.opened()
    await env.tickets.moves.transfer(CLERK, ticket, other.id)
    after = await env.ticket(ticket)
    assert (after.type_id, after.room_name, after.room_duties) == (
        other.id,
        "billing-1",
        {RoomDuty.RENAME},
    )


async def test_the_room_of_a_closed_ticket_alone_is_deleted(env: TicketsEnv) -> None:
    moves, ticket = env.tickets.moves, await env.opened()
    with pytest.raises(UserError, match="Close the ticket first"):
        await moves.delete(CLERK, ticket)
    closed = await env.closed(ticket)
    with pytest.raises(UserError, match="Only the staff"):
        await moves.delete(env.visitor(ticket.opener_id), closed)
    await moves.delete(CLERK, closed)
    await env.sweep_tickets()
    after = await env.ticket(ticket)
    assert (after.state, after.channel_id) == (TicketState.CLOSED, None)
    assert ticket.channel_id not in env.discord.rooms
    with pytest.raises(UserError, match="gone already"):
        await moves.delete(CLERK, after)


async def test_a_ticket_opened_again_meanwhile_is_not_deleted(env: TicketsEnv) -> None:
    closed = await env.closed()
    await env.tickets.openings.reopen(CLERK, closed.number)
    with pytest.raises(UserError, match="Somebody else was quicker"):
        await env.tickets.moves.delete(CLERK, closed)
    assert (await env.ticket(closed)).room_duties != {RoomDuty.DELETE}


async def test_a_reply_is_filled_in_once_and_answers_the_promise(env: TicketsEnv) -> None:
    await env.choices(env.type, promise_minutes=10, silence_hours=4)
    await env.tickets.replies.save(HARBOUR_MASTER, "hello", "{user} {subject} {number} {staff}")
    visitor = env.visitor()
    ticket = await env.opened(visitor, subject="{staff} {user}")
    env.clock.advance(60)
    said = await env.tickets.replies.say(CLERK, ticket, "hello")
    assert ticket.channel_id is not None
    (post,) = [one for one in env.discord.lines.values() if one.is_plain]
    assert post.text == f"<@{visitor.user_id}> {{staff}} {{user}} 1 harbour\\_master"
    assert post.pings == (visitor.user_id,)
    now = env.clock.now()
    assert (said.answered_at, said.promise_at, said.close_at) == (now, None, now + 4 * HOUR)


async def test_a_reply_is_written_by_the_staff_of_that_type(env: TicketsEnv) -> None:
    await env.tickets.replies.save(HARBOUR_MASTER, "hello", "Ahoy")
    ticket = await env.opened()
    before = len(env.discord.lines)
    with pytest.raises(UserError, match="Only the staff"):
        await env.tickets.replies.say(env.visitor(None, STRANGER_ROLE), ticket, "hello")
    with pytest.raises(NotFound, match="no reply of that name"):
        await env.tickets.replies.say(CLERK, ticket, "bye")
    env.discord.faults["send"] = Fault.REFUSES
    with pytest.raises(UserError, match="I could not write into"):
        await env.tickets.replies.say(CLERK, ticket, "hello")
    assert len(env.discord.lines) == before
    assert (await env.ticket(ticket)).answered_at is None


async def test_an_overview_has_notes_for_the_staff_alone(env: TicketsEnv) -> None:
    visitor = env.visitor()
    ticket = await env.opened(visitor)
    await env.tickets.notes.add(CLERK, ticket, "Was rude")
    by_staff = await overview(env.tickets.ports, CLERK, ticket)
    assert [one.text for one in by_staff.notes or ()] == ["Was rude"]
    assert (await overview(env.tickets.ports, visitor, ticket)).notes is None
    with pytest.raises(UserError, match="Only its staff and whoever opened it"):
        await overview(env.tickets.ports, env.visitor(), ticket)


async def test_two_who_change_questions_at_once_both_do(env: TicketsEnv) -> None:
    types, type_id = env.tickets.types, env.type.id
    texts = ("Which boat?", "Whose boat?")
    await asyncio.gather(
        *(
            types.reform(
                HARBOUR_MASTER, type_id, lambda form, one=one: added(form, FormQuestion(text=one))
            )
            for one in texts
        )
    )
    form = (await types.there(HARBOUR_MASTER.guild_id, type_id)).form
    assert sorted(one.text for one in form) == sorted(texts)
    first = Place(0, mark_of(form[0]))
    await types.reform(HARBOUR_MASTER, type_id, lambda form: removed(form, first))
    with pytest.raises(NotFound, match="changed meanwhile"):
        await types.reform(HARBOUR_MASTER, type_id, lambda form: removed(form, first))


async def test_a_deleted_type_is_not_there(env: TicketsEnv) -> None:
    types = env.tickets.types
    await types.delete(HARBOUR_MASTER, env.type.id)
    with pytest.raises(NotFound, match="was deleted"):
        await types.there(HARBOUR_MASTER.guild_id, env.type.id)
    elsewhere = replace(HARBOUR_MASTER, guild_id=99)
    with pytest.raises(NotFound, match="no such type"):
        await types.change(elsewhere, env.type.id, "name", "Mine")


async def test_a_panel_has_room_for_so_many_types_and_a_title(env: TicketsEnv) -> None:
    panels = env.tickets.panels
    made = [await env.new_type(f"Type {number}") for number in range(ON_PANEL)]
    panel = await panels.create(HARBOUR_MASTER, " Help\x00 us ")
    assert (panel.title, len(panel.type_ids)) == ("Help us", ON_PANEL)
    every = [env.type.id, *(one.id for one in made)]
    with pytest.raises(UserError, match="room for 25 types"):
        await panels.change(HARBOUR_MASTER, panel.id, type_ids=every)
    for title in ("", "\u200b"):
        with pytest.raises(UserError, match="a title that can be seen"):
            await panels.change(HARBOUR_MASTER, panel.id, title=title)
