"""Channel repairs: channels made anew, new ones deleted, and what they allow and deny put back."""

from contextlib import suppress
from dataclasses import replace

from bot.acts import ActRefused, Gone
from bot.features.nukes.ports import NukesPorts
from bot.features.nukes.records import Repair
from bot.features.nukes.repair_scene import ChangedSince, RepairScene
from bot.structure import ChannelPlan, Overwrite
from bot.texts import _


class NukedChannels:
    """Each returns the id of what was made, if anything was."""

    def __init__(self, ports: NukesPorts) -> None:
        self._ports = ports

    async def make_again(self, scene: RepairScene, repair: Repair) -> int | None:
        """A channel or category that was deleted; what was written in it is lost."""
        if "kind" not in repair.plan:
            raise ActRefused(_("nobody saw what it was"))
        wanted = self._fitting(scene, ChannelPlan.read(repair.plan).moved(scene.moved))
        made = self._made_before(scene, repair, wanted)
        if made is None:
            made = await self._ports.acts.make_channel(
                scene.nuke.guild_id, wanted, reason=scene.reason
            )
        await self._arrange(scene, repair, made)
        return made

    async def _arrange(self, scene: RepairScene, repair: Repair, made: int) -> None:
        """Put back what a category held, unless somebody has put it elsewhere since."""
        plan = self._ports.acts.plan(scene.nuke.guild_id)
        homeless = (None, repair.target_id)
        children = {
            int(one): int(place)
            for one, place in repair.plan.get("children", {}).items()
            if plan is not None
            and int(one) in plan.channels
            and plan.channels[int(one)].parent_id in homeless
        }
        if children:
            await self._ports.acts.arrange(scene.nuke.guild_id, children, made, reason=scene.reason)

    async def remove(self, scene: RepairScene, repair: Repair) -> int | None:
        """A channel that they made."""
        with suppress(Gone):
            await self._ports.acts.remove_channel(
                scene.nuke.guild_id, repair.target_id, reason=scene.reason
            )
        return None

    async def put_back(self, scene: RepairScene, repair: Repair) -> int | None:
        """What a channel said of somebody, unless somebody has changed it since."""
        before, after = (Overwrite(**repair.plan[one]) for one in ("before", "after"))
        acts, guild_id = self._ports.acts, scene.nuke.guild_id
        channel_id = scene.moved.get(repair.target_id, repair.target_id)
        subject_id = scene.moved.get(repair.subject_id, repair.subject_id)
        now = await acts.overwrite(guild_id, channel_id, subject_id)
        if (now.allow, now.deny) != (before.allow, before.deny):
            if (now.allow, now.deny) != (after.allow, after.deny):
                raise ChangedSince
            wanted = replace(before, target_id=subject_id)
            await acts.put_overwrite(guild_id, channel_id, wanted, reason=scene.reason)
        return None

    def _made_before(self, scene: RepairScene, repair: Repair, wanted: ChannelPlan) -> int | None:
        """The channel that was made before the process died, if one was."""
        plan, is_like = self._ports.acts.plan(scene.nuke.guild_id), _likeness(wanted)
        for one in () if plan is None else plan.channels.values():
            if scene.may_be_ours(one.channel_id, repair.created_at) and _likeness(one) == is_like:
                return one.channel_id
        return None

    def _fitting(self, scene: RepairScene, wanted: ChannelPlan) -> ChannelPlan:
        """Without what names roles and a category that are not there any more."""
        plan = self._ports.acts.plan(scene.nuke.guild_id)
        if plan is None:
            return wanted
        made = set(scene.moved.values())
        overwrites = tuple(
            one
            for one in wanted.overwrites
            if not one.is_role or one.target_id in plan.roles or one.target_id in made
        )
        is_there = wanted.parent_id in plan.channels or wanted.parent_id in made
        return replace(
            wanted, overwrites=overwrites, parent_id=wanted.parent_id if is_there else None
        )


def _likeness(channel: ChannelPlan) -> tuple[str, str, int | None]:
    return channel.name, channel.kind, channel.parent_id
