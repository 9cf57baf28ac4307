"""Commands of a ticket's life: who may, what they read, what a receiver is told."""

from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.features.tickets.model import SUBJECT_LIMIT, Ticket
from bot.features.tickets.types import FormQuestion
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
    person = by or tickets.clerk
    result = await person.slash(tickets.room(ticket), f"ticket {command}", **options)
    assert answer(result).ephemeral
    return result


async def opens(
    tickets: TicketScene, by: MemberActor | None = None, **options: Any
) -> InteractionResult:
    person = by or tickets.world.member
    given = {"type": tickets.type.id, **options}
    return await person.slash(tickets.world.channel, "ticket open", **given)


async def now(tickets: TicketScene, ticket: Ticket) -> Ticket:
    return await tickets.service.known(ticket.guild_id, ticket.id)


def may_see(tickets: TicketScene, ticket: Ticket, person: MemberActor) -> bool:
    guild = tickets.world.app.client.get_guild(ticket.guild_id)
    assert guild is not None
    channel, member = guild.get_channel(ticket.channel_id or 0), guild.get_member(person.id)
    assert channel is not None
    assert member is not None
    return channel.permissions_for(member).view_channel


async def test_a_ticket_is_opened_by_a_command(tickets: TicketScene) -> None:
    suggested = await tickets.world.member.autocomplete(
        tickets.world.channel, "ticket open", "type", "sup"
    )
    assert [one["value"] for one in suggested] == [tickets.type.id]
    subject = "Leak\x07\n\u202e @everyone `x`"
    assert "Your ticket 1 is open: <#" in said(await opens(tickets, subject=subject))
    await tickets.sweep()
    (told,) = [data for kind, data in await tickets.told() if kind == "ticket.opened"]
    assert told["subject"] == "Leak @everyone `x`"
    card = tickets.card(await tickets.newest())
    assert not card.mention_everyone
    assert "Leak" in read(card)
    assert {one.id for one in card.mentions} == {tickets.world.member.id}


async def test_the_staff_open_one_for_somebody_and_nobody_else_does(tickets: TicketScene) -> None:
    member = tickets.world.member
    refused = await opens(tickets, member, person=tickets.clerk)
    assert said(refused) == "Only its staff can open a ticket for somebody else."
    result = await opens(tickets, tickets.clerk, person=member, subject="Your boat")
    assert f"Ticket 1 is open for <@{member.id}>" in said(result)
    await tickets.sweep()
    ticket = await tickets.newest()
    assert (ticket.opener_id, ticket.opened_by_id) == (member.id, tickets.clerk.id)
    assert may_see(tickets, ticket, member)


@pytest.mark.parametrize("many", [False, True])
async def test_a_ticket_is_opened_about_a_message(tickets: TicketScene, many: bool) -> None:
    world = tickets.world
    if many:
        await tickets.service.types.create(tickets.actor, "Billing")
    message = await tickets.clerk.send(world.channel, "Lost: " + "a boat " * 40)
    result = await world.member.context_menu(world.channel, "Open a ticket", message)
    if many:
        (option, _other) = options_of(answer(result).components)
        result = await world.member.select(answer(result), [option])
    assert "Your ticket 1 is open" in said(result)
    subject = (await tickets.newest()).subject
    assert subject.startswith("Lost: a boat")
    assert len(subject) <= SUBJECT_LIMIT


def options_of(components: list[dict[str, Any]]) -> list[str]:
    found = [*components]
    for one in found:
        found += one.get("components", ())
    return [option["value"] for one in found for option in one.get("options", ())]


async def test_a_server_without_types_says_so(tickets: TicketScene) -> None:
    world = tickets.world
    await tickets.service.types.delete(tickets.actor, tickets.type.id)
    message = await tickets.clerk.send(world.channel, "Hello")
    result = await world.member.context_menu(world.channel, "Open a ticket", message)
    assert said(result) == "This server has no types of tickets yet."


async def test_charge_is_taken_given_up_and_assigned(tickets: TicketScene) -> None:
    world = tickets.world
    ticket = await tickets.opened()
    assert said(await uses(tickets, ticket, "claim")) == "You are in charge of ticket 1."
    assert said(await uses(tickets, ticket, "claim")) == "You are in charge of it already."
    said_ = said(await uses(tickets, ticket, "unclaim"))
    assert said_ == "Nobody is in charge of ticket 1 now."
    refused = await uses(tickets, ticket, "assign", person=world.member)
    assert "They are none of its staff" in said(refused)
    await uses(tickets, ticket, "assign", person=tickets.clerk)
    assert (await now(tickets, ticket)).claimed_by_id == tickets.clerk.id
    await tickets.sweep()
    assert f"In charge: <@{tickets.clerk.id}>" in read(tickets.card(ticket))
    claimed = [data for kind, data in await tickets.told() if kind == "ticket.claimed"]
    assert [one["claimed_by_id"] for one in claimed] == [str(tickets.clerk.id)] * 2


async def test_somebody_is_let_in_and_out(tickets: TicketScene) -> None:
    world = tickets.world
    stranger = world.guild.add_member(world.env.create_user("stranger"))
    ticket = await tickets.opened()
    assert NOT_STAFF in said(await uses(tickets, ticket, "add", by=world.member, who=stranger))
    assert not may_see(tickets, ticket, stranger)
    assert said(await uses(tickets, ticket, "add", who=stranger)) == "They are in ticket 1 now."
    assert may_see(tickets, ticket, stranger)
    assert f"<@{stranger.id}>" in said(await uses(tickets, ticket, "view"))
    await uses(tickets, ticket, "remove", who=stranger)
    assert not may_see(tickets, ticket, stranger)
    again = said(await uses(tickets, ticket, "remove", who=stranger))
    assert again == "They were not added to this ticket."
    stays = said(await uses(tickets, ticket, "remove", who=world.member))
    assert "Whoever opened a ticket stays in it" in stays


async def test_a_role_is_let_in(tickets: TicketScene) -> None:
    world = tickets.world
    role = world.guild.create_role("Night shift")
    night = world.guild.add_member(world.env.create_user("night"), roles=[role])
    await world.env.settle()
    ticket = await tickets.opened()
    await uses(tickets, ticket, "add", who=role)
    assert may_see(tickets, ticket, night)


async def test_a_ticket_is_closed_and_opened_again_by_commands(tickets: TicketScene) -> None:
    world = tickets.world
    ticket = await tickets.opened()
    stranger = world.guild.add_member(world.env.create_user("stranger"))
    for command, words in (("close", "can close this ticket"), ("reopen", "is open.")):
        refused = await stranger.slash(world.channel, f"ticket {command}", number=1)
        expected = words if command == "close" else "can open it again"
        assert expected in said(refused)
    assert said(await uses(tickets, ticket, "close", by=world.member)) == "Ticket 1 is closed."
    await tickets.sweep()
    assert said(await uses(tickets, ticket, "close")) == "Ticket 1 is not open."
    result = await uses(tickets, ticket, "reopen")
    assert "Ticket 1 is open again" in said(result)
    assert said(await uses(tickets, ticket, "reopen")) == "Ticket 1 is open."
    await tickets.sweep()
    told = dict(await tickets.told())
    assert told["ticket.closed"]["close_source"] == "opener"
    assert told["ticket.reopened"]["reopened_by_id"] == str(tickets.clerk.id)


async def test_who_may_open_one_is_said(tickets: TicketScene) -> None:
    world, types = tickets.world, tickets.service.types
    role = world.guild.create_role("Sailor")
    await types.change(tickets.actor, tickets.type.id, "required_role_ids", (role.id,))
    assert f"you need one of these roles: <@&{role.id}>." in said(await opens(tickets))
    await types.change(tickets.actor, tickets.type.id, "required_role_ids", ())
    await types.change(tickets.actor, tickets.type.id, "refused_role_ids", (tickets.role.id,))
    assert "With one of your roles" in said(await opens(tickets, tickets.clerk))
    await tickets.choose("enabled", False)
    assert said(await opens(tickets)) == "Tickets are switched off in this server."
    assert await tickets.kinds() == []


async def test_a_form_is_asked_before_it_is_known_whether_one_may_be_opened_again(
    tickets: TicketScene,
) -> None:
    """Two forms open at once: the second that is sent is refused, and nothing is lost of it."""
    member = tickets.world.member
    await tickets.service.types.ask(
        tickets.actor, tickets.type.id, [FormQuestion(text="Which boat?")]
    )
    forms = [await opens(tickets), await opens(tickets)]
    assert "is open" in said(await member.submit_modal(forms[0], {"q0": "x"}))
    assert "ticket open already" in said(await member.submit_modal(forms[1], {"q0": "y"}))


@pytest.mark.parametrize("lost", ["manage_channels", "view_channel"])
async def test_a_permission_that_is_missing_is_named(tickets: TicketScene, lost: str) -> None:
    world = tickets.world
    guild = world.app.client.get_guild(world.guild.id)
    assert guild is not None
    category = guild.get_channel(tickets.category.id)
    assert isinstance(category, discord.CategoryChannel)
    await category.set_permissions(guild.me, overwrite=discord.PermissionOverwrite(**{lost: False}))
    await world.env.settle()
    result = await opens(tickets)
    assert "I could not open it in <#" in said(result)
    assert "/ticket check" in said(result)
    assert await tickets.kinds() == []
    await tickets.service.types.change(tickets.actor, tickets.type.id, "category_id", None)
    assert "Your ticket 2 is open" in said(await opens(tickets))
