"""The feature with all its neighbours, on a real database and a small Discord."""

import asyncio
import json
from datetime import timedelta
from typing import Any, ClassVar, Self

from sqlalchemy import select, text

from bot.acts import Actor
from bot.catalogue.cases import CaseType
from bot.clock import ManualClock, to_snowflake
from bot.delivery.emitter import Emitter
from bot.features.audit import AUDIT
from bot.features.cases import CASES, store
from bot.features.cases.model import Case, Order
from bot.features.cases.service import CasesService, Done
from bot.features.cases.store import table as moderation_case
from bot.features.members import MEMBERS
from bot.features.members.service import MembersService
from bot.features.settings import SETTINGS
from bot.outbox.tables import body, event
from bot.posts.store import PostRecord, record_of
from bot.posts.tables import post
from bot.snapshots import AuditSeen, Person
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import (
    MODERATOR,
    OWNER,
    SECOND,
    FakeActs,
)
from tests.support.features import features_on
from tests.support.loops import turn
from tests.support.patience import PATIENCE

HARBOUR_MASTER = Actor(GUILD, MODERATOR, "harbour_master")
PILOT = Actor(GUILD, SECOND, "pilot")
QUEEN = Actor(GUILD, OWNER, "queen")

Told = tuple[str, dict[str, Any]]


def person_of(name: str, user_id: int) -> Person:
    return Person(GUILD, user_id, name, is_bot=False)


class Process:
    """Everything that one process holds in memory, members started."""

    public_url: ClassVar[str | None] = None

    def __init__(self, emitter: Emitter, *, clock: ManualClock, discord: FakeActs) -> None:
        parts = features_on(emitter, clock, acts=discord, public_url=self.public_url)
        self.parts = parts
        self.audit = parts[AUDIT].service
        self.settings = parts[SETTINGS].service
        self.members = parts[MEMBERS].service
        cases = parts[CASES]
        self.ports, self.cases, self.book = cases.ports, cases.service, cases.records
        self.revocation, self.mass = cases.revocation, cases.mass
        self.pardons = cases.pardons
        self.remarks, self.upkeep = cases.remarks, cases.upkeep
        self.posts = parts.core.posts
        self.evidence, self.purges = cases.evidence, cases.purge
        self.members.start()


async def die(members: MembersService) -> None:
    """What was held or kept in memory dies with the process."""
    tasks = [*members._held, *members._free]  # pyright: ignore[reportPrivateUsage] - no service has a way to die
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await members._records.stop()  # pyright: ignore[reportPrivateUsage] - only its task is left


class Written:
    """What stands in the database."""

    def __init__(self, emitter: Emitter) -> None:
        self.emitter = emitter

    async def rows(self) -> list[dict[str, Any]]:
        async with self.emitter.database.reading() as reading:
            found = await reading.execute(select(moderation_case).order_by(moderation_case.c.id))
            return [dict(row) for row in found.mappings()]

    async def posts(self, kind: str) -> list[PostRecord]:
        """The posts of that kind, oldest first."""
        query = select(post).where(post.c.kind == kind).order_by(post.c.id)
        async with self.emitter.database.reading() as reading:
            return [record_of(row) for row in await reading.execute(query)]

    async def told(self, user_id: int | None = None) -> list[Told]:
        """Every event so far in its order, or those about one person."""
        query = (
            select(event.c.type, body.c.bytes)
            .join(body, body.c.event_id == event.c.id)
            .order_by(event.c.id)
        )
        async with self.emitter.database.reading() as reading:
            found = await reading.execute(query)
            bodies = [(row.type, bytes(row.bytes)) for row in found]
        # A walk asks about each of hundreds: what does not name them need not be read.
        named = b"" if user_id is None else f'"{user_id}"'.encode()
        told = [(kind, json.loads(body)["data"]) for kind, body in bodies if named in body]
        return [one for one in told if user_id is None or one[1]["user_id"] == str(user_id)]

    async def kinds(self, user_id: int | None = None) -> list[str]:
        """Events in short: the type, and what a change of a case led to."""
        return [
            f"{kind} {data['status']}" if kind == "case.updated" else f"{kind}"
            for kind, data in await self.told(user_id)
        ]

    async def transactions(self) -> list[int]:
        """How many events each transaction wrote, in order; on SQLite the engine keeps no trace."""
        if self.emitter.database.is_sqlite:
            return []
        async with self.emitter.database.reading() as reading:
            found = await reading.execute(text("SELECT xmin::text FROM event ORDER BY id"))
            ids = list(found.scalars())
        return [ids.count(one) for one in dict.fromkeys(ids)]


class CasesEnv(Written):
    """Short words for what tests do; `again` is a new process on the same database."""

    made_of: ClassVar[type[Process]] = Process

    def __init__(
        self, emitter: Emitter, clock: ManualClock, *, discord: FakeActs | None = None
    ) -> None:
        super().__init__(emitter)
        self.clock = clock
        self.discord = discord or FakeActs()
        self.discord.clock = clock
        self._person = 1000
        self.process = self.made_of(emitter, clock=clock, discord=self.discord)

    @property
    def cases(self) -> CasesService:
        return self.process.cases

    @classmethod
    async def open(cls, emitter: Emitter, clock: ManualClock) -> Self:
        await add_endpoint(emitter, "http://127.0.0.1:9/", patterns=("case.*", "member.*"))
        env = cls(emitter, clock)
        await env.choose(mute_role_id=20, quarantine_role_id=21)
        return env

    async def again(self, *, orderly: bool = False, recalls: bool = True) -> None:
        """Another process on the same database; memory is gone."""
        await self.close(orderly=orderly)
        self.process = self.made_of(self.emitter, clock=self.clock, discord=self.discord)
        if recalls:
            await self.cases.sweep.begin()

    async def close(self, *, orderly: bool = True) -> None:
        if orderly:
            await self.process.members.stop()
        else:
            await die(self.process.members)

    async def choose(self, **choices: Any) -> None:
        for name, value in choices.items():
            await self.process.settings.change(HARBOUR_MASTER, "cases", name, value)

    def someone(self, **about: Any) -> int:
        """Somebody new in the guild."""
        self._person += 1
        return self.discord.enter(self._person, **about)

    async def order(
        self, type_: CaseType, user_id: int, *, by: Actor = HARBOUR_MASTER, **more: Any
    ) -> Case:
        return (await self.done(type_, user_id, by=by, **more)).case

    async def done(
        self, type_: CaseType, user_id: int, *, by: Actor = HARBOUR_MASTER, **more: Any
    ) -> Done:
        return await self.cases.order(by, Order(type_, user_id, **more))

    async def echo(self) -> None:
        """The gateway tells what happened, the audit log with it where it can be read."""
        for what, user_id, reason in self.discord.signals:
            person = person_of(self.discord.accounts[user_id].username, user_id)
            if what in ("ban", "kick"):
                await self.process.members.removed(person, None)
            if what == "ban":
                await self.process.members.banned(person)
            if what == "unban":
                await self.process.members.unbanned(person)
            entry = self.discord.own_entries.pop((what, user_id, reason), None)
            if entry is None:
                entries = self.discord.entries_made
                entry_id = to_snowflake(self.clock.now()) + len(entries) + 1
                entry = AuditSeen(GUILD, entry_id, what, user_id, 77, reason, target=person)
                entries.append(entry)
            if self.discord.log:
                await self.process.members.audit_seen(entry)
        self.discord.signals.clear()

    async def settle_members(self) -> None:
        """What members hold is decided and written."""
        self.clock.advance(10)
        for _ in range(20):
            await turn()
        members = self.process.members
        await members._heard([])  # pyright: ignore[reportPrivateUsage] - wakes it
        await members.stop()
        members.start()
        await turn()  # its tasks begin

    async def sight_guild(self) -> None:
        """The guild comes into sight and is compared with what was known of it."""
        returns = self.process.members.returns
        returns.lost(GUILD)
        returns.sighted(GUILD)
        async with asyncio.timeout(PATIENCE):
            while not returns.is_whole(GUILD):
                await turn()

    async def sweep(self, after: timedelta | None = None) -> None:
        if after is not None:
            self.clock.advance(after.total_seconds())
        await self.cases.sweep.sweep()
        await self.cases.comparisons.sweep()
        await self.process.upkeep.sweep.sweep()
        await self.process.posts.sweep()

    async def row(self, case: Case) -> Case:
        async with self.emitter.database.reading() as reading:
            found = await store.by_id(reading, GUILD, case.id)
        assert found is not None
        return found
