"""Drivers of tickets: between them everybody writes, and every way there is ends one."""

import asyncio

from bot.clock import ManualClock
from bot.config import Config, DiscordConfig
from bot.controls import Post
from bot.features.tickets.model import Ticket
from tests.e2e.cases.scene import said
from tests.e2e.promises.moments import compared, later
from tests.e2e.tickets.scene import TicketScene, ticket_scene
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver
from tests.support.simulated import Told

HOUR = 3_600.0
NOTE = "Only the staff may read this"


async def tickets(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """A ticket in which everybody writes; then one for each way in which tickets end."""
    reads = config.model_copy(update={"discord": DiscordConfig(message_content=True)})
    async with ticket_scene(reads, clock, receiver) as scene:
        await compared(scene.world)
        await scene.service.ports.sweep.stop()  # who leases what is due is the driver alone
        member, clerk, guild = scene.world.member, scene.clerk, scene.world.guild
        first = await scene.opened()
        await everybody_writes(scene, first)
        await clerk.slash(scene.room(first), "ticket claim")
        await clerk.slash(scene.room(first), "ticket close", reason="Found")
        await scene.sweep()
        await clerk.slash(scene.world.channel, "ticket reopen", number=first.number)
        await scene.sweep()

        form = await clerk.click(scene.card(first), label="Close")
        await clerk.submit_modal(form, {"reason": ""})
        second = await scene.opened()
        await member.slash(scene.room(second), "ticket close")
        await agreed(scene, await scene.opened())
        await silent(scene, await scene.opened())
        deleted = await scene.opened()
        scene.world.env.backend.delete_channel(deleted.channel_id or 0)
        await scene.sweep()
        last = await scene.opened()
        guild.remove_member(member)
        await later(scene.world, 5)  # it might be a ban
        await closed(scene, last)
        return await scene.told()


async def everybody_writes(scene: TicketScene, ticket: Ticket) -> None:
    """The opener, the staff, somebody who was let in, another program and the bot itself."""
    guild, env, room = scene.world.guild, scene.world.env, scene.room(ticket)
    guest = guild.add_member(env.create_user("guest"))
    await env.settle()
    await scene.clerk.slash(room, "ticket add", who=guest)
    await scene.world.member.send(room, "Where is my boat?", attachments=[("berth.txt", b"4")])
    await scene.clerk.send(room, "In the harbour.")
    await guest.send(room, "I have seen it.")
    await guild.create_webhook(room, "Tides").send("High water at noon.")
    await scene.service.write(ticket, Post(text="It is at berth nine.", is_plain=True))
    kept = await scene.clerk.slash(room, "ticket note add", text=NOTE)
    assert "is kept" in said(kept)
    await env.settle()


async def closed(scene: TicketScene, ticket: Ticket) -> None:
    """Wait until it is."""
    async with asyncio.timeout(PATIENCE):
        while (await scene.service.known(ticket.guild_id, ticket.id)).is_open:
            await turn()


async def agreed(scene: TicketScene, ticket: Ticket) -> None:
    """The staff ask, and the opener agrees."""
    await scene.clerk.slash(scene.room(ticket), "ticket ask", reason="All is said")
    asked = scene.room(ticket).history()[-1]
    await scene.world.member.click(asked, label="Close it")
    await scene.sweep()


async def silent(scene: TicketScene, ticket: Ticket) -> None:
    """The opener does not answer, is warned, and does not answer."""
    types = scene.service.types
    for name, value in (("silence_hours", 2), ("warning_hours", 1)):
        await types.change(scene.actor, scene.type.id, name, value)
    await scene.clerk.send(scene.room(ticket), "Are you there?")
    for _ in range(2):
        await scene.sweep(HOUR)
    for name, value in (("silence_hours", 0), ("warning_hours", 24)):
        await types.change(scene.actor, scene.type.id, name, value)


async def unread(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """A message in a ticket of a bot that may not read messages."""
    async with ticket_scene(config, clock, receiver) as scene:
        ticket = await scene.opened()
        await scene.world.member.send(scene.room(ticket), "Where is my boat?")
        return await scene.told()
