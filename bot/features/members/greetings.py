"""Greetings: welcome and farewell, written into a channel when somebody comes or goes.

Each is said at most once, as well as can be. It is not owed in a row: it is said after its fact is
committed, from memory, and a crash in between loses it. A greeting that comes a second time, or an
hour late, would be worse than none; for the same reason nobody is greeted who is found to have
come while the bot was away. Who has yet to accept the server's rules is welcomed once they have.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.acts import ActFailed, Acts, RoleChange
from bot.catalogue.members import MemberJoined, MemberLeft
from bot.clock import Clock
from bot.controls import Post
from bot.features.members.facts import Fact
from bot.features.members.model import MembersSettings
from bot.logs import get_logger
from bot.snapshots import GuildSeen
from bot.user_text import escaped

WAITING, CLOSED = 1_000, 1_000
MESSAGE_LIMIT = 2_000  # characters; Discord's
WHY_ROLE = "welcome"
CLOSED_FOR = timedelta(minutes=10)

_log = get_logger("herald.members")

Channel = tuple[int, int]
"""A guild and a channel of it."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """One message to write."""

    guild_id: int
    channel_id: int | None
    text: str
    user_id: int
    name: str
    pings: bool
    role_id: int | None = None


def greeting_for(fact: Fact, chosen: MembersSettings) -> Greeting | None:
    """What the guild wants said of a fact, if anything."""
    if isinstance(fact, MemberJoined):
        return welcome_for(fact.guild_id, fact.user_id, fact.username, chosen)
    if not isinstance(fact, MemberLeft) or chosen.leave_channel_id is None:
        return None
    about = fact.user_id, fact.username
    return Greeting(fact.guild_id, chosen.leave_channel_id, chosen.leave_text, *about, pings=False)


def welcome_for(guild_id: int, user_id: int, name: str, chosen: MembersSettings) -> Greeting | None:
    """What the guild wants for a newcomer: a message, a role, or nothing."""
    channel_id, role_id = chosen.welcome_channel_id, chosen.welcome_role_id
    if channel_id is None and role_id is None:
        return None
    text = chosen.welcome_text
    return Greeting(guild_id, channel_id, text, user_id, name, pings=True, role_id=role_id)


def written(greeting: Greeting, guild: GuildSeen) -> str:
    """The text with its placeholders filled; names are shown as they are, never as markup."""
    filled = greeting.text.format(
        mention=f"<@{greeting.user_id}>",
        name=escaped(greeting.name),
        server=escaped(guild.name),
        count=guild.member_count,
    )
    return filled[:MESSAGE_LIMIT]


class Greeter:
    """Greeter of one after the other; too many at once are dropped, and that is logged.

    A channel that refused one is left alone for ten minutes: Discord blocks a bot that makes
    10,000 invalid requests in that time, and a raid brings as many joins.
    """

    def __init__(self, acts: Acts, clock: Clock) -> None:
        self._acts = acts
        self._clock = clock
        self._waiting: asyncio.Queue[Greeting] = asyncio.Queue(WAITING)
        self._closed: OrderedDict[Channel, datetime] = OrderedDict()

    def greet(self, greeting: Greeting) -> None:
        """Leave it to be said."""
        try:
            self._waiting.put_nowait(greeting)
        except asyncio.QueueFull:
            _log.warning("members.greeting_dropped", guild_id=greeting.guild_id)

    async def run(self) -> None:
        """Say what waits; ends when cancelled."""
        while True:
            greeting = await self._waiting.get()
            try:
                await self._say(greeting)
            except Exception as error:  # noqa: BLE001 - one greeting's trouble is not the next one's
                _log.error("members.greeting_failed", exc_info=error)

    async def _say(self, greeting: Greeting) -> None:
        await self._give_role(greeting)
        guild = self._acts.guild(greeting.guild_id)
        if guild is None or greeting.channel_id is None:
            return
        channel = (greeting.guild_id, greeting.channel_id)
        if self._is_closed(channel):
            return
        pings = (greeting.user_id,) if greeting.pings else ()
        try:
            await self._acts.send(
                *channel, Post(text=written(greeting, guild), pings=pings, is_plain=True)
            )
        except ActFailed as error:
            _log.warning(
                "members.channel_closed",
                guild_id=channel[0],
                channel_id=channel[1],
                error=str(error),
            )
            self._closed[channel] = self._clock.now() + CLOSED_FOR
            if len(self._closed) > CLOSED:
                self._closed.popitem(last=False)

    async def _give_role(self, greeting: Greeting) -> None:
        if greeting.role_id is None:
            return
        change = RoleChange(give=(greeting.role_id,))
        about = greeting.guild_id, greeting.user_id
        try:
            await self._acts.change_roles(*about, change, reason=WHY_ROLE)
        except ActFailed as error:
            _log.warning(
                "members.role_not_given",
                guild_id=greeting.guild_id,
                user_id=greeting.user_id,
                error=str(error),
            )

    def _is_closed(self, channel: Channel) -> bool:
        until = self._closed.get(channel)
        if until is None or self._clock.now() < until:
            return until is not None
        del self._closed[channel]
        return False
