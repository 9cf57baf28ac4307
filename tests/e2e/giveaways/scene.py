"""A running bot in whose server the staff hold giveaways, and members press the button."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
from simcord.actors import MemberActor
from simcord.builders import RoleHandle
from simcord.results import InteractionResult

from bot.clock import ManualClock
from bot.config import Config
from bot.features.giveaways import GIVEAWAYS
from bot.features.giveaways.model import Giveaway
from bot.features.giveaways.service import GiveawaysService
from tests.e2e.cases.scene import answer, said
from tests.e2e.tickets.scene import at_once
from tests.support.messages import buttons, read
from tests.support.receiver import Receiver
from tests.support.simulated import Told, World, simulated

HOUR, DAY = 3_600.0, 86_400.0
PRIZE = "A signed print"


@dataclass(slots=True)
class GiveawayScene:
    """A world with a role that can be asked for, and as many people as a test wants."""

    world: World
    receiver: Receiver
    role: RoleHandle
    people: list[MemberActor] = field(default_factory=list[MemberActor])

    @property
    def service(self) -> GiveawaysService:
        return self.world.app.parts[GIVEAWAYS].service

    async def enter_server(self, count: int, *roles: RoleHandle) -> list[MemberActor]:
        """So many people more."""
        world, before = self.world, len(self.people)
        users = [world.env.create_user(f"swan_{before + number}") for number in range(count)]
        made = [world.guild.add_member(one, roles=roles) for one in users]
        self.people += made
        await world.env.settle()
        return made

    async def uses(self, command: str, **options: Any) -> InteractionResult:
        """The staff type a command; nobody else sees the answer."""
        world = self.world
        result = await world.manager.slash(world.channel, f"giveaway {command}", **options)
        assert answer(result).ephemeral
        return result

    async def created(self, **options: Any) -> Giveaway:
        """One that is open, or will be, with its card where it is."""
        result = await self.uses("create", **{"prize": PRIZE, "lasts": "1d", **options})
        assert "Giveaway" in said(result), said(result)
        await self.sweep()
        return await self.newest()

    async def newest(self) -> Giveaway:
        page = await self.service.page(self.world.guild.id, 1, is_whole=True)
        return page.rows[0]

    async def sweep(self, seconds: float = 0.0) -> None:
        """Let time pass, and return when what has come due by then is done."""
        await self.world.env.settle()
        self.world.clock.advance(seconds)
        await self.service.sweep.sweep()
        await self.world.app.parts.core.posts.sweep()
        await self.world.env.settle()

    def messages(self) -> list[discord.Message]:
        return self.world.channel.history()

    def card(self, number: int = 0) -> discord.Message:
        """What stands in the channel with the buttons, or will have had them."""
        cards = [one for one in self.messages() if "SHA-256 of the seed" in read(one)]
        return cards[number]

    async def press(self, person: MemberActor, label: str = "Enter") -> str:
        return said(await person.click(self.card(), label=label))

    async def press_together(self, people: Sequence[MemberActor]) -> list[str]:
        """Each presses the first button before the bot has dealt with any."""
        results = await at_once(self.world, people, self.card(), buttons(self.card())[0])
        return [said(one) for one in results]

    async def drawn(self, count: int = 5, **options: Any) -> Giveaway:
        """One that so many entered and that was drawn in time."""
        await self.created(**options)
        for person in await self.enter_server(count):
            await self.press(person)
        await self.sweep(DAY)
        return await self.newest()

    def letters(self, to: int) -> list[str]:
        """The direct messages that somebody has from the bot."""
        user = self.world.env.backend.users[to]
        (actor,) = [one for one in self.people if one.id == user.id]
        found = actor.user.dm_channel.history(viewer=actor.user)
        return [read(one) for one in found if not one.flags.ephemeral]

    async def told(self) -> list[Told]:
        """What the receiver was told of giveaways, in order."""
        told = await self.world.told(self.receiver)
        return [one for one in told if one[0].startswith("giveaway.")]


@asynccontextmanager
async def giveaway_scene(
    config: Config, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[GiveawayScene]:
    """Start everything."""
    async with simulated(config, clock) as world:
        role = world.guild.create_role("Regular")
        await world.subscribe(receiver)
        scene = GiveawayScene(world, receiver, role)
        # What goes on in the background is not waited for by the simulation: a test sweeps itself.
        await scene.service.sweep.stop()
        await world.app.parts.core.posts.stop()
        await world.env.settle()
        yield scene
