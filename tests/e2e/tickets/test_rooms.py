"""Rooms of tickets as people meet them: threads, files handed in, categories that are full."""

import discord
import pytest

from bot.features.tickets.types import FormQuestion, QuestionKind
from bot.rooms import CATEGORY_LIMIT
from tests.e2e.cases.scene import said
from tests.e2e.tickets.scene import TicketScene
from tests.support.messages import read


async def in_threads(tickets: TicketScene) -> discord.TextChannel:
    """The type's tickets are threads of this channel."""
    place = tickets.world.guild.create_text_channel("desk")
    await tickets.world.env.settle()
    for name, value in (("thread_channel_id", place.id), ("place", "thread")):
        await tickets.service.types.change(tickets.actor, tickets.type.id, name, value)
    channel = tickets.world.app.client.get_channel(place.id)
    assert isinstance(channel, discord.TextChannel)
    return channel


async def test_a_ticket_is_a_private_thread_into_which_the_staff_are_called(
    tickets: TicketScene,
) -> None:
    desk = await in_threads(tickets)
    ticket = await tickets.opened()
    (thread,) = desk.threads
    assert thread.id == ticket.channel_id
    assert thread.type is discord.ChannelType.private_thread
    people = {one.id for one in await thread.fetch_members()}
    assert tickets.world.member.id in people
    card = await anext(thread.history(oldest_first=True))
    assert [one.id for one in card.role_mentions] == [tickets.role.id]
    # Discord lets in whom a message calls, which the simulation does not.
    await thread.add_user(discord.Object(tickets.clerk.id))
    await tickets.world.env.settle()
    refused = await tickets.clerk.slash(tickets.room(ticket), "ticket add", who=tickets.role)
    assert "A thread takes people, not roles" in said(refused)
    other = tickets.world.guild.create_category("Later")
    await tickets.world.env.settle()
    refused = await tickets.clerk.slash(tickets.room(ticket), "ticket move", category=other)
    assert said(refused) == "A thread stays in its channel."
    result = await tickets.clerk.slash(tickets.room(ticket), "ticket close")
    assert said(result) == "Ticket 1 is closed."
    await tickets.sweep()
    kept = await desk.guild.fetch_channel(thread.id)
    assert isinstance(kept, discord.Thread)
    assert kept.locked
    assert kept.archived


@pytest.mark.parametrize("event", ["shard_connect", "guild_unavailable"])
async def test_after_an_absence_no_room_is_taken_for_whole(
    tickets: TicketScene, event: str
) -> None:
    """A message of now may come before what was written meanwhile is read."""
    ticket, world = await tickets.opened(), tickets.world
    read = (await tickets.newest()).last_message_id
    guild = world.app.client.get_guild(ticket.guild_id)
    world.app.client.dispatch(event, 0 if event == "shard_connect" else guild)
    await world.env.settle()
    await world.member.send(tickets.room(ticket), "Where is my boat?")
    await world.env.settle()
    assert (await tickets.newest()).last_message_id == read
    await tickets.service.compare(ticket.guild_id)
    assert ((await tickets.newest()).last_message_id or 0) > (read or 0)


async def test_a_file_of_the_form_is_in_the_ticket(tickets: TicketScene) -> None:
    world = tickets.world
    form = [FormQuestion(text="Papers", kind=QuestionKind.FILES)]
    await tickets.service.types.ask(tickets.actor, tickets.type.id, form)
    asked = await world.member.click(tickets.panel(), label="Support")
    result = await world.member.submit_modal(asked, {"q0": ("papers.txt", b"all in order")})
    assert "is open" in said(result), said(result)
    await tickets.sweep()
    ticket = await tickets.newest()
    assert not tickets.room(ticket).history()[0].attachments  # the card stands first
    files = [one for message in tickets.room(ticket).history() for one in message.attachments]
    assert [one.filename for one in files] == ["papers.txt"]
    assert await files[0].read() == b"all in order"
    assert any("Papers: papers.txt" in read(one) for one in tickets.room(ticket).history())


async def test_the_fiftieth_channel_goes_into_the_overflow(tickets: TicketScene) -> None:
    world = tickets.world
    for number in range(CATEGORY_LIMIT):
        world.guild.create_text_channel(f"old-{number}", category=tickets.category)
    await world.env.settle()
    text = said(await world.manager.slash(world.channel, "ticket check"))
    assert f"<#{tickets.category.id}> is full: choose an overflow category" in text
    overflow = world.guild.create_category("Overflow")
    await world.env.settle()
    await tickets.service.types.change(tickets.actor, tickets.type.id, "overflow_id", overflow.id)
    ticket = await tickets.opened()
    channel = world.app.client.get_channel(ticket.channel_id or 0)
    assert isinstance(channel, discord.TextChannel)
    assert channel.category_id == overflow.id


async def test_a_log_without_files_has_the_rest_and_says_so(tickets: TicketScene) -> None:
    """As soon as files may be attached, the next drawing has it."""
    world, ticket = tickets.world, await tickets.opened()
    log = world.app.client.get_channel(tickets.log.id)
    assert isinstance(log, discord.TextChannel)
    await log.set_permissions(log.guild.me, attach_files=False)
    await tickets.clerk.slash(tickets.room(ticket), "ticket close", reason="Found")
    await tickets.sweep()
    (line,) = tickets.log.history()
    assert "Ticket 1 is closed" in read(line)
    assert "my role lacks **Attach Files** in this channel" in read(line)
    assert not line.attachments
    await log.set_permissions(log.guild.me, overwrite=None)
    await tickets.clerk.slash(tickets.room(ticket), "ticket note add", text="For later")
    await tickets.sweep()
    (line,) = tickets.log.history()
    assert "Attach Files" not in read(line)
    assert [one.filename for one in line.attachments] == ["ticket-1.html"]
