"""What holds of every ticket once all is done: rows are Discord's state, each event stands once."""

from collections import Counter
from typing import Any

from bot.features.tickets import access, store
from bot.features.tickets.model import RoomDuty, Ticket, TicketState
from tests.integration.tickets.tickets_env import LEASE, TicketsEnv
from tests.support.emitter_setup import GUILD

OPENED, CLOSED, REOPENED = "ticket.opened", "ticket.closed", "ticket.reopened"


async def settled(env: TicketsEnv) -> None:
    """Discord answers again, the guild comes into sight, and what is due is done."""
    env.discord.faults.clear()
    await env.tickets.compare(GUILD)
    for after in (LEASE, LEASE, store.RENAMING):
        await env.sweep_tickets(after)


async def agrees(env: TicketsEnv) -> list[Ticket]:
    """Every ticket, where rows, rooms and events say the same."""
    tickets, told = await env.all_tickets(), await env.told()
    homes = [one.channel_id for one in tickets if one.channel_id is not None]
    shared = [one for one, count in Counter(homes).items() if count > 1]
    assert not shared, f"rooms of two tickets: {shared}"
    orphans = {*env.discord.rooms} - {*homes}
    assert not orphans, f"rooms of no ticket: {orphans}"
    # Of a closed one's thread Discord does not tell: it is missed when it is asked for.
    seen = [one for one in tickets if one.channel_id and (one.is_open or not one.is_thread)]
    missing = [one for one in seen if one.channel_id not in env.discord.rooms]
    assert not missing, f"tickets of no room: {missing}"
    for ticket in tickets:
        await _room_fits(env, ticket)
        _lawful(ticket, [one for one in told if one[1]["ticket_id"] == ticket.id])
    return tickets


async def _room_fits(env: TicketsEnv, ticket: Ticket) -> None:
    assert ticket.state is not TicketState.OPENING, ticket
    # A name that was given is not asked for on the way to close, but once it is open again.
    assert ticket.room_duties <= ({RoomDuty.RENAME} if not ticket.is_open else set()), ticket
    if ticket.is_open:
        room = env.room(ticket)
        assert not room.is_shut, ticket
        assert room.plan.name == ticket.room_name, ticket
        assert room.plan.parent_id == ticket.parent_id, ticket
    if ticket.channel_id in env.discord.rooms and (ticket.is_open or not ticket.is_thread):
        passes = await env.passes(ticket)
        assert not any(one.is_due for one in passes), (ticket, passes)
        kind = await env.tickets.types.find(GUILD, ticket.type_id)
        wished = access.admitted(ticket, kind, passes)
        assert {*env.room(ticket).guests} == {*wished}, (ticket, passes)
    if not ticket.is_open and ticket.channel_id in env.discord.rooms:
        assert env.room(ticket).is_shut, ticket
    assert (ticket.forget_at is not None) is (ticket.state is TicketState.CLOSED), ticket


def _lawful(ticket: Ticket, told: list[tuple[str, dict[str, Any]]]) -> None:
    life = [kind for kind, _ in told if kind in (OPENED, CLOSED, REOPENED)]
    if ticket.state is TicketState.VOID:
        assert told == []
        return
    turns = [CLOSED, REOPENED] * len(life)
    assert life == [OPENED, *turns[: len(life) - 1]], ticket
    assert (life[-1] == CLOSED) is not ticket.is_open, ticket
    assert told[0][0] == OPENED, ticket
    is_open = True
    for kind, _ in told[1:]:
        assert is_open or kind != "ticket.claimed", ticket
        is_open = kind != CLOSED and (is_open or kind == REOPENED)
    written = Counter(data["message_id"] for kind, data in told if kind == "ticket.message")
    assert set(written.values()) <= {1}, ticket
