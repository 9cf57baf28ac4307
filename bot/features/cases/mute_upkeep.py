"""Upkeep of the muting role: what it denies elsewhere it denies in a new channel as well."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Select,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    select,
    text,
    update,
)

from bot.acts import ActFailed, ActRefused, Gone
from bot.features.cases.ports import CasesPorts
from bot.features.cases.remarks import Remarks
from bot.features.cases.settings import CasesSettings
from bot.keyed_lock import Key
from bot.logs import get_logger
from bot.storage.database import Reading, Transaction
from bot.storage.schema import RowId, UtcDateTime, from_row, metadata, partial_index
from bot.storage.sweep import DueRows, Sweep

WHY = "the muting role, kept up in a new channel"

_log = get_logger("herald.cases")

table = Table(
    "mute_upkeep",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("newest_id", BigInteger),  # the last channel that was dealt with; none before a look
    Column("due_at", UtcDateTime),
    Column("look_at", UtcDateTime),  # not to be looked at by a sweep before
    UniqueConstraint("guild_id"),
    partial_index("mute_upkeep_due", "due_at", where="due_at IS NOT NULL"),
    sqlite_autoincrement=True,
)

OWE = text(
    "INSERT INTO mute_upkeep (guild_id, newest_id, due_at) VALUES (:guild_id, :newest_id, :now) "
    "ON CONFLICT (guild_id) DO UPDATE SET due_at = excluded.due_at, look_at = NULL, "
    "newest_id = coalesce(mute_upkeep.newest_id, excluded.newest_id)"
).bindparams(bindparam("newest_id", type_=BigInteger), bindparam("now", type_=UtcDateTime))


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Upkeep of one guild; channels later than `newest_id` are still to be dealt with."""

    id: int
    guild_id: int
    newest_id: int | None
    due_at: datetime | None
    look_at: datetime | None = None


def due(now: datetime) -> Select[Any]:
    """Guilds that are to be looked at."""
    return select(table.c.id).where(table.c.due_at <= now).order_by(table.c.due_at)


async def find(reading: Reading, guild_id: int) -> Upkeep | None:
    """What is known of the guild."""
    row = (await reading.execute(select(table).where(table.c.guild_id == guild_id))).one_or_none()
    return None if row is None else from_row(Upkeep, row)


async def owe(tx: Transaction, guild_id: int, now: datetime, before: int | None = None) -> None:
    """The guild is to be looked at; `before` is the channel to begin after, where none is known."""
    await tx.execute(OWE, {"guild_id": guild_id, "newest_id": before, "now": now})


async def kept(tx: Transaction, seen: Upkeep, newest_id: int, *, is_done: bool) -> None:
    """It is kept up to that channel; done, unless the guild became due again meanwhile."""
    is_it = table.c.id == seen.id
    await tx.execute(update(table).where(is_it).values(newest_id=newest_id))
    if is_done:
        is_same = table.c.due_at == seen.due_at
        await tx.execute(update(table).where(is_it & is_same).values(due_at=None, look_at=None))


async def forget(tx: Transaction, guild_id: int) -> None:
    """Nothing is kept up there: what is made from now on stays as it is."""
    await tx.execute(delete(table).where(table.c.guild_id == guild_id))


class MuteUpkeep:
    """Upkeep by the channels' ids, which grow: what was made while the bot was away is found.

    Where nobody has looked before, what is there stays as it is: staff have decided about that.
    """

    def __init__(self, ports: CasesPorts, remarks: Remarks) -> None:
        self._ports = ports
        self._remarks = remarks
        self.sweep = Sweep(
            "cases.upkeep",
            ports.database,
            clock=ports.clock,
            ready=lambda: ports.acts.is_connected,
            locks=ports.locks,
        )
        rows = DueRows(
            "upkeep",
            table,
            due,
            partial(from_row, Upkeep),
            self._keep,
            key=_turn,
            still=_still,
        )
        self.sweep.rows(rows)

    async def on_sighted(self, tx: Transaction, guild_id: int) -> None:
        """A reaction: nobody has told of what was made while nobody looked."""
        if await self._role(guild_id) is None:
            await forget(tx, guild_id)
            return
        await owe(tx, guild_id, self._ports.clock.now())
        tx.on_commit(self.sweep.wake)

    async def created(self, guild_id: int, channel_id: int) -> None:
        """Somebody made a channel, or a category."""
        if await self._role(guild_id) is None:
            await self._forget(guild_id)
            return
        async with self._ports.database.transaction() as tx:
            now = self._ports.clock.now()
            await owe(tx, guild_id, now, before=channel_id - 1)
        async with self._ports.locks.hold((guild_id, 0)):
            async with self._ports.database.reading() as reading:
                upkeep = await find(reading, guild_id)
            if upkeep is not None and upkeep.due_at is not None:
                await self._keep(upkeep, {channel_id})

    async def _keep(self, upkeep: Upkeep, also: Collection[int] = ()) -> None:
        """Close what is newer, in the order in which it was made; the guild's turn is held.

        What got no answer is asked again later, with all that comes after it.
        """
        role_id, acts = await self._role(upkeep.guild_id), self._ports.acts
        if acts.own_standing(upkeep.guild_id) is None:
            return
        if role_id is None:
            await self._forget(upkeep.guild_id)
            return
        there = sorted({*acts.channels(upkeep.guild_id), *also})
        newest = max(there, default=0) if upkeep.newest_id is None else upkeep.newest_id
        is_done = True
        for channel_id in (one for one in there if one > newest):
            is_done = await self._silenced(upkeep.guild_id, channel_id, role_id)
            if not is_done:
                break
            newest = channel_id
        async with self._ports.database.transaction() as tx:
            await kept(tx, upkeep, newest, is_done=is_done)

    async def _silenced(self, guild_id: int, channel_id: int, role_id: int) -> bool:
        """Whether it is dealt with: closed, or staff are told why it is not."""
        acts = self._ports.acts
        try:
            await acts.silence(guild_id, channel_id, role_id, reason=WHY)
        except ActRefused as error:
            _log.warning("case.mute_not_kept", channel=channel_id, error=str(error))
            is_channel_gone = isinstance(error, Gone) and role_id in acts.roles(guild_id)
            if not is_channel_gone:
                await self._remarks.unkept(guild_id, channel_id, str(error))
        except ActFailed as error:
            _log.warning("case.mute_kept_later", channel=channel_id, error=str(error))
            return False
        return True

    async def _role(self, guild_id: int) -> int | None:
        """The role to keep up; None where the guild has none, or does not want it."""
        settings = await self._ports.settings.get(guild_id, CasesSettings)
        return settings.mute_role_id if settings.enabled and settings.keep_muted else None

    async def _forget(self, guild_id: int) -> None:
        async with self._ports.database.reading() as reading:
            known = await find(reading, guild_id)
        if known is not None:
            async with self._ports.database.transaction() as tx:
                await forget(tx, guild_id)


def _turn(upkeep: Upkeep) -> Key:
    return upkeep.guild_id, 0


async def _still(reading: Reading, leased: Upkeep) -> Upkeep | None:
    now = await find(reading, leased.guild_id)
    return now if now is not None and now.due_at is not None else None
