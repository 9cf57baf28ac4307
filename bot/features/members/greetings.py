"""Welcome and farewell: what is written into a channel when somebody comes or goes.

Each is said at most once, as well as can be. It is not owed in a row: it is said after its fact is
committed, from memory, and a crash in between loses it. A greeting that comes a second time, or an
hour late, would be worse than none; for the same reason nobody is greeted who is found to have
come while the bot was away.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from bot.catalogue.members import MemberJoined, MemberLeft
from bot.features.members.facts import Fact
from bot.features.members.looks import CannotSay, Looks, Place
from bot.features.members.model import MembersSettings
from bot.logs import get_logger

WAITING, SAID_ONCE = 1_000, 1_000
MESSAGE_LIMIT = 2_000  # characters; Discord's
SPECIAL = "\\`*_~|>#-[]()<@:/"

_log = get_logger("herald.members")


@dataclass(frozen=True, slots=True)
class Greeting:
    """One message to write."""

    guild_id: int
    channel_id: int
    text: str
    user_id: int
    name: str
    pings: bool


def greeting_for(fact: Fact, chosen: MembersSettings) -> Greeting | None:
    """What the guild wants said of a fact, if anything."""
    if isinstance(fact, MemberJoined):
        channel_id, text = chosen.welcome_channel_id, chosen.welcome_text
    elif isinstance(fact, MemberLeft):
        channel_id, text = chosen.leave_channel_id, chosen.leave_text
    else:
        return None
    if channel_id is None:
        return None
    is_join = isinstance(fact, MemberJoined)
    return Greeting(fact.guild_id, channel_id, text, fact.user_id, fact.username, is_join)


def written(greeting: Greeting, place: Place) -> str:
    """The text with its placeholders filled; names are shown as they are, never as markup."""
    filled = greeting.text.format(
        mention=f"<@{greeting.user_id}>",
        name=plain(greeting.name),
        server=plain(place.name),
        count=place.count,
    )
    return filled[:MESSAGE_LIMIT]


def plain(name: str) -> str:
    """A name without meaning to Discord's markdown."""
    return "".join(f"\\{letter}" if letter in SPECIAL else letter for letter in name)


class Greeter:
    """Says one greeting after the other; too many at once are dropped, and that is logged."""

    def __init__(self) -> None:
        self.looks: Looks | None = None
        self._waiting: asyncio.Queue[Greeting] = asyncio.Queue(WAITING)
        self._closed: OrderedDict[tuple[int, int], None] = OrderedDict()

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
        looks = self.looks
        place = looks.place(greeting.guild_id) if looks else None
        if looks is None or place is None:
            return
        channel = (greeting.guild_id, greeting.channel_id)
        pinged_id = greeting.user_id if greeting.pings else None
        text = written(greeting, place)
        try:
            await looks.say(*channel, text, pinged_id=pinged_id)
        except CannotSay as error:
            if channel not in self._closed:
                _log.warning(
                    "members.channel_closed",
                    guild_id=channel[0],
                    channel_id=channel[1],
                    error=str(error),
                )
                self._closed[channel] = None
                if len(self._closed) > SAID_ONCE:
                    self._closed.popitem(last=False)
        else:
            self._closed.pop(channel, None)
