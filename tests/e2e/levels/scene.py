"""A running bot in whose server people earn levels."""

import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
from PIL import Image
from simcord.actors import MemberActor
from simcord.builders import RoleHandle
from simcord.results import InteractionResult, ResponseMessage

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import Config
from bot.features.levels import LEVELS
from bot.features.levels.service import LevelsService
from bot.features.settings import SETTINGS
from tests.e2e.cases.scene import said
from tests.support.receiver import Receiver
from tests.support.simulated import World, simulated


@dataclass(slots=True)
class LevelScene:
    """A world whose levels are on, with a role that can be given."""

    world: World
    receiver: Receiver
    role: RoleHandle

    @property
    def service(self) -> LevelsService:
        return self.world.app.parts[LEVELS].service

    @property
    def actor(self) -> Actor:
        return Actor(self.world.guild.id, self.world.manager.id, "harbour_master")

    async def choose(self, **choices: Any) -> None:
        for name, value in choices.items():
            await self.world.app.parts[SETTINGS].service.change(self.actor, "levels", name, value)

    async def does(self, name: str, **options: Any) -> str:
        """What the manager reads after that command of `/levels`."""
        return said(await self.used(name, **options))

    async def used(self, name: str, **options: Any) -> InteractionResult:
        result = await self.world.manager.slash(self.world.channel, f"levels {name}", **options)
        await self.sweep()
        return result

    async def sweep(self, seconds: float = 0.0) -> None:
        """Let time pass, then do what has come due."""
        await self.world.env.settle()
        self.world.clock.advance(seconds)
        await self.service.roles.sweep.sweep()
        await self.world.app.parts.core.posts.sweep()
        await self.world.env.settle()

    async def xp(self, member: MemberActor) -> int:
        return (await self.service.boards.of(self.world.guild.id, member.id)).xp

    def roles(self, member: MemberActor) -> set[int]:
        guild = self.world.app.client.get_guild(self.world.guild.id)
        found = None if guild is None else guild.get_member(member.id)
        assert found is not None
        return {role.id for role in found.roles if not role.is_default()}

    async def ups(self) -> list[tuple[int, int, int]]:
        return [
            (data["old_level"], data["new_level"], data["total_xp"])
            for kind, data in await self.world.told(self.receiver)
            if kind == "xp.level_up"
        ]

    async def picture(self, shown: ResponseMessage | discord.Message) -> Image.Image:
        """The one that was shown."""
        (file,) = shown.attachments
        return Image.open(io.BytesIO(await file.read()))


@asynccontextmanager
async def level_scene(
    config: Config, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[LevelScene]:
    """Start everything; what goes on in the background a test does itself."""
    async with simulated(config, clock) as world:
        await world.subscribe(receiver)
        scene = LevelScene(world, receiver, world.guild.create_role("Sailor"))
        await scene.service.roles.sweep.stop()
        await world.app.parts.core.posts.stop()
        await scene.choose(enabled=True)
        yield scene
