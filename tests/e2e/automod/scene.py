"""A running bot in whose server rules look at what is written."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from simcord.builders import ChannelHandle, RoleHandle
from simcord.results import InteractionResult

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import Config, DiscordConfig
from bot.features.automod import AUTOMOD
from bot.features.automod.service import AutomodService
from bot.features.settings import SETTINGS
from tests.e2e.cases.scene import MODERATES, said
from tests.support.messages import read
from tests.support.receiver import Receiver
from tests.support.simulated import Told, World, simulated


@dataclass(slots=True)
class AutomodScene:
    """A world whose automod is on, with a channel for the log."""

    world: World
    receiver: Receiver
    log: ChannelHandle
    moderators: RoleHandle

    @property
    def service(self) -> AutomodService:
        return self.world.app.parts[AUTOMOD].service

    @property
    def actor(self) -> Actor:
        return Actor(self.world.guild.id, self.world.manager.id, "harbour_master")

    async def choose(self, feature: str, **choices: Any) -> None:
        for name, value in choices.items():
            await self.world.app.parts[SETTINGS].service.change(self.actor, feature, name, value)

    async def uses(self, command: str, **options: Any) -> InteractionResult:
        """The manager uses that command of `/automod`."""
        return await self.world.manager.slash(self.world.channel, f"automod {command}", **options)

    async def does(self, command: str, **options: Any) -> str:
        return said(await self.uses(command, **options))

    async def add(
        self,
        category: str = "keywords",
        fields: dict[str, str] | None = None,
        **options: Any,
    ) -> str:
        """A rule, through the form; what the manager reads then."""
        values = {"name": "No scams", **options}
        form = await self.uses("rule add", category=category, **values)
        typed = {"words": "free nitro", "how": "whole_word"} if fields is None else fields
        return said(await self.world.manager.submit_modal(form, typed))

    async def settle(self, seconds: float = 0.0) -> None:
        """Let time pass, then do what has come due."""
        await self.world.env.settle()
        self.world.clock.advance(seconds)
        await self.service.sweep.sweep()
        await self.world.app.parts.core.posts.sweep()
        await self.world.env.settle()

    def standing(self, channel: ChannelHandle | None = None) -> list[str]:
        """What others than the bot wrote in a channel, and still stands there."""
        backend = self.world.env.backend
        messages = backend.messages[(channel or self.world.channel).id].values()
        return [one.content for one in messages if one.author_id != backend.bot_user.id]

    async def told(self) -> list[Told]:
        return [one for one in await self.world.told(self.receiver) if one[0].startswith("automod")]

    async def logged(self) -> list[str]:
        """What the log says."""
        await self.settle()
        return [read(one) for one in self.log.history()]


@asynccontextmanager
async def automod_scene(
    config: Config, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[AutomodScene]:
    reads = config.model_copy(update={"discord": DiscordConfig(message_content=True)})
    async with simulated(reads, clock) as world:
        await world.app.parts.core.posts.stop()  # two sweeps would each find what the other took
        log, guild = world.guild.create_text_channel("log"), world.guild
        scene = AutomodScene(world, receiver, log, guild.create_role("Mod", permissions=MODERATES))
        await world.env.settle()
        await world.subscribe(receiver, ["automod.*"])
        await scene.choose("incidents", log_channel_id=scene.log.id)
        await scene.choose("automod", enabled=True)
        yield scene
