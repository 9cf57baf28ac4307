"""`/ticket check` on a server that something was taken from."""

import discord

from tests.e2e.cases.scene import answer, said
from tests.e2e.tickets.scene import TicketScene


async def check(tickets: TicketScene) -> str:
    result = await tickets.world.manager.slash(tickets.world.channel, "ticket check")
    assert answer(result).ephemeral
    return said(result)


async def test_all_that_is_broken_is_named_at_once(tickets: TicketScene) -> None:
    world = tickets.world
    assert "✅ Type Support" in await check(tickets)
    assert "✅ Panel Need help?" in await check(tickets)
    world.env.backend.delete_channel(tickets.category.id)
    world.env.backend.delete_channel(tickets.log.id)
    world.env.backend.delete_role(world.guild.id, tickets.role.id)
    await world.env.settle()
    text = await check(tickets)
    assert "`discord.message_content`" in text
    assert "transcripts” was deleted: choose another in /settings, Tickets" in text
    assert "**Type Support**" in text
    assert "“Where its channels are made” was deleted" in text
    assert "A role of “Who answers, and sees its tickets” was deleted" in text


async def test_a_permission_that_is_denied_is_named_with_its_place(tickets: TicketScene) -> None:
    world = tickets.world
    guild = world.app.client.get_guild(world.guild.id)
    assert guild is not None
    category = guild.get_channel(tickets.category.id)
    assert isinstance(category, discord.CategoryChannel)
    await category.set_permissions(guild.me, manage_channels=False)
    await world.env.settle()
    wanted = f"In <#{tickets.category.id}> my role lacks **Manage Channels**: give it there."
    assert wanted in await check(tickets)


async def test_it_is_for_whoever_manages_the_server(tickets: TicketScene) -> None:
    result = await tickets.clerk.slash(tickets.world.channel, "ticket check")
    assert "You need the permission **Manage Server** for that." in said(result)


async def test_the_longest_check_is_shown(tickets: TicketScene) -> None:
    for number in range(49):
        made = await tickets.service.types.create(tickets.actor, f"{number:02}".ljust(50, "*"))
        await tickets.service.types.change(tickets.actor, made.id, "ping_role_ids", (1, 2))
    assert "It has no staff roles" in await check(tickets)
