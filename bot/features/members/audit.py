"""Audit entries of the last moments, each good for as many signals as it counts."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.snapshots import AuditAction, AuditSeen

EXPLAINED_WITHIN = timedelta(seconds=10)
ENTRIES = 1_000


@dataclass(slots=True)
class _Kept:
    entry: AuditSeen
    seen_at: datetime
    unused: int


class RecentEntries:
    """Entries by their id: the same one twice counts once, however often Discord sends it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, _Kept] = OrderedDict()

    def add(self, entry: AuditSeen, now: datetime) -> bool:
        """Keep an entry; false where it is known."""
        if entry.entry_id in self._kept:
            return False
        self._kept[entry.entry_id] = _Kept(entry, now, max(entry.count, 0))
        while len(self._kept) > ENTRIES:
            self._kept.popitem(last=False)
        return True

    def use(self, entry: AuditSeen) -> None:
        """The entry has explained what it could."""
        if kept := self._kept.get(entry.entry_id):
            kept.unused = 0

    def take(self, action: AuditAction, key: tuple[int, int], at: datetime) -> AuditSeen | None:
        """The newest entry that explains what happened to that person; used from then on."""
        return self._take(action, key[0], key[1], at)

    def take_prune(self, guild_id: int, at: datetime) -> AuditSeen | None:
        """A prune that has not yet explained as many removals as it counts."""
        return self._take("prune", guild_id, None, at)

    def _take(
        self, action: AuditAction, guild_id: int, target_id: int | None, at: datetime
    ) -> AuditSeen | None:
        for kept in reversed(self._kept.values()):
            entry = kept.entry
            if at - kept.seen_at > EXPLAINED_WITHIN:
                return None
            fits = entry.action == action and entry.guild_id == guild_id
            if fits and kept.unused and target_id in (None, entry.target_id):
                kept.unused -= 1
                return entry
        return None
