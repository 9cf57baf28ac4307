"""Store of remarks: rows of `log_remark`, one for each entry of the audit log at most."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import BigInteger, Column, Table, Text, UniqueConstraint, delete, insert, select

from bot.storage.database import Reading, Transaction
from bot.storage.schema import RowId, UtcDateTime, from_row, metadata

RemarkKind = Literal["ban", "unban", "kick", "timeout", "untimeout", "return", "unkept"]
TOGETHER = 100

table = Table(
    "log_remark",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("entry_id", BigInteger),  # of Discord's audit log, which may tell of it twice
    Column("subject_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("moderator_id", BigInteger),
    Column("reason", Text),
    Column("ends_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("guild_id", "entry_id"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is said; `subject_id` is the person's, or the channel's of what was not kept up."""

    guild_id: int
    kind: RemarkKind
    subject_id: int
    name: str
    created_at: datetime
    moderator_id: int | None = None
    reason: str | None = None
    ends_at: datetime | None = None
    entry_id: int | None = None
    id: int = 0

    def row(self) -> dict[str, object]:
        """What is stored of one that is new."""
        names = (name for name in self.__slots__ if name != "id")
        return {name: getattr(self, name) for name in names}


async def add(tx: Transaction, remark: Remark) -> int | None:
    """The new row's id; None where that entry was remarked upon before."""
    if remark.entry_id is not None:
        known = select(table.c.id).where(
            table.c.guild_id == remark.guild_id, table.c.entry_id == remark.entry_id
        )
        if (await tx.execute(known)).scalar_one_or_none() is not None:
            return None
    added = await tx.execute(insert(table).values(remark.row()).returning(table.c.id))
    return int(added.scalar_one())


async def find(reading: Reading, guild_id: int, remark_id: int) -> Remark | None:
    """The guild's remark."""
    is_it = (table.c.guild_id == guild_id) & (table.c.id == remark_id)
    row = (await reading.execute(select(table).where(is_it))).one_or_none()
    return None if row is None else from_row(Remark, row)


async def drop_old(tx: Transaction, before: datetime) -> list[tuple[int, str]]:
    """Let go of some that are older, the oldest first; their ids and kinds."""
    oldest = select(table.c.id, table.c.created_at).order_by(table.c.id).limit(TOGETHER).subquery()
    old = select(oldest.c.id).where(oldest.c.created_at <= before)
    held = select(table.c.id).where(table.c.id.in_(old)).with_for_update(skip_locked=True)
    gone = delete(table).where(table.c.id.in_(held)).returning(table.c.id, table.c.kind)
    return [(row.id, row.kind) for row in await tx.execute(gone)]
