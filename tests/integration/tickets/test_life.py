"""A ticket from its opening to its end: rows, rooms, events, cards."""

import asyncio

import pytest

from bot.errors import NotFound, UserError
from bot.features.tickets.cards import LETTER, LOG
from bot.features.tickets.model import Priority, Ticket, TicketState
from bot.features.tickets.openings import TicketRequest
from bot.rooms import Guest
from tests.integration.tickets.tickets_env import CATEGORY, CLERK, OVERFLOW, STAFF, TicketsEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import BOT, SECOND, Fault
from tests.support.loops import turn
from tests.support.patience import PATIENCE


async def test_opening_makes_a_room_for_the_opener_and_the_staff(env: TicketsEnv) -> None:
    visitor = env.visitor()
    ticket = await env.opened(visitor, subject="My boat\x00 is gone")
    room = env.room(ticket)
    assert ticket.state is TicketState.OPEN
    assert (room.plan.name, room.plan.parent_id) == ("support-1", CATEGORY)
    assert {*room.guests} == {visitor.user_id, STAFF}
    assert (await env.told())[-1] == (
        "ticket.opened",
        {
            "ticket_id": ticket.id,
            "number": 1,
            "opener_id": str(visitor.user_id),
            "ticket_type_id": env.type.id,
            "subject": "My boat is gone",
            "channel_id": str(ticket.channel_id),
        },
    )
    card = await env.card(ticket)
    assert "My boat" in card.title
    assert card.pings == (visitor.user_id,)
    assert [one.label for one in card.buttons] == ["Claim", "Close"]


async def test_somebody_has_one_open_at_a_time(env: TicketsEnv) -> None:
    visitor = env.visitor()
    ticket = await env.opened(visitor)
    with pytest.raises(UserError, match="open already"):
        await env.opened(visitor)
    await env.closed(ticket)
    again = await env.opened(visitor)
    assert again.number == 2  # a refused one gave its number back
    assert [one.state for one in await env.all_tickets()] == ["closed", "open"]


@pytest.mark.parametrize("count", [20])
async def test_pressed_many_times_at_once_one_opens(env: TicketsEnv, count: int) -> None:
    env.discord.made_at = env.clock.now()
    visitor, request = env.visitor(), TicketRequest(env.type.id)
    came = await asyncio.gather(
        *(env.tickets.openings.open(visitor, request) for _ in range(count)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, UserError) for one in came) == count - 1
    assert len(env.discord.rooms) == 1
    assert await env.kinds() == ["ticket.opened"]


async def test_twenty_people_at_once_each_get_their_own(env: TicketsEnv) -> None:
    env.discord.made_at = env.clock.now()
    people = [env.visitor() for _ in range(20)]
    opened = await asyncio.gather(
        *(env.tickets.openings.open(one, TicketRequest(env.type.id)) for one in people)
    )
    assert {one.number for one in opened} == {*range(1, 21)}
    assert len({one.channel_id for one in opened}) == 20
    assert await env.kinds() == ["ticket.opened"] * 20


async def test_a_full_category_overflows(env: TicketsEnv) -> None:
    await env.choices(env.type, overflow_id=OVERFLOW)
    env.discord.crowded[CATEGORY] = 50
    assert env.room(await env.opened()).plan.parent_id == OVERFLOW
    env.discord.crowded[OVERFLOW] = 50
    visitor = env.visitor()
    with pytest.raises(UserError, match="category for these tickets is full"):
        await env.opened(visitor)
    env.discord.crowded[OVERFLOW] = 0
    assert env.room(await env.opened(visitor)).plan.parent_id == OVERFLOW


async def test_a_refusal_leaves_nothing_and_says_what_to_do(env: TicketsEnv) -> None:
    visitor = env.visitor()
    env.discord.faults["make_room"] = Fault.REFUSES
    with pytest.raises(UserError, match="ticket check"):
        await env.opened(visitor)
    env.discord.faults.clear()
    assert await env.kinds() == []
    assert (await env.opened(visitor)).state is TicketState.OPEN


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.LATE])
async def test_without_an_answer_it_opens_once_discord_is_back(
    env: TicketsEnv, fault: Fault
) -> None:
    env.discord.faults["make_room"] = fault
    with pytest.raises(UserError, match="opens as soon as it does"):
        await env.opened()
    env.discord.faults.clear()
    made = env.discord.made_at
    env.clock.advance(61)
    env.discord.made_at = made if fault is Fault.LATE else env.clock.now()
    await env.tickets.ports.sweep.sweep()
    (ticket,) = await env.all_tickets()
    assert ticket.state is TicketState.OPEN
    assert [*env.discord.rooms] == [ticket.channel_id]
    assert await env.kinds() == ["ticket.opened"]


async def test_a_room_is_shut_and_opened_again_at_once(env: TicketsEnv) -> None:
    """Without the clock being moved: whoever closes one wakes the sweep."""
    ticket = await env.opened()
    env.tickets.ports.sweep.start()
    for _ in range(2):  # the first time its first look may have found it
        await env.tickets.closures.close(CLERK, ticket, None, "staff_command")
        await shut(env, ticket, is_shut=True)
        await env.tickets.openings.reopen(CLERK, ticket.number)
        await shut(env, ticket, is_shut=False)
    await env.tickets.ports.sweep.stop()


async def shut(env: TicketsEnv, ticket: Ticket, *, is_shut: bool) -> None:
    """Return when its room is as it says."""
    async with asyncio.timeout(PATIENCE):
        while env.room(ticket).is_shut is not is_shut:
            await turn()


async def test_closing_shuts_the_room_and_tells_who_opened_it(env: TicketsEnv) -> None:
    visitor = env.visitor()
    ticket = await env.opened(visitor)
    env.clock.advance(90)
    closed = await env.closed(ticket, "Found\nit")
    assert (await env.told())[-1] == (
        "ticket.closed",
        {
            "ticket_id": ticket.id,
            "closed_by_id": str(CLERK.user_id),
            "close_reason": "Found\nit",
            "close_source": "staff_command",
            "duration_seconds": 90,
            "number": ticket.number,
        },
    )
    room = env.room(ticket)
    assert room.is_shut
    assert not room.guests[visitor.user_id].may_write
    assert [one.label for one in (await env.card(closed)).buttons] == ["Open again"]
    (letter,) = await env.posts(LETTER)
    assert letter.user_id == visitor.user_id
    assert len(await env.posts(LOG)) == 1
    with pytest.raises(UserError, match="is not open"):
        await env.closed(ticket)


async def test_the_opener_closes_it_and_a_stranger_cannot(env: TicketsEnv) -> None:
    visitor = env.visitor()
    ticket = await env.opened(visitor)
    with pytest.raises(UserError, match="Only its staff"):
        await env.tickets.closures.close(env.visitor(), ticket, None, "staff_button")
    await env.tickets.closures.close(visitor, ticket, None, "staff_button")
    assert (await env.told())[-1][1]["close_source"] == "opener"


async def test_a_closed_one_opens_again_in_its_room(env: TicketsEnv) -> None:
    visitor = env.visitor()
    ticket = await env.opened(visitor)
    await env.closed(ticket)
    again = await env.tickets.openings.reopen(CLERK, ticket.number)
    await env.sweep_tickets()
    assert again.channel_id == ticket.channel_id
    assert not env.room(again).is_shut
    assert env.room(again).guests[visitor.user_id].may_write
    assert await env.about_ticket(ticket) == ["ticket.opened", "ticket.closed", "ticket.reopened"]
    with pytest.raises(UserError, match="is open"):
        await env.tickets.openings.reopen(CLERK, ticket.number)


async def test_a_closed_one_whose_room_is_gone_gets_another(env: TicketsEnv) -> None:
    ticket = await env.opened()
    await env.closed(ticket)
    assert ticket.channel_id is not None
    del env.discord.rooms[ticket.channel_id]
    await env.tickets.on_room_deleted(GUILD, ticket.channel_id)
    again = await env.tickets.openings.reopen(CLERK, ticket.number)
    await env.sweep_tickets()
    assert again.state is TicketState.OPEN
    assert again.channel_id != ticket.channel_id
    assert await env.about_ticket(ticket) == ["ticket.opened", "ticket.closed", "ticket.reopened"]


async def test_a_channel_deleted_by_hand_closes_its_ticket(env: TicketsEnv) -> None:
    ticket = await env.opened()
    assert ticket.channel_id is not None
    del env.discord.rooms[ticket.channel_id]
    await env.tickets.compare(GUILD)
    kind, data = (await env.told())[-1]
    assert (kind, data["close_source"]) == ("ticket.closed", "channel_deleted")
    assert data["closed_by_id"] == str(BOT)
    await env.tickets.on_room_deleted(GUILD, ticket.channel_id)
    assert (await env.about_ticket(ticket)).count("ticket.closed") == 1


async def test_whoever_leaves_leaves_no_ticket_behind(env: TicketsEnv) -> None:
    visitor = env.visitor()
    ticket = await env.opened(visitor)
    del env.discord.people[visitor.user_id]
    await env.tickets.absences.left(GUILD, visitor.user_id)
    assert (await env.told())[-1][1]["close_source"] == "opener_left"
    await env.sweep_tickets()
    assert (await env.ticket(ticket)).room_duties == frozenset()


async def test_a_close_request_is_answered_by_the_other_side(env: TicketsEnv) -> None:
    visitor = env.visitor()
    ticket = await env.opened(visitor)
    asked = await env.tickets.closures.ask(CLERK, ticket, "Is it done?")
    with pytest.raises(UserError, match="other side"):
        await env.tickets.closures.answer(CLERK, asked, agrees=True)
    await env.tickets.closures.answer(visitor, asked, agrees=True)
    data = (await env.told())[-1][1]
    assert (data["close_source"], data["close_reason"]) == ("close_request", "Is it done?")


async def test_charge_is_taken_given_and_given_up(env: TicketsEnv) -> None:
    ticket = await env.opened()
    charge = env.tickets.charge
    with pytest.raises(UserError, match="Only the staff"):
        await charge.claim(env.visitor(), ticket)
    await charge.claim(CLERK, ticket)
    with pytest.raises(UserError, match="already"):
        await charge.claim(CLERK, ticket)
    await charge.assign(CLERK, ticket, SECOND)
    assert [data["claimed_by_id"] for kind, data in await env.told() if "claim" in kind] == [
        str(CLERK.user_id),
        str(SECOND),
    ]
    with pytest.raises(UserError, match="none of its staff"):
        await charge.assign(CLERK, ticket, env.someone())
    assert (await charge.unclaim(CLERK, ticket)).claimed_by_id is None
    assert (await charge.prioritise(CLERK, ticket, Priority.URGENT)).priority is Priority.URGENT


async def test_guests_come_and_go(env: TicketsEnv) -> None:
    ticket = await env.opened()
    friend = env.someone()
    await env.tickets.charge.add(CLERK, ticket, Guest(friend))
    assert friend in env.room(ticket).guests
    await env.tickets.charge.remove(CLERK, ticket, Guest(friend))
    assert friend not in env.room(ticket).guests
    with pytest.raises(UserError, match="not added"):
        await env.tickets.charge.remove(CLERK, ticket, Guest(friend))


async def test_another_guilds_ticket_is_none(env: TicketsEnv) -> None:
    ticket = await env.opened()
    with pytest.raises(NotFound):
        await env.tickets.numbered(GUILD + 1, ticket.number)
    with pytest.raises(NotFound):
        await env.tickets.known(GUILD + 1, ticket.id)
