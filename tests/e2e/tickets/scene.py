"""A running bot in whose server members open tickets and the staff answer."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
from simcord import interactions
from simcord.actors import MemberActor
from simcord.backend import serializers
from simcord.builders import ChannelHandle, RoleHandle
from simcord.results import InteractionResult

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import Config
from bot.features.settings import SETTINGS
from bot.features.tickets import TICKETS
from bot.features.tickets.model import Ticket
from bot.features.tickets.service import TicketsService
from bot.features.tickets.types import TicketType
from tests.e2e.cases.scene import said
from tests.support.receiver import Receiver
from tests.support.simulated import Told, World, simulated

COMPONENT, BUTTON = 3, 2


@dataclass(slots=True)
class TicketScene:
    """A world with a type of ticket, its staff, and a panel that stands in the channel."""

    world: World
    receiver: Receiver
    clerk: MemberActor
    role: RoleHandle
    category: ChannelHandle
    log: ChannelHandle
    type: TicketType = field(init=False)

    @property
    def service(self) -> TicketsService:
        return self.world.app.parts[TICKETS].service

    @property
    def actor(self) -> Actor:
        return Actor(self.world.guild.id, self.world.manager.id, "harbour_master")

    async def choose(self, name: str, value: Any) -> None:
        """Make a choice among the feature's settings."""
        await self.world.app.parts[SETTINGS].service.change(self.actor, "tickets", name, value)

    async def prepare(self) -> None:
        """A type, and its panel."""
        types = self.service.types
        self.type = await types.create(self.actor, "Support")
        for name, value in (
            ("staff_role_ids", (self.role.id,)),
            ("category_id", self.category.id),
            ("welcome", "Somebody will be with you soon."),
        ):
            self.type = await types.change(self.actor, self.type.id, name, value)
        await self.choose("log_channel_id", self.log.id)
        panel = await self.service.panels.create(self.actor, "Need help?")
        await self.service.panels.post(self.actor, panel.id, self.world.channel.id)
        await self.sweep()

    async def sweep(self, seconds: float = 0.0) -> None:
        """Let time pass, and return when what has come due by then is done."""
        await self.world.env.settle()
        self.world.clock.advance(seconds)
        await self.service.ports.sweep.sweep()
        await self.world.app.parts.core.posts.sweep()
        await self.world.env.settle()

    def panel(self) -> discord.Message:
        """The panel as it stands in the channel."""
        (found,) = self.world.channel.history()
        return found

    async def opened(self, by: MemberActor | None = None) -> Ticket:
        """A member presses the panel's button, and the room is there with its card."""
        person = by or self.world.member
        result = await person.click(self.panel(), label="Support")
        assert "is open" in said(result), said(result)
        await self.sweep()
        return await self.newest()

    async def newest(self) -> Ticket:
        page = await self.service.page(self.world.guild.id, 1, None)
        return page.tickets[-1]

    def room(self, ticket: Ticket) -> ChannelHandle:
        """Where it lives, as people reach it."""
        env = self.world.env
        return ChannelHandle(env, self.world.guild, env.backend.channels[ticket.channel_id or 0])

    def card(self, ticket: Ticket) -> discord.Message:
        """What stands first in a ticket."""
        return self.room(ticket).history()[0]

    async def at_once(
        self, people: Sequence[MemberActor], message: discord.Message, custom_id: str
    ) -> list[InteractionResult]:
        return await at_once(self.world, people, message, custom_id)

    def letters(self, to: MemberActor) -> list[discord.Message]:
        """The direct messages that somebody has from the bot."""
        found = to.user.dm_channel.history(viewer=to.user)
        return [one for one in found if not one.flags.ephemeral]

    async def told(self) -> list[Told]:
        """What the receiver was told of tickets, in order."""
        return [one for one in await self.world.told(self.receiver) if one[0].startswith("ticket.")]

    async def kinds(self) -> list[str]:
        return [kind for kind, _data in await self.told()]


async def at_once(
    world: World, people: Sequence[MemberActor], message: discord.Message, custom_id: str
) -> list[InteractionResult]:
    """Each of them presses a button before the bot has dealt with any."""
    env = world.env
    source = env.backend.messages[message.channel.id][message.id]
    results: list[InteractionResult] = []
    for person in people:
        record, payload = interactions.base_payload(
            env.backend,
            type=COMPONENT,
            channel_id=message.channel.id,
            guild_id=world.guild.id,
            user_id=person.id,
            data={"custom_id": custom_id, "component_type": BUTTON},
        )
        payload["message"] = dict(serializers.message_payload(env.backend, source))
        record.source_message_id = message.id
        env.backend.emit("INTERACTION_CREATE", payload)
        results.append(InteractionResult(env, record))
    await env.settle()
    return results


@asynccontextmanager
async def ticket_scene(
    config: Config, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[TicketScene]:
    """Start everything; a member of the staff is there, with their role."""
    async with simulated(config, clock) as world:
        guild = world.guild
        role = guild.create_role("Clerk")
        category = guild.create_category("Tickets")
        log = guild.create_text_channel("ticket-log")
        clerk = guild.add_member(world.env.create_user("clerk"), roles=[role])
        await world.subscribe(receiver)
        scene = TicketScene(world, receiver, clerk, role, category, log)
        # What goes on in the background is not waited for by the simulation: a test sweeps itself.
        await scene.service.ports.sweep.stop()
        await world.app.parts.core.posts.stop()
        await scene.prepare()
        yield scene
