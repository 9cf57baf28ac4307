"""A scene for the bot in bad weather: its process, Discord, the people, and what they tried."""

import json
import random
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
from tests.chaos.gateway_minutes import Minutes, company
from tests.chaos.preparation import SECRET
from tests.support.discord_server.moderator import (
    COMMAND,
    COMPONENT,
    MODAL,
    Answers,
    Person,
    button,
    command,
    form,
)
from tests.support.discord_server.native_guild import NativeGuild
from tests.support.discord_server.payloads import OWNER_ID
from tests.support.discord_server.populated_guild import LOG_CHANNEL_ID, Told
from tests.support.discord_server.stormy_server import StormyServer

FIRST, PEOPLE = 601, 12  # ids of those who are there at the beginning
ANSWERED_WITHIN = 4.0  # seconds; in bad weather an answer may never come
PUSHED_WITHIN = 20.0
MESSAGE_XP, VOICE_XP = 300, 7  # of both it is seen how often somebody earned them

PLAIN = "new"  # what people call a channel

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
    pushed: list[str] = field(default_factory=list[str])
    """What programs want to have said."""
    scams: dict[int, tuple[int, str]] = field(default_factory=dict[int, tuple[int, str]])
    """Messages with a picture that takes accounts over, each with its author and the file."""
    strikes: list[list[dict[str, Any]]] = field(default_factory=list[list[dict[str, Any]]])
    """What Discord's own rules did, each time action by action."""
    laid: list[str] = field(default_factory=list[str])
    """What the staff were answered who laid the bot's rule at Discord."""
    appeals: dict[str, bool] = field(default_factory=dict[str, bool])
    """What people wrote in appeals, and whether the page showed them that it has it."""
    decisions: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])
    """Appeals that the staff decided: which way, and what they were answered."""
    minutes: Minutes = field(default_factory=Minutes)
    numbers: Any = field(default_factory=lambda: count(FIRST + PEOPLE))

    @property
    def guild(self) -> NativeGuild:
        return self.server.hands

    def present(self) -> list[int]:
        """The members who are nobody special."""
        return [one for one in sorted(self.guild.members) if one not in (OWNER_ID,)]

    def somebody(self) -> int:
        """A member; there is always one."""
        return self.chance.choice(self.present())

    def ticket_rooms(self) -> list[int]:
        """The rooms that the bot made for tickets, in order; the others may be made anew."""
        return [number for number, one in self.guild.rooms.items() if one["name"] != PLAIN]

    def banned(self) -> list[int]:
        return sorted(self.guild.bans)

    async def tell(self, told: Sequence[Told]) -> None:
        await self.server.tell(told)

    async def use(self, name: str, user_id: int = OWNER_ID, **options: Option) -> str:
        """Somebody uses a command; what they were answered, if anything."""
        return await self.uses(name, options, user_id)

    async def uses(self, name: str, options: Mapping[str, Option], user_id: int = OWNER_ID) -> str:
        """The same, of which the options are a mapping."""
        return (await self._do(COMMAND, command(name, dict(options)), user_id)).text

    async def press(self, custom_id: str, user_id: int = OWNER_ID) -> str:
        return (await self._do(COMPONENT, button(custom_id), user_id)).text

    async def fill(self, custom_id: str, **texts: str) -> str:
        """Press a button that opens a form, and send it; what came of that."""
        asked = await self._do(COMPONENT, button(custom_id), OWNER_ID)
        if not asked.is_modal:
            return asked.text
        return (
            await self._do(MODAL, form(asked.first["data"]["custom_id"], **texts), OWNER_ID)
        ).text

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
        before = await self._talk()
        self.later(seconds)  # before the bot, which tells of this minute at once
        assert await self.life.asked(f"skip {seconds}") == "skipped"
        self.minutes.look(seconds, before, await self._talk())

    async def _talk(self) -> set[int] | None:
        """Who the bot sees in voice; None where it hears of nobody just now."""
        gateway = self.server.storm
        if gateway.connected:
            await gateway.caught_up()
            return company(gateway.told)
        moved = [one["d"] for one in gateway.told if one["t"] == "VOICE_STATE_UPDATE"]
        seen = {int(one["user_id"]) for one in moved}  # nobody knows how much of it it has read
        self.minutes.guess(seen | company(gateway.told) | self.guild.voices.keys())
        return None

    def later(self, seconds: float) -> None:
        """Discord and the receiver follow the bot's clock."""
        self.clock.skip(seconds)
        self.guild.ahead += timedelta(seconds=seconds)

    async def _do(self, kind: int, data: dict[str, Any], user_id: int) -> Answers:
        gateway, answers = self.server.gateway, self.server.answers
        if not gateway.connected:
            return Answers(0.0)
        token = await self.server.interact(kind, data, user_id)
        with suppress(TimeoutError):
            await gateway.until(
                lambda: answers[token].said or not gateway.connected, ANSWERED_WITHIN
            )
        return answers[token]
