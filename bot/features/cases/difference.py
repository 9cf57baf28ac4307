"""Difference between a case in effect and what Discord shows of the member: pure rules."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.features.cases.model import Case, Details
from bot.snapshots import MemberSeen, RoleSeen

SAME_END = timedelta(seconds=2)  # Discord may round the end of a timeout
SAME_VISIT = timedelta(seconds=1)  # and the moment of a join

What = Literal["same", "lifted", "rejoined", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What follows for the row; `values` are its columns as they become."""

    what: What = "same"
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])


SAME = Difference()
LIFTED = Difference("lifted")


def is_same_end(one: datetime | None, other: datetime | None) -> bool:
    """Whether both are the end of one timeout."""
    return one is not None and other is not None and abs(one - other) <= SAME_END


def of_timeout(case: Case, member: MemberSeen, now: datetime) -> Difference:
    """Lifted by hand, or with another end; what ends by itself is for the sweep."""
    until, end = member.timed_out_until, case.expires_at
    if until is None or until <= now:
        is_over = end is None or end <= now + SAME_END
        return SAME if is_over else LIFTED
    return SAME if is_same_end(until, end) else Difference("changed", {"expires_at": until})


def of_mute(
    case: Case,
    member: MemberSeen,
    *,
    there: Mapping[int, RoleSeen],
    givable: Collection[int],
    is_evident: bool,
) -> Difference:
    """A role that is not held any more is no sign by itself: whoever comes back has none.

    `there` are the roles of the guild. `is_evident` where somebody is known to have changed the
    member's roles by hand.
    """
    details = case.details
    if not is_same_visit(details.visit, member.joined_at):
        return Difference("rejoined")
    missing = [role_id for role_id in details.gives if role_id not in member.role_ids]
    if missing:
        is_deleted = any(role_id not in there for role_id in missing)
        is_known = is_evident or details.visit is not None
        return LIFTED if is_known and not is_deleted else SAME
    follows = _roles(details, member.role_ids, givable)
    after = follows.model_copy(update={"visit": member.joined_at or details.visit})
    return SAME if after == details else Difference("changed", {"details": after})


def _roles(details: Details, held: Collection[int], givable: Collection[int]) -> Details:
    """What a person gives to somebody in quarantine is theirs, and what is taken again is not."""
    given = {one for one in details.takes if one in held and one in givable}
    lost = {
        one
        for one in details.restores
        if one not in details.takes and one not in held and one in givable
    }
    return details.model_copy(
        update={
            "takes": tuple(one for one in details.takes if one not in given),
            "restores": tuple(one for one in details.restores if one not in lost),
        }
    )


def is_same_visit(known: datetime | None, seen: datetime | None) -> bool:
    """Whether both are the moment of one join; what is not known counts as the same."""
    return known is None or seen is None or abs(known - seen) <= SAME_VISIT
