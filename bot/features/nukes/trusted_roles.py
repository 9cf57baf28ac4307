"""Trusted roles: whose people are not counted, unless they could have the role from themselves.

A role that its holder stands above and may give says nothing: whoever has taken that account over
gives it to themselves. Nor does one that was given within the last day, unless the owner gave it,
or somebody whom the owner lets change these settings.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.acts import ActFailed, ActUnknown
from bot.clock import to_snowflake
from bot.features.nukes.model import REMEMBERED, Harm
from bot.features.nukes.ports import NukesPorts
from bot.features.nukes.settings import NukesSettings
from bot.guild_changes import GrantChange
from bot.snapshots import rank_of
from bot.texts import N_, _

SETTLED = timedelta(days=1)  # how long a role is held before it counts
KNOWN = timedelta(minutes=1)  # for which the audit log is not read again

NEITHER = N_("they are neither trusted, nor is one of their roles")
THEIR_OWN = N_("they have a trusted role, but could have given it to themselves")
NEW = N_("they have a trusted role, but were given it within the last day")
UNSURE = N_("whether they have had a trusted role for a day could not be found out")


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether somebody is not counted because of a role; `said` is why they are."""

    said: str | None = None

    @property
    def is_given(self) -> bool:
        return self.said is None


class TrustedRoles:
    """Asked only about those who have reached a limit: Discord is asked each time."""

    def __init__(self, ports: NukesPorts) -> None:
        self._ports = ports
        self._settled = dict[tuple[tuple[int, int], frozenset[int]], datetime]()

    async def of(self, harm: Harm, chosen: NukesSettings) -> Trust:
        """Whether a role of theirs is to be trusted; without an answer of Discord's it is not."""
        if harm.by_us or not chosen.trusted_roles:
            return Trust(_(NEITHER))
        acts = self._ports.acts
        try:
            member = await acts.member(harm.guild_id, harm.actor_id)
            held = set[int]() if member is None else member.role_ids & set(chosen.trusted_roles)
            if not held:
                return Trust(_(NEITHER))
            await acts.meet(harm.guild_id, harm.actor_id)
            theirs = self._beyond(harm, held)
            if not theirs:
                return Trust(_(THEIR_OWN))
            return Trust(None if await self._is_settled(harm, theirs, chosen) else _(NEW))
        except ActFailed:
            return Trust(_(UNSURE))

    def _beyond(self, harm: Harm, role_ids: Collection[int]) -> frozenset[int]:
        """Those of these roles that they cannot give; the owner's say is the owner's."""
        standing = self._ports.acts.standing(harm.guild_id, harm.actor_id)
        if standing is None:
            return frozenset()
        if standing.is_owner or not standing.may("manage_roles"):
            return frozenset(role_ids)
        there = self._ports.acts.roles(harm.guild_id)
        return frozenset(
            one
            for one in role_ids
            if one in there and rank_of(there[one].position, one) >= standing.rank
        )

    async def _is_settled(
        self, harm: Harm, role_ids: frozenset[int], chosen: NukesSettings
    ) -> bool:
        """Whether one of these was not given to them of late, by the audit log."""
        now, key = self._ports.clock.now(), (harm.actor, role_ids)
        found_at = self._settled.get(key)
        if found_at is not None and now - found_at <= KNOWN:
            return True
        log = await self._ports.acts.audit_log(harm.guild_id, to_snowflake(now - SETTLED))
        if log.is_cut:
            raise ActUnknown(_("the audit log is too long to be read"))
        guild = self._ports.acts.guild(harm.guild_id)
        givers = chosen.kept_by | {0 if guild is None else guild.owner_id}
        new = {
            role.role_id
            for one in log.changes
            if isinstance(one, GrantChange) and one.target_id == harm.actor_id
            for role in one.roles
            if one.actor_id not in givers
        }
        if role_ids <= new:
            return False
        if len(self._settled) >= REMEMBERED:
            self._settled.clear()
        self._settled[key] = now
        return True
