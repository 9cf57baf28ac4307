"""Changes of a ticket's room, cut between any two steps: rows and rooms agree in the end."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.errors import UserError
from bot.features.tickets.model import Ticket
from bot.rooms import Guest
from tests.integration.tickets.test_crashes import BESIDE, CUTS, Work, recover, was_cut
from tests.integration.tickets.tickets_env import CLERK, OVERFLOW, STAFF, TicketsEnv
from tests.support.cut_stride import stride
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault, ProcessDied

Change = Callable[[TicketsEnv, Ticket], Awaitable[Work]]


async def let_in_by_hand(env: TicketsEnv, ticket: Ticket) -> Work:
    env.room(ticket).guests[GUILD] = Guest(GUILD, is_role=True)
    await env.tickets.compare(GUILD)
    return env.tickets.charge.hide(CLERK, ticket)


async def added(env: TicketsEnv, ticket: Ticket) -> Work:
    return env.tickets.charge.add(CLERK, ticket, Guest(env.someone()))


async def removed(env: TicketsEnv, ticket: Ticket) -> Work:
    guest = Guest(env.someone())
    await env.tickets.charge.add(CLERK, ticket, guest)
    return env.tickets.charge.remove(CLERK, ticket, guest)


async def moved(env: TicketsEnv, ticket: Ticket) -> Work:
    return env.tickets.moves.move(CLERK, ticket, OVERFLOW)


async def transferred(env: TicketsEnv, ticket: Ticket) -> Work:
    other = await env.new_type(f"Type {ticket.number}", staff_role_ids=(STAFF + 8,))
    return env.tickets.moves.transfer(CLERK, ticket, other.id)


async def restaffed(env: TicketsEnv, ticket: Ticket) -> Work:
    """A type of its own, or it would be about all that were opened before."""
    own = await env.new_type(f"Type {ticket.number}", staff_role_ids=(STAFF,))
    await env.tickets.moves.transfer(CLERK, ticket, own.id)
    return env.choices(own, staff_role_ids=(STAFF + 8,))


async def compared(env: TicketsEnv, ticket: Ticket) -> Work:
    """What people did by hand, of each kind."""
    room, guest = env.room(ticket), env.someone()
    room.guests = {guest: Guest(guest), 10: Guest(10, is_role=True)}
    room.plan = replace(room.plan, name="boat", parent_id=OVERFLOW)
    return env.tickets.on_room_changed(GUILD, ticket.channel_id or 0)


CHANGES = (added, removed, moved, transferred, restaffed, let_in_by_hand, compared)


@pytest.mark.parametrize("how", CUTS)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.thorough("one change shows the way of all", but="sqlite-transferred-died")
@pytest.mark.fewer_on_postgresql("each change takes the same few steps to the database")
async def test_a_cut_at_any_await_of_a_change(env: TicketsEnv, change: Change, how: str) -> None:
    """Rows and rooms agree, whether it was written down before the end or not."""
    point = 1
    while await was_cut(env, await change(env, await env.opened()), point, how):
        point += stride(env.emitter.database)
    assert point > 3
    await recover(env)


@pytest.mark.parametrize("fault", [*BESIDE, Fault.REFUSES])
@pytest.mark.parametrize(
    ("call", "change"),
    [
        *(("room", change) for change in CHANGES),
        *(("admit", added), ("admit", transferred), ("shut_out", removed)),
        *(("shut_out", transferred), ("shut_out", let_in_by_hand), ("move_room", moved)),
    ],
)
@pytest.mark.thorough("one change shows the way of all", but="sqlite-admit-added-*")
@pytest.mark.fewer_on_postgresql("which call fails has nothing to do with the engine")
async def test_a_fault_beside_each_call_of_a_change(
    env: TicketsEnv, call: str, change: Change, fault: Fault
) -> None:
    work = await change(env, await env.opened())
    env.discord.faults[call] = fault
    try:
        await work
        await env.tickets.ports.sweep.sweep()
    except (ProcessDied, UserError):
        pass
    await recover(env)
