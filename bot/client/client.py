"""Discord client: exact intents, the cogs it is given, its commands in every language."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location
from discord.ext import commands

from bot.client import limits
from bot.client.acts import DiscordActs
from bot.client.answer_dates import answer_dates
from bot.client.attach import AttachedCogs
from bot.client.gateway_gaps import GatewayGap, GatewayGaps
from bot.client.identify_turns import IdentifyTurns
from bot.client.interactions import answer_error, new_error_id
from bot.client.member_requests import MemberRequests
from bot.client.parts import PARTS
from bot.client.standin import use_standin
from bot.client.unread_events import UnreadEvents
from bot.config import Config
from bot.errors import ConfigError
from bot.feature import Feature, Parts
from bot.logs import get_logger
from bot.texts import gettext, is_translated, translated, use
from bot.user_text import clip

_log = get_logger("herald.client")

NAMES = frozenset({Location.command_name, Location.group_name, Location.parameter_name})
"""Names of the manual, the same in every language."""


def intents_of(config: Config, features: Iterable[Feature[Any]]) -> discord.Intents:
    """What the features listen to, and nothing else."""
    intents = discord.Intents.none()
    switched = {"message_content"} if config.discord.message_content else set[str]()
    for feature in features:
        for name in feature.intents | feature.helpful | feature.wanted & switched:
            setattr(intents, name, True)
    return intents


class Translations(app_commands.Translator):
    """Descriptions and choices in the languages there are; names stay those of the manual."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        # Most of Discord's languages are none of ours, and each is asked for each text.
        if not is_translated(locale.value) or context.location in NAMES:
            return None
        with use(locale.value):
            text = clip(gettext(string.message), limits.COMMAND_TEXT)
        return None if text == string.message else text


class HeraldClient(commands.AutoShardedBot):
    """discord.py's bot with slash commands only."""

    def __init__(self, parts: Parts, cogs: Sequence[str]) -> None:
        shards = parts.core.fleet.me.assignment.shards
        super().__init__(
            command_prefix=commands.when_mentioned,
            intents=intents_of(parts.core.config, parts.features),
            shard_ids=cast("list[int]", None if shards is None else list(shards.ids)),
            shard_count=shards.count if shards else parts.core.config.discord.shard_count,
            help_command=None,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=answer_dates(parts.core.config, parts.core.clock, parts.core.skew),
        )
        self.parts = PARTS[self] = parts
        # Whoever builds parts for a client gives them the adapter that can be connected to one.
        cast("DiscordActs", parts.core.acts).connect(self)
        self.tree.error(answer_error)
        self._attached = AttachedCogs(self, is_own=True)
        self._unread = UnreadEvents(self, parts.core.clock)
        self._gaps = GatewayGaps(self, parts.core.clock)
        self._member_requests = MemberRequests(self)
        self._cogs = cogs
        self._turns = IdentifyTurns(parts.core.fleet, parts.core.clock)
        self._syncs = shards is None or shards.first == 0
        self._has_loop = False
        self.has_begun = False

    async def _async_setup_hook(self) -> None:
        await super()._async_setup_hook()
        self._has_loop = True

    async def login(self, token: str) -> None:
        """Log in, at Discord or at the server that the settings name in its place."""
        use_standin(self.http, self.parts.core.config.discord)
        await super().login(token)

    async def connect(self, *, reconnect: bool = True) -> None:
        """Connect; from here on it `has_begun`, with its token accepted and its cogs loaded."""
        self.has_begun = True
        await super().connect(reconnect=reconnect)

    async def close(self) -> None:
        """Disconnect, and let what came in before be handled; also right before the first login."""
        if self._has_loop:
            await super().close()
        await self._attached.handled(self.parts.core.config.delivery.shutdown_grace)

    @property
    def is_connected(self) -> bool:
        """Whether every shard has its connection, and knows its servers."""
        return self.is_ready() and not any(shard.is_closed() for shard in self.shards.values())

    @property
    def silent_for(self) -> float:
        """Seconds for which Discord told of nothing, in any server, before its newest event."""
        return self._unread.silence

    def last_gap(self, shard_id: int) -> GatewayGap | None:
        """When that shard's connection was away last."""
        return self._gaps.last(shard_id)

    @property
    def unread_events(self) -> Mapping[str, int]:
        """How many of Discord's events could not be parsed, by their type."""
        return self._unread.counts

    async def setup_hook(self) -> None:
        # It is asked for every text in each of Discord's thirty languages.
        if translated():
            await self.tree.set_translator(Translations())
        await self._attached.load(self._cogs)
        if not self._syncs:
            return  # the process with the first shard does it for all
        await self.tree.sync()
        if self.parts.core.config.discord.sync_guild_id is not None:
            await self._sync_at_once(discord.Object(self.parts.core.config.discord.sync_guild_id))

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for the turn that all processes take together; alone, discord.py's own pause."""
        if self.parts.core.fleet.takes_turns:
            await self._turns.take(self, shard_id or 0)
        else:
            await super().before_identify_hook(shard_id, initial=initial)

    async def on_message(self, message: discord.Message, /) -> None:
        """Nothing: there are no prefix commands."""

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        _log.exception("event.failed", handler=event_method, error_id=new_error_id())

    async def _sync_at_once(self, guild: discord.Object) -> None:
        self.tree.copy_global_to(guild=guild)
        try:
            await self.tree.sync(guild=guild)
        except discord.Forbidden:
            message = "the bot is not in that server; invite it there or remove the setting"
            raise ConfigError("discord.sync_guild_id", message) from None
