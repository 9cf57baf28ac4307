"""Commands by which the staff work on a ticket: who may, what they read, what becomes of it."""

from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.features.tickets.model import Ticket
from tests.e2e.cases.scene import answer, said
from tests.e2e.tickets.scene import TicketScene
from tests.support.messages import read

NOT_STAFF = "Only the staff of these tickets can do that."


async def uses(
    tickets: TicketScene,
    ticket: Ticket,
    command: str,
    by: MemberActor | None = None,
    **options: Any,
) -> InteractionResult:
    """A member of the staff uses a command in the room; nobody else sees the answer."""
    person = by or tickets.clerk
    result = await person.slash(tickets.room(ticket), f"ticket {command}", **options)
    assert answer(result).ephemeral
    return result


async def now(tickets: TicketScene, ticket: Ticket) -> Ticket:
    return await tickets.service.known(ticket.guild_id, ticket.id)


async def closed(tickets: TicketScene, reason: str = "Found") -> Ticket:
    ticket = await tickets.opened()
    await uses(tickets, ticket, "close", reason=reason)
    await tickets.sweep()
    return await now(tickets, ticket)


def may_see(tickets: TicketScene, ticket: Ticket, role_id: int) -> bool:
    guild = tickets.world.app.client.get_guild(ticket.guild_id)
    assert guild is not None
    channel, role = guild.get_channel(ticket.channel_id or 0), guild.get_role(role_id)
    assert channel is not None
    assert role is not None
    return channel.permissions_for(role).view_channel


async def test_a_ticket_is_transferred_to_another_type_and_its_staff(tickets: TicketScene) -> None:
    world = tickets.world
    role = world.guild.create_role("Cashier")
    other = await tickets.service.types.create(tickets.actor, "Billing")
    await tickets.service.types.change(tickets.actor, other.id, "staff_role_ids", (role.id,))
    ticket = await tickets.opened()
    suggested = await tickets.clerk.autocomplete(
        tickets.room(ticket), "ticket transfer", "type", "bil"
    )
    assert [one["value"] for one in suggested] == [other.id]
    result = await uses(tickets, ticket, "transfer", type=other.id)
    assert said(result) == "Ticket 1 is one of the other type now."
    await tickets.sweep()
    assert (await now(tickets, ticket)).type_id == other.id
    assert may_see(tickets, ticket, role.id)
    assert not may_see(tickets, ticket, tickets.role.id)
    assert tickets.room(ticket).name == "billing-1"
    result = await world.manager.slash(tickets.world.channel, "ticket view", number=ticket.number)
    assert "About: Billing" in said(result)


async def test_a_subject_is_changed_and_the_name_follows(tickets: TicketScene) -> None:
    ticket = await tickets.opened()
    result = await uses(tickets, ticket, "rename", subject="The\x00 \u202eOtter @everyone")
    assert "has another subject" in said(result)
    await tickets.sweep()
    after = await now(tickets, ticket)
    assert after.subject == "The Otter @everyone"
    assert tickets.room(ticket).name == "the-otter-everyone-1"
    card = tickets.card(ticket)
    assert not card.mention_everyone
    assert "The Otter" in read(card)
    result = await uses(tickets, ticket, "rename", subject="\u200b")
    assert "A subject needs something that can be seen." in said(result)


async def test_a_priority_is_in_the_name_where_the_pattern_has_it(tickets: TicketScene) -> None:
    types = tickets.service.types
    await types.change(tickets.actor, tickets.type.id, "name_pattern", "{priority}-{number}")
    ticket = await tickets.opened()
    assert tickets.room(ticket).name == "normal-1"
    await uses(tickets, ticket, "priority", level="urgent")
    await tickets.sweep()
    assert tickets.room(ticket).name == "urgent-1"
    await uses(tickets, ticket, "rename", subject="Leak")
    await uses(tickets, ticket, "priority", level="low")
    await tickets.sweep(600)
    assert tickets.room(ticket).name == "leak-1"


async def test_a_channel_is_moved(tickets: TicketScene) -> None:
    world = tickets.world
    other = world.guild.create_category("Later")
    await world.env.settle()
    ticket = await tickets.opened()
    result = await uses(tickets, ticket, "move", category=other)
    assert said(result) == "Ticket 1 was moved."
    channel = world.app.client.get_channel(ticket.channel_id or 0)
    assert isinstance(channel, discord.TextChannel)
    assert channel.category_id == other.id
    assert not may_see(tickets, ticket, world.guild.id)
    assert (await now(tickets, ticket)).parent_id == other.id


async def test_a_message_is_pinned_by_its_link_its_id_and_its_menu(tickets: TicketScene) -> None:
    world = tickets.world
    ticket = await tickets.opened()
    room = tickets.room(ticket)
    texts = [await world.member.send(room, text) for text in ("one", "two", "three")]
    result = await uses(tickets, ticket, "pin", message=texts[0].jump_url)
    assert said(result) == "The message is pinned."
    await uses(tickets, ticket, "pin", message=str(texts[1].id))
    result = await tickets.clerk.context_menu(room, "Pin in ticket", texts[2])
    assert said(result) == "The message is pinned."
    pinned = [one.id for one in room.history() if one.pinned]
    assert sorted(pinned) == sorted(one.id for one in texts)
    elsewhere = await world.member.send(world.channel, "four")
    refused = await uses(tickets, ticket, "pin", message=elsewhere.jump_url)
    assert said(refused) == "That message is not in this ticket."
    assert "Name a message" in said(await uses(tickets, ticket, "pin", message="four"))
    assert "Discord did not pin it" in said(
        await uses(tickets, ticket, "pin", message=str(elsewhere.id))
    )


async def test_notes_are_read_by_the_staff_alone(tickets: TicketScene) -> None:
    ticket = await tickets.opened()
    member = tickets.world.member
    note = "Was rude @everyone [before](https://x.example)"
    assert "The note is kept." in said(await uses(tickets, ticket, "note add", text=note))
    text = said(await uses(tickets, ticket, "note view"))
    assert "Was rude" in text
    assert "@everyone" not in text
    assert "Was rude" in said(await uses(tickets, ticket, "view"))
    refused = await uses(tickets, ticket, "note view", by=member)
    assert NOT_STAFF in said(refused)
    assert NOT_STAFF in said(await uses(tickets, ticket, "note add", by=member, text="x"))
    assert "Was rude" not in said(await uses(tickets, ticket, "view", by=member))
    assert "ticket.message" not in await tickets.kinds()


async def test_a_ticket_is_seen_by_its_opener_and_the_staff(tickets: TicketScene) -> None:
    world = tickets.world
    ticket = await closed(tickets)
    for person in (world.member, tickets.clerk, world.manager):
        result = await person.slash(world.channel, "ticket view", number=ticket.number)
        assert "Reason: Found" in said(result)
    stranger = world.guild.add_member(world.env.create_user("stranger"))
    result = await stranger.slash(world.channel, "ticket view", number=ticket.number)
    assert said(result) == "Only its staff and whoever opened it can look at ticket 1."
    result = await tickets.clerk.slash(world.channel, "ticket view")
    assert "This channel is no ticket." in said(result)


async def test_the_list_is_whole_for_the_staff_and_ones_own_for_others(
    tickets: TicketScene,
) -> None:
    world = tickets.world
    await tickets.opened()
    stranger = world.guild.add_member(world.env.create_user("stranger"))
    await tickets.opened(stranger)
    whole = await tickets.clerk.slash(world.channel, "ticket list")
    assert "2 tickets" in said(whole)
    own = said(await stranger.slash(world.channel, "ticket list"))
    assert "**2**" in own
    assert "1 ticket" in own
    assert "You have no open ticket." in said(
        await tickets.clerk.slash(world.channel, "ticket list", mine=True)
    )


async def test_pages_of_the_list_turn_and_close_to_whoever_was_staff(tickets: TicketScene) -> None:
    world = tickets.world
    for number in range(12):
        await tickets.opened(world.guild.add_member(world.env.create_user(f"swan_{number}")))
    first = await tickets.clerk.slash(world.channel, "ticket list")
    assert "Page 1 of 2" in said(first)
    await world.restart()
    second = await tickets.clerk.click(answer(first), label="Next")
    assert "Page 2 of 2" in said(second)
    world.env.backend.get_guild(world.guild.id).members[tickets.clerk.id].role_ids.clear()
    assert "You have no open ticket." in said(
        await tickets.clerk.click(answer(first), label="Back")
    )


async def test_the_channel_of_a_closed_ticket_is_deleted_once_confirmed(
    tickets: TicketScene,
) -> None:
    world = tickets.world
    ticket = await tickets.opened()
    assert said(await uses(tickets, ticket, "delete")) == "Close the ticket first."
    await uses(tickets, ticket, "close")
    await tickets.sweep()
    assert NOT_STAFF in said(await uses(tickets, ticket, "delete", by=world.member))
    asked = await uses(tickets, ticket, "delete")
    assert "It stays." in said(await tickets.clerk.click(answer(asked), label="Keep"))
    asked = await tickets.clerk.slash(world.channel, "ticket delete", number=1)
    done = await tickets.clerk.click(answer(asked), label="Delete")
    assert said(done) == "The channel of ticket 1 is being deleted."
    await tickets.sweep()
    assert world.app.client.get_channel(ticket.channel_id or 0) is None
    result = await tickets.clerk.slash(world.channel, "ticket delete", number=1)
    assert said(result) == "Its channel is gone already."
    assert (await tickets.kinds()).count("ticket.closed") == 1


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("transfer", {"type": 1}),
        ("rename", {"subject": "Mine"}),
        ("claim", {}),
        ("unclaim", {}),
        ("priority", {"level": "urgent"}),
        ("reply", {"name": "hello"}),
        ("note add", {"text": "x"}),
    ],
)
async def test_the_opener_is_none_of_the_staff(
    tickets: TicketScene, command: str, options: dict[str, Any]
) -> None:
    ticket = await tickets.opened()
    before = await now(tickets, ticket)
    result = await uses(tickets, ticket, command, by=tickets.world.member, **options)
    assert said(result) == NOT_STAFF
    assert await now(tickets, ticket) == before


async def test_a_ticket_of_another_server_is_not_found(tickets: TicketScene) -> None:
    world = tickets.world
    ticket = await tickets.opened()
    elsewhere = world.env.create_guild()
    channel = elsewhere.create_text_channel("general")
    role = elsewhere.create_role("Boss", permissions=discord.Permissions(manage_guild=True))
    boss = elsewhere.add_member(world.env.create_user("boss"), roles=[role])
    await world.env.settle()
    for command in ("view", "close", "reopen", "delete"):
        result = await boss.slash(channel, f"ticket {command}", number=ticket.number)
        assert "There is no ticket 1 in this server." in said(result)
    assert (await now(tickets, ticket)).is_open
