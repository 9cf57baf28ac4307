"""Model of a raid: when joins are one, who counts among them, and what a lockdown denies."""

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.clock import from_snowflake
from bot.features.raids.settings import RaidsSettings
from bot.structure import CATEGORY, GuildPlan, Overwrite
from bot.texts import N_

REMEMBERED = 1_000  # joins of a window, and guilds in whose windows there are any
VIEW_CHANNEL = 1 << 10
LOCKED: Mapping[str, int] = {
    "add_reactions": 1 << 6,
    "send_messages": 1 << 11,
    "connect": 1 << 20,
    "create_public_threads": 1 << 35,
    "create_private_threads": 1 << 36,
    "send_messages_in_threads": 1 << 38,
}
"""What a lockdown denies everybody, with Discord's bits (source: its reference, "Permissions")."""


class RaidState(StrEnum):
    """Whether those who join now belong to the raid."""

    ACTIVE = "active"
    ENDED = "ended"


class JoinerState(StrEnum):
    """How far somebody who came with a raid was dealt with."""

    WAITING = "waiting"
    ORDERED = "ordered"  # Discord may have been asked already
    DONE = "done"
    REFUSED = "refused"
    SPARED = "spared"  # the raid's end came first, or it was in shadow
    RELEASING = "releasing"
    RELEASED = "released"


class LockState(StrEnum):
    """How far a channel is locked, or as it was."""

    PLANNED = "planned"  # what stood there is written down; Discord may have been asked already
    LOCKED = "locked"
    RESTORED = "restored"
    FAILED = "failed"


class PauseState(StrEnum):
    """How far invites are paused."""

    NONE = "none"
    PLANNED = "planned"
    PAUSED = "paused"
    OVER = "over"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who has just joined, as the gateway tells; `invite` is known a moment later."""

    guild_id: int
    user_id: int
    username: str
    joined_at: datetime
    is_bot: bool = False
    is_returning: bool = False
    invite: str | None = None

    @property
    def visit(self) -> tuple[int, datetime]:
        """What tells one join from another, however often it is told."""
        return self.user_id, self.joined_at


SPARED = {
    "bot": N_("it is a bot"),
    "returning": N_("they were a member before"),
    "invite": N_("they came by an allowed invite"),
    "old": N_("their account is old enough"),
}


def spared(arrival: Arrival, chosen: RaidsSettings) -> str | None:
    """Why somebody is no part of a raid, a key of SPARED; None where they count."""
    if arrival.is_bot and chosen.exempt_bots:
        return "bot"
    if arrival.is_returning and chosen.exempt_returning:
        return "returning"
    if arrival.invite is not None and arrival.invite in chosen.invites:
        return "invite"
    age = arrival.joined_at - from_snowflake(arrival.user_id)
    if chosen.account_days and age >= timedelta(days=chosen.account_days):
        return "old"
    return None


@dataclass(slots=True)
class JoinWindow:
    """Joins of one guild that count, each once, in the order in which they were told.

    They are told late now and then: Discord's moments of the joins count, not when they came.
    """

    _joins: deque[Arrival] = field(default_factory=lambda: deque[Arrival](maxlen=REMEMBERED))
    _seen: OrderedDict[tuple[int, datetime], None] = field(
        default_factory=OrderedDict[tuple[int, datetime], None]
    )

    def add(self, arrival: Arrival, window: timedelta) -> bool:
        """One more; false where it was told before."""
        if arrival.visit in self._seen:
            return False
        self._seen[arrival.visit] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        self._joins.append(arrival)
        newest = max(one.joined_at for one in self._joins)
        while self._joins and newest - self._joins[0].joined_at >= window:
            self._joins.popleft()
        return True

    def within(self, window: timedelta, now: datetime | None = None) -> tuple[Arrival, ...]:
        """Those of the window that ends now, or else with the newest: joins are told late."""
        end = now or max((one.joined_at for one in self._joins), default=None)
        if end is None:
            return ()
        return tuple(one for one in self._joins if end - one.joined_at < window)

    def clear(self) -> None:
        """Begin anew; what was told before is still known."""
        self._joins.clear()


class JoinWindows:
    """Windows by their guild, in bounded memory: the longest untouched goes first."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._windows: OrderedDict[int, JoinWindow] = OrderedDict()

    def of(self, guild_id: int) -> JoinWindow:
        window = self._windows.setdefault(guild_id, JoinWindow())
        self._windows.move_to_end(guild_id)
        if len(self._windows) > self._most:
            self._windows.popitem(last=False)
        return window


@dataclass(frozen=True, slots=True)
class Lock:
    """What a channel said of everybody, and what it says while it is locked."""

    channel_id: int
    before: Overwrite
    locked: Overwrite


def locks_of(plan: GuildPlan, everybody: int, mask: int, kept: Iterable[int]) -> tuple[Lock, ...]:
    """Every channel that everybody sees and may do something in that a lockdown denies."""
    default = plan.roles.get(everybody)
    sees = default is not None and bool(default.permissions & VIEW_CHANNEL)
    left_open, found = set(kept), list[Lock]()
    for channel in plan.channels.values():
        before = channel.overwrite(everybody)
        is_seen = bool(before.allow & VIEW_CHANNEL) or (sees and not before.deny & VIEW_CHANNEL)
        if channel.kind == CATEGORY or not is_seen or channel.channel_id in left_open:
            continue
        after = locked(before, mask)
        if after != before:
            found.append(Lock(channel.channel_id, before, after))
    return tuple(found)


def locked(before: Overwrite, mask: int) -> Overwrite:
    """The same with all of the mask denied."""
    return replace(before, allow=before.allow & ~mask, deny=before.deny | mask)


def unlocked(lock: Lock, now: Overwrite) -> Overwrite:
    """What is there now without what the lockdown has changed of it.

    A permission that somebody has set otherwise since stays as they set it.
    """
    before, after = lock.before, lock.locked
    changed = (before.allow ^ after.allow) | (before.deny ^ after.deny)
    by_hand = (now.allow ^ after.allow) | (now.deny ^ after.deny)
    back = changed & ~by_hand
    return replace(
        now,
        allow=(now.allow & ~back) | (before.allow & back),
        deny=(now.deny & ~back) | (before.deny & back),
    )


def mask_of(permissions: Iterable[str]) -> int:
    """The bits that a lockdown can deny: nobody can deny what they may not do themselves."""
    held = set(permissions)
    is_admin = "administrator" in held
    return sum(bit for name, bit in LOCKED.items() if is_admin or name in held)
