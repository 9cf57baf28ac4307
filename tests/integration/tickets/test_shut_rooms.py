"""Rooms that are shut although nobody may read them again."""

from bot.features.tickets.cards import LOG
from bot.features.tickets.settings import TicketsSettings
from tests.integration.tickets.pen import Pen
from tests.integration.tickets.tickets_env import LEASE, TicketsEnv
from tests.support.fake_acts import Fault


async def test_a_room_is_shut_and_its_log_written_where_it_is_not_read_again(
    env: TicketsEnv, pen: Pen
) -> None:
    ticket = await env.opened()
    await pen.write(ticket, pen.by(ticket.opener_id), "Hello")
    env.discord.faults["writings"] = Fault.REFUSES
    await env.closed(ticket)
    assert env.room(ticket).is_shut
    assert (await env.ticket(ticket)).room_duties == frozenset()
    (record,) = [post for post in await env.posts(LOG) if post.subject_id == ticket.id]
    assert record.message_id is not None
    made = env.discord.lines[record.message_id].picture
    assert made is not None
    assert b"Hello" in made.content


async def test_a_room_that_did_not_answer_is_read_later(env: TicketsEnv, pen: Pen) -> None:
    ticket = await env.opened()
    await pen.write(ticket, pen.by(ticket.opener_id), "Hello", heard=False)
    env.discord.faults["writings"] = Fault.LOST
    await env.closed(ticket)
    assert not env.room(ticket).is_shut
    env.discord.faults.clear()
    await env.sweep_tickets(LEASE)
    assert env.room(ticket).is_shut
    (record,) = [post for post in await env.posts(LOG) if post.subject_id == ticket.id]
    made = env.discord.lines[record.message_id or 0].picture
    assert made is not None
    assert b"Hello" in made.content


def test_the_log_is_asked_for_what_files_need() -> None:
    assert "attach_files" in TicketsSettings.needs("log_channel_id")
