"""Lockdown: channels locked one by one, and put back exactly, wherever the process dies between.

What stood in a channel is a row before anything is changed there. To lock what is locked and to
put back what is back changes nothing, so each step can be done again.
"""

from bot.acts import ActRefused, ActUnknown, Gone
from bot.features.raids import lock_store, words
from bot.features.raids.model import LOCKED, Lock, LockState, PauseState, locked, unlocked
from bot.features.raids.ports import RaidsPorts
from bot.features.raids.records import Raid, RaidLock
from bot.features.raids.store import change
from bot.logs import get_logger
from bot.structure import Overwrite
from bot.texts import _

ALL = sum(LOCKED.values())

_log = get_logger("herald.raids")


class Lockdown:
    """Channels and invites of a raid, as far as Discord lets them be changed."""

    def __init__(self, ports: RaidsPorts) -> None:
        self._ports = ports

    async def begin(self, raid: Raid) -> None:
        """Lock what is planned; what Discord gave no answer to is left for the next time."""
        await self._pause(raid)
        async with self._ports.database.reading() as reading:
            planned = await lock_store.in_state(reading, raid, LockState.PLANNED)
        for one in planned:
            try:
                await self._lock(raid, one)
            except ActRefused as error:
                await self._failed(raid, one, str(error))
            except ActUnknown as error:
                _log.warning("raids.not_locked", channel_id=one.channel_id, error=str(error))

    async def end(self, raid: Raid) -> None:
        """Put back what was locked, or may have been."""
        await self._resume(raid)
        states = LockState.PLANNED, LockState.LOCKED
        async with self._ports.database.reading() as reading:
            held = await lock_store.in_state(reading, raid, *states)
        for one in held:
            try:
                await self._restore(raid, one)
            except (ActRefused, ActUnknown) as error:
                # It stays a row: what cannot be put back now can be when a permission is back.
                _log.warning("raids.not_restored", channel_id=one.channel_id, error=str(error))

    async def _lock(self, raid: Raid, one: RaidLock) -> None:
        lock, plan = one.lock, self._ports.acts.plan(raid.guild_id)
        channel = None if plan is None else plan.channels.get(one.channel_id)
        if channel is not None:
            lock = _as_it_is(lock, channel.overwrite(raid.guild_id))
        if lock != one.lock:
            async with self._ports.database.transaction() as tx:
                await lock_store.replan(tx, one, lock)
        await self._put(raid, lock.channel_id, lock.locked, _("Lockdown: raid {number}"))
        async with self._ports.database.transaction() as tx:
            await lock_store.move(tx, one, LockState.LOCKED)

    async def _restore(self, raid: Raid, one: RaidLock) -> None:
        acts = self._ports.acts
        try:
            now = await acts.overwrite(raid.guild_id, one.channel_id, raid.guild_id)
            back = unlocked(one.lock, now)
            if back != now:
                await self._put(raid, one.channel_id, back, _("The end of raid {number}"))
        except Gone:
            pass  # with the channel went what it said
        async with self._ports.database.transaction() as tx:
            await lock_store.move(tx, one, LockState.RESTORED)

    async def _put(self, raid: Raid, channel_id: int, overwrite: Overwrite, why: str) -> None:
        await self._ports.acts.put_overwrite(
            raid.guild_id, channel_id, overwrite, reason=why.format(number=raid.id)
        )

    async def _failed(self, raid: Raid, one: RaidLock, failure: str) -> None:
        """It is not locked, unless an earlier raid has: that is still to be put back."""
        plan = self._ports.acts.plan(raid.guild_id)
        channel = None if plan is None else plan.channels.get(one.channel_id)
        now = None if channel is None else channel.overwrite(raid.guild_id)
        if now is not None and unlocked(one.lock, now) != now:
            async with self._ports.database.transaction() as tx:
                await lock_store.move(tx, one, LockState.LOCKED)
            return
        measure = words.lock_failed(raid, one.channel_id, failure)
        async with self._ports.database.transaction() as tx:
            if await lock_store.move(tx, one, LockState.FAILED, failure):
                await self._ports.incidents.did(tx, raid.incident_id, measure)

    async def _pause(self, raid: Raid) -> None:
        """Pause invites, unless somebody has paused them for longer."""
        until = raid.paused_until
        if raid.pause_state is not PauseState.PLANNED or until is None:
            return
        paused = self._ports.acts.paused_until(raid.guild_id)
        state, failure = PauseState.PAUSED, None
        try:
            if paused is not None and paused > until:
                state, failure = PauseState.OVER, _("they are, for longer")
            else:
                await self._ports.acts.pause_invites(raid.guild_id, until)
        except ActRefused as error:
            state, failure = PauseState.FAILED, str(error)
        except ActUnknown as error:
            _log.warning("raids.not_paused", guild_id=raid.guild_id, error=str(error))
            return
        async with self._ports.database.transaction() as tx:
            await change(tx, raid, pause_state=state.value)
            await self._ports.incidents.did(tx, raid.incident_id, words.paused(raid, failure))

    async def _resume(self, raid: Raid) -> None:
        """Let people come by invites again, unless somebody has chosen another end."""
        if raid.pause_state not in (PauseState.PLANNED, PauseState.PAUSED):
            return
        acts, before = self._ports.acts, raid.paused_before
        paused, now = acts.paused_until(raid.guild_id), self._ports.clock.now()
        try:
            if paused is None or paused == raid.paused_until:
                still = before if before is not None and before > now else None
                await acts.pause_invites(raid.guild_id, still)
        except ActRefused as error:
            _log.warning("raids.not_resumed", guild_id=raid.guild_id, error=str(error))
        except ActUnknown as error:
            _log.warning("raids.not_resumed", guild_id=raid.guild_id, error=str(error))
            return
        async with self._ports.database.transaction() as tx:
            await change(tx, raid, pause_state=PauseState.OVER.value)


def _as_it_is(lock: Lock, now: Overwrite) -> Lock:
    """The lock of what stands there now, where somebody has changed it since it was planned."""
    before = unlocked(lock, now)
    if before == lock.before:
        return lock
    return Lock(lock.channel_id, before, locked(before, lock.locked.deny & ALL))
