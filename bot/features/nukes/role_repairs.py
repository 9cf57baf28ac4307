"""Role repairs: permissions as they were, roles made anew with their places, new ones deleted."""

from contextlib import suppress
from dataclasses import replace

from bot.acts import ActRefused, Gone
from bot.features.nukes import store
from bot.features.nukes.model import is_as
from bot.features.nukes.ports import NukesPorts
from bot.features.nukes.records import Repair
from bot.features.nukes.remains import places_of
from bot.features.nukes.repair_scene import ChangedSince, RepairScene
from bot.structure import RolePlan
from bot.texts import _


class NukedRoles:
    """Each returns the id of what was made, if anything was."""

    def __init__(self, ports: NukesPorts) -> None:
        self._ports = ports

    async def change_back(self, scene: RepairScene, repair: Repair) -> int | None:
        """A role as it was, unless somebody has changed it since."""
        before = RolePlan.read(repair.plan["before"])
        after = RolePlan.read(repair.plan["after"])
        plan = self._ports.acts.plan(scene.nuke.guild_id)
        now = None if plan is None else plan.roles.get(repair.target_id)
        if now is None:
            raise Gone(_("the role is gone"))
        if not is_as(now, before):
            if not is_as(now, after):
                raise ChangedSince
            wanted = replace(before, position=now.position, colour=now.colour)
            await self._ports.acts.change_role(scene.nuke.guild_id, wanted, reason=scene.reason)
        return None

    async def make_again(self, scene: RepairScene, repair: Repair) -> int | None:
        """A role that was deleted, where it stood, with what channels said of it."""
        acts, guild_id = self._ports.acts, scene.nuke.guild_id
        if "role" not in repair.plan:
            raise ActRefused(_("it was a bot's, or nobody saw what it was"))
        role = RolePlan.read(repair.plan["role"])
        new_id = repair.new_id or self._made_before(scene, repair, role)
        if new_id is None:
            new_id = await acts.make_role(guild_id, role, reason=scene.reason)
        async with self._ports.database.transaction() as tx:
            await store.made(tx, repair, new_id)
        await acts.order_roles(guild_id, {new_id: role.position}, reason=scene.reason)
        for channel_id, overwrite in places_of(repair.plan):
            # A channel that is made anew brings what it says of the role.
            with suppress(Gone):
                said = replace(overwrite, target_id=new_id)
                await acts.put_overwrite(guild_id, channel_id, said, reason=scene.reason)
        return new_id

    async def remove(self, scene: RepairScene, repair: Repair) -> int | None:
        """A role that they made."""
        with suppress(Gone):
            await self._ports.acts.remove_role(
                scene.nuke.guild_id, repair.target_id, reason=scene.reason
            )
        return None

    def _made_before(self, scene: RepairScene, repair: Repair, role: RolePlan) -> int | None:
        """The role that was made before the process died, if one was."""
        plan = self._ports.acts.plan(scene.nuke.guild_id)
        for one in () if plan is None else plan.roles.values():
            if scene.may_be_ours(one.role_id, repair.created_at) and is_as(one, role):
                return one.role_id
        return None
