"""Reconciliation after an absence: what happened is found in each guild, and told once."""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from bot.acts import ActFailed
from bot.clock import Clock
from bot.feature import Core
from bot.features.members import store
from bot.features.members.diff import Before, Found, GuildNow, differences
from bot.features.members.facts import Fact
from bot.features.members.interpreter import MemberInterpreter
from bot.features.members.publisher import Publisher
from bot.features.members.store import Sight
from bot.guild_changes import AuditLogSeen, HandChange
from bot.logs import get_logger
from bot.snapshots import Banned, Present
from bot.storage.database import Transaction

BATCH = 100  # facts found late that share one transaction
STORED_TOGETHER = 1_000
TOUCH_SECONDS = 600.0

OnSighted = Callable[[Transaction, int], Awaitable[None]]
"""What another feature does about a guild that nobody has looked at for a while."""

OnChanges = Callable[[Sequence[HandChange]], Awaitable[None]]
"""What another feature does about the rest of the log: it is read once for both."""

OVERLAP = 120_000 << 22  # of two minutes' ids: what was under way when the last one was noted

_log = get_logger("herald.members")


@dataclass(slots=True)
class _View:
    """One sight of a guild: the parts that are current, and of whom the gateway told meanwhile."""

    parts: set[str] = field(default_factory=set[str])
    touched: set[int] = field(default_factory=set[int])
    is_whole: bool = False
    is_lost: bool = False  # of whom the gateway tells from then on, the next one hears


class Reconciliation:
    """Compares each guild with what was known of it, once in each sight.

    A sight begins when the guild becomes available and ends with a new session or with the
    bot's leaving. The first sight of a guild, or one after long, is a baseline: stored, and
    nothing told. A look that fails leaves its part as it was, for the next sight.
    """

    def __init__(self, core: Core, watch: MemberInterpreter, *, telling: Publisher) -> None:
        self._acts = core.acts
        self._database = core.database
        self._clock = core.clock
        self._telling = telling
        self._watch = watch
        self._long = timedelta(days=core.config.members.baseline_after_days)
        self._views: dict[int, _View] = {}
        self._waiting: asyncio.Queue[int] = asyncio.Queue()
        self.sights: list[OnSighted] = []
        self.on_changes: list[OnChanges] = []
        telling.records.knows_all = partial(_knows_members, self._views)
        telling.records.follows_log = partial(_follows_log, self._views)
        telling.records.touched = self.touched  # the bot's own acts are among these

    def sighted(self, guild_id: int) -> None:
        """The guild is there; the same sight may be told of several times."""
        if guild_id not in self._views:
            self._views[guild_id] = _View()
            self._waiting.put_nowait(guild_id)

    def lost(self, guild_id: int) -> None:
        """The gateway's telling was interrupted: what comes next is a new sight."""
        view = self._views.pop(guild_id, None)
        if view is not None:
            view.is_lost = True

    def in_sight(self) -> list[int]:
        return list(self._views)

    def is_whole(self, guild_id: int) -> bool:
        """Whether the guild is in sight and was compared."""
        return guild_id in self._views and self._views[guild_id].is_whole

    def touched(self, guild_id: int, user_id: int) -> None:
        """Somebody is told of just now: a comparison under way has no say about them."""
        view = self._views.get(guild_id)
        if view is not None and not view.is_whole:
            view.touched.add(user_id)

    async def left(self, guild_id: int) -> None:
        """The bot was removed; what is known stays, for its return."""
        async with self._database.transaction() as tx:
            await self._touch_in(tx, [guild_id])
            now = self._clock.now()
            await store.see(tx, guild_id, left_at=now, seen_at=now)
        self.lost(guild_id)

    async def run(self) -> None:
        """Compare one guild after the other; ends when cancelled."""
        while True:
            guild_id = await self._waiting.get()
            view = self._views.get(guild_id)
            if view is None or view.is_whole:
                continue
            try:
                await self._telling.arrivals.begin(guild_id)
                await self._compare(guild_id, view)
            except Exception as error:  # noqa: BLE001 - one guild's trouble is not the next one's
                _log.error("members.not_compared", guild_id=guild_id, exc_info=error)
            view.is_whole = True
            view.touched.clear()

    async def keep(self) -> None:
        """Say now and then that what is in sight is current; ends when cancelled."""
        while True:
            await self._clock.sleep(TOUCH_SECONDS)
            try:
                await self.touch()
            except Exception as error:  # noqa: BLE001 - tried again; what failed is in the log
                _log.error("members.untouched", exc_info=error)

    async def touch(self) -> None:
        """Every guild in sight was seen now, in the parts that are current."""
        async with self._database.transaction() as tx:
            await self._touch_in(tx, self.in_sight())
            await store.entries_seen(tx, self._telling.records.latest_entries)

    async def _touch_in(self, tx: Transaction, guild_ids: Sequence[int]) -> None:
        await store.touch(tx, "seen_at", guild_ids, self._clock.now())
        for part in ("members_at", "bans_at"):
            current = [g for g in guild_ids if g in self._views and part in self._views[g].parts]
            await store.touch(tx, part, current, self._clock.now())

    async def _compare(self, guild_id: int, view: _View) -> None:
        wants = await self._telling.wants(guild_id)
        async with self._database.transaction() as tx:
            # First of all: from here on nobody forgets what is compared.
            await store.see(tx, guild_id, seen_at=self._clock.now())
            sight = await store.sight(tx, guild_id)
            for on_sighted in self.sights:
                await on_sighted(tx, guild_id)
        seen, entry_id = await self._look(guild_id, sight)
        async with self._database.reading() as reading:
            members = await store.members(reading, guild_id)
            before = Before(guild_id, members, await store.bans(reading, guild_id))
        view.touched |= self._watch.holding.people(guild_id)
        view.touched |= self._telling.arrivals.holds(guild_id)
        view.touched |= self._telling.records.waits(guild_id)
        found = differences(before, seen, view.touched)
        for part, at in (("members", sight.members_at), ("bans", sight.bans_at)):
            is_baseline = at is None or self._clock.now() - at > self._long
            of_part = [one for one in found if one.part == part]
            await self._tell(of_part, view, emits=wants and not is_baseline)
        if not view.is_lost:
            await self._finish(guild_id, view, seen, entry_id)

    async def _tell(self, found: Sequence[Found], view: _View, *, emits: bool) -> None:
        size = BATCH if emits else STORED_TOGETHER
        records = self._telling.records
        for start in range(0, len(found), size):
            async with records.turn, self._database.transaction() as tx:
                some = [
                    replace(one, is_owed=one.is_echo and self._watch.expected.awaits(one.fact))
                    for one in found[start : start + size]
                    if not view.is_lost
                    and one.fact.user_id not in view.touched
                    and (one.is_echo or not self._watch.expected.takes(one.fact))
                ]
                told = await records.tell_found(tx, some, emits=emits)
                # Whose own case has yet to tell it is expected still: by the next comparison, too.
                owed = {one.fact.user_id for one in some if one.is_owed}
                learned = [fact for fact in told if fact.user_id not in owed]
                tx.on_commit(partial(_learned, self._watch, learned, self._clock))

    async def _finish(
        self, guild_id: int, view: _View, seen: GuildNow, entry_id: int | None
    ) -> None:
        now, parts = self._clock.now(), dict[str, datetime]()
        if seen.members is not None:
            parts["members_at"] = now
        if seen.bans is not None:
            parts["bans_at"] = now
        async with self._database.transaction() as tx:
            await store.see(tx, guild_id, left_at=None, **parts)
            if entry_id is not None:
                await store.entries_seen(tx, {guild_id: entry_id})
        view.parts |= parts.keys() if entry_id is None else {*parts, "log"}

    async def _look(self, guild_id: int, sight: Sight) -> tuple[GuildNow, int | None]:
        """What can be seen now, and the newest entry of the log."""
        bans: Mapping[int, Banned] | None = None
        log, entry_id = AuditLogSeen(), None
        known = sight.entry_id
        members: Mapping[int, Present] | None = None
        with _logged("bans", guild_id):
            bans = await self._acts.bans(guild_id)
        with _logged("audit_log", guild_id):
            after = None if known is None else max(known - OVERLAP, 0)
            log = await self._acts.audit_log(guild_id, after)
            if known is None or await _told(self.on_changes, guild_id, log.changes):
                entry_id = max(log.newest_id or 0, known or 0)
        # Last: it is read from the cache, which the gateway keeps fresh.
        with _logged("members", guild_id):
            members = await self._acts.members(guild_id)
        # Without a last entry these are only the newest: they may be older than the absence.
        entries = [one for one in log.entries if known is not None and one.entry_id > known]
        return GuildNow(members, bans, entries), entry_id


async def _told(
    on_changes: Sequence[OnChanges], guild_id: int, changes: Sequence[HandChange]
) -> bool:
    """False where that failed: then the log is read from the same entry on once more."""
    try:
        for hear in on_changes:
            await hear(changes)
    except Exception as error:  # noqa: BLE001 - what became of members is told all the same
        _log.error("members.changes_untold", guild_id=guild_id, exc_info=error)
        return False
    return True


def _knows_members(views: Mapping[int, _View], guild_id: int) -> bool:
    """Whether whoever has no row is no member of the guild."""
    return guild_id in views and "members_at" in views[guild_id].parts


def _follows_log(views: Mapping[int, _View], guild_id: int) -> bool:
    """Whether the log was read in this sight: until then one of now hides those before it."""
    return guild_id in views and "log" in views[guild_id].parts


def _learned(watch: MemberInterpreter, told: Sequence[Fact], clock: Clock) -> None:
    for fact in told:
        watch.learn(fact, clock.now())


@contextmanager
def _logged(part: str, guild_id: int) -> Generator[None]:
    """A look that fails is said in the log; what it would have shown stays unknown."""
    try:
        yield
    except ActFailed as error:
        _log.warning(
            "members.not_seen", part=part, guild_id=guild_id, error=str(error.__cause__ or error)
        )
