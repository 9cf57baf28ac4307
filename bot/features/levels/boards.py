"""Boards: somebody's place among the others, and the list of all, of ever or of a week."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, select

from bot.features.levels import store
from bot.features.levels.model import LevelProgress
from bot.features.levels.ports import LevelsPorts, week_of
from bot.features.levels.tables import level_member, level_week
from bot.storage.database import Reading
from bot.storage.row_pages import PAGE, RowPage, page_of


class BoardSpan(StrEnum):
    """Span of time whose points a board counts."""

    ALL = "all"
    WEEK = "week"
    LAST_WEEK = "last_week"


@dataclass(frozen=True, slots=True)
class Ranked:
    """Place of somebody: `rank` of `total`, None for whoever has nothing yet."""

    user_id: int
    xp: int
    rank: int | None
    total: int

    @property
    def progress(self) -> LevelProgress:
        return LevelProgress.of(self.xp)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """Row of a board: what somebody has in its span, and in all."""

    rank: int
    user_id: int
    xp: int
    total_xp: int


class LevelBoards:
    """Reads places and lists; whoever left the server is in none."""

    def __init__(self, ports: LevelsPorts) -> None:
        self._ports = ports

    async def of(self, guild_id: int, user_id: int) -> Ranked:
        """Somebody's place."""
        async with self._ports.database.reading() as reading:
            seen = await store.member(reading, guild_id, user_id)
            xp = 0 if seen is None else seen.xp
            rank, total = await store.rank(reading, guild_id, user_id, xp)
        return Ranked(user_id, xp, rank if xp else None, total)

    async def page(self, guild_id: int, span: BoardSpan, number: int) -> RowPage[BoardRow]:
        """A page of the board, or the nearest there is."""
        week = week_of(self._ports.clock.now()) - (span is BoardSpan.LAST_WEEK)
        async with self._ports.database.reading() as reading:
            return await board_page(
                reading, guild_id, None if span is BoardSpan.ALL else week, number
            )


async def board_page(
    reading: Reading, guild_id: int, week: int | None, number: int
) -> RowPage[BoardRow]:
    """A page of that week's board, or of the one of all times."""
    page = await page_of(reading, _wanted(guild_id, week), number, _row)
    first = (page.number - 1) * PAGE
    rows = tuple(
        BoardRow(first + place, one.user_id, one.xp, one.total_xp)
        for place, one in enumerate(page.rows, 1)
    )
    return RowPage(rows, page.number, page.pages, page.total)


def _wanted(guild_id: int, week: int | None) -> Select[Any]:
    members, weeks = level_member.c, level_week.c
    if week is None:
        everybody = select(members.user_id).add_columns(members.xp, members.xp.label("total_xp"))
        return everybody.where(store.present(guild_id)).order_by(members.xp.desc(), members.user_id)
    theirs = (members.guild_id == weeks.guild_id) & (members.user_id == weeks.user_id)
    joined = level_week.join(level_member, theirs)
    return (
        select(members.user_id)
        .add_columns(weeks.xp, members.xp.label("total_xp"))
        .select_from(joined)
        .where(store.present(guild_id), weeks.guild_id == guild_id, weeks.week == week)
        .order_by(weeks.xp.desc(), members.user_id)
    )


def _row(row: Row[Any]) -> BoardRow:
    return BoardRow(0, row.user_id, row.xp, row.total_xp)
