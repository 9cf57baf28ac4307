"""A guild as the feature sees it, and the service that looks at it."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.acts import ActRefused
from bot.clock import ManualClock
from bot.controls import Post
from bot.delivery.emitter import Emitter
from bot.features.members import MEMBERS
from bot.features.members.service import MembersService
from bot.features.settings import SETTINGS
from bot.snapshots import (
    Account,
    AuditAction,
    AuditSeen,
    Banned,
    GuildSeen,
    Invites,
    Person,
    Present,
    Standing,
)
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import BOT, FakeActs
from tests.support.features import features_on
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver


def person(user_id: int) -> Person:
    return Person(GUILD, user_id, f"otter_{user_id}", is_bot=False)


class ChangingGuild(FakeActs):
    """What is true in the guild now, and what the bot may see of it."""

    def __init__(self, joined_at: datetime) -> None:
        super().__init__()
        self.joined_at = joined_at
        self.here = {number: self.present(number) for number in range(1, 31)}
        self.ban_list = dict[int, Banned]()
        self.blind = set[str]()
        self.said = list[tuple[int, str, int | None]]()
        self.looked = 0
        self.tried = list[int]()

    def present(self, number: int, joined_at: datetime | None = None) -> Present:
        return Present(person(number), joined_at or self.joined_at)

    def logged(self, entry: AuditAction, user_id: int | None, *, count: int = 1) -> None:
        number = len(self.entries_made) + 1
        self.entries_made.append(AuditSeen(GUILD, number, entry, user_id, 77, "Advertising", count))

    def bans_somebody(self, user_id: int) -> None:
        self.here.pop(user_id, None)
        self.ban_list[user_id] = Banned(person(user_id), "Advertising")
        self.logged("ban", user_id)

    def own_standing(self, guild_id: int) -> Standing | None:
        sees = {"view_audit_log": "log", "manage_guild": "invites"}
        seen = {permission for permission, part in sees.items() if part not in self.blind}
        return Standing(Account(BOT, "herald", True), 90, False, frozenset(seen))

    async def members(self, guild_id: int) -> Mapping[int, Present]:
        self._look("members")
        await self._fault("members", 0)
        return dict(self.here)

    async def bans(self, guild_id: int) -> Mapping[int, Banned]:
        self._look("bans")
        return dict(self.ban_list)

    async def audit_entries(self, guild_id: int, after_id: int | None) -> list[AuditSeen]:
        self._look("log")
        if after_id is None:
            return self.entries_made[-1:]
        return [entry for entry in self.entries_made if entry.entry_id > after_id]

    async def invites(self, guild_id: int) -> Invites:
        self._look("invites")
        self.looked += 1
        return dict(self.codes)

    def guild(self, guild_id: int) -> GuildSeen | None:
        return GuildSeen(GUILD, "The *ChangingGuild*", None, 30)

    async def send(self, guild_id: int, channel_id: int, post: Post) -> int:
        self.tried.append(channel_id)
        if "channel" in self.blind:
            raise ActRefused("Missing Access")
        self.said.append((channel_id, post.text, next(iter(post.pings), None)))
        return len(self.said)

    def _look(self, part: str) -> None:
        if part in self.blind:
            raise ActRefused(f"no {part}")


class MembersEnv:
    """The service on an emitter; `again` is a new process on the same database."""

    def __init__(self, emitter: Emitter, receiver: Receiver, *, clock: ManualClock) -> None:
        self.clock = clock
        self.emitter = emitter
        self.guild = ChangingGuild(clock.now() - timedelta(days=40))
        self.members = self.service()
        self._receiver = receiver

    def service(self) -> MembersService:
        parts = features_on(self.emitter, self.clock, acts=self.guild)
        self.settings, made = parts[SETTINGS].service, parts[MEMBERS].service
        made.start()
        return made

    async def again(self, *, after: float = 600) -> None:
        """Stop, be away for so many seconds, come back and look."""
        await self.members.stop()
        # A delivery under way would lose its lease to the jump, and be sent again.
        await self.emitter.worker.idle()
        self.clock.advance(after)
        self.members = self.service()
        await self.sight()

    async def sight(self) -> None:
        """The guild comes into sight, several times as Discord tells of it."""
        self.members.returns.lost(GUILD)
        for _ in range(3):
            self.members.returns.sighted(GUILD)
        await self.compared()

    async def compared(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while not self.members.returns.is_whole(GUILD):
                await turn()

    async def told(self) -> list[tuple[str, dict[str, Any]]]:
        """What was delivered, once nothing is under way."""
        await self.emitter.worker.idle()
        return [
            (one.type.removeprefix("member."), one.json["data"]) for one in self._receiver.requests
        ]

    async def names(self) -> list[tuple[str, str]]:
        """Kinds and names of what was told, in an order of their own."""
        return sorted((kind, data["username"]) for kind, data in await self.told())

    async def until(self, count: int) -> list[tuple[str, str]]:
        await self._receiver.has(count)
        return await self.names()
