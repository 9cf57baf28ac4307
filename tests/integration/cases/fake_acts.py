"""A small Discord: one guild with people, roles, bans and letters, which can fail in every way."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Literal

from bot.acts import (
    Account,
    ActRefused,
    ActUnknown,
    Gone,
    GuildSeen,
    MemberSeen,
    MessageSeen,
    RoleChange,
    RoleSeen,
    Standing,
)
from bot.controls import Post
from tests.support.emitter_setup import GUILD

BOT, OWNER = 900, 901
MODERATOR, SECOND = 910, 911
ALL = frozenset(
    {"ban_members", "kick_members", "moderate_members", "manage_roles", "manage_messages"}
)


class Fault(Enum):
    """How a call goes wrong."""

    REFUSES = "refuses"
    LOST = "no answer, not done"
    LATE = "no answer, but done"
    CRASH_BEFORE = "the process dies before it"
    CRASH_AFTER = "the process dies after it"
    HANGS = "no answer until let go, then done"


class ProcessDied(Exception):
    """Stands for the end of the process: nobody catches it."""


@dataclass(slots=True)
class Someone:
    """An account, and what it is in the guild."""

    account: Account
    role_ids: set[int] = field(default_factory=set[int])
    permissions: frozenset[str] = frozenset()
    timed_out_until: datetime | None = None


What = Literal["ban", "unban", "kick"]
Signal = tuple[What, int, str]


class SmallGuild:
    """Everything that is true; `signals` is what the gateway has yet to tell."""

    def __init__(self) -> None:
        self.name = "The *Harbour*"
        self.icon_url: str | None = None
        self.is_there = True  # the bot, in this guild
        self.people = dict[int, Someone]()
        self.accounts = dict[int, Account]()
        self.there = {
            1: RoleSeen("Top", 100),
            2: RoleSeen("Moderator", 50),
            3: RoleSeen("Bot", 90),
            10: RoleSeen("Friend", 5),
            11: RoleSeen("Painter", 6),
            12: RoleSeen("Booster", 7, is_managed=True),
            20: RoleSeen("Muted", 30),
            21: RoleSeen("Quarantine", 31),
        }
        self.owner_id = OWNER
        self.stubborn: int | None = None  # a role that cannot be changed
        self.bans = dict[int, str]()
        self.letters = list[tuple[int, Post]]()
        self.lines = dict[int, Post]()
        self.redrawn = list[tuple[int, Post]]()
        self.channel = list[MessageSeen]()
        self.deleted = list[list[int]]()
        self.calls = list[tuple[str, int]]()
        self.reasons = list[str]()
        self.signals = list[Signal]()
        self.faults = dict[str, Fault]()
        self.called = asyncio.Event()
        self.let_go = asyncio.Event()
        self.enter(BOT, "herald", roles={3}, permissions=ALL, is_bot=True)
        self.enter(OWNER, "queen", roles={1})
        self.enter(MODERATOR, "harbour_master", roles={2}, permissions=ALL)
        self.enter(SECOND, "pilot", roles={2}, permissions=ALL)

    def enter(
        self,
        user_id: int,
        name: str | None = None,
        *,
        roles: set[int] | None = None,
        permissions: frozenset[str] = frozenset(),
        is_bot: bool = False,
    ) -> int:
        account = Account(user_id, name or f"otter_{user_id}", is_bot)
        self.accounts[user_id] = account
        self.people[user_id] = Someone(account, set(roles or ()), permissions)
        return user_id

    def happens(self, what: What, user_id: int, reason: str) -> None:
        """Somebody did it by hand; the gateway has yet to tell."""
        self.signals.append((what, user_id, reason))

    def roles_of(self, user_id: int) -> set[int]:
        return self.people[user_id].role_ids

    def guild(self, guild_id: int) -> GuildSeen | None:
        if guild_id != GUILD or not self.is_there:
            return None
        return GuildSeen(GUILD, self.name, self.icon_url)

    async def meet(self, guild_id: int, *user_ids: int) -> None:
        """Everybody is in memory here."""

    def standing(self, guild_id: int, user_id: int) -> Standing | None:
        someone = self.people.get(user_id) if guild_id == GUILD and self.is_there else None
        if someone is None:
            return None
        top = max((self.there[one].position for one in someone.role_ids), default=0)
        return Standing(someone.account, top, user_id == self.owner_id, someone.permissions)

    def own_standing(self, guild_id: int) -> Standing | None:
        return self.standing(guild_id, BOT)

    def roles(self, guild_id: int) -> Mapping[int, RoleSeen]:
        return self.there

    async def _fault(self, name: str, about: int) -> None:
        """What happens to a call that changes nothing; a fault can be about one person alone."""
        self.calls.append((name, about))
        match self.faults.get(f"{name} {about}", self.faults.get(name)):
            case Fault.REFUSES:
                raise ActRefused("Missing Permissions")
            case Fault.LOST | Fault.LATE:
                raise ActUnknown("503 Service Unavailable")
            case Fault.CRASH_BEFORE | Fault.CRASH_AFTER:
                raise ProcessDied
            case Fault.HANGS:
                self.called.set()
                await self.let_go.wait()
            case None:
                return


class SmallView(SmallGuild):
    """What can be seen of it."""

    async def account(self, user_id: int) -> Account:
        await self._fault("account", user_id)
        if user_id not in self.accounts:
            raise Gone("Unknown User")
        return self.accounts[user_id]

    async def member(self, guild_id: int, user_id: int) -> MemberSeen | None:
        await self._fault("member", user_id)
        someone = self.people.get(user_id)
        if someone is None:
            return None
        return MemberSeen(frozenset(someone.role_ids), someone.timed_out_until)

    async def is_banned(self, guild_id: int, user_id: int) -> bool:
        await self._fault("is_banned", user_id)
        return user_id in self.bans

    async def ban_reason(self, guild_id: int, user_id: int) -> str | None:
        await self._fault("ban_reason", user_id)
        if user_id not in self.bans:
            raise Gone("Unknown Ban")
        return self.bans[user_id]


class SmallDiscord(SmallView):
    """What can be done there."""

    async def ban(self, guild_id: int, user_id: int, *, reason: str, delete_days: int) -> None:
        def do() -> None:
            self.people.pop(user_id, None)
            if user_id not in self.bans:
                self.bans[user_id] = reason
                self.signals.append(("ban", user_id, reason))

        await self._act("ban", user_id, reason, do)

    async def unban(self, guild_id: int, user_id: int, *, reason: str) -> None:
        def do() -> None:
            if self.bans.pop(user_id, None) is None:
                raise Gone("Unknown Ban")
            self.signals.append(("unban", user_id, reason))

        await self._act("unban", user_id, reason, do)

    async def kick(self, guild_id: int, user_id: int, *, reason: str) -> None:
        def do() -> None:
            if self.people.pop(user_id, None) is None:
                raise Gone("Unknown Member")
            self.signals.append(("kick", user_id, reason))

        await self._act("kick", user_id, reason, do)

    async def timeout(
        self, guild_id: int, user_id: int, *, until: datetime | None, reason: str
    ) -> None:
        def do() -> None:
            self._present(user_id).timed_out_until = until

        await self._act("timeout", user_id, reason, do)

    async def change_roles(
        self, guild_id: int, user_id: int, change: RoleChange, *, reason: str
    ) -> None:
        def do() -> None:
            held = self._present(user_id).role_ids
            for role_id in (*change.give, *change.take):
                if role_id not in self.there:
                    raise Gone("Unknown Role")
                if role_id == self.stubborn or self.there[role_id].position >= 90:
                    raise ActRefused("Missing Permissions")
                (held.add if role_id in change.give else held.discard)(role_id)

        await self._act("change_roles", user_id, reason, do)

    async def send(self, guild_id: int, channel_id: int, post: Post) -> int:
        await self._fault("send", channel_id)
        number = len(self.lines) + 1
        self.lines[number] = post
        return number

    async def redraw(self, guild_id: int, channel_id: int, message_id: int, post: Post) -> None:
        await self._fault("redraw", channel_id)
        self.lines[message_id] = post
        self.redrawn.append((message_id, post))

    async def tell(self, user_id: int, post: Post) -> None:
        await self._fault("tell", user_id)
        if user_id not in self.people:
            raise ActRefused("Cannot send messages to this user")
        self.letters.append((user_id, post))

    async def history(
        self, guild_id: int, channel_id: int, *, before: datetime | None, after: datetime | None
    ) -> AsyncIterator[MessageSeen]:
        await self._fault("history", channel_id)
        for message in sorted(self.channel, key=lambda one: one.created_at, reverse=True):
            yield message

    async def delete_messages(
        self, guild_id: int, channel_id: int, message_ids: Sequence[int], *, reason: str
    ) -> None:
        await self._fault("delete_messages", channel_id)
        self.deleted.append(list(message_ids))

    def _present(self, user_id: int) -> Someone:
        if user_id not in self.people:
            raise Gone("Unknown Member")
        return self.people[user_id]

    async def _act(self, name: str, user_id: int, reason: str, do: Any) -> None:
        fault = self.faults.get(name)
        self.reasons.append(reason)
        if fault in (Fault.LATE, Fault.CRASH_AFTER):
            do()
        await self._fault(name, user_id)
        do()
