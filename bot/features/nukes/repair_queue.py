"""Queue of repairs: whose turn it is, so that none that gets no answer keeps the others waiting.

What was not tried yet comes first, then what was tried longest ago. What rests on something that
still waits, as a channel does on its category, waits for that.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from bot.features.nukes.model import RepairKind, RepairState
from bot.features.nukes.records import Repair
from bot.features.nukes.store import ORDER
from bot.structure import CATEGORY

RETRY = timedelta(minutes=1)  # before something without an answer is tried again

MadeAgain = tuple[RepairKind, int]
"""What is made again, by the id that it had."""


class RepairQueue:
    """What waits of one incident, each taken once."""

    def __init__(self, repairs: Collection[Repair], now: datetime) -> None:
        waiting = [one for one in repairs if one.state is RepairState.WAITING]
        self._open = {(one.kind, one.target_id) for one in waiting}
        tried = [one for one in waiting if one.tried_at is not None]
        lately = {one.id for one in tried if one.tried_at and one.tried_at > now - RETRY}
        first = [one for one in waiting if one.tried_at is None]
        first.sort(key=_categories_first)
        tried.sort(key=lambda one: (one.tried_at, _categories_first(one)))
        self._left = [*first, *(one for one in tried if one.id not in lately)]

    @property
    def next(self) -> Repair | None:
        """Whose turn it is; None where the rest waits for something."""
        return next((one for one in self._left if not self._open & set(_rests_on(one))), None)

    def take(self, repair: Repair) -> None:
        """It has its turn now."""
        self._left.remove(repair)

    def settled(self, repair: Repair) -> None:
        """What rests on it can be put back too."""
        self._open.discard((repair.kind, repair.target_id))


def _rests_on(repair: Repair) -> Iterable[MadeAgain]:
    """What must be there, or be known to stay away, before this is put back."""
    plan, kind = repair.plan, repair.kind
    if kind is RepairKind.HOLDER:
        return [(RepairKind.ROLE, int(one)) for one in plan["roles"]]
    if kind is RepairKind.OVERWRITE:
        return [(RepairKind.CHANNEL, repair.target_id), (RepairKind.ROLE, repair.subject_id)]
    if kind is not RepairKind.CHANNEL:
        return []
    said = [(RepairKind.ROLE, int(one["target_id"])) for one in plan.get("overwrites", ())]
    return [(RepairKind.CHANNEL, int(plan.get("parent_id") or 0)), *said]


def _categories_first(repair: Repair) -> tuple[int, bool, int, int]:
    """Channels are made in the categories that were made before them, from the top on."""
    is_channel = repair.kind is RepairKind.CHANNEL
    is_in_one = is_channel and repair.plan.get("kind") != CATEGORY
    place = int(repair.plan.get("position", 0)) if is_channel else 0
    return ORDER[repair.kind], is_in_one, place, repair.id
