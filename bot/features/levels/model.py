"""Model of levels: the curve, what an award is worth, which roles somebody is owed. No I/O.

The total for level L is 100·L^1.5, rounded; level 1 begins at nought. All in whole numbers: a
float would be off by one somewhere, and for the greatest totals by more.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import isqrt

from bot.activity import ChannelPath
from bot.acts import RoleChange

MOST_XP = 10**12
"""What anybody can have; an award that would go beyond is not made."""

MOST_AT_ONCE = 10**9
MOST_ROLES = 50
MOST_MULTIPLIERS = 100  # of a guild, channels and roles together
FULL = 100  # per cent: what a multiplier that changes nothing says
MOST_PERCENT = 1_000
HIGHEST_ROLE_LEVEL = 1_000


def total_for(level: int) -> int:
    """The experience points from which somebody has that level."""
    if level <= 1:
        return 0
    square = 10_000 * level**3  # of 100·L^1.5, whose half is never whole: no tie to break
    root = isqrt(square)
    return root + 1 if square - root * root > root else root


def level_of(xp: int) -> int:
    """The level that so many experience points are."""
    level = max(round((xp / 100) ** (2 / 3)), 1)  # a guess, off by one at most or two
    while total_for(level) > xp:
        level -= 1
    while total_for(level + 1) <= xp:
        level += 1
    return level


@dataclass(frozen=True, slots=True)
class LevelProgress:
    """LevelProgress of somebody within their level: so many of the points to the next."""

    level: int
    into: int
    needed: int

    @classmethod
    def of(cls, xp: int) -> "LevelProgress":
        """Where so many points stand."""
        level = level_of(xp)
        begins = total_for(level)
        return cls(level, xp - begins, total_for(level + 1) - begins)

    @property
    def share(self) -> float:
        """From 0 to 1, below 1."""
        return self.into / self.needed


@dataclass(frozen=True, slots=True)
class LevelUp:
    """A rise by one award, of one level or of many."""

    old_level: int
    new_level: int
    total_xp: int


def rise(before: int, after: int) -> LevelUp | None:
    """What an award led to; None where the level is the same or a lower one."""
    old, new = level_of(before), level_of(after)
    return LevelUp(old, new, after) if new > old else None


@dataclass(frozen=True, slots=True)
class MemberXp:
    """Experience points of one member; `left_at` is there while they are not in the server.

    They earn nothing for a message before `free_at`. From `roles_at` on their level roles are to
    be compared with what Discord shows.
    """

    id: int
    guild_id: int
    user_id: int
    xp: int
    free_at: datetime | None = None
    left_at: datetime | None = None
    roles_at: datetime | None = None

    @property
    def level(self) -> int:
        return level_of(self.xp)


GONE, CONTESTED = "gone", "contested"
"""Failures of a level role that are none of Discord's words: deleted, or changed back for ever."""


@dataclass(frozen=True, slots=True)
class LevelRole:
    """A role that is given from a level on; `failure` says why it last could not be."""

    id: int
    guild_id: int
    level: int
    role_id: int
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class LevelRules:
    """Rules of a guild: its level roles, and what its channels and roles multiply by, in per cent.

    Nought ignores: nothing is earned there, or by whoever has that role.
    """

    roles: tuple[LevelRole, ...] = ()
    channels: Mapping[int, int] = field(default_factory=dict[int, int])
    by_role: Mapping[int, int] = field(default_factory=dict[int, int])

    def of_channel(self, place: ChannelPath) -> int:
        """Of the innermost that has one: a channel's own goes before its category's."""
        return next((self.channels[one] for one in place if one in self.channels), FULL)

    def of_roles(self, role_ids: Collection[int]) -> int:
        """The greatest of somebody's, unless one of their roles is ignored."""
        found = [percent for role, percent in self.by_role.items() if role in role_ids]
        return 0 if 0 in found else max(found, default=FULL)


def worth(base: int, *percents: int) -> int:
    """So many points times each of these, rounded half up."""
    value, scale = base, 1
    for percent in percents:
        value, scale = value * percent, scale * FULL
    return (2 * value + scale) // (2 * scale)


def owed_roles(roles: Iterable[LevelRole], level: int, *, stacks: bool) -> frozenset[int]:
    """The level roles of whoever has that level: all that were reached, or the highest alone."""
    reached = [one for one in roles if one.level <= level]
    highest = max((one.level for one in reached), default=0)
    return frozenset(one.role_id for one in reached if stacks or one.level == highest)


def role_change(
    roles: Collection[LevelRole], held: Collection[int], level: int, *, stacks: bool
) -> RoleChange:
    """What is to be given and taken; roles that are no level roles are nobody's business here."""
    owed = owed_roles(roles, level, stacks=stacks)
    ours = {one.role_id for one in roles}
    return RoleChange(
        give=tuple(sorted(owed.difference(held))),
        take=tuple(sorted(ours.intersection(held) - owed)),
    )


def mee6_total_for(level: int) -> int:
    """MEE6's total for a level: the sum of 5·n² + 50·n + 100 over the levels below it.

    Source: its public documentation, "Levels", as the sum's closed form.
    """
    return 5 * level * (2 * level * level + 27 * level + 91) // 6


def from_mee6(xp: int) -> int:
    """MEE6's total as ours: the same level, and as far on the way to the next."""
    level = 0
    step = 1 << 16
    while step:
        if mee6_total_for(level + step) <= xp:
            level += step
        step >>= 1
    begins = mee6_total_for(level)
    needed = mee6_total_for(level + 1) - begins
    if level == 0:
        return 0  # ours begin with level 1
    ours = total_for(level)
    return ours + (xp - begins) * (total_for(level + 1) - ours) // needed
