"""Weekly board: each Monday the last week's most active members, posted where the guild wants it.

A row for each guild and week says that it is owed or was posted, so that it is once, whenever the
bot comes to it; a board that is more than two days late is left out.
"""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

from sqlalchemy import delete, select, text, tuple_

from bot.controls import Picture, Post
from bot.features.levels.boards import board_page
from bot.features.levels.pictures import LevelPictures
from bot.features.levels.ports import LevelsPorts, week_of
from bot.features.levels.tables import level_board, level_week
from bot.logs import get_logger
from bot.posts.payment import PostKind
from bot.posts.store import Addressee
from bot.snapshots import GuildSeen
from bot.storage.background import BackgroundTask
from bot.texts import _

KIND = "levels.week"
FRESH = timedelta(days=2)
EVERY = 600.0  # seconds
WEEKS_KEPT = 8
TOGETHER = 500  # rows that go in one transaction

CLAIM = text(
    "INSERT INTO level_board (guild_id, week) VALUES (:guild_id, :week) "
    "ON CONFLICT DO NOTHING RETURNING id"
)

_log = get_logger("herald.levels")


class WeeklyBoards:
    """Owes the boards, draws them, and lets go of old weeks."""

    def __init__(self, ports: LevelsPorts, pictures: LevelPictures) -> None:
        self._ports = ports
        self._pictures = pictures
        self._task = BackgroundTask("weekly boards", self._run)
        self.start, self.stop = self._task.start, self._task.stop
        self._done = dict[int, int]()  # by guild: the last week that was looked at
        ports.posts.kind(PostKind(KIND, self._draw, FRESH, channel=self._channel))

    async def look(self) -> None:
        """Owe what is due in the guilds that this process sees."""
        now = self._ports.clock.now()
        week = week_of(now) - 1
        if week_of(now - FRESH) > week:
            return  # it would be too late
        for guild_id in self._ports.acts.guild_ids():
            chosen = await self._ports.chosen(guild_id)
            is_wanted = chosen.enabled and chosen.weekly_channel_id is not None
            if is_wanted and self._done.get(guild_id) != week:
                await self._owe(guild_id, week)
                self._done[guild_id] = week

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Weeks that nobody can ask for any more."""
        oldest = week_of(now) - WEEKS_KEPT
        while True:
            async with self._ports.database.transaction() as tx:
                old = select(level_board.c.id).where(level_board.c.week < oldest).limit(TOGETHER)
                ids = list((await tx.execute(old)).scalars())
                for one in ids:
                    await self._ports.posts.drop(tx, KIND, one)
                await tx.execute(delete(level_board).where(level_board.c.id.in_(ids)))
                keys = level_week.c.guild_id, level_week.c.week, level_week.c.user_id
                some = select(*keys).where(level_week.c.week < oldest).limit(TOGETHER)
                rows = [tuple(row) for row in await tx.execute(some)]
                if rows:
                    await tx.execute(delete(level_week).where(tuple_(*keys).in_(rows)))
            yield len(ids) + len(rows)
            if not ids and not rows:
                return

    async def _owe(self, guild_id: int, week: int) -> None:
        async with self._ports.database.transaction() as tx:
            earned = (level_week.c.guild_id == guild_id) & (level_week.c.week == week)
            if (await tx.execute(select(level_week.c.user_id).where(earned).limit(1))).first():
                claimed = await tx.execute(CLAIM, {"guild_id": guild_id, "week": week})
                row = claimed.first()
                if row is not None:
                    await self._ports.posts.owe(tx, KIND, row.id, Addressee(guild_id))

    async def _channel(self, guild_id: int) -> int | None:
        return (await self._ports.chosen(guild_id)).weekly_channel_id

    async def _draw(self, guild: GuildSeen, subject_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            found = await reading.execute(select(level_board).where(level_board.c.id == subject_id))
            row = found.first()
            if row is None:
                return None
            page = await board_page(reading, guild.guild_id, row.week, 1)
        title = _("The most active members of last week")
        picture = await self._pictures.drawn(guild.guild_id, page, title)
        return Post(title=f"🏆 {title}", picture=Picture("week.png", picture.image, picture.words))

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the next look finds what this one left
                _log.error("levels.week_failed", exc_info=error)
            await self._ports.clock.sleep(EVERY)
