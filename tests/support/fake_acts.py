"""Fake of the Discord port: one guild with people, roles, bans and letters, which can fail."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.acts import ActRefused, Gone, RoleChange
from bot.controls import Post
from bot.snapshots import (
    Account,
    Banned,
    Invites,
    MemberSeen,
    MessageSeen,
    Person,
    Present,
)
from tests.support.emitter_setup import GUILD
from tests.support.fake_guild import (
    ALL,
    BOT,
    MODERATOR,
    OWNER,
    SECOND,
    Fault,
    ProcessDied,
    Signal,
    Someone,
    What,
)
from tests.support.fake_log import FakeLog
from tests.support.fake_native import FakeNative
from tests.support.fake_people import FakePeople
from tests.support.fake_rooms import FakeRooms
from tests.support.fake_structure import FakeStructure

__all__ = [
    "ALL",
    "BOT",
    "MODERATOR",
    "OWNER",
    "SECOND",
    "FakeActs",
    "Fault",
    "ProcessDied",
    "Signal",
    "Someone",
    "What",
]


T = TypeVar("T")

LETTERS = 1_000_000  # their ids begin above those of lines: no two messages have the same


class FakeReads(FakeLog):
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
        held, until = frozenset(someone.role_ids), someone.timed_out_until
        return MemberSeen(held, until, self.joined.get(user_id))

    async def is_banned(self, guild_id: int, user_id: int) -> bool:
        await self._fault("is_banned", user_id)
        return user_id in self.banned

    async def ban_reason(self, guild_id: int, user_id: int) -> str | None:
        await self._fault("ban_reason", user_id)
        if user_id not in self.banned:
            raise Gone("Unknown Ban")
        return self.banned[user_id]

    async def members(self, guild_id: int) -> Mapping[int, Present]:
        return {
            user_id: Present(self._person(user_id), self.joined.get(user_id))
            for user_id in self.people
            if user_id != BOT
        }

    async def bans(self, guild_id: int) -> Mapping[int, Banned]:
        return {
            user_id: Banned(self._person(user_id), reason)
            for user_id, reason in self.banned.items()
        }

    async def invites(self, guild_id: int) -> Invites:
        return dict(self.codes)

    def _person(self, user_id: int) -> Person:
        return Person(GUILD, user_id, self.accounts[user_id].username, is_bot=False)


class FakeMessages(FakeReads):
    """What can be written there; letters and lines have ids of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.letter_ids = list[int]()
        self.line_id = 0  # the last that was given

    async def send(self, guild_id: int, channel_id: int, post: Post) -> int:
        def do() -> int:
            self.line_id += 1
            self.lines[self.line_id] = post
            return self.line_id

        return await self._write("send", channel_id, do)

    async def redraw(self, guild_id: int, channel_id: int, message_id: int, post: Post) -> None:
        def do() -> None:
            if message_id not in self.lines:
                raise Gone("Unknown Message")
            self.lines[message_id] = post
            self.redrawn.append((message_id, post))

        await self._write("redraw", channel_id, do)

    async def find(
        self, guild_id: int, channel_id: int, fingerprints: Collection[str], *, since: datetime
    ) -> list[int]:
        await self._fault("find", channel_id)
        return [one for one, post in self.lines.items() if self.fingerprint(post) in fingerprints]

    async def tell(self, user_id: int, post: Post) -> int:
        def do() -> int:
            if user_id not in self.people:
                raise ActRefused("Cannot send messages to this user")
            self.letters.append((user_id, post))
            self.letter_ids.append(max(self.letter_ids, default=LETTERS) + 1)
            return self.letter_ids[-1]

        return await self._write("tell", user_id, do)

    async def retell(self, user_id: int, message_id: int, post: Post) -> None:
        def do() -> None:
            self.letters[self._letter(message_id)] = (user_id, post)

        await self._write("retell", user_id, do)

    async def untell(self, user_id: int, message_id: int) -> None:
        def do() -> None:
            number = self._letter(message_id)
            del self.letters[number], self.letter_ids[number]

        await self._write("untell", user_id, do)

    async def find_told(
        self, user_id: int, fingerprints: Collection[str], *, since: datetime
    ) -> list[int]:
        await self._fault("find_told", user_id)
        told = zip(self.letters, self.letter_ids, strict=True)
        return [
            message_id
            for (to, post), message_id in told
            if to == user_id and self.fingerprint(post) in fingerprints
        ]

    def fingerprint(self, post: Post) -> str:
        """Its words, as they are."""
        return repr((post.title, post.text, post.fields, [one.label for one in post.buttons]))

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
        if self.undeletable & {*message_ids}:
            raise ActRefused("Cannot execute action on a system message")
        self.deleted.append(list(message_ids))

    def _letter(self, message_id: int) -> int:
        if message_id not in self.letter_ids:
            raise Gone("Unknown Message")
        return self.letter_ids.index(message_id)

    async def _write(self, name: str, about: int, do: Callable[[], T]) -> T:
        """Done also where no answer says so."""
        fault = self.faults.get(f"{name} {about}", self.faults.get(name))
        if fault in (Fault.LATE, Fault.CRASH_AFTER):
            do()
        await self._fault(name, about)
        return do()


class FakeActs(FakeMessages, FakeRooms, FakePeople, FakeNative, FakeStructure):
    """What can be done there."""

    async def ban(self, guild_id: int, user_id: int, *, reason: str, delete_seconds: int) -> None:
        def do() -> None:
            self.people.pop(user_id, None)
            self.deletions.append(delete_seconds)
            if user_id not in self.banned:
                self.banned[user_id] = reason
                self.does("ban", user_id, reason)

        await self._act("ban", user_id, reason, do)

    async def ban_many(
        self, guild_id: int, user_ids: Collection[int], *, reason: str, delete_seconds: int
    ) -> frozenset[int]:
        wanted = frozenset(user_ids) - self.banned.keys()
        assert len(user_ids) <= 200

        def do() -> None:
            for user_id in wanted - self.banned.keys():
                self.people.pop(user_id, None)
                self.banned[user_id] = reason
                self.does("ban", user_id, reason)

        self.deletions.append(delete_seconds)
        await self._act("ban_many", len(user_ids), reason, do)
        return wanted

    async def unban(self, guild_id: int, user_id: int, *, reason: str) -> None:
        def do() -> None:
            if self.banned.pop(user_id, None) is None:
                raise Gone("Unknown Ban")
            self.does("unban", user_id, reason)

        await self._act("unban", user_id, reason, do)

    async def kick(self, guild_id: int, user_id: int, *, reason: str) -> None:
        def do() -> None:
            if self.people.pop(user_id, None) is None:
                raise Gone("Unknown Member")
            self.does("kick", user_id, reason)

        await self._act("kick", user_id, reason, do)

    async def timeout(
        self, guild_id: int, user_id: int, *, until: datetime | None, reason: str
    ) -> None:
        def do() -> None:
            self._present(user_id).timed_out_until = until

        await self._act("timeout", user_id, reason, do)

    async def silence(self, guild_id: int, channel_id: int, role_id: int, *, reason: str) -> None:
        await self._act("silence", channel_id, reason, lambda: self.close(channel_id, role_id))

    async def change_roles(
        self, guild_id: int, user_id: int, change: RoleChange, *, reason: str
    ) -> None:
        def do() -> None:
            held = self._present(user_id).role_ids
            for role_id in (*change.give, *change.take):
                if role_id not in self.there:
                    raise Gone("Unknown Role")
                if role_id == self.stubborn or self.there[role_id].position >= 90:
                    self.faults |= {} if self.then is None else {"change_roles": self.then}
                    raise ActRefused("Missing Permissions")
                (held.add if role_id in change.give else held.discard)(role_id)

        await self._act("change_roles", user_id, reason, do)

    async def invite(
        self, guild_id: int, channel_id: int, *, uses: int, lasts: timedelta, reason: str
    ) -> str:
        code = f"code{len(self.made_invites) + 1}"

        def do() -> None:
            self.made_invites.append((channel_id, uses, lasts))

        await self._act("invite", channel_id, reason, do)
        return f"https://discord.gg/{code}"

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
