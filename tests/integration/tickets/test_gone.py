"""Openers who go, rooms deleted by hand, Discord's limits: told once, with nothing left behind."""

from collections.abc import Awaitable, Callable

import pytest

from bot.clock import to_snowflake
from bot.errors import UserError
from bot.features.tickets.model import TicketState
from bot.features.tickets.openings import TicketRequest
from bot.rooms import Guest, Writing
from tests.integration.cases.cases_env import HARBOUR_MASTER, person_of
from tests.integration.tickets.test_conversation import Pen, messages
from tests.integration.tickets.tickets_env import CLERK, LEASE, THREADS, TicketsEnv
from tests.integration.tickets.truth import agrees, settled
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault

Going = Callable[[TicketsEnv, int], Awaitable[None]]


async def leaves(env: TicketsEnv, user_id: int) -> None:
    person = person_of(env.discord.accounts[user_id].username, user_id)
    del env.discord.people[user_id]
    await env.process.members.removed(person, None)


async def is_banned_by_hand(env: TicketsEnv, user_id: int) -> None:
    person = person_of(env.discord.accounts[user_id].username, user_id)
    del env.discord.people[user_id]
    env.discord.banned[user_id] = None
    await env.process.members.removed(person, None)
    await env.process.members.banned(person)


async def is_banned_by_command(env: TicketsEnv, user_id: int) -> None:
    await env.order("ban", user_id)
    await env.echo()


async def is_missing_later(env: TicketsEnv, user_id: int) -> None:
    """They left while the bot was away; only the comparison of members finds out."""
    await env.again()
    del env.discord.people[user_id]
    await env.sight_guild()


@pytest.mark.parametrize(
    "goes", [leaves, is_banned_by_hand, is_banned_by_command, is_missing_later]
)
async def test_whoever_goes_takes_their_ticket_along(env: TicketsEnv, goes: Going) -> None:
    await env.sight_guild()
    visitor = env.visitor()
    person = person_of(visitor.name, visitor.user_id)
    await env.process.members.joined(person, env.clock.now())
    await env.settle_members()
    ticket = await env.opened(visitor)
    other = await env.opened()
    await goes(env, visitor.user_id)
    await env.settle_members()
    closed = [data for kind, data in await env.told() if kind == "ticket.closed"]
    assert [(one["ticket_id"], one["close_source"]) for one in closed] == [
        (ticket.id, "opener_left")
    ]
    assert (await env.ticket(other)).is_open


async def test_who_stays_open_after_leaving_is_the_servers_choice(env: TicketsEnv) -> None:
    await env.process.settings.change(HARBOUR_MASTER, "tickets", "closes_on_leave", value=False)
    visitor = env.visitor()
    ticket = await env.opened(visitor)
    del env.discord.people[visitor.user_id]
    await env.tickets.absences.left(GUILD, visitor.user_id)
    await env.tickets.compare(GUILD)
    assert (await env.ticket(ticket)).is_open


@pytest.mark.parametrize("place", ["channel", "thread"])
async def test_who_left_before_the_room_was_there_leaves_none(env: TicketsEnv, place: str) -> None:
    if place == "thread":
        await env.choices(env.type, place="thread", thread_channel_id=THREADS)
    env.discord.made_at = env.clock.now()
    visitor = env.visitor()
    env.discord.faults["make_room"] = Fault.LATE
    with pytest.raises(UserError, match="no answer"):
        await env.tickets.openings.open(visitor, TicketRequest(env.type.id))
    env.discord.faults.clear()
    del env.discord.people[visitor.user_id]
    await env.tickets.absences.left(GUILD, visitor.user_id)
    env.clock.advance(LEASE.total_seconds())
    await settled(env)
    (ticket,) = await env.all_tickets()
    closed = ["ticket.opened", "ticket.closed"]
    assert ticket.state is (TicketState.VOID if place == "thread" else TicketState.CLOSED)
    assert await env.kinds() == ([] if place == "thread" else closed)
    assert len(env.discord.rooms) == (place == "channel")


async def test_a_ticket_of_somebody_who_left_is_not_opened_again(env: TicketsEnv) -> None:
    visitor = env.visitor()
    ticket = await env.closed(await env.opened(visitor))
    del env.discord.people[visitor.user_id]
    with pytest.raises(UserError, match="not in this server any more"):
        await env.tickets.openings.reopen(CLERK, ticket.number)
    request = TicketRequest(env.type.id, opener=(visitor.user_id, visitor.name))
    with pytest.raises(UserError, match="not in this server"):
        await env.tickets.openings.open(CLERK, request)


async def test_threads_of_one_name_are_told_apart(env: TicketsEnv) -> None:
    """Two are made at once, and a process dies before one is joined: nobody gets the other's."""
    choices = {"place": "thread", "thread_channel_id": THREADS, "name_pattern": "help"}
    await env.choices(env.type, **choices)
    env.discord.made_at = env.clock.now()
    first, second = env.visitor(), env.visitor()
    env.discord.faults["make_room"] = Fault.LATE
    with pytest.raises(UserError, match="no answer"):
        await env.tickets.openings.open(first, TicketRequest(env.type.id))
    env.discord.faults.clear()
    opened = await env.tickets.openings.open(second, TicketRequest(env.type.id))
    assert {*env.room(opened).guests} == {second.user_id}
    env.clock.advance(LEASE.total_seconds())
    await settled(env)
    homes = {one.opener_id: env.room(one).guests.keys() for one in await agrees(env)}
    assert homes == {one: {one} for one in (first.user_id, second.user_id)}


async def test_a_guest_who_left_does_not_cost_the_ticket_its_room(env: TicketsEnv) -> None:
    ticket, guest = await env.opened(), env.someone()
    await env.tickets.charge.add(CLERK, ticket, Guest(guest))
    del env.discord.people[guest]
    await env.closed(ticket)
    assert env.room(await env.ticket(ticket)).is_shut


async def test_a_name_given_while_another_duty_stands_follows(env: TicketsEnv) -> None:
    ticket = await env.closed()
    await env.tickets.openings.reopen(CLERK, ticket.number)
    await env.tickets.moves.rename(CLERK, ticket, "My boat")
    await env.sweep_tickets(after=LEASE)
    await env.sweep_tickets(after=LEASE)
    (after,) = await agrees(env)
    assert env.room(after).plan.name == "my-boat-1"


async def test_a_server_of_500_channels_says_so(env: TicketsEnv) -> None:
    env.discord.crowded[None] = 500
    with pytest.raises(UserError, match="500 channels"):
        await env.opened()
    assert await env.kinds() == []


async def test_a_channel_deleted_before_it_was_joined_is_closed(env: TicketsEnv) -> None:
    env.discord.made_at = env.clock.now()
    env.discord.faults["make_room"] = Fault.LATE
    with pytest.raises(UserError, match="no answer"):
        await env.tickets.openings.open(env.visitor(), TicketRequest(env.type.id))
    env.discord.faults.clear()
    (home,) = env.discord.rooms
    find = env.discord.find_rooms

    async def found_and_gone(*place: object, **more: object) -> list[int]:
        found = await find(*place, **more)  # pyright: ignore[reportArgumentType]  handed on as it is
        env.discord.rooms.pop(home, None)
        return found

    env.discord.find_rooms = found_and_gone
    await env.tickets.ports.sweep.sweep()
    env.clock.advance(LEASE.total_seconds())
    await env.tickets.ports.sweep.sweep()
    (ticket,) = await env.all_tickets()
    assert ticket.state is TicketState.CLOSED
    assert ticket.close_source == "channel_deleted"
    assert await env.kinds() == ["ticket.opened", "ticket.closed"]


async def test_a_room_whose_making_got_no_answer_is_found_where_nobody_told_of_it(
    env: TicketsEnv,
) -> None:
    env.discord.faults["make_room"] = Fault.LATE
    with pytest.raises(UserError, match="no answer"):
        await env.tickets.openings.open(env.visitor(), TicketRequest(env.type.id))
    env.discord.faults.clear()
    env.discord.unheard |= env.discord.rooms.keys()
    env.clock.advance(LEASE.total_seconds())
    await env.tickets.ports.sweep.sweep()
    (ticket,) = await env.all_tickets()
    assert [ticket.channel_id] == [*env.discord.rooms]


async def test_of_two_rooms_that_were_made_for_one_ticket_one_stays(env: TicketsEnv) -> None:
    """discord.py asks again where the answer to the first request was lost."""
    make = env.discord.make_room

    async def made_twice(*place: object, **more: object) -> int:
        await make(*place, **more)  # pyright: ignore[reportArgumentType]  handed on as it is
        return await make(*place, **more)  # pyright: ignore[reportArgumentType]  as above

    env.discord.make_room = made_twice
    ticket = await env.opened()
    assert [ticket.channel_id] == [*env.discord.rooms]
    assert await env.kinds() == ["ticket.opened"]


@pytest.mark.thorough("ten thousand messages")
async def test_thousands_of_messages_are_caught_up_with(env: TicketsEnv) -> None:
    count = 10_000 if env.emitter.database.is_sqlite else 3_000
    pen, visitor = Pen(env), env.visitor()
    ticket = await env.opened(visitor)
    assert ticket.channel_id is not None
    first, writer = to_snowflake(env.clock.now()), pen.by(visitor.user_id)
    env.discord.written[ticket.channel_id] = [
        Writing(first + n, GUILD, ticket.channel_id, writer, f"{n}", env.clock.now())
        for n in range(count)
    ]
    await env.tickets.compare(GUILD)
    assert [int(one["content"]) for one in await messages(env)] == [*range(count)]
    assert (await env.ticket(ticket)).last_message_id == first + count - 1
