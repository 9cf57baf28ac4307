"""A running bot with a log of the protections, whose sweeps a test does by itself."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import Config
from bot.features.nukes import NUKES
from bot.features.raids import RAIDS
from bot.features.settings import SETTINGS
from tests.e2e.cases.scene import Scene, running
from tests.support.receiver import Receiver
from tests.support.simulated import Told


@dataclass(slots=True)
class ProtectedScene:
    """A server with moderators; `log` is where protections say what they did."""

    scene: Scene
    log: ChannelHandle

    async def choose(self, feature: str, **choices: Any) -> None:
        """As the server's owner."""
        guild = self.scene.world.guild
        actor = Actor(guild.id, guild.owner.id, "queen")
        for name, value in choices.items():
            await self.scene.world.app.parts[SETTINGS].service.change(actor, feature, name, value)

    async def join(self, count: int, name: str = "raider") -> list[MemberActor]:
        """So many join, one right after the other."""
        guild, env = self.scene.world.guild, self.scene.world.env
        people = [guild.add_member(env.create_user(f"{name}_{n}")) for n in range(count)]
        await env.settle()
        return people

    async def sweep(self, seconds: float = 0.0) -> None:
        """What is due is done, then said."""
        world = self.scene.world
        await world.env.settle()
        world.clock.advance(seconds)
        for _ in range(3):
            await world.app.parts[RAIDS].service.sweep.sweep()
            await world.app.parts[NUKES].service.sweep.sweep()
        world.clock.advance(5)
        await world.app.parts.core.posts.sweep()
        await world.env.settle()

    async def told(self, kind: str) -> list[Told]:
        await self.scene.world.env.settle()
        return [one for one in await self.scene.world.told(self.scene.receiver) if one[0] == kind]

    def posts(self) -> Sequence[discord.Message]:
        """The log of the protections."""
        return self.log.history()


@asynccontextmanager
async def protected(
    config: Config, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[ProtectedScene]:
    """Start everything; nothing is switched on."""
    async with running(config, clock, receiver) as scene:
        parts = scene.world.app.parts
        await parts[RAIDS].service.sweep.stop()
        await parts[NUKES].service.sweep.stop()
        log = scene.world.guild.create_text_channel("protection")
        await scene.world.env.settle()
        made = ProtectedScene(scene, log)
        await made.choose("incidents", log_channel_id=log.id)
        yield made
