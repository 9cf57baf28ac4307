"""The process dies between any two steps: what a new one finds ends in the truth, told once."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from bot.errors import UserError
from bot.features.tickets.model import RoomDuty, Ticket, TicketState
from bot.features.tickets.openings import TicketRequest
from tests.integration.tickets.test_conversation import Pen, messages
from tests.integration.tickets.tickets_env import (
    CLERK,
    LEASE,
    THREADS,
    TicketsEnv,
    TicketsProcess,
)
from tests.integration.tickets.truth import CLOSED, OPENED, REOPENED, agrees, settled
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.cut_stride import stride
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault, ProcessDied
from tests.support.released import released

CUTS = ("died", "cancelled")
WHOLE_LIFE = [OPENED, CLOSED, REOPENED]
BESIDE = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.LOST, Fault.LATE)

OF_A_LIFE = (RoomDuty.SHUT, RoomDuty.REOPEN, RoomDuty.RENAME, RoomDuty.DELETE)

Work = Coroutine[Any, Any, object]


async def recover(env: TicketsEnv) -> list[Ticket]:
    """A new process on what the last one left; every ticket, where all agrees."""
    await released(env.emitter.database)
    await env.again()
    await settled(env)
    return await agrees(env)


async def was_cut(env: TicketsEnv, work: Work, point: int, how: str) -> bool:
    """Whether it was cut at that await: as by a death, where the driver stands it."""
    if how == "died" and env.emitter.database.is_sqlite:
        return await dies(work, point)
    return await interrupted(work, point, late=point % 2 == 0)


async def placed(env: TicketsEnv, place: str) -> None:
    if place == "thread":
        await env.choices(env.type, place="thread", thread_channel_id=THREADS)
    env.discord.made_at = env.clock.now()


def opening(env: TicketsEnv) -> Work:
    return env.tickets.openings.open(env.visitor(), TicketRequest(env.type.id))


def closing(env: TicketsEnv, ticket: Ticket) -> Work:
    return env.tickets.closures.close(CLERK, ticket, "Done.", "staff_command")


async def homeless(env: TicketsEnv, ticket: Ticket) -> None:
    """The room of a closed one is deleted."""
    assert ticket.channel_id is not None
    del env.discord.rooms[ticket.channel_id]
    await env.tickets.on_room_deleted(GUILD, ticket.channel_id)


@pytest.mark.parametrize("how", CUTS)
@pytest.mark.parametrize("place", ["channel", "thread"])
@pytest.mark.thorough("one engine shows every await", but="sqlite-*died")
@pytest.mark.fewer_on_postgresql("a walk of hundreds of awaits")
async def test_a_cut_at_any_await_of_an_opening(env: TicketsEnv, place: str, how: str) -> None:
    await placed(env, place)
    point = 1
    while await was_cut(env, opening(env), point, how):
        point += stride(env.emitter.database)
    assert point > 15
    tickets = await recover(env)
    assert len(tickets) < point  # cut before its row was there, it never was
    assert {one.state for one in tickets} == {TicketState.OPEN}
    assert await env.kinds() == [OPENED] * len(tickets)


@pytest.mark.parametrize("how", CUTS)
@pytest.mark.thorough("one engine shows every await", but="sqlite-*died")
async def test_a_cut_at_any_await_of_a_closing(env: TicketsEnv, how: str) -> None:
    point, states = 1, set[TicketState]()
    while await was_cut(env, closing(env, await env.opened()), point, how):
        point += stride(env.emitter.database)
    assert point > 5
    for one in await recover(env):
        states.add(one.state)
        assert await env.about_ticket(one) == [OPENED, CLOSED][: 1 + (not one.is_open)]
    assert states == {TicketState.OPEN, TicketState.CLOSED}


@pytest.mark.parametrize("how", CUTS)
@pytest.mark.parametrize("has_room", [True, False], ids=["its room", "another room"])
@pytest.mark.thorough("one engine shows every await", but="sqlite-its room-died")
async def test_a_cut_at_any_await_of_a_reopening(
    env: TicketsEnv, how: str, *, has_room: bool
) -> None:
    point, states = 1, set[TicketState]()
    while True:
        ticket = await env.closed()
        if not has_room:
            await homeless(env, ticket)
        if not await was_cut(env, env.tickets.openings.reopen(CLERK, ticket.number), point, how):
            break
        point += stride(env.emitter.database)
    assert point > 5
    for one in await recover(env):
        states.add(one.state)
        assert await env.about_ticket(one) == WHOLE_LIFE[: 2 + one.is_open]
    assert states == {TicketState.OPEN, TicketState.CLOSED}


async def with_duty(env: TicketsEnv, duty: RoomDuty) -> Ticket:
    """A ticket of whose room nothing but that is left to be done."""
    ticket = await env.opened()
    if duty is RoomDuty.RENAME:
        return await env.tickets.moves.rename(CLERK, ticket, "My boat")
    closed = await env.tickets.closures.close(CLERK, ticket, None, "staff_command")
    if duty is RoomDuty.SHUT:
        return closed
    await env.tickets.duties.do(closed)
    if duty is RoomDuty.REOPEN:
        return await env.tickets.openings.reopen(CLERK, ticket.number)
    return await env.tickets.moves.delete(CLERK, await env.ticket(ticket))


@pytest.mark.parametrize("how", CUTS)
@pytest.mark.parametrize("duty", OF_A_LIFE)
@pytest.mark.thorough("one engine shows every await", but="sqlite-*guests*-died")
async def test_a_cut_at_any_await_of_a_duty(env: TicketsEnv, duty: RoomDuty, how: str) -> None:
    """A room is shut, opened again, named and deleted, however often that was begun."""
    point = 1
    while await was_cut(env, env.tickets.duties.do(await with_duty(env, duty)), point, how):
        point += stride(env.emitter.database)
    assert point > 3
    for one in await recover(env):
        assert (one.channel_id is None) is (duty is RoomDuty.DELETE)


@pytest.mark.parametrize("how", CUTS)
async def test_a_cut_at_any_await_of_a_catch_up(env: TicketsEnv, how: str) -> None:
    pen = Pen(env)
    visitor = env.visitor()
    ticket = await env.opened(visitor)
    point = count = 0
    is_cut = True
    while is_cut:
        point += 1
        for _ in range(3):
            count += 1
            await pen.write(ticket, pen.by(visitor.user_id), f"{count}", heard=False)
        is_cut = await was_cut(env, env.tickets.compare(GUILD), point, how)
        if point % 3 == 0:
            await env.again()
    assert point > 5
    await recover(env)
    assert [one["content"] for one in await messages(env)] == [f"{n + 1}" for n in range(count)]


async def test_a_cut_at_any_await_of_what_is_heard(env: TicketsEnv) -> None:
    """Those before and after it as well: nothing is passed over by what came later."""
    pen, visitor = Pen(env), env.visitor()
    ticket = await env.opened(visitor)
    point, is_cut, count = 1, True, 0
    while is_cut:
        await env.tickets.compare(GUILD)
        one = await pen.write(ticket, pen.by(visitor.user_id), f"{count + 1}", heard=False)
        is_cut = await was_cut(env, env.tickets.conversation.heard(one), point, "cancelled")
        await pen.write(ticket, pen.by(visitor.user_id), f"{count + 2}")
        count, point = count + 2, point + 1
    await recover(env)
    told = [int(one["content"]) for one in await messages(env)]
    assert sorted(told) == [n + 1 for n in range(count)]  # what was cut is told later, but once


@pytest.mark.parametrize("fault", BESIDE)
@pytest.mark.parametrize(
    ("place", "call"),
    [
        *((place, call) for place in ("channel", "thread") for call in ("find_rooms", "make_room")),
        ("thread", "admit"),
    ],
)
@pytest.mark.fewer_on_postgresql("which call fails has nothing to do with the engine")
@pytest.mark.thorough("one call shows it", but="*make_room*")
async def test_a_fault_beside_each_call_of_an_opening(
    env: TicketsEnv, place: str, call: str, fault: Fault
) -> None:
    await placed(env, place)
    env.discord.faults[call] = fault
    with pytest.raises((ProcessDied, UserError)):
        await opening(env)
    assert await env.kinds() == []
    (ticket,) = await recover(env)
    assert ticket.is_open
    assert await env.kinds() == [OPENED]


@pytest.mark.parametrize("call", ["find_rooms", "make_room", "admit"])
@pytest.mark.parametrize("place", ["channel", "thread"])
@pytest.mark.fewer_on_postgresql("each call meets the same statements")
async def test_a_refusal_at_each_call_of_an_opening_leaves_nothing(
    env: TicketsEnv, place: str, call: str
) -> None:
    await placed(env, place)
    env.discord.faults[call] = Fault.REFUSES
    if (place, call) == ("channel", "admit"):
        await opening(env)  # a channel is made with its guests
        return
    with pytest.raises(UserError, match="Tell the staff"):
        await opening(env)
    assert env.discord.rooms == {}
    (ticket,) = await recover(env)
    assert ticket.state is TicketState.VOID


@pytest.mark.parametrize("fault", [*BESIDE, Fault.REFUSES])
@pytest.mark.parametrize("call", ["writings", "room", "shut_room", "rename_room"])
@pytest.mark.fewer_on_postgresql("which call fails has nothing to do with the engine")
@pytest.mark.thorough("one call shows it", but="*-shut_room-*")
async def test_a_fault_beside_each_call_about_a_room(
    env: TicketsEnv, call: str, fault: Fault
) -> None:
    ticket = await env.opened()
    env.discord.faults[call] = fault
    steps = (
        lambda: env.tickets.moves.rename(CLERK, ticket, "My boat"),
        lambda: closing(env, ticket),
        lambda: env.tickets.openings.reopen(CLERK, ticket.number),
    )
    for step in steps:
        try:
            await step()
            await env.tickets.ports.sweep.sweep()
        except (ProcessDied, UserError):
            pass
    (after,) = await recover(env)
    life = [kind for kind in await env.about_ticket(ticket) if kind != "ticket.message"]
    assert life == WHOLE_LIFE[: 2 + after.is_open]


async def test_a_refused_reopening_is_closed_as_before_and_forgotten(env: TicketsEnv) -> None:
    ticket = await env.closed()
    await homeless(env, ticket)
    env.discord.faults["make_room"] = Fault.REFUSES
    with pytest.raises(UserError, match="Tell the staff"):
        await env.tickets.openings.reopen(CLERK, ticket.number)
    (after,) = await recover(env)
    assert after.state is TicketState.CLOSED
    assert after.forget_at is not None
    assert await env.about_ticket(ticket) == [OPENED, CLOSED]


async def test_two_processes_make_one_room_of_an_opening(env: TicketsEnv) -> None:
    """The slower one takes away what it made."""
    env.discord.made_at = env.clock.now()
    env.discord.faults["make_room"] = Fault.LOST
    with pytest.raises(UserError, match="no answer"):
        await opening(env)
    env.discord.faults.clear()
    first = env.process
    second = TicketsProcess(env.emitter, clock=env.clock, discord=env.discord)
    env.clock.advance(LEASE.total_seconds())
    env.discord.made_at = env.clock.now()
    env.discord.faults["make_room"] = Fault.HANGS
    slow = asyncio.create_task(first.tickets.ports.sweep.sweep())
    await env.discord.called.wait()
    env.discord.faults.clear()
    env.clock.advance(LEASE.total_seconds())
    await second.tickets.ports.sweep.sweep()
    env.discord.let_go.set()
    await slow
    env.process = second
    (ticket,) = await agrees(env)
    assert ticket.is_open
    assert await env.kinds() == [OPENED]
    env.process = first
    await second.tickets.conversation.ledger.stop()
    await second.members.stop()
