"""The question whether a ticket can be closed, and the rating once it is."""

import ast

import discord
import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.features.tickets.model import Ticket
from tests.e2e.cases.scene import said
from tests.e2e.tickets.scene import TicketScene
from tests.support.messages import read


async def asks(
    tickets: TicketScene, ticket: Ticket, by: MemberActor, reason: str = "Done"
) -> discord.Message:
    """Somebody asks; the question as it stands in the room."""
    result = await by.slash(tickets.room(ticket), "ticket ask", reason=reason)
    assert said(result) == "They were asked."
    return tickets.room(ticket).history()[-1]


async def now(tickets: TicketScene, ticket: Ticket) -> Ticket:
    return await tickets.service.known(ticket.guild_id, ticket.id)


async def rated(tickets: TicketScene) -> tuple[Ticket, discord.Message]:
    """A closed ticket, and the letter by which its opener rates it."""
    ticket = await tickets.opened()
    await tickets.clerk.slash(tickets.room(ticket), "ticket close", reason="Found")
    await tickets.sweep()
    (letter,) = tickets.letters(tickets.world.member)
    return ticket, letter


async def rates(tickets: TicketScene, letter: discord.Message, stars: int) -> InteractionResult:
    return await tickets.world.member.user.select(letter, [str(stars)])


async def test_the_other_side_agrees_and_it_is_closed(tickets: TicketScene) -> None:
    ticket = await tickets.opened()
    member = tickets.world.member
    question = await asks(tickets, ticket, tickets.clerk)
    assert member.id in {one.id for one in question.mentions}
    refused = await tickets.clerk.click(question, label="Close it")
    assert said(refused) == "The other side was asked."
    assert (await now(tickets, ticket)).is_open
    await member.click(question, label="Close it")
    after = tickets.room(ticket).history()[-1]
    assert f"<@{member.id}> agrees" in read(after)
    await tickets.sweep()
    told = dict(await tickets.told())["ticket.closed"]
    assert (told["close_source"], told["close_reason"]) == ("close_request", "Done")
    assert told["closed_by_id"] == str(member.id)


async def test_it_stays_open_where_the_other_side_says_so(tickets: TicketScene) -> None:
    ticket = await tickets.opened()
    question = await asks(tickets, ticket, tickets.world.member)
    await tickets.world.restart()
    await tickets.clerk.click(question, label="Keep it open")
    after = tickets.room(ticket).history()[-1]
    assert f"<@{tickets.clerk.id}> keeps it open." in read(after)
    assert (await now(tickets, ticket)).asked_by_id is None
    assert await tickets.kinds() == ["ticket.opened"]


async def test_two_answers_at_once_are_one(tickets: TicketScene) -> None:
    ticket = await tickets.opened()
    member = tickets.world.member
    question = await asks(tickets, ticket, tickets.clerk)
    await tickets.at_once([member] * 5, question, f"ticket:accept:{ticket.id}")
    await tickets.sweep()
    assert (await tickets.kinds()).count("ticket.closed") == 1


async def test_two_claims_and_two_closings_at_once_are_one_each(tickets: TicketScene) -> None:
    world = tickets.world
    other = world.guild.add_member(world.env.create_user("second"), roles=[tickets.role])
    await world.env.settle()
    ticket = await tickets.opened()
    card, both = tickets.card(ticket), [tickets.clerk, other]
    results = await tickets.at_once(both, card, f"ticket:claim:{ticket.id}")
    assert sum("You are in charge" in said(one) for one in results) == 1
    assert sum("is in charge of it" in said(one) for one in results) == 1
    forms = [(person, await person.click(tickets.card(ticket), label="Close")) for person in both]
    texts = [said(await person.submit_modal(form, {"reason": ""})) for person, form in forms]
    assert texts == ["Ticket 1 is closed.", "Ticket 1 is not open."]
    await tickets.sweep()
    kinds = await tickets.kinds()
    assert (kinds.count("ticket.claimed"), kinds.count("ticket.closed")) == (1, 1)


async def test_old_buttons_answer_after_a_restart(tickets: TicketScene) -> None:
    ticket = await tickets.opened()
    await tickets.world.restart()
    await tickets.clerk.click(tickets.card(ticket), label="Claim")
    asked = await tickets.clerk.click(tickets.card(ticket), label="Close")
    await tickets.clerk.submit_modal(asked, {"reason": "Found"})
    await tickets.sweep()
    result = await tickets.world.member.click(tickets.card(ticket), label="Open again")
    assert "Ticket 1 is open again" in said(result)
    await tickets.sweep()
    assert await tickets.kinds() == [
        "ticket.opened",
        "ticket.claimed",
        "ticket.closed",
        "ticket.reopened",
    ]


async def test_the_buttons_of_a_card_are_not_for_strangers(tickets: TicketScene) -> None:
    world = tickets.world
    ticket = await tickets.opened()
    room = tickets.room(ticket)
    result = await world.member.click(tickets.card(ticket), label="Claim")
    assert "Only the staff of these tickets can do that." in said(result)
    stranger = world.guild.add_member(world.env.create_user("stranger"))
    await tickets.clerk.slash(room, "ticket add", who=stranger)
    result = await stranger.click(tickets.card(ticket), label="Close")
    assert "can close this ticket" in said(result)
    assert (await now(tickets, ticket)).is_open


@pytest.mark.parametrize("restarts", [False, True])
async def test_stars_are_kept_at_once_and_a_comment_beside_them(
    tickets: TicketScene, restarts: bool
) -> None:
    ticket, letter = await rated(tickets)
    if restarts:
        await tickets.world.restart()
    form = await rates(tickets, letter, 4)
    assert form.modal is not None
    assert (await now(tickets, ticket)).rating == 4
    member = tickets.world.member.user
    result = await member.submit_modal(form, {"comment": "Quick @everyone"})
    assert said(result) == "Thank you."
    await tickets.sweep()
    after = await now(tickets, ticket)
    assert (after.rating, after.rating_comment) == (4, "Quick @everyone")
    (letter,) = tickets.letters(tickets.world.member)
    assert "★★★★☆" in read(letter)
    (log,) = tickets.log.history()
    assert "Rating: ★★★★☆ Quick" in read(log)
    assert "@everyone" not in read(log)


async def test_a_rating_can_be_changed_and_keeps_its_comment(tickets: TicketScene) -> None:
    ticket, letter = await rated(tickets)
    form = await rates(tickets, letter, 2)
    await tickets.world.member.user.submit_modal(form, {"comment": "Slow"})
    await rates(tickets, letter, 5)
    after = await now(tickets, ticket)
    assert (after.rating, after.rating_comment) == (5, "Slow")


async def test_a_ticket_that_is_open_again_is_not_rated(tickets: TicketScene) -> None:
    ticket, letter = await rated(tickets)
    await tickets.clerk.slash(tickets.world.channel, "ticket reopen", number=1)
    result = await rates(tickets, letter, 1)
    assert "Your ticket is open again" in said(result)
    assert (await now(tickets, ticket)).rating is None


async def test_nobody_rates_the_ticket_of_somebody_else(tickets: TicketScene) -> None:
    """A custom id can be written by anybody who writes to Discord themselves."""
    ticket, letter = await rated(tickets)
    world = tickets.world
    await tickets.opened(tickets.clerk)
    other = await tickets.newest()
    await tickets.clerk.slash(tickets.room(other), "ticket close")
    await tickets.sweep()
    (theirs,) = tickets.letters(tickets.clerk)
    stored = world.env.backend.messages[theirs.channel.id][theirs.id]
    renamed = repr(stored.components).replace(f"ticket:rate:{other.id}", f"ticket:rate:{ticket.id}")
    stored.components = ast.literal_eval(renamed)
    result = await tickets.clerk.user.select(theirs, ["1"])
    assert "That ticket is not there any more." in said(result)
    assert (await now(tickets, ticket)).rating is None
    assert letter.id != theirs.id


async def test_nobody_is_asked_where_the_server_asks_for_no_rating(tickets: TicketScene) -> None:
    await tickets.choose("asks_rating", False)
    _ticket, letter = await rated(tickets)
    assert "Ticket closed" in read(letter)
    assert "How was it?" not in str(letter.components)
