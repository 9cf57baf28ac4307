"""Upkeep of the muting role: what it denies elsewhere it denies in a new channel as well."""

from collections.abc import Collection
from functools import partial

from bot.acts import ActFailed, ActRefused, Gone
from bot.features.cases import upkeep_store
from bot.features.cases.ports import CasesPorts
from bot.features.cases.remarks import Remarks
from bot.features.cases.settings import CasesSettings
from bot.features.cases.upkeep_store import Upkeep
from bot.keyed_lock import Key
from bot.logs import get_logger
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row
from bot.storage.sweep import DueRows, Sweep

WHY = "the muting role, kept up in a new channel"

_log = get_logger("herald.cases")


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
            upkeep_store.table,
            upkeep_store.due,
            partial(from_row, Upkeep),
            self._keep,
            key=_turn,
            still=_still,
        )
        self.sweep.rows(rows)

    async def on_sighted(self, tx: Transaction, guild_id: int) -> None:
        """A reaction: nobody has told of what was made while nobody looked."""
        if await self._role(guild_id) is None:
            await upkeep_store.forget(tx, guild_id)
            return
        await upkeep_store.owe(tx, guild_id, self._ports.clock.now())
        tx.on_commit(self.sweep.wake)

    async def created(self, guild_id: int, channel_id: int) -> None:
        """Somebody made a channel, or a category."""
        if await self._role(guild_id) is None:
            await self._forget(guild_id)
            return
        async with self._ports.database.transaction() as tx:
            now = self._ports.clock.now()
            await upkeep_store.owe(tx, guild_id, now, before=channel_id - 1)
        async with self._ports.locks.hold((guild_id, 0)):
            async with self._ports.database.reading() as reading:
                upkeep = await upkeep_store.find(reading, guild_id)
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
            await upkeep_store.kept(tx, upkeep, newest, is_done=is_done)

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
            known = await upkeep_store.find(reading, guild_id)
        if known is not None:
            async with self._ports.database.transaction() as tx:
                await upkeep_store.forget(tx, guild_id)


def _turn(upkeep: Upkeep) -> Key:
    return upkeep.guild_id, 0


async def _still(reading: Reading, leased: Upkeep) -> Upkeep | None:
    now = await upkeep_store.find(reading, leased.guild_id)
    return now if now is not None and now.due_at is not None else None
