"""The card before whatever comes into a ticket, and a log that says what could not be said."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest

from bot.controls import Post
from bot.errors import UserError
from bot.features.tickets import store
from bot.features.tickets.cards import LOG
from bot.features.tickets.model import Ticket
from bot.features.tickets.retention import OldMessages
from tests.integration.tickets.pen import Pen
from tests.integration.tickets.tickets_env import CLERK, LEASE, TicketsEnv
from tests.support.fake_guild import Fault
from tests.support.loops import turn


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


async def test_what_was_heard_before_a_closing_is_told_before_it(env: TicketsEnv, pen: Pen) -> None:
    """Also where it waits for longer than the closing would."""
    ticket = await env.opened()
    writer = pen.by(ticket.opener_id)
    await pen.write(ticket, writer, "0")
    written = [await pen.write(ticket, writer, f"{n}", heard=False) for n in range(1, 5)]
    async with env.emitter.database.transaction() as tx:
        await store.by_id(tx, ticket.id, locks=True)  # nobody writes meanwhile
        acts: list[Coroutine[Any, Any, object]] = [
            *(env.tickets.conversation.heard(one) for one in written),
            env.tickets.closures.close(CLERK, ticket, None, "staff_command"),
        ]
        waiting = list[asyncio.Task[object]]()
        for act in acts:
            waiting.append(asyncio.create_task(act))
            for _ in range(50):  # the first is being written by now, the rest wait for the next
                await turn()
    await asyncio.gather(*waiting)
    kinds = await env.about_ticket(ticket)
    assert kinds == ["ticket.opened", *["ticket.message"] * 5, "ticket.closed"]


async def test_a_letter_that_nobody_answers_for_is_given_up_and_said(env: TicketsEnv) -> None:
    ticket = await env.opened()
    env.discord.faults["tell"] = Fault.LOST
    await env.closed(ticket)
    assert not untold(await log_of(env, ticket))
    for _ in range(30):
        await env.sweep_tickets(2 * LEASE * 60)
    assert untold(await log_of(env, ticket))


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
