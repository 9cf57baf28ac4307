"""Guild of the fake Discord port: what is true there, and how calls go wrong."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Literal

from bot.acts import ActRefused, ActUnknown, Gone
from bot.clock import Clock, to_snowflake
from bot.controls import Post
from bot.snapshots import (
    Account,
    AuditSeen,
    GuildSeen,
    Invite,
    MessageSeen,
    Person,
    RoleSeen,
    Standing,
    rank_of,
)
from bot.surroundings import PlaceSeen, Surroundings
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
    BREAKS = "an error that nobody foresaw, not done"


class ProcessDied(BaseException):
    """Stands for the end of the process: nobody catches it, no sweep and no group either."""


@dataclass(slots=True)
class Someone:
    """An account, and what it is in the guild."""

    account: Account
    role_ids: set[int] = field(default_factory=set[int])
    permissions: frozenset[str] = frozenset()
    timed_out_until: datetime | None = None


What = Literal["ban", "unban", "kick"]
Signal = tuple[What, int, str]


class FakeGuild:
    """Everything that is true; `signals` is what the gateway has yet to tell.

    `log` and `codes` say what the bot may see: the audit log, and the invites where there are any.
    """

    stubborn: int | None = None  # a role that cannot be changed
    gone_channels = frozenset[int]()
    category_ids = frozenset[int]()  # of the channels
    clock: Clock | None = None
    locale = "en-US"
    sessions = 1
    is_heard = True  # False for one whose gateway is nobody's, or another process's
    is_known = True  # False for one that another process hears of, until it was asked for
    undeletable = frozenset[int]()  # messages of Discord's own
    then: Fault | None = None  # how calls about roles go wrong after that was tried

    def __init__(self) -> None:
        self.name = "The *Harbour*"
        self.icon_url: str | None = None
        self.log = True
        self.codes = dict[str, Invite]()
        self.entries_made = list[AuditSeen]()
        self.joined = dict[int, datetime]()
        self.is_connected = True
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
        self.banned = dict[int, str | None]()
        self.letters = list[tuple[int, Post]]()
        self.lines = dict[int, Post]()
        self.redrawn = list[tuple[int, Post]]()
        self.channel = list[MessageSeen]()
        self.channel_ids, self.deleted = list[int](), list[list[int]]()
        self.calls = list[tuple[str, int]]()
        self.reasons = list[str]()
        self.made_invites = list[tuple[int, int, timedelta]]()  # channel, uses, how long
        self.silenced, self.deletions = list[tuple[int, int]](), list[int]()  # seconds
        self.signals = list[Signal]()
        self.own_entries = dict[Signal, AuditSeen]()  # what is in the log, and still to be told
        self.faults = dict[str, Fault]()
        self.called, self.let_go = asyncio.Event(), asyncio.Event()
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

    def does(self, what: What, user_id: int, reason: str) -> None:
        """The bot did it: the gateway has yet to tell, and the audit log has it already."""
        self.signals.append((what, user_id, reason))
        if self.clock is not None:
            entry_id = to_snowflake(self.clock.now()) + len(self.entries_made) + 1
            target = Person(GUILD, user_id, self.accounts[user_id].username, is_bot=False)
            entry = AuditSeen(
                GUILD, entry_id, what, user_id, BOT, reason, by_us=True, target=target
            )
            self.entries_made.append(entry)
            self.own_entries[what, user_id, reason] = entry

    def close(self, channel_id: int, role_id: int) -> None:
        """The channel denies the role to write."""
        if channel_id in self.gone_channels or role_id not in self.there:
            raise Gone("Unknown Channel")
        self.silenced.append((channel_id, role_id))

    def happens(self, what: What, user_id: int, reason: str) -> None:
        """Somebody did it by hand; the gateway has yet to tell."""
        self.signals.append((what, user_id, reason))

    def roles_of(self, user_id: int) -> set[int]:
        return self.people[user_id].role_ids

    def guild(self, guild_id: int) -> GuildSeen | None:
        if guild_id != GUILD or not (self.is_there and self.is_known):
            return None
        return GuildSeen(
            GUILD, self.name, self.icon_url, owner_id=self.owner_id, locale=self.locale
        )

    async def meet(self, guild_id: int, *user_ids: int) -> None:
        """Everybody is in memory here."""
        if "meet" in self.faults:
            await self._fault("meet", 0)

    def standing(self, guild_id: int, user_id: int) -> Standing | None:
        is_seen = guild_id == GUILD and self.is_there and self.is_known
        someone = self.people.get(user_id) if is_seen else None
        if someone is None:
            return None
        ranks = (rank_of(self.there[one].position, one) for one in someone.role_ids)
        top, lowered = max(ranks, default=(0, 0))
        is_owner = user_id == self.owner_id
        return Standing(someone.account, top, is_owner, someone.permissions, -lowered)

    async def standing_now(self, guild_id: int, user_id: int) -> Standing | None:
        await self._fault("standing_now", user_id)
        return self.standing(guild_id, user_id)

    def own_standing(self, guild_id: int) -> Standing | None:
        me = self.standing(guild_id, BOT)
        sees = {"view_audit_log": self.log, "manage_guild": bool(self.codes)}
        seen = {permission for permission, may in sees.items() if may}
        return None if me is None else replace(me, permissions=me.permissions | seen)

    def surroundings(self, guild_id: int) -> Surroundings | None:
        me = self.own_standing(guild_id)
        if me is None:
            return None
        return Surroundings(
            held=me.permissions,
            channels={
                one: PlaceSeen(me.permissions) for one in {*self.channel_ids} - self.category_ids
            },
            categories={one: PlaceSeen(me.permissions) for one in self.category_ids},
            roles=self.there,
            callable_ids=frozenset(self.there),
            emoji_ids=frozenset(),
            channel_count=len(self.channel_ids),
            place_ids=frozenset(self.channel_ids),
            own_rank=me.rank,
        )

    def roles(self, guild_id: int) -> Mapping[int, RoleSeen]:
        return self.there

    def channels(self, guild_id: int) -> Collection[int]:
        return self.channel_ids

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
            case Fault.BREAKS:
                raise RuntimeError("nobody foresaw this")
            case Fault.HANGS:
                self.called.set()
                await self.let_go.wait()
            case None:
                return
