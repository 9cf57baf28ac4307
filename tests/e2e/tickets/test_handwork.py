"""Channels and threads of tickets that people change by hand, as the gateway tells of it."""

from dataclasses import replace
from typing import Any

import discord
from simcord.backend.models.channel import Overwrite
from simcord.enums import OverwriteType
from sqlalchemy import select

from bot.features.audit.tables import audit_entry
from bot.features.tickets.model import Ticket
from tests.e2e.cases.scene import said
from tests.e2e.tickets.scene import TicketScene
from tests.e2e.tickets.test_check import check
from tests.e2e.tickets.test_rooms import in_threads
from tests.e2e.tickets.test_work import may_see, now, uses
from tests.support.messages import read

SEES = discord.Permissions(view_channel=True).value


async def overwritten(tickets: TicketScene, ticket: Ticket, target_id: int, **held: int) -> None:
    """Somebody changes what a role may in its channel."""
    one = Overwrite(target_id, OverwriteType.ROLE, **held)
    tickets.world.env.backend.set_overwrite(ticket.channel_id or 0, one)
    await tickets.sweep()


async def noted(tickets: TicketScene) -> list[str]:
    async with tickets.world.app.parts.core.database.reading() as reading:
        found = await reading.execute(select(audit_entry.c.summary).order_by(audit_entry.c.id))
        return [one for one in found.scalars() if one.endswith("by hand.")]


def last(tickets: TicketScene, ticket: Ticket) -> discord.Message:
    return tickets.room(ticket).history()[-1]


async def test_a_channel_made_public_is_told_and_closed_with_a_button(
    tickets: TicketScene,
) -> None:
    world = tickets.world
    ticket = await tickets.opened()
    everybody = world.guild.id
    await overwritten(tickets, ticket, everybody, allow=SEES)
    assert may_see(tickets, ticket, everybody)
    shown = last(tickets, ticket)
    assert "Somebody made this channel public" in read(shown)
    assert "Somebody made this channel public" in await check(tickets)
    refused = await world.member.click(shown, label="Take them out")
    assert said(refused) == "Only the staff of these tickets can do that."
    done = await tickets.clerk.click(shown, label="Take them out")
    assert said(done) == "They are out again."
    await tickets.sweep()
    assert not may_see(tickets, ticket, everybody)
    assert "Only the people of this ticket can see it." in read(last(tickets, ticket))
    assert "Somebody made" not in await check(tickets)
    assert await noted(tickets) == ["Somebody let everybody into ticket 1 by hand."]


async def test_a_channel_that_keeps_nobody_out_is_public(tickets: TicketScene) -> None:
    """What everybody may in the whole server counts once nothing denies it there."""
    ticket = await tickets.opened()
    await overwritten(tickets, ticket, tickets.world.guild.id)
    assert "Somebody made this channel public" in read(last(tickets, ticket))
    await uses(tickets, ticket, "remove", who=tickets.world.guild.default_role)
    assert not may_see(tickets, ticket, tickets.world.guild.id)


async def test_a_channel_moved_renamed_and_shared_by_hand_stays_so(tickets: TicketScene) -> None:
    world = tickets.world
    ticket, role = await tickets.opened(), world.guild.create_role("Sailor")
    later = world.guild.create_category("Later")
    await world.env.settle()
    changes: dict[str, Any] = {"name": "leak", "parent_id": later.id}
    world.env.backend.edit_channel(ticket.channel_id or 0, changes)
    await overwritten(tickets, ticket, role.id, allow=SEES)
    after = await now(tickets, ticket)
    assert (after.room_name, after.parent_id) == ("leak", later.id)
    assert f"Added: <@&{role.id}>" in said(await uses(tickets, ticket, "view"))
    await uses(tickets, ticket, "close")
    await tickets.sweep()
    assert may_see(tickets, ticket, role.id)
    assert tickets.room(ticket).name == "leak"


async def test_what_the_bot_does_itself_is_nobodys_handwork(tickets: TicketScene) -> None:
    world = tickets.world
    other = await tickets.service.types.create(tickets.actor, "Billing")
    role = world.guild.create_role("Cashier")
    await tickets.service.types.change(tickets.actor, other.id, "staff_role_ids", (role.id,))
    later = world.guild.create_category("Later")
    stranger = world.guild.add_member(world.env.create_user("stranger"))
    cashier = world.guild.add_member(world.env.create_user("cashier"), roles=[role])
    await world.env.settle()
    ticket = await tickets.opened()
    await uses(tickets, ticket, "add", who=stranger)
    await uses(tickets, ticket, "move", category=later)
    await uses(tickets, ticket, "transfer", type=other.id)
    await tickets.sweep()
    await uses(tickets, ticket, "remove", by=cashier, who=stranger)
    await uses(tickets, ticket, "close", by=cashier)
    await tickets.sweep()
    assert await noted(tickets) == []
    assert (await now(tickets, ticket)).room_duties == frozenset()


async def test_a_permission_that_is_missing_is_named_until_it_is_given(
    tickets: TicketScene,
) -> None:
    world = tickets.world
    stranger = world.guild.add_member(world.env.create_user("stranger"))
    await world.env.settle()
    ticket = await tickets.opened()
    backend, place = world.env.backend, ticket.channel_id or 0
    mine = next(
        one for one in backend.channels[place].overwrites if one.target_id == backend.bot_user.id
    )
    denied = discord.Permissions(manage_roles=True).value
    backend.set_overwrite(place, replace(mine, deny=denied))
    await world.env.settle()
    refused = said(await uses(tickets, ticket, "add", who=stranger))
    assert "tried again every minute" in refused
    wanted = "Manage Roles"
    assert wanted in refused
    await tickets.sweep()
    assert wanted in read(tickets.card(ticket))
    assert wanted in said(await uses(tickets, ticket, "view"))
    assert wanted in await check(tickets)
    backend.set_overwrite(place, mine)
    await tickets.sweep(60)
    assert wanted not in read(tickets.card(ticket))
    assert wanted not in await check(tickets)
    channel = world.app.client.get_channel(place)
    assert isinstance(channel, discord.TextChannel)
    assert channel.overwrites_for(discord.Object(stranger.id)).view_channel


async def test_whoever_comes_into_a_thread_or_leaves_it_is_written_down(
    tickets: TicketScene,
) -> None:
    world = tickets.world
    await in_threads(tickets)
    ticket = await tickets.opened()
    stranger = world.guild.add_member(world.env.create_user("stranger"))
    await world.env.settle()
    place = ticket.channel_id or 0
    world.env.backend.add_thread_member(place, stranger.id)
    world.env.backend.add_thread_member(place, tickets.clerk.id)  # of the staff: as it should be
    world.env.backend.remove_thread_member(place, world.member.id)
    await tickets.sweep()
    assert await noted(tickets) == [
        f"Somebody let user {stranger.id} into ticket 1 by hand.",
        f"Somebody shut user {world.member.id} out of ticket 1 by hand.",
    ]
    text = read(last(tickets, ticket))
    assert f"<@{world.member.id}> opened this ticket and cannot see it now" in text
    await uses(tickets, ticket, "add", who=world.member)
    thread = world.app.client.get_channel(place)
    assert isinstance(thread, discord.Thread)
    assert world.member.id in {one.id for one in await thread.fetch_members()}
