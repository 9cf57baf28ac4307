"""A running bot that looks at pictures, members who post them, and a receiver of the events."""

import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import discord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.results import InteractionResult

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import Config, DiscordConfig
from bot.demo.cdn import SimulatedCdn
from bot.features.incidents import INCIDENTS
from bot.features.scams import SCAMS
from bot.features.settings import SETTINGS
from tests.support.messages import read
from tests.support.receiver import Receiver
from tests.support.scam_pictures import photo, png, with_code
from tests.support.simulated import Told, World, simulated

LOGIN = "https://discord.com/ra/Xy7pLm2QwErTyUiOpAsDfGhJkLzXcVbN_-1234567890"
STAFF = discord.Permissions(moderate_members=True, manage_guild=True, manage_messages=True)


@cache
def login_picture() -> bytes:
    """A picture with a code that takes an account over."""
    chance = random.Random(1)
    return png(with_code(photo(chance).resize((640, 480)), LOGIN, chance))


@dataclass(slots=True)
class ScamScene:
    """Short words for what people do."""

    world: World
    receiver: Receiver
    moderator: MemberActor
    places: list[ChannelHandle]
    log: ChannelHandle
    review: ChannelHandle
    poster: MemberActor

    def newcomer(self) -> MemberActor:
        """Somebody whom nobody has acted on."""
        env = self.world.env
        return self.world.guild.add_member(
            env.create_user(f"gull_{int(self.world.clock.now().timestamp())}")
        )

    async def choose(self, feature: str, **choices: Any) -> None:
        actor = Actor(self.world.guild.id, self.world.manager.id, "harbour_master")
        for name, value in choices.items():
            await self.world.app.parts[SETTINGS].service.change(actor, feature, name, value)

    async def does(self, command: str, **options: Any) -> InteractionResult:
        return await self.moderator.slash(self.world.channel, f"antiscam {command}", **options)

    async def post(self, *pictures: bytes, places: int = 1) -> discord.Message:
        """A member posts the same in so many places, and all that follows is done; the last."""
        files = [(f"{number}.png", one) for number, one in enumerate(pictures)]
        message = await self.poster.send(self.places[0], "look", attachments=files)
        for place in self.places[1:places]:
            message = await self.poster.send(place, "look", attachments=files)
        await self.settled()
        await self.settled(10)
        return message

    async def settled(self, seconds: float = 0.0) -> None:
        """Everything that was heard is dealt with, then said."""
        parts = self.world.app.parts
        await parts[SCAMS].service.intake.idle()
        self.world.clock.advance(seconds)
        await parts[INCIDENTS].service.sweep.sweep()
        await parts.core.posts.sweep()
        await self.world.env.settle()

    async def told(self) -> list[Told]:
        return await self.world.told(self.receiver)

    def said(self, channel: ChannelHandle) -> str:
        """Everything that stands in a channel."""
        return "\n".join(read(one) for one in channel.history())


@asynccontextmanager
async def scam_scene(
    config: Config, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[ScamScene]:
    """Start everything."""
    async with SimulatedCdn() as cdn:
        scams = config.scams.model_copy(update={"picture_hosts": (cdn.host,)})
        reading = DiscordConfig(message_content=True)
        config = config.model_copy(update={"scams": scams, "discord": reading})
        async with simulated(config, clock) as world:
            cdn.env, env, guild = world.env, world.env, world.guild
            staff = guild.create_role("Moderator", permissions=STAFF)
            moderator = guild.add_member(env.create_user("pilot"), roles=[staff])
            places = [guild.create_text_channel(f"place-{number}") for number in range(4)]
            log, review = (guild.create_text_channel(name) for name in ("log", "review"))
            await env.settle()
            await world.subscribe(receiver, ["security.scam_detected", "case.*"])
            scene = ScamScene(world, receiver, moderator, places, log, review, world.member)
            await scene.choose("incidents", log_channel_id=log.id)
            await scene.choose("scams", enabled=True, review_channel_id=review.id)
            yield scene
