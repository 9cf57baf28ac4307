"""A scene for the bot in bad weather: its process, Discord, the people, and what they tried."""

import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import aiohttp

from bot.features.incoming.signature import signed
from tests.chaos.cases_life import Life
from tests.chaos.games_bot import Later
from tests.support.discord_server.hand_guild import HandGuild
from tests.support.discord_server.moderator import COMMAND, COMPONENT, Person, button, command
from tests.support.discord_server.payloads import OWNER_ID
from tests.support.discord_server.populated_guild import LOG_CHANNEL_ID, Told
from tests.support.discord_server.stormy_server import StormyServer

FIRST, PEOPLE = 601, 12  # ids of those who are there at the beginning
ANSWERED_WITHIN = 4.0  # seconds; in bad weather an answer may never come
PUSHED_WITHIN = 20.0
SECRET = "whsec_of_the_shop"

Option = str | int | bool | Person
Step = Callable[["Scene"], Awaitable[None]]


class Listening(Life):
    """The bot's process, which does what it is told."""

    async def settled(self) -> float:
        """Return when it has nothing left to do; the seconds by which its clock went on."""
        said = await self.asked("settle", 120.0)
        word, _, seconds = said.partition(" ")
        assert word == "settled", said
        return float(seconds)


@dataclass(slots=True)
class Scene:
    """Scene whose steps are drawn by `chance`; what they tried is for the judges."""

    server: StormyServer
    life: Listening
    clock: Later  # the receiver's, which goes with the bot's
    chance: random.Random
    url: str
    door: str  # the address that programs push to
    pays: list[tuple[int, bool]] = field(default_factory=list[tuple[int, bool]])
    """The amount of each, which no two have, and whether the payer was told that it is paid."""
    scolded: dict[int, int] = field(default_factory=dict[int, int])
    """Messages that automod deletes, each with its author."""
    words: Counter[int] = field(default_factory=Counter[int])
    """How many messages each has written that may earn something."""
    pushed: list[str] = field(default_factory=list[str])
    """What programs want to have said."""
    numbers: Any = field(default_factory=lambda: count(FIRST + PEOPLE))

    @property
    def guild(self) -> HandGuild:
        return self.server.hands

    def present(self) -> list[int]:
        """The members who are nobody special."""
        return [one for one in sorted(self.guild.members) if one not in (OWNER_ID,)]

    def somebody(self) -> int:
        """A member; there is always one."""
        return self.chance.choice(self.present())

    def banned(self) -> list[int]:
        return sorted(self.guild.bans)

    async def tell(self, told: Sequence[Told]) -> None:
        await self.server.tell(told)

    async def use(self, name: str, user_id: int = OWNER_ID, **options: Option) -> str:
        """Somebody uses a command; what they were answered, if anything."""
        return await self.uses(name, options, user_id)

    async def uses(self, name: str, options: Mapping[str, Option], user_id: int = OWNER_ID) -> str:
        """The same, of which the options are a mapping."""
        return await self._do(COMMAND, command(name, dict(options)), user_id)

    async def press(self, custom_id: str, user_id: int = OWNER_ID) -> str:
        return await self._do(COMPONENT, button(custom_id), user_id)

    async def push(self, text: str) -> int:
        """A program wants a message sent, maybe not for the first time; the status, 0 for none."""
        action = {"action": "SEND_MESSAGE", "channelId": str(LOG_CHANNEL_ID), "message": text}
        sent = json.dumps(action).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Signature": signed(SECRET, sent),
            "X-Idempotency-Key": text.replace(" ", "-"),
        }
        with suppress(aiohttp.ClientError, TimeoutError):
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PUSHED_WITHIN)) as session,
                session.post(self.door, data=sent, headers=headers) as response,
            ):
                return response.status
        return 0

    async def wait(self, seconds: float) -> None:
        """So much later, for everybody."""
        await self.server.storm.pause()
        assert await self.life.asked(f"skip {seconds}") == "skipped"
        self.later(seconds)

    def later(self, seconds: float) -> None:
        """Discord and the receiver follow the bot's clock."""
        self.clock.skip(seconds)
        self.guild.ahead += timedelta(seconds=seconds)

    async def _do(self, kind: int, data: dict[str, Any], user_id: int) -> str:
        gateway, answers = self.server.gateway, self.server.answers
        if not gateway.connected:
            return ""
        token = await self.server.interact(kind, data, user_id)
        with suppress(TimeoutError):
            await gateway.until(
                lambda: answers[token].said or not gateway.connected, ANSWERED_WITHIN
            )
        return answers[token].text
