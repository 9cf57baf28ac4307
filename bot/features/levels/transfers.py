"""Transfers of totals between bots: a file is looked through, taken over, or written."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from itertools import islice

from bot.acts import Actor
from bot.csv_export import csv_rows
from bot.features.levels import store
from bot.features.levels.import_file import Curve, ImportFile, read_import
from bot.features.levels.ports import LevelsPorts
from bot.features.levels.roles import LevelRoles

AT_ONCE = 500  # members of one transaction
COLUMNS = ("user_id", "xp", "level")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Report on a file: what it would change, or did."""

    file: ImportFile
    new: int
    changed: int
    same: int
    is_done: bool


class XpTransfers:
    """Takes over and writes; to take over the same file again changes nothing."""

    def __init__(self, ports: LevelsPorts, roles: LevelRoles) -> None:
        self._ports = ports
        self._roles = roles

    async def take_over(
        self, actor: Actor, content: bytes, curve: Curve, *, only_higher: bool, is_dry: bool
    ) -> ImportReport:
        """Make the file's totals those of the members: all of them, or those that are higher.

        Some at a time, so that nobody else waits long; one that is cut off is just done again.
        Nobody is told of levels: nothing was reached.
        """
        file = await asyncio.to_thread(read_import, content, curve)
        new = changed = same = 0
        left = iter(file.totals.items())
        while some := dict(islice(left, AT_ONCE)):
            async with self._ports.database.transaction() as tx:
                known = await store.members(tx, actor.guild_id, some)
                before = {user_id: one.xp for user_id, one in known.items()}
                wanted = _wanted(some, before, only_higher=only_higher)
                if not is_dry:
                    now = self._ports.clock.now()
                    await store.put(tx, actor.guild_id, wanted, now)
            new += sum(user_id not in before for user_id in wanted)
            changed += sum(user_id in before for user_id in wanted)
            same += len(some) - len(wanted)
        if not is_dry:
            await self._finish(actor, new + changed)
        return ImportReport(file, new, changed, same, is_done=not is_dry)

    async def export(self, guild_id: int) -> AsyncGenerator[bytes]:
        """Everybody's total as a table in pieces, the names of the columns first."""
        yield csv_rows([COLUMNS])
        async for page in store.all_of(self._ports.database, guild_id):
            yield csv_rows((str(one.user_id), str(one.xp), str(one.level)) for one in page)

    async def _finish(self, actor: Actor, count: int) -> None:
        async with self._ports.database.transaction() as tx:
            done = f"imported the XP of {count} members"
            await self._ports.audited(tx, actor, "xp_imported", target=("server", None), done=done)
        await self._roles.compare(actor.guild_id)  # of those in a file some may have left


def _wanted(
    some: Mapping[int, int], before: Mapping[int, int], *, only_higher: bool
) -> dict[int, int]:
    """Those that would be another total."""
    return {
        user_id: xp
        for user_id, xp in some.items()
        if (xp > before.get(user_id, -1) if only_higher else xp != before.get(user_id, -1))
    }
