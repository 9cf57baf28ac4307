"""The Discord client: exact intents, the cogs it is given, and the wording of refusals."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord
from discord.ext import commands

from bot.clock import Clock
from bot.config import Config
from bot.features.endpoints.deliveries import DeliveriesService
from bot.features.endpoints.service import EndpointsService
from bot.features.members.service import MembersService
from bot.features.settings.service import SettingsService


@dataclass(frozen=True, slots=True)
class Parts:
    """What cogs are made of; a cog's `setup` takes its own from `client.parts`."""

    config: Config
    clock: Clock
    settings: SettingsService
    members: MembersService
    endpoints: EndpointsService
    deliveries: DeliveriesService


def intents_of(config: Config) -> discord.Intents:
    """What the bot listens to, and nothing else."""
    intents = discord.Intents.none()
    intents.guilds = True
    intents.members = True
    intents.moderation = True
    intents.message_content = config.discord.message_content
    return intents


class HeraldClient(commands.AutoShardedBot):
    """discord.py's bot with slash commands only."""

    def __init__(self, parts: Parts, cogs: Sequence[str]) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            intents=intents_of(parts.config),
            shard_count=parts.config.discord.shard_count,
            help_command=None,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.parts = parts
        self._cogs = cogs

    async def setup_hook(self) -> None:
        for name in self._cogs:
            await self.load_extension(name)
        await self.tree.sync()
