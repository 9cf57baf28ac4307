"""Remains of what was deleted: the audit log tells of it when the object itself is gone.

The gateway shows each object a last time as it goes. That is kept in memory for some minutes, in
which the log tells who did it; an act whose object nobody saw going is put back as far as the
log's own words go.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.structure import ChannelPlan, Overwrite, RolePlan

KEPT = timedelta(minutes=15)
MOST = 5_000
HOLDERS = 1_000  # of one deleted role, who get it back


@dataclass(frozen=True, slots=True)
class RoleRemains:
    """A role as it last was: who held it, and what channels said of it."""

    role: RolePlan
    holders: tuple[int, ...] = ()
    places: tuple[tuple[int, Overwrite], ...] = ()

    def document(self) -> dict[str, Any]:
        """It as a row keeps it."""
        places = [{"channel_id": one, **asdict(overwrite)} for one, overwrite in self.places]
        return {"name": self.role.name, "role": self.role.document(), "places": places}


def remains_of(
    role: RolePlan, holders: Collection[int], places: Sequence[tuple[int, Overwrite]]
) -> RoleRemains:
    """Those of a role, with as many of its holders as get it back."""
    return RoleRemains(role, tuple(sorted(holders)[:HOLDERS]), tuple(places))


def places_of(document: Mapping[str, Any]) -> list[tuple[int, Overwrite]]:
    """What channels said of a role, as a row keeps it."""
    return [
        (int(one["channel_id"]), Overwrite(**{k: v for k, v in one.items() if k != "channel_id"}))
        for one in document.get("places", ())
    ]


class Remains:
    """Channels and roles that were there a moment ago, by their ids."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._children = OrderedDict[int, dict[int, int]]()
        self._kept: OrderedDict[int, tuple[datetime, ChannelPlan | RoleRemains]] = OrderedDict()

    def channel_gone(self, plan: ChannelPlan) -> None:
        """A channel is deleted; this is how it was."""
        self._keep(plan.channel_id, plan)

    def orphaned(self, category_id: int, channel_id: int, position: int) -> None:
        """A channel has lost its category, which may be because that was deleted."""
        self._children.setdefault(category_id, {})[channel_id] = position
        if len(self._children) > MOST:
            self._children.popitem(last=False)

    def children(self, category_id: int) -> dict[int, int]:
        """The channels that a category had, with where each stood."""
        return dict(self._children.get(category_id, {}))

    def role_gone(
        self,
        plan: RolePlan,
        holders: Sequence[int],
        places: Sequence[tuple[int, Overwrite]],
    ) -> None:
        """A role is deleted; this is how it was."""
        self._keep(plan.role_id, remains_of(plan, holders, places))

    def channel(self, channel_id: int) -> ChannelPlan | None:
        """A channel that was deleted a short while ago."""
        found = self._find(channel_id)
        return found if isinstance(found, ChannelPlan) else None

    def role(self, role_id: int) -> RoleRemains | None:
        """A role that was deleted a short while ago."""
        found = self._find(role_id)
        return found if isinstance(found, RoleRemains) else None

    def said_in(self, channel_id: int) -> list[Overwrite]:
        """What a channel said of roles that are gone."""
        return [
            said
            for role_id, (_, kept) in list(self._kept.items())
            if isinstance(kept, RoleRemains) and self.role(role_id) is not None
            for place, said in kept.places
            if place == channel_id
        ]

    def _find(self, object_id: int) -> ChannelPlan | RoleRemains | None:
        found = self._kept.get(object_id)
        if found is None or self._clock.now() - found[0] > KEPT:
            return None
        return found[1]

    def _keep(self, object_id: int, plan: ChannelPlan | RoleRemains) -> None:
        now = self._clock.now()
        self._kept[object_id] = (now, plan)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        for oldest, (kept_at, _) in list(self._kept.items())[:2]:
            if now - kept_at > KEPT:
                del self._kept[oldest]
