"""Guilds as REST tells of them, for a process in which no gateway does.

Discord is asked for each at most once a minute. What only a gateway tells, such as who is in voice
or all the members of a guild, is not known here.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

import discord

from bot.acts import ActRefused, ActUnknown
from bot.client.discord_calls import ANSWER_SECONDS, answered
from bot.client.rest_login import NEXT_TRY, RestLogin
from bot.clock import Clock
from bot.clock_skew import ClockSkew
from bot.config import Config
from bot.keyed_lock import KeyedLock
from bot.texts import _

KEPT = timedelta(minutes=1)
KEPT_IN_TROUBLE = timedelta(minutes=5)  # while Discord does not say how it is now
MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class GuildSight:
    """What was said of a guild at `seen_at`; None of one that the bot is not in.

    `trouble` is what came instead of an answer when it was asked for last.
    """

    asked_at: datetime
    seen_at: datetime | None = None
    guild: discord.Guild | None = None
    trouble: str | None = None

    def is_due(self, now: datetime) -> bool:
        lasts = KEPT if self.trouble is None else NEXT_TRY
        return not self.asked_at <= now < self.asked_at + lasts

    def known(self, now: datetime) -> bool:
        """Whether it may be told yet: what is older may have changed since."""
        return self.seen_at is not None and now < self.seen_at + KEPT_IN_TROUBLE


class RestGuilds:
    """Guilds kept in the memory of a client that logs in and never connects to the gateway."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        *,
        intents: discord.Intents,
        skew: ClockSkew,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._clock = clock
        self._answer_seconds = answer_seconds
        self._login = RestLogin(
            config, clock, intents=intents, skew=skew, answer_seconds=answer_seconds
        )
        self._turns = KeyedLock()
        self._sights = OrderedDict[int, GuildSight]()
        self.open, self.log_in = self._login.open, self._login.log_in

    @property
    def client(self) -> discord.Client | None:
        """The client, once it has logged in."""
        return self._login.client

    async def close(self) -> None:
        """Open or not."""
        self._sights.clear()
        await self._login.close()

    async def know(self, guild_id: int) -> discord.Guild | None:
        """The guild as it was within this minute; None where the bot is not in it.

        ActUnknown where Discord has not said so for five.
        """
        sight = self._sights.get(guild_id)
        if sight is None or sight.is_due(self._clock.now()):
            async with self._turns.hold((guild_id, 0)):
                sight = self._sights.get(guild_id)
                if sight is None or sight.is_due(self._clock.now()):
                    sight = await self._look(guild_id, sight)
        if not sight.known(self._clock.now()):
            raise ActUnknown(sight.trouble or _("the server is not available"))
        return sight.guild

    def get(self, guild_id: int) -> discord.Guild | None:
        """The guild, where it was asked for in the last five minutes."""
        sight = self._sights.get(guild_id)
        return sight.guild if sight is not None and sight.known(self._clock.now()) else None

    def expire(self, guild_id: int) -> None:
        """Look again when it is asked for next: what was made there is not known yet."""
        sight = self._sights.get(guild_id)
        if sight is not None:
            self._sights[guild_id] = replace(sight, asked_at=sight.asked_at - KEPT)

    async def _look(self, guild_id: int, before: GuildSight | None) -> GuildSight:
        now = self._clock.now()
        try:
            client = await self.log_in()
            async with answered(self._answer_seconds):
                told = await _told(client, guild_id)
        except ActUnknown as error:
            seen = before or GuildSight(now)
            sight = GuildSight(now, seen.seen_at, seen.guild, trouble=str(error))
        except ActRefused:
            _forget(self.client, guild_id)
            sight = GuildSight(now, seen_at=now)
        else:
            _forget(client, guild_id)
            sight = GuildSight(now, seen_at=now, guild=_remember(client, told))
        self._keep(guild_id, sight)
        return sight

    def _keep(self, guild_id: int, sight: GuildSight) -> None:
        self._sights[guild_id] = sight
        self._sights.move_to_end(guild_id)
        while len(self._sights) > MOST_KEPT:
            oldest, _sight = self._sights.popitem(last=False)
            _forget(self.client, oldest)


async def _told(client: discord.Client, guild_id: int) -> Any:
    """The guild, its channels and threads and the bot in it, as GUILD_CREATE has them."""
    http, me = client.http, cast("discord.ClientUser", client.user)
    guild: Any = await http.get_guild(guild_id, with_counts=True)
    channels, threads, member = await asyncio.gather(
        http.get_all_guild_channels(guild_id),
        http.get_active_threads(guild_id),
        http.get_member(guild_id, me.id),
    )
    return {**guild, "channels": channels, "threads": threads["threads"], "members": [member]}


def _remember(client: discord.Client, told: Any) -> discord.Guild:
    """Hand it to discord.py's memory as an event would, of which nobody is told.

    There is no public way: with `fetch_guild` a guild has no channels, and stands nowhere.
    """
    memory = cast("Any", client)._connection  # noqa: SLF001  see above
    return memory._add_guild_from_data(told)  # noqa: SLF001  see above


def _forget(client: discord.Client | None, guild_id: int) -> None:
    guild = None if client is None else client.get_guild(guild_id)
    if guild is not None:
        cast("Any", client)._connection._remove_guild(guild)  # noqa: SLF001  as in _remember
