"""Evidence: what an entry of the audit log tore down, with all it takes to put it back."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from bot.acts import Acts
from bot.dangers import dangers
from bot.features.nukes.model import Damage, LoggedAct, RepairKind
from bot.features.nukes.remains import Remains, RoleRemains, remains_of
from bot.structure import ChannelPlan, Overwrite, RolePlan

Damages = tuple[Damage, ...]
ROLE_FIELDS = {
    "name": "name",
    "permissions": "permissions",
    "hoist": "is_hoisted",
    "mentionable": "is_mentionable",
}


class HarmEvidence:
    """Reads entries against what memory has, or had a moment ago."""

    def __init__(self, acts: Acts, remains: Remains) -> None:
        self._acts = acts
        self._remains = remains
        self._readers: Mapping[str, Callable[[LoggedAct], Damages]] = {
            "channel_delete": self._channel,
            "channel_create": self._made_channel,
            "role_delete": self._role,
            "role_create": self._made_role,
            "role_permissions": self._role_change,
            "overwrite": self._overwrite,
            "ban": self._ban,
        }

    def damages(self, act: LoggedAct) -> Damages:
        """What is to be put back of it; nothing of what cannot be."""
        read = self._readers.get(act.action)
        return () if read is None else read(act)

    def role_change(self, act: LoggedAct) -> tuple[RolePlan, RolePlan] | None:
        """A role before and after it was changed; None where it is gone."""
        plan = self._acts.plan(act.guild_id)
        role = None if plan is None else plan.roles.get(act.target_id)
        if role is None:
            return None
        return _with(role, act.before), _with(role, act.after)

    def gained(self, act: LoggedAct) -> tuple[str, frozenset[str]]:
        """The dangerous permissions that came with an act, and the name of the role they are in."""
        if act.action == "role_permissions":
            change = self.role_change(act)
            if change is not None:
                before, after = change
                return after.name, dangers(after.permissions) - dangers(before.permissions)
        plan = self._acts.plan(act.guild_id)
        given = [] if plan is None else [plan.roles.get(one) for one in act.granted]
        found = [one for one in given if one is not None and dangers(one.permissions)]
        names = frozenset[str]().union(*(dangers(one.permissions) for one in found))
        return (found[0].name if found else ""), names

    def _channel(self, act: LoggedAct) -> Damages:
        plan = self._acts.plan(act.guild_id)
        channel = None if plan is None else plan.channels.get(act.target_id)
        channel = channel or self._remains.channel(act.target_id) or _channel_of(act)
        if channel is None:
            return (_lost(RepairKind.CHANNEL, act),)
        channel = self._with_lost(channel)
        children = self._remains.children(act.target_id)
        for one in () if plan is None else plan.channels.values():
            if one.parent_id == act.target_id:
                children[one.channel_id] = one.position
        named = {str(one): place for one, place in children.items()}
        document = {**channel.document(), "children": named}
        return (Damage(RepairKind.CHANNEL, act.target_id, document),)

    def _with_lost(self, channel: ChannelPlan) -> ChannelPlan:
        """With what it said of roles that went before it, and Discord has struck out there."""
        named = {one.target_id for one in channel.overwrites}
        said = self._remains.said_in(channel.channel_id)
        lost = tuple(one for one in said if one.target_id not in named)
        return replace(channel, overwrites=(*channel.overwrites, *lost))

    def _made_channel(self, act: LoggedAct) -> Damages:
        return (Damage(RepairKind.MADE_CHANNEL, act.target_id, {"name": act.target_name}),)

    def _made_role(self, act: LoggedAct) -> Damages:
        return (Damage(RepairKind.MADE_ROLE, act.target_id, {"name": act.target_name}),)

    def _role(self, act: LoggedAct) -> Damages:
        remains = self._remains.role(act.target_id) or self._standing(act) or _role_of(act)
        if remains is None or remains.role.is_managed:
            return (_lost(RepairKind.ROLE, act),)
        holders = [
            Damage(RepairKind.HOLDER, one, {"roles": [str(act.target_id)]})
            for one in remains.holders
            if one != act.actor_id
        ]
        return (Damage(RepairKind.ROLE, act.target_id, remains.document()), *holders)

    def _standing(self, act: LoggedAct) -> RoleRemains | None:
        """A role that memory still has: the log may tell of its end before the gateway does."""
        plan = self._acts.plan(act.guild_id)
        role = None if plan is None else plan.roles.get(act.target_id)
        if plan is None or role is None:
            return None
        places = [
            (channel_id, said)
            for channel_id, channel in plan.channels.items()
            for said in channel.overwrites
            if said.target_id == act.target_id
        ]
        return remains_of(role, self._acts.held_by(act.guild_id, act.target_id), places)

    def _role_change(self, act: LoggedAct) -> Damages:
        change = self.role_change(act)
        if change is None:
            return ()
        before, after = change
        plan = {"name": before.name, "before": before.document(), "after": after.document()}
        return (Damage(RepairKind.ROLE_CHANGE, act.target_id, plan),)

    def _overwrite(self, act: LoggedAct) -> Damages:
        plan = self._acts.plan(act.guild_id)
        channel = None if plan is None else plan.channels.get(act.target_id)
        channel = channel or self._remains.channel(act.target_id)
        now = Overwrite(act.subject_id) if channel is None else channel.overwrite(act.subject_id)
        now = replace(now, is_role=act.subject_is_role)
        plan_of = {
            "name": act.target_name if channel is None else channel.name,
            "before": asdict(_bits(now, act.before)),
            "after": asdict(_bits(now, act.after)),
        }
        return (Damage(RepairKind.OVERWRITE, act.target_id, plan_of, act.subject_id),)

    def _ban(self, act: LoggedAct) -> Damages:
        return (Damage(RepairKind.BAN, act.target_id, {"name": act.target_name}),)


def _with(role: RolePlan, changed: Mapping[str, Any]) -> RolePlan:
    fields = {ROLE_FIELDS[name]: value for name, value in changed.items() if name in ROLE_FIELDS}
    return replace(role, **fields)


def _bits(now: Overwrite, changed: Mapping[str, Any]) -> Overwrite:
    fields = {name: int(changed[name]) for name in ("allow", "deny") if name in changed}
    return replace(now, **fields)


def _channel_of(act: LoggedAct) -> ChannelPlan | None:
    """A channel as far as the log tells of it: where nobody saw it going."""
    name, kind = act.before.get("name"), act.before.get("kind")
    if name is None or kind is None:
        return None
    return ChannelPlan(act.target_id, str(kind), str(name), topic=act.before.get("topic"))


def _role_of(act: LoggedAct) -> RoleRemains | None:
    """A role as far as the log tells of it: where nobody saw it going."""
    name = act.before.get("name")
    if name is None:
        return None
    return RoleRemains(_with(RolePlan(act.target_id, str(name), position=1), act.before))


def _lost(kind: RepairKind, act: LoggedAct) -> Damage:
    """What cannot be put back, and is said."""
    return Damage(kind, act.target_id, {"name": act.target_name})
