"""The card before whatever comes into a ticket, and a log that says what could not be said."""

from datetime import timedelta

import pytest

from bot.controls import Post
from bot.errors import UserError
from bot.features.tickets.cards import LOG
from bot.features.tickets.model import Ticket
from bot.features.tickets.openings import TicketRequest
from bot.features.tickets.retention import OldMessages
from tests.integration.tickets.tickets_env import CLERK, LEASE, TicketsEnv
from tests.support.fake_guild import Fault


async def log_of(env: TicketsEnv, ticket: Ticket) -> Post:
    """Its card in the log, once that follows what came of the letter."""
    await env.process.posts.sweep()
    (record,) = [one for one in await env.posts(LOG) if one.subject_id == ticket.id]
    return env.discord.lines[record.message_id or 0]


def untold(post: Post) -> bool:
    return any("neither told nor asked" in text for _name, text in post.fields)


async def test_the_log_says_that_whoever_opened_it_was_not_told(env: TicketsEnv) -> None:
    """Until they are, at another end of the same ticket."""
    ticket = await env.opened()
    env.discord.faults["tell"] = Fault.REFUSES
    await env.closed(ticket)
    assert untold(await log_of(env, ticket))
    for is_refused in (True, False):
        await env.tickets.openings.reopen(CLERK, ticket.number)
        await env.sweep_tickets(LEASE)
        assert not untold(await log_of(env, ticket))
        if not is_refused:
            env.discord.faults.clear()
        await env.closed(await env.ticket(ticket))
        assert untold(await log_of(env, ticket)) is is_refused
    assert len(env.discord.letters) == 1


async def test_a_letter_that_nobody_answers_for_is_given_up_and_said(env: TicketsEnv) -> None:
    ticket = await env.opened()
    env.discord.faults["tell"] = Fault.LOST
    await env.closed(ticket)
    assert not untold(await log_of(env, ticket))
    for _ in range(30):
        await env.sweep_tickets(2 * LEASE * 60)
    assert untold(await log_of(env, ticket))


async def test_the_card_stands_there_when_its_opener_is_told(env: TicketsEnv) -> None:
    """Nothing else does it meanwhile."""
    env.discord.made_at = env.clock.now()
    request = TicketRequest(env.type.id)
    ticket = await env.tickets.openings.open(env.visitor(), request)
    assert "Ticket 1" in (await env.card(ticket)).title


async def test_a_note_on_a_closed_ticket_is_in_its_log_until_all_is_forgotten(
    env: TicketsEnv,
) -> None:
    ticket = await env.closed()
    await env.tickets.notes.add(CLERK, ticket, "Came back by phone")
    await env.sweep_tickets()
    made = (await log_of(env, ticket)).picture
    assert made is not None
    assert b"Came back by phone" in made.content
    env.clock.advance(timedelta(days=181).total_seconds())
    assert [gone async for gone in OldMessages(env.emitter.database).prune(env.clock.now())]
    with pytest.raises(UserError, match="is deleted now"):
        await env.tickets.notes.add(CLERK, ticket, "Too late")
    assert await env.tickets.notes.all_of(CLERK, ticket) == []
