"""Repairs: what was torn down is put back one by one, each compared with what is there now.

What somebody has changed since stays as they made it. A thing that was made anew before the
process died is found again by what it is and when it was made.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.acts import ActRefused, ActUnknown, Gone, RoleChange
from bot.features.nukes import store, words
from bot.features.nukes.channel_repairs import NukedChannels
from bot.features.nukes.model import RepairKind, RepairState
from bot.features.nukes.ports import NukesPorts
from bot.features.nukes.records import Nuke, Repair
from bot.features.nukes.repair_queue import RepairQueue
from bot.features.nukes.repair_scene import ChangedSince, RepairScene
from bot.features.nukes.role_repairs import NukedRoles
from bot.logs import get_logger
from bot.storage.database import Transaction
from bot.storage.sweep import TURN
from bot.texts import _

AT_ONCE = 20  # things that are put back before others have their turn: well within a lease
MADE = (RepairKind.MADE_CHANNEL, RepairKind.MADE_ROLE)

Mend = Callable[[RepairScene, Repair], Awaitable[int | None]]
"""Puts one thing back; the id of what was made in its place, if anything was."""

_log = get_logger("herald.nukes")


class Repairs:
    """Everything that is to be put back of an incident, in the order of RepairKind."""

    def __init__(self, ports: NukesPorts) -> None:
        self._ports = ports
        roles, channels = NukedRoles(ports), NukedChannels(ports)
        self._mends: Mapping[RepairKind, Mend] = {
            RepairKind.ROLE_CHANGE: roles.change_back,
            RepairKind.ROLE: roles.make_again,
            RepairKind.MADE_ROLE: roles.remove,
            RepairKind.CHANNEL: channels.make_again,
            RepairKind.MADE_CHANNEL: channels.remove,
            RepairKind.OVERWRITE: channels.put_back,
            RepairKind.BAN: self._unban,
            RepairKind.HOLDER: self._give_again,
        }

    async def mend(self, nuke: Nuke) -> bool:
        """Some of what waits; what Discord gave no answer to waits on.

        Whether there is more to be tried at once: others who tear something down meanwhile are
        stopped before that.
        """
        async with self._ports.database.reading() as reading:
            repairs = await store.repairs(reading, nuke)
        theirs = frozenset(one.target_id for one in repairs if one.kind in MADE)
        began = self._ports.clock.now()
        queue = RepairQueue(repairs, began)
        for _turn in range(AT_ONCE):
            one = queue.next
            if one is None or self._ports.clock.now() - began > TURN:
                break
            queue.take(one)
            if await self._mend(nuke, one, theirs):
                queue.settled(one)
        return queue.next is not None

    async def _mend(self, nuke: Nuke, repair: Repair, theirs: frozenset[int]) -> bool:
        """Put one thing back; false where Discord gave no answer."""
        async with self._ports.database.reading() as reading:
            moved = await store.moved(reading, nuke)
        scene, new_id = RepairScene(nuke, moved, theirs), None
        state, failure = RepairState.DONE, None
        try:
            new_id = await self._mends[repair.kind](scene, repair)
        except ActUnknown as error:
            _log.warning("nukes.not_repaired", repair_id=repair.id, error=str(error))
            async with self._ports.database.transaction() as tx:
                await store.tried(tx, repair, self._ports.clock.now())
            return False
        except ChangedSince:
            state, failure = RepairState.KEPT, _("somebody has changed it since")
        except ActRefused as error:
            state, failure = RepairState.FAILED, str(error)
        told = replace(repair, failure=failure, new_id=new_id, state=state)
        async with self._ports.database.transaction() as tx:
            values = {} if new_id is None else {"new_id": new_id}
            if await store.settle(tx, repair, state, failure=failure, **values):
                await self._tell(tx, nuke, told)
        return True

    async def _tell(self, tx: Transaction, nuke: Nuke, repair: Repair) -> None:
        """Say what became of it; what named the old one follows in the same transaction."""
        measures = [words.repaired(repair)]
        if repair.new_id is not None:
            moved = {repair.target_id: repair.new_id}
            reactions = self._ports.on_remade
            names = [name for one in reactions for name in await one(tx, nuke.guild_id, moved)]
            measures += [words.followed(nuke, names)] if names else []
        await self._ports.incidents.did(tx, nuke.incident_id, *measures)

    async def _unban(self, scene: RepairScene, repair: Repair) -> int | None:
        guild_id = scene.nuke.guild_id
        if not await self._ports.acts.is_banned(guild_id, repair.target_id):
            return None
        came = await self._ports.crowd.unban(guild_id, repair.target_id, scene.reason)
        if came.number is None:
            raise ActRefused(came.refusal or "")
        return None

    async def _give_again(self, scene: RepairScene, repair: Repair) -> int | None:
        """Roles that were made anew, to one of those who had them."""
        acts, guild_id, user_id = self._ports.acts, scene.nuke.guild_id, repair.target_id
        wanted = [scene.moved[int(one)] for one in repair.plan["roles"] if int(one) in scene.moved]
        member = await acts.member(guild_id, user_id)
        if member is None:
            raise Gone(_("they are not in this server"))
        give = [one for one in wanted if one not in member.role_ids]
        if give:
            change = RoleChange(give=give)
            await acts.change_roles(guild_id, user_id, change, reason=scene.reason)
        return None
