"""What is due to a room and Discord refuses: kept, shown, tried again, in nobody's way."""

import asyncio

import pytest

from bot.errors import UserError
from bot.features.tickets.cards import refusals
from bot.features.tickets.model import RoomDuty, TicketState
from bot.features.tickets.store import RENAMING
from bot.rooms import Guest
from tests.integration.tickets.tickets_env import (
    CLERK,
    HOUR,
    LEASE,
    OVERFLOW,
    STAFF,
    TicketsEnv,
    TicketsProcess,
)
from tests.integration.tickets.truth import agrees, settled
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault


async def test_what_discord_refuses_is_shown_until_it_is_done(env: TicketsEnv) -> None:
    ticket = await env.opened()
    env.discord.faults["move_room"] = Fault.REFUSES
    with pytest.raises(UserError, match="Discord says: Missing Permissions"):
        await env.tickets.moves.move(CLERK, ticket, OVERFLOW)
    after = await env.ticket(ticket)
    assert (after.parent_id, after.duty_failure) == (OVERFLOW, "Missing Permissions")
    await env.process.posts.sweep()
    assert "Missing Permissions" in "".join((await env.card(ticket)).below)
    (troubled,) = await env.tickets.troubled(GUILD)
    assert "Missing Permissions" in "".join(refusals(troubled.ticket))
    env.discord.faults.clear()
    await env.sweep_tickets(LEASE)
    assert env.room(ticket).plan.parent_id == OVERFLOW
    assert (await env.card(ticket)).below == ()
    assert await env.tickets.troubled(GUILD) == []
    assert refusals(await env.ticket(ticket)) == ()


async def test_one_refusal_keeps_nothing_else_back(env: TicketsEnv) -> None:
    """Neither what else is due to the room, nor the ticket's deadlines."""
    await env.choices(env.type, silence_hours=4, warning_hours=1)
    await env.tickets.replies.save(CLERK, "hello", "Ahoy")
    ticket, guest = await env.opened(), env.someone()
    await env.tickets.replies.say(CLERK, ticket, "hello")
    env.discord.faults["move_room"] = Fault.REFUSES
    with pytest.raises(UserError):
        await env.tickets.moves.move(CLERK, ticket, OVERFLOW)
    with pytest.raises(UserError):
        await env.tickets.charge.add(CLERK, ticket, Guest(guest))
    assert guest in env.room(ticket).guests
    for _ in range(5):
        await env.sweep_tickets(HOUR)
    after = await env.ticket(ticket)
    assert (after.state, after.close_source) == (TicketState.CLOSED, "auto_close")
    assert env.room(ticket).is_shut


async def test_a_category_that_is_gone_is_given_up(env: TicketsEnv) -> None:
    ticket = await env.opened()
    env.discord.gone_channels = frozenset({OVERFLOW})
    await env.tickets.moves.move(CLERK, ticket, OVERFLOW)
    assert (await env.ticket(ticket)).parent_id == ticket.parent_id
    await agrees(env)


async def test_a_guest_who_is_gone_is_given_up(env: TicketsEnv) -> None:
    ticket, guest = await env.opened(), env.someone()
    del env.discord.people[guest]
    await env.tickets.charge.add(CLERK, ticket, Guest(guest))
    assert await env.passes(ticket) == []
    await agrees(env)


async def test_names_come_twice_in_ten_minutes_whatever_became_of_them(env: TicketsEnv) -> None:
    ticket = await env.opened()
    asked = env.discord.calls
    env.discord.faults["rename_room"] = Fault.LOST
    for name in ("a", "b", "c"):
        await env.tickets.moves.rename(CLERK, ticket, name)
        await env.sweep_tickets(LEASE)
    assert [name for name, _about in asked].count("rename_room") == 1
    env.discord.faults.clear()
    await env.tickets.moves.rename(CLERK, ticket, "d")
    await env.sweep_tickets(RENAMING)
    await env.tickets.moves.rename(CLERK, ticket, "e")
    await env.sweep_tickets(LEASE)
    assert env.room(ticket).plan.name == "d-1"
    await env.closed(ticket)
    await env.sweep_tickets(RENAMING)
    assert env.room(ticket).plan.name == "d-1"  # not on the way to close
    await env.tickets.openings.reopen(CLERK, ticket.number)
    await env.sweep_tickets()
    assert env.room(ticket).plan.name == "e-1"
    await agrees(env)


async def test_a_change_by_another_process_meanwhile_counts(env: TicketsEnv) -> None:
    """The slower answer comes last, and what it did is looked at again."""
    ticket, guest = await env.opened(), env.someone()
    second = TicketsProcess(env.emitter, clock=env.clock, discord=env.discord)
    env.discord.faults["admit"] = Fault.HANGS
    slow = asyncio.create_task(env.tickets.charge.add(CLERK, ticket, Guest(guest)))
    await env.discord.called.wait()
    env.discord.faults.clear()
    await second.tickets.charge.remove(CLERK, ticket, Guest(guest))
    assert await env.passes(ticket) == []
    env.discord.let_go.set()
    await slow
    assert guest in env.room(ticket).guests
    await env.sweep_tickets()
    assert guest not in env.room(ticket).guests
    await agrees(env)
    await second.tickets.conversation.ledger.stop()
    await second.members.stop()


async def test_other_staff_of_a_type_come_into_its_channels(env: TicketsEnv) -> None:
    ticket, closed = await env.opened(), await env.closed()
    await env.choices(env.type, staff_role_ids=(10,))
    await env.sweep_tickets()
    for one in (ticket, closed):
        roles = {one.id for one in env.room(one).guests.values() if one.is_role}
        assert roles == {10}
        assert await env.passes(one) == []
    await env.choices(env.type, staff_role_ids=(STAFF,))
    await settled(env)
    await agrees(env)


async def test_whoever_was_added_comes_into_another_room_as_well(env: TicketsEnv) -> None:
    ticket, guest, seen = await env.opened(), env.someone(), env.someone()
    await env.tickets.charge.add(CLERK, ticket, Guest(guest))
    env.room(ticket).guests |= {seen: Guest(seen), GUILD: Guest(GUILD, is_role=True)}
    await env.tickets.compare(GUILD)
    await env.closed(ticket)
    del env.discord.rooms[ticket.channel_id or 0]
    await env.tickets.on_room_deleted(GUILD, ticket.channel_id or 0)
    again = await env.tickets.openings.reopen(CLERK, ticket.number)
    await env.sweep_tickets()
    assert {*env.room(again).guests} == {ticket.opener_id, STAFF, guest, seen}
    await agrees(env)


async def test_a_room_that_may_not_be_seen_is_refused_whole(env: TicketsEnv) -> None:
    ticket = await env.opened()
    env.discord.faults["room"] = Fault.REFUSES
    closed = await env.closed(ticket)
    after = await env.ticket(closed)
    assert (after.room_duties, after.duty_failure) == ({RoomDuty.SHUT}, "Missing Permissions")
    assert not env.room(ticket).is_shut
    env.discord.faults.clear()
    await env.sweep_tickets(LEASE)
    assert env.room(ticket).is_shut
