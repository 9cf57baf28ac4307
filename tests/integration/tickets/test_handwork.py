"""What people do to the rooms of tickets by hand: rows follow, and nothing is undone unasked."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.controls import Post
from bot.errors import UserError
from bot.features.audit.tables import audit_entry
from bot.features.tickets.access import GuestPass
from bot.features.tickets.exposure import EXPOSURE
from bot.features.tickets.model import Priority, RoomDuty, Ticket
from bot.rooms import Guest
from tests.integration.tickets.tickets_env import (
    CLERK,
    LEASE,
    OVERFLOW,
    STAFF,
    THREADS,
    TicketsEnv,
)
from tests.integration.tickets.truth import agrees, settled
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault

EVERYBODY, FRIENDS = Guest(GUILD, is_role=True), Guest(10, is_role=True)

Finds = Callable[[TicketsEnv, Ticket], Awaitable[None]]


async def is_told(env: TicketsEnv, ticket: Ticket) -> None:
    await env.tickets.on_room_changed(GUILD, ticket.channel_id or 0)


async def is_seen_later(env: TicketsEnv, _ticket: Ticket) -> None:
    await env.again()
    await env.tickets.compare(GUILD)


FINDS = pytest.mark.parametrize("finds", [is_told, is_seen_later])


async def by_hand(env: TicketsEnv, ticket: Ticket, *come: Guest, go: tuple[int, ...] = ()) -> None:
    """Somebody lets these in and those out, and the bot is told of it."""
    guests = env.room(ticket).guests
    guests.update({one.id: one for one in come})
    for one in go:
        del guests[one]
    await is_told(env, ticket)
    await env.process.posts.sweep()


async def told(env: TicketsEnv, ticket: Ticket) -> list[Post]:
    """What the staff were told in its room of who is in it, as it reads now."""
    records = [one for one in await env.posts(EXPOSURE) if one.subject_id == ticket.id]
    return [env.discord.lines[one.message_id] for one in records if one.message_id is not None]


async def noted(env: TicketsEnv) -> list[str]:
    """What the audit log says of it."""
    async with env.emitter.database.reading() as reading:
        found = await reading.execute(select(audit_entry.c.summary).order_by(audit_entry.c.id))
        return [one for one in found.scalars() if one.endswith("by hand.")]


@FINDS
@pytest.mark.parametrize("place", ["channel", "thread"])
async def test_whoever_is_let_in_by_hand_is_a_participant(
    env: TicketsEnv, place: str, finds: Finds
) -> None:
    if place == "thread":
        await env.choices(env.type, place="thread", thread_channel_id=THREADS)
    ticket, guest = await env.opened(), env.someone()
    env.room(ticket).guests[guest] = Guest(guest)
    await finds(env, ticket)
    assert await env.passes(ticket) == [GuestPass(Guest(guest), by_hand=True)]
    assert await noted(env) == [f"Somebody let user {guest} into ticket 1 by hand."]
    assert await told(env, ticket) == []  # of a person nobody is warned
    await env.tickets.charge.remove(CLERK, ticket, Guest(guest))
    assert guest not in env.room(ticket).guests
    assert await env.passes(ticket) == []
    await agrees(env)


@FINDS
async def test_whoever_is_shut_out_by_hand_stays_out(env: TicketsEnv, finds: Finds) -> None:
    ticket, guest = await env.opened(), env.someone()
    await env.tickets.charge.add(CLERK, ticket, Guest(guest))
    del env.room(ticket).guests[guest]
    await finds(env, ticket)
    assert await env.passes(ticket) == []
    await env.closed(ticket)
    await env.tickets.openings.reopen(CLERK, ticket.number)
    await settled(env)
    assert guest not in env.room(ticket).guests
    with pytest.raises(UserError, match="They were not added"):
        await env.tickets.charge.remove(CLERK, ticket, Guest(guest))


async def test_what_was_done_by_hand_unheard_is_not_undone_by_a_closing(env: TicketsEnv) -> None:
    """Before the bot writes into the room it looks at it."""
    ticket, guest = await env.opened(), env.someone()
    await env.tickets.charge.add(CLERK, ticket, Guest(guest))
    del env.room(ticket).guests[guest]
    await env.closed(ticket)
    assert guest not in env.room(ticket).guests


async def test_a_ticket_made_public_is_told_once_until_somebody_ends_it(env: TicketsEnv) -> None:
    ticket = await env.opened()
    await by_hand(env, ticket, EVERYBODY)
    await is_told(env, ticket)
    await env.process.posts.sweep()
    (post,) = await told(env, ticket)
    assert "everybody in this server can see it" in post.text
    assert [one.label for one in post.buttons] == ["Take them out"]
    await env.closed(ticket)
    assert GUILD in env.room(ticket).guests  # closing shuts nobody out
    assert not env.room(ticket).guests[GUILD].may_write
    await env.tickets.charge.hide(CLERK, ticket)  # of a closed one too
    await env.process.posts.sweep()
    assert GUILD not in env.room(ticket).guests
    (post,) = await told(env, ticket)
    assert (post.text, post.buttons) == ("Only the people of this ticket can see it.", ())
    with pytest.raises(UserError, match="Nobody is in it any more"):
        await env.tickets.charge.hide(CLERK, ticket)
    await by_hand(env, ticket, FRIENDS)  # the next time is told anew
    (post,) = await told(env, ticket)
    assert "<@&10>" in post.text
    assert len([one for one in env.discord.lines.values() if "by hand" in one.text]) == 0
    await by_hand(env, ticket, go=(FRIENDS.id,))
    (post,) = await told(env, ticket)
    assert post.buttons == ()


async def test_only_the_staff_end_it_and_nobody_makes_it_public_by_command(
    env: TicketsEnv,
) -> None:
    visitor = env.visitor()
    ticket = await env.opened(visitor)
    await by_hand(env, ticket, EVERYBODY)
    with pytest.raises(UserError, match="Only the staff"):
        await env.tickets.charge.hide(visitor, ticket)
    assert GUILD in env.room(ticket).guests
    with pytest.raises(UserError, match="would show it to everybody"):
        await env.tickets.charge.add(CLERK, ticket, EVERYBODY)
    await env.tickets.charge.remove(CLERK, ticket, EVERYBODY)
    assert GUILD not in env.room(ticket).guests


async def test_an_opener_who_is_shut_out_comes_back_when_asked_for(env: TicketsEnv) -> None:
    ticket = await env.opened()
    await by_hand(env, ticket, go=(ticket.opener_id, STAFF))
    (post,) = await told(env, ticket)
    assert f"<@{ticket.opener_id}> opened this ticket" in post.text
    assert f"<@&{STAFF}> answers these tickets" in post.text
    await env.tickets.charge.add(CLERK, ticket, Guest(ticket.opener_id))
    assert {*env.room(ticket).guests} == {ticket.opener_id}
    await env.closed(ticket)
    del env.room(ticket).guests[ticket.opener_id]
    await is_told(env, ticket)
    await env.tickets.openings.reopen(CLERK, ticket.number)  # it is theirs again
    await settled(env)
    assert {*env.room(ticket).guests} == {ticket.opener_id}
    await agrees(env)


@FINDS
async def test_a_room_moved_and_renamed_by_hand_stays_so(env: TicketsEnv, finds: Finds) -> None:
    await env.choices(env.type, name_pattern="{priority}-{number}")
    ticket = await env.opened()
    room = env.room(ticket)
    room.plan = replace(room.plan, name="leak", parent_id=OVERFLOW)
    await finds(env, ticket)
    after = await env.ticket(ticket)
    assert (after.room_name, after.parent_id) == ("leak", OVERFLOW)
    assert await noted(env) == [
        "Somebody renamed ticket 1 by hand.",
        "Somebody moved ticket 1 by hand.",
    ]
    await env.tickets.charge.prioritise(CLERK, ticket, Priority.URGENT)
    await settled(env)
    assert env.room(ticket).plan.name == "leak"  # who names it knows why


async def test_what_the_staff_asked_for_goes_before_what_is_done_by_hand(env: TicketsEnv) -> None:
    ticket, guest = await env.opened(), env.someone()
    await env.tickets.charge.add(CLERK, ticket, Guest(guest))
    env.discord.faults |= {"shut_out": Fault.REFUSES, "rename_room": Fault.REFUSES}
    with pytest.raises(UserError, match="tried again every minute"):
        await env.tickets.charge.remove(CLERK, ticket, Guest(guest))
    await env.tickets.moves.rename(CLERK, ticket, "My boat")
    room = env.room(ticket)
    room.plan = replace(room.plan, name="leak")
    await is_told(env, ticket)
    assert guest in room.guests
    await settled(env)
    assert guest not in room.guests
    assert room.plan.name == "my-boat-1"


async def test_the_bots_own_acts_are_nobodys_handwork(env: TicketsEnv) -> None:
    ticket, guest = await env.opened(), env.someone()
    other = await env.new_type("Billing", staff_role_ids=(STAFF, 10))
    await env.tickets.charge.add(CLERK, ticket, Guest(guest))
    await is_told(env, ticket)
    await env.tickets.moves.transfer(CLERK, ticket, other.id)
    await env.tickets.moves.move(CLERK, ticket, OVERFLOW)
    await is_told(env, ticket)
    await env.closed(ticket)
    await is_told(env, ticket)
    assert await noted(env) == []
    assert (await env.ticket(ticket)).room_duties == {RoomDuty.RENAME}  # closed, it keeps its name
    await env.sweep_tickets(LEASE)
    await agrees(env)
