"""Posts of a made-up feature: signs that stand in a channel, and notes to people."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.clock import ManualClock
from bot.controls import Post
from bot.posts.payment import PostKind
from bot.posts.posts import Posts
from bot.posts.store import Addressee, PostRecord, find
from bot.posts.tables import post
from bot.snapshots import GuildSeen
from bot.storage.database import Database, Transaction
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import FakeActs

SIGN, NOTE, COUNT = "test.sign", "test.note", "test.count"
CHANNEL = 5
DAY = timedelta(days=1)
LEASE = timedelta(seconds=61)
HERE = Addressee(GUILD)


class Signs:
    """What stands on each sign; what came of it is noted in the order in which it was told."""

    def __init__(self, database: Database, *, clock: ManualClock, discord: FakeActs) -> None:
        self.database, self.clock, self.discord = database, clock, discord
        self.words = dict[int, str]()
        self.channel: int | None = CHANNEL
        self.settled = list[PostRecord]()
        self.posts = self.process()

    def process(self) -> Posts:
        """Another process on the same database, with the same feature."""
        posts = Posts(self.database, self.discord, clock=self.clock)
        settled = self._settled
        posts.kind(
            PostKind(SIGN, self._draw, DAY, settled=settled, last=_last, channel=self._chosen)
        )
        posts.kind(PostKind(NOTE, self._draw, DAY, settled=settled, members_only=True))
        pace = timedelta(seconds=5)
        posts.kind(PostKind(COUNT, self._draw, DAY, channel=self._chosen, pace=pace))
        return posts

    async def write(
        self, words: str, subject_id: int = 1, kind: str = SIGN, to: Addressee = HERE
    ) -> None:
        """Change what it says, and owe that."""
        async with self.database.transaction() as tx:
            self.words[subject_id] = words
            await self.posts.owe(tx, kind, subject_id, to)

    async def record(self, subject_id: int = 1, kind: str = SIGN) -> PostRecord | None:
        async with self.database.reading() as reading:
            return await find(reading, kind, subject_id)

    async def wait(self, subject_id: int = 1, kind: str = SIGN) -> timedelta:
        """How long nobody looks at it."""
        wanted = (post.c.kind == kind) & (post.c.subject_id == subject_id)
        async with self.database.reading() as reading:
            free = (await reading.execute(select(post.c.look_at).where(wanted))).scalar_one()
        return timedelta() if free is None else free - self.clock.now()

    async def drop(self, subject_id: int = 1, by: str | None = "queen") -> None:
        """Take it away."""
        async with self.database.transaction() as tx:
            del self.words[subject_id]
            await self.posts.drop(tx, SIGN, subject_id, None if by is None else {"by": by})

    async def sweep(self, after: timedelta | None = None) -> None:
        if after is not None:
            self.clock.advance(after.total_seconds())
        await self.posts.sweep()

    @property
    def shown(self) -> dict[int, str]:
        """What stands in the channel, by the message's id."""
        return {number: post.text for number, post in self.discord.lines.items()}

    def called(self, name: str) -> int:
        return [one for one, _about in self.discord.calls].count(name)

    async def _draw(self, _guild: GuildSeen, subject_id: int) -> Post | None:
        words = self.words.get(subject_id)
        return None if words is None else Post(text=words)

    async def _chosen(self, _guild_id: int) -> int | None:
        return self.channel

    async def _settled(self, _tx: Transaction, record: PostRecord) -> None:
        self.settled.append(record)


def _last(about: Mapping[str, Any]) -> Post:
    return Post(text=f"taken away by {about['by']}")
