"""Raids service: begins and ends raids by hand, and deals with what is due of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.acts import Actor, is_deaf, spoken_in
from bot.errors import UserError
from bot.features.raids import lock_store, store, words
from bot.features.raids.lockdown import Lockdown
from bot.features.raids.model import LockState, PauseState
from bot.features.raids.people import RaidPeople
from bot.features.raids.ports import RaidsPorts
from bot.features.raids.records import Raid, RaidCounts
from bot.features.raids.sessions import RaidSessions
from bot.features.raids.tables import raid as table
from bot.incident import UNSEEN, Measure
from bot.storage.database import Reading, Transaction
from bot.storage.sweep import DueRows, Sweep
from bot.texts import _, ago


@dataclass(frozen=True, slots=True)
class RaidStatus:
    """A raid, and how far everybody and everything of it was dealt with."""

    raid: Raid
    counts: RaidCounts


@dataclass(eq=False)
class RaidsService:
    """One way in for listeners, commands, and the Undo of a log post."""

    ports: RaidsPorts

    def __post_init__(self) -> None:
        ports = self.ports
        self.sessions = RaidSessions(ports)
        self.joined, self.on_fact = self.sessions.joined, self.sessions.on_fact
        self._lockdown = Lockdown(ports)
        self._people = RaidPeople(ports)
        self.sweep = Sweep(
            "raids",
            ports.database,
            clock=ports.clock,
            ready=lambda: ports.acts.is_connected,
            first=self.sessions.lasting.load,
            locks=ports.locks,
        )
        self.sweep.rows(
            DueRows(
                "raids",
                table,
                store.due,
                store.raid_of,
                self.deal,
                key=lambda one: one.key,
                still=self._still,
            )
        )
        self.sessions.wake = self.sweep.wake
        for kind in (words.SESSION, words.LOCKDOWN, words.INVITES):
            ports.incidents.undoes(kind, self._undo)

    async def start(self, actor: Actor) -> Raid:
        """Say that there is a raid: everyone who joins from now on belongs to it."""
        if not (await self.ports.chosen(actor.guild_id)).enabled:
            raise UserError(
                _("Protection against raids is switched off here: /antiraid panel switches it on.")
            )
        raid = await self.sessions.begin(actor.guild_id, actor.user_id)
        if raid is None:
            raise UserError(_("A raid lasts already: /antiraid status shows it."))
        return raid

    async def end(self, actor: Actor, *, releases: bool = False) -> RaidStatus:
        """End the guild's raid and its lockdown; those it took in are let go with `releases`."""
        async with self.ports.database.reading() as reading:
            raid = await store.active(reading, actor.guild_id)
            if raid is None and releases:
                raid = await store.newest(reading, actor.guild_id)
        if raid is None:
            raise UserError(_("There is no raid in this server."))
        return await self._end(raid, actor.user_id, releases=releases)

    async def status(self, guild_id: int) -> RaidStatus | None:
        """The guild's last raid; None where there was none."""
        async with self.ports.database.reading() as reading:
            raid = await store.newest(reading, guild_id)
            return None if raid is None else RaidStatus(raid, await store.counts(reading, raid))

    async def lines(self, guild_id: int) -> Sequence[tuple[str, str]]:
        """What the panel says of how things are."""
        status = await self.status(guild_id)
        if status is None:
            return [(_("Last raid"), _("none so far"))]
        raid, counts = status.raid, status.counts
        if raid.is_active:
            text = _("raid {number}, over {when} without another join")
            text = text.format(number=raid.id, when=ago(raid.ends_at))
        else:
            text = _("raid {number}, ended {when}").format(
                number=raid.id, when=ago(raid.ended_at or raid.ends_at)
            )
        people = _("{came} came, {done} dealt with, {waiting} to go, {refused} refused")
        held = _("{locked} locked, {to_lock} to lock, {failed} could not be")
        return [
            (_("Last raid"), text),
            (_("People"), people.format(**_named(counts))),
            (_("Channels"), held.format(**_named(counts))),
        ]

    async def deal(self, raid: Raid) -> None:
        """Everything that is due of it, some of the people at a time."""
        with spoken_in(self.ports.acts, raid.guild_id):
            await self._deal(raid)

    async def _deal(self, raid: Raid) -> None:
        async with self.ports.database.reading() as reading:
            before = await store.counts(reading, raid)
        is_quiet = raid.is_active and raid.ends_at <= self.ports.clock.now()
        if is_quiet and not is_deaf(self.ports.acts, raid.guild_id):
            raid = await self._finish(raid, None)
        if self.ports.acts.own_standing(raid.guild_id) is None:
            await self._give_up(raid)  # what Discord would refuse now it may not refuse later
            return
        if raid.is_active:
            await self._lockdown.begin(raid)
        else:
            await self._lockdown.end(raid)
        await self._people.deal(raid)
        await self._schedule(raid, before)

    async def _give_up(self, raid: Raid) -> None:
        """Let go of what is left in a server that the bot has left; its channels stay rows."""
        over_at = min(raid.ended_at or raid.ends_at, raid.ends_at)
        is_old = self.ports.clock.now() - over_at > UNSEEN
        if not is_old or self.ports.acts.guild(raid.guild_id) is not None:
            return
        async with self.ports.database.transaction() as tx:
            found = await store.by_id(tx, raid.guild_id, raid.id, locks=True)
            if found is not None and not found.is_active:
                await store.spare(tx, found)
                await store.change(tx, found, due_at=None, look_at=None)

    async def _finish(
        self, raid: Raid, by_id: int | None, *, spares: bool = False, releases: bool = False
    ) -> Raid:
        """No more people belong to it; nothing where it has ended, but for a release.

        Who waits is let off where it `spares`; `releases` lifts what was done about the others too.
        """
        async with self.ports.database.transaction() as tx:
            now = self.ports.clock.now()
            ended = await store.end(tx, raid, now, by_id)
            if ended is not None:
                came = (await store.counts(tx, ended)).came
                await self.ports.incidents.did(tx, ended.incident_id, words.is_over(ended, came))
                await self.sessions.lasting.drop(tx, raid.guild_id)
            found = ended or await store.by_id(tx, raid.guild_id, raid.id, locks=True) or raid
            if spares or releases:
                await store.spare(tx, found)
            if releases:
                await store.release(tx, found)
                found = await store.change(tx, found, ended_by_id=by_id, due_at=now, look_at=None)
            tx.on_commit(self.sweep.wake)
        return found

    async def _end(self, raid: Raid, by_id: int, *, releases: bool) -> RaidStatus:
        ended = await self._finish(raid, by_id, releases=releases)
        async with self.ports.database.reading() as reading:
            return RaidStatus(ended, await store.counts(reading, ended))

    async def _undo(self, actor_id: int, guild_id: int, measure: Measure) -> None:
        """The raid is over, its lockdown with it; the log's own Undo lifts the cases."""
        async with self.ports.database.reading() as reading:
            raid = await store.by_id(reading, guild_id, measure.target_id)
        if raid is not None:
            await self._finish(raid, actor_id, spares=True)

    async def _still(self, reading: Reading, seen: Raid) -> Raid | None:
        return await store.by_id(reading, seen.guild_id, seen.id)

    async def _schedule(self, raid: Raid, before: RaidCounts) -> None:
        """When it is due again: at once while there is something left that can be done."""
        async with self.ports.database.transaction() as tx:
            now = self.ports.clock.now()
            found = await store.by_id(tx, raid.guild_id, raid.id, locks=True)
            if found is None:
                return
            counts = await store.counts(tx, found)
            open_locks = await lock_store.in_state(tx, found, LockState.PLANNED, LockState.LOCKED)
            is_left = bool(counts.waiting or _pauses(found) or counts.to_lock)
            if not found.is_active:
                is_left = is_left or bool(open_locks)
            due_at = now if is_left else await self._rest(tx, found, before)
            is_ready = await store.is_anybody_ready(tx, found, now)
            if due_at == now and counts == before and not is_ready:
                due_at = now + store.RETRY
            await store.change(tx, found, due_at=due_at, look_at=None)
            if due_at == now:
                tx.on_commit(self.sweep.wake)

    async def _rest(self, tx: Transaction, raid: Raid, before: RaidCounts) -> datetime | None:
        """When it is due where nothing is left for now; that all is as it was is said once."""
        if raid.is_active:
            return raid.ends_at
        held = await lock_store.in_state(tx, raid, LockState.RESTORED)
        if held and (before.locked or before.to_lock):
            measure = words.restored(raid, len(held))
            await self.ports.incidents.did(tx, raid.incident_id, measure)
        return None


def _pauses(raid: Raid) -> bool:
    """Whether invites are still to be paused, or to be opened again."""
    if raid.is_active:
        return raid.pause_state is PauseState.PLANNED
    return raid.pause_state in (PauseState.PLANNED, PauseState.PAUSED)


def _named(counts: RaidCounts) -> dict[str, int]:
    return {
        name: getattr(counts, name)
        for name in ("came", "done", "waiting", "refused", "locked", "to_lock", "failed")
    }
