"""Raid plan: all that begins with a raid, found before its transaction and written in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.acts import spoken_in
from bot.catalogue.security import RaidDetected
from bot.features.raids import lock_store, store, words
from bot.features.raids.model import Arrival, Lock, PauseState, locks_of, mask_of
from bot.features.raids.ports import RAIDS, RaidsPorts
from bot.features.raids.records import Raid
from bot.features.raids.settings import RaidsSettings
from bot.storage.database import Transaction

PAUSE_MARGIN = timedelta(minutes=1)  # by which Discord's clock may be behind this one


@dataclass(frozen=True, slots=True)
class RaidPlan:
    """What begins with a raid; `by_id` is who says that there is one."""

    chosen: RaidsSettings
    came: tuple[Arrival, ...]
    is_shadow: bool
    locks: tuple[Lock, ...]
    by_id: int | None = None


class RaidPlans:
    """Makes a plan of a guild as it is, and a raid of a plan."""

    def __init__(self, ports: RaidsPorts) -> None:
        self._ports = ports

    async def make(
        self,
        guild_id: int,
        chosen: RaidsSettings,
        came: tuple[Arrival, ...],
        by_id: int | None,
    ) -> RaidPlan:
        """Look at everything that is locked with it, before a transaction is open."""
        ports = self._ports
        is_shadow = await ports.incidents.is_shadow(guild_id, RAIDS)
        locks = tuple[Lock, ...]()
        plan, me = ports.acts.plan(guild_id), ports.acts.own_standing(guild_id)
        if chosen.lockdown and plan is not None and me is not None:
            # What is said of it must be read: the bot has no more rights there than everybody.
            told = await ports.incidents.log_channel(guild_id)
            notices = await ports.settings.notice_channel(guild_id)
            kept = [one for one in (told, notices) if one is not None]
            locks = locks_of(plan, guild_id, mask_of(me.permissions), kept)
        return RaidPlan(chosen, came, is_shadow, locks, by_id)

    async def begin(self, tx: Transaction, guild_id: int, plan: RaidPlan) -> Raid:
        """The raid, everything that is to be done about it, its log post and its one event."""
        with spoken_in(self._ports.acts, guild_id):
            return await self._begin(tx, guild_id, plan)

    async def _begin(self, tx: Transaction, guild_id: int, plan: RaidPlan) -> Raid:
        ports = self._ports
        finding = words.found(
            guild_id, len(plan.came), plan.chosen, by_id=plan.by_id, is_shadow=plan.is_shadow
        )
        incident_id = await ports.incidents.open(tx, finding)
        raid = await self._add(tx, guild_id, plan, incident_id)
        await store.add_joiners(tx, raid, plan.came)
        measures = [words.session(raid)]
        if plan.locks:
            measures.append(words.locks(raid, len(plan.locks)))
        if plan.chosen.lockdown and not plan.is_shadow:
            await lock_store.plan(tx, raid, plan.locks)
        await ports.incidents.did(tx, incident_id, *measures)
        if plan.is_shadow:
            return raid
        told = RaidDetected(
            guild_id=guild_id,
            raid_id=raid.id,
            joins_in_window=raid.joins,
            window_seconds=raid.window_seconds,
            action_taken=raid.action,
        )
        await ports.outbox.emit(tx, told)
        return raid

    async def _add(self, tx: Transaction, guild_id: int, plan: RaidPlan, incident_id: int) -> Raid:
        chosen, now = plan.chosen, self._ports.clock.now()
        return await store.add(
            tx,
            guild_id=guild_id,
            action=chosen.action,
            is_shadow=plan.is_shadow,
            incident_id=incident_id,
            joins=len(plan.came),
            window_seconds=chosen.window_seconds,
            cooldown_seconds=chosen.cooldown_seconds,
            began_at=now,
            ends_at=now + chosen.cooldown,
            started_by_id=plan.by_id,
            due_at=now,
            **self._pause(guild_id, plan, now),
        )

    def _pause(self, guild_id: int, plan: RaidPlan, now: datetime) -> dict[str, object]:
        """Whether invites are to be paused, until when, and how it was before."""
        minutes = plan.chosen.pause_minutes
        if not minutes or plan.is_shadow:
            return {"pause_state": PauseState.NONE.value}
        lasts = min(timedelta(minutes=minutes), timedelta(days=1) - PAUSE_MARGIN)
        return {
            "pause_state": PauseState.PLANNED.value,
            "paused_until": now.replace(microsecond=0) + lasts,
            "paused_before": self._ports.acts.paused_until(guild_id),
        }
