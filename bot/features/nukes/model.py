"""Model of a nuke: what counts against whom, when it is too much, and what it tore down."""

from collections import Counter, OrderedDict, deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.dangers import dangers
from bot.features.nukes.settings import NukesSettings
from bot.snapshots import rank_of
from bot.structure import GuildPlan, RolePlan

QUIET = timedelta(minutes=5)  # without another act an incident is over
REMEMBERED = 2_000  # acts of one person, and people
ENTRIES = 5_000

COUNTED = (
    "channel_delete",
    "channel_create",
    "role_delete",
    "role_create",
    "role_permissions",
    "ban",
    "kick",
    "webhook_create",
    "webhook_delete",
    "emoji_delete",
)
"""Classes of acts that have a limit; `overwrite` has none, and is put back all the same."""


class RepairKind(StrEnum):
    """What is put back, in the order in which that is done."""

    ROLE_CHANGE = "role_change"
    MADE_ROLE = "made_role"
    MADE_CHANNEL = "made_channel"
    ROLE = "role"
    CHANNEL = "channel"
    OVERWRITE = "overwrite"
    BAN = "ban"
    HOLDER = "holder"


class RepairState(StrEnum):
    """How far it is put back."""

    WAITING = "waiting"
    DONE = "done"
    KEPT = "kept"  # somebody has changed it since
    FAILED = "failed"


class ReactionState(StrEnum):
    """How far the bot has reacted to whoever did it."""

    WAITING = "waiting"
    ORDERED = "ordered"  # Discord may have been asked already
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that an act tore down, and what is needed to put it back.

    `subject_id` is whom an overwrite is about.
    """

    kind: RepairKind
    target_id: int
    plan: Mapping[str, Any] = field(default_factory=dict[str, Any])
    subject_id: int = 0

    @property
    def key(self) -> tuple[RepairKind, int, int]:
        """What tells it from others: the same thing is put back once."""
        return self.kind, self.target_id, self.subject_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """One act that may be harm, as the audit log or a command of the bot's tells of it.

    `target_id` is what it hit, 0 where the log names nothing, and `count` how many things;
    `entry_id` is the log's, however often it is told, 0 for a command of the bot's.
    """

    guild_id: int
    actor_id: int
    action: str
    at: datetime
    target_id: int = 0
    count: int = 1
    entry_id: int = 0
    actor_name: str = ""
    by_us: bool = False
    damages: tuple[Damage, ...] = ()

    @property
    def actor(self) -> tuple[int, int]:
        return self.guild_id, self.actor_id


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedAct:
    """An entry of Discord's audit log, in plain words; `before` and `after` are what changed.

    `subject_id` is whom an overwrite is about. `count` is how many a prune removed.
    """

    guild_id: int
    entry_id: int
    actor_id: int
    actor_name: str
    action: str
    target_id: int
    target_name: str = ""
    by_us: bool = False
    count: int = 1
    subject_id: int = 0
    subject_is_role: bool = True
    before: Mapping[str, Any] = field(default_factory=dict[str, Any])
    after: Mapping[str, Any] = field(default_factory=dict[str, Any])
    granted: tuple[int, ...] = ()  # roles that somebody was given


@dataclass(frozen=True, slots=True)
class Trip:
    """A limit was reached: by so many within the window, with all that the person did in it."""

    action: str
    count: int
    harms: tuple[Harm, ...]

    def after(self, moment: datetime) -> "Trip":
        """As much of it as was done after that moment."""
        harms = tuple(one for one in self.harms if one.at > moment)
        return Trip(self.action, things_hit(harms, self.action), harms)


@dataclass(slots=True)
class ActorTrail:
    """What one person did of late."""

    harms: deque[Harm] = field(default_factory=lambda: deque[Harm](maxlen=REMEMBERED))

    def add(self, harm: Harm, chosen: NukesSettings) -> Trip | None:
        """One more act; the limit that it reaches, if it reaches one."""
        self.harms.append(harm)
        newest = max(one.at for one in self.harms)
        while self.harms and newest - self.harms[0].at >= chosen.window:
            self.harms.popleft()
        within = [one for one in self.harms if newest - one.at < chosen.window]
        count = things_hit(within, harm.action)
        limit = chosen.limit(harm.action)
        if not limit or count < limit:
            return None
        return Trip(harm.action, count, tuple(within))


class NukeWatch:
    """Trails of people in all guilds, in bounded memory: the longest untouched goes first."""

    def __init__(self) -> None:
        self._trails: OrderedDict[tuple[int, int], ActorTrail] = OrderedDict()
        self._entries: OrderedDict[tuple[int, int], None] = OrderedDict()

    def is_new(self, guild_id: int, entry_id: int) -> bool:
        """Whether an entry of the log was not told before; what is no entry always is new."""
        key = (guild_id, entry_id)
        if entry_id and key in self._entries:
            return False
        self._entries[key] = None
        if len(self._entries) > ENTRIES:
            self._entries.popitem(last=False)
        return True

    def add(self, harm: Harm, chosen: NukesSettings) -> Trip | None:
        """One more act; the limit that it reaches, if it reaches one."""
        trail = self._trails.setdefault(harm.actor, ActorTrail())
        self._trails.move_to_end(harm.actor)
        if len(self._trails) > REMEMBERED:
            self._trails.popitem(last=False)
        return trail.add(harm, chosen)


def things_hit(harms: Collection[Harm], action: str) -> int:
    """How many things acts of that class hit: what was hit three times is one of them."""
    hit = Counter[int]()
    for number, one in enumerate(harms, 1):
        if one.action == action:
            key = one.target_id or -number  # what the log does not name is a thing of its own
            hit[key] = max(hit[key], one.count)
    return hit.total()


def damages_of(harms: Collection[Harm]) -> tuple[Damage, ...]:
    """All that is to be put back: of what was changed twice the first before, the last after."""
    found: OrderedDict[tuple[RepairKind, int, int], Damage] = OrderedDict()
    for harm in harms:
        for one in harm.damages:
            found[one.key] = merged(found.get(one.key), one)
    return tuple(found.values())


def merged(first: Damage | None, last: Damage) -> Damage:
    """Two changes of one thing as one."""
    if first is not None and last.kind is RepairKind.HOLDER:
        roles = dict.fromkeys([*first.plan["roles"], *last.plan["roles"]])
        return Damage(last.kind, last.target_id, {"roles": list(roles)})
    if first is None or "before" not in first.plan:
        return last
    plan = {**last.plan, "before": first.plan["before"]}
    return Damage(last.kind, last.target_id, plan, last.subject_id)


def is_as(one: RolePlan, other: RolePlan) -> bool:
    """Whether two roles are the same in all that an act can change of one."""
    return (one.name, one.permissions, one.is_hoisted, one.is_mentionable) == (
        other.name,
        other.permissions,
        other.is_hoisted,
        other.is_mentionable,
    )


def roles_above(plan: GuildPlan, rank: tuple[int, int]) -> tuple[RolePlan, ...]:
    """Roles with dangerous permissions that stand above that rank: nobody there can be stopped."""
    above = [
        role
        for role in plan.roles.values()
        if rank_of(role.position, role.role_id) > rank and dangers(role.permissions)
    ]
    return tuple(sorted(above, key=lambda role: (-role.position, role.role_id)))
