"""Announcements of new levels, owed as posts: in a channel, where it was earned, or directly."""

from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from bot.acts import ActFailed
from bot.controls import Post
from bot.features.levels.model import LevelUp
from bot.features.levels.ports import LevelsPorts
from bot.features.levels.settings import LevelsSettings
from bot.features.levels.tables import level_up as table
from bot.keyed_lock import Key
from bot.numbers import shown_number
from bot.posts.payment import PostKind
from bot.posts.store import Addressee
from bot.snapshots import GuildSeen
from bot.storage.database import Transaction
from bot.user_text import escaped

KIND = "levels.up"
FRESH = timedelta(hours=1)
KEPT = timedelta(days=7)
TOGETHER = 200  # rows that go in one transaction


class Announcements:
    """Owes what a guild wants said of a rise, and draws it."""

    def __init__(self, ports: LevelsPorts) -> None:
        self._ports = ports
        ports.posts.kind(PostKind(KIND, self._draw, FRESH, members_only=True))

    async def owe(
        self,
        tx: Transaction,
        key: Key,
        up: LevelUp,
        channel_id: int | None,
        chosen: LevelsSettings,
    ) -> None:
        """Where the guild wants one, and there is a place for it."""
        to = _addressee(key, channel_id, chosen)
        if to is None:
            return
        guild_id, user_id = key
        row = insert(table).values(
            guild_id=guild_id,
            user_id=user_id,
            old_level=up.old_level,
            new_level=up.new_level,
            total_xp=up.total_xp,
            reached_at=self._ports.clock.now(),
        )
        made = await tx.execute(row.returning(table.c.id))
        await self._ports.posts.owe(tx, KIND, made.scalar_one(), to)

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Those of a week ago go; what was said of them stays."""
        while True:
            old = select(table.c.id).where(table.c.reached_at < now - KEPT).limit(TOGETHER)
            async with self._ports.database.transaction() as tx:
                ids = list((await tx.execute(old)).scalars())
                for one in ids:
                    await self._ports.posts.drop(tx, KIND, one)
                await tx.execute(delete(table).where(table.c.id.in_(ids)))
            yield len(ids)
            if not ids:
                return

    async def _draw(self, guild: GuildSeen, subject_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            row = (await reading.execute(select(table).where(table.c.id == subject_id))).first()
        if row is None:
            return None
        chosen = await self._ports.chosen(guild.guild_id)
        up = LevelUp(row.old_level, row.new_level, row.total_xp)
        with suppress(ActFailed):  # then they go by their number
            await self._ports.acts.meet(guild.guild_id, row.user_id)
        seen = self._ports.acts.standing(guild.guild_id, row.user_id)
        name = str(row.user_id) if seen is None else seen.account.username
        text = written(chosen.announce_text, row.user_id, name, up=up, server=guild.name)
        pings = (row.user_id,) if "{user}" in chosen.announce_text else ()
        return Post(text=text, pings=pings, is_plain=True)


def written(text: str, user_id: int, name: str, *, up: LevelUp, server: str) -> str:
    """The text with its placeholders filled; names are shown as they are, never as markup."""
    return text.format(
        user=f"<@{user_id}>",
        name=escaped(name),
        level=up.new_level,
        old_level=up.old_level,
        xp=shown_number(up.total_xp),
        server=escaped(server),
    )


def _addressee(key: Key, channel_id: int | None, chosen: LevelsSettings) -> Addressee | None:
    guild_id, user_id = key
    if chosen.announces == "dm":
        return Addressee(guild_id, user_id=user_id)
    places = {"current": channel_id, "channel": chosen.announce_channel_id}
    place = places.get(chosen.announces)
    return None if place is None else Addressee(guild_id, channel_id=place)
