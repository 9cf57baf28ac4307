"""Detection: acts of people are counted in memory, and an incident begins once for each person.

What the audit log ascribes to the bot counts against whoever asked it: the case tells who did.
What it ascribes to the bot and the bot did not do is somebody who has its token.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.acts import spoken_in
from bot.clock import from_snowflake
from bot.features.nukes import store, words
from bot.features.nukes.evidence import HarmEvidence
from bot.features.nukes.model import (
    QUIET,
    Damage,
    Harm,
    LoggedAct,
    NukeWatch,
    RepairKind,
    Trip,
    damages_of,
)
from bot.features.nukes.ports import NUKES, NukesPorts
from bot.features.nukes.records import Nuke
from bot.features.nukes.settings import NukesSettings
from bot.features.nukes.trusted_roles import Trust, TrustedRoles
from bot.incident import Finding
from bot.storage.database import Reading, Transaction
from bot.storage.group import Group
from bot.storage.row_memory import RowMemory
from bot.texts import _

CASES = {"ban": "ban", "tempban": "ban", "softban": "kick", "kick": "kick"}
TOGETHER = 500


class NukeDetection:
    """Who did how much in which guild; what follows from a limit is written at once."""

    def __init__(self, ports: NukesPorts, evidence: HarmEvidence) -> None:
        self._ports = ports
        self._evidence = evidence
        self._watch = NukeWatch()
        self._trusted = TrustedRoles(ports)
        self.lasting = RowMemory(ports.database, NUKES, read=self._lasting_actors)
        self._group: Group[Harm, None] = Group(self._take, limit=TOGETHER)
        self.wake = lambda: None

    def start(self) -> None:
        self._group.start()

    async def stop(self) -> None:
        """Return when what was done so far is weighed."""
        await self._group.stop()

    async def seen(self, act: LoggedAct) -> None:
        """An entry of the audit log; it returns once what follows from it is durable."""
        chosen = await self._ports.chosen(act.guild_id)
        if not chosen.enabled or not self._watch.is_new(act.guild_id, act.entry_id):
            return
        if act.by_us and self._ports.acts.explains(act.guild_id, act.action, act.target_id):
            return
        if chosen.alerts_on_grants and act.actor_id not in chosen.trusted and not act.by_us:
            await self._alert(act)
        await self._group.submit(
            Harm(
                guild_id=act.guild_id,
                actor_id=act.actor_id,
                actor_name=act.actor_name,
                action=act.action,
                at=from_snowflake(act.entry_id),
                target_id=act.target_id,
                count=act.count,
                entry_id=act.entry_id,
                by_us=act.by_us,
                damages=self._evidence.damages(act),
            )
        )

    async def on_case(
        self, tx: Transaction, guild_id: int, moderator_id: int, type_: str, user_id: int
    ) -> None:
        """A reaction: what the bot did because somebody asked it to counts against them."""
        action = CASES.get(type_)
        if action is None or moderator_id == self._ports.own_id(guild_id):
            return
        damages = (Damage(RepairKind.BAN, user_id),) if type_ in ("ban", "tempban") else ()
        harm = Harm(
            guild_id=guild_id,
            actor_id=moderator_id,
            action=action,
            at=self._ports.clock.now(),
            target_id=user_id,
            damages=damages,
        )
        tx.on_commit(partial(self._group.put, harm))

    async def _alert(self, act: LoggedAct) -> None:
        name, gained = self._evidence.gained(act)
        if not gained:
            return
        with spoken_in(self._ports.acts, act.guild_id):
            whom = words.role(name) if act.action == "role_permissions" else f"<@{act.target_id}>"
            finding = words.grant(act.guild_id, act.actor_id, whom, gained)
        async with self._ports.database.transaction() as tx:
            await self._ports.incidents.open(tx, finding)

    async def _take(self, batch: Sequence[Harm]) -> Sequence[None]:
        for harm in batch:
            with spoken_in(self._ports.acts, harm.guild_id):
                await self._weigh(harm)
        return [None] * len(batch)

    async def _weigh(self, harm: Harm) -> None:
        chosen = await self._ports.chosen(harm.guild_id)
        if not chosen.enabled or (not harm.by_us and harm.actor_id in chosen.trusted):
            return
        trip = self._watch.add(harm, chosen)
        follows = harm.actor in self.lasting.known
        if trip is None and not follows:
            return
        trust = Trust() if trip is None else await self._trusted.of(harm, chosen)
        if trip is not None and trust.is_given:
            return
        is_shadow = await self._ports.incidents.is_shadow(harm.guild_id, NUKES)
        async with self._ports.database.transaction() as tx:
            since = harm.at - QUIET
            before = await store.lasting(tx, harm.guild_id, harm.actor_id, since)
            again = trip if before is None else self._again(before, trip, chosen)
            if before is not None and await self._lasts(tx, before, again):
                await self._follow(tx, before, harm)
            elif again is not None:
                finding = words.found(again, chosen, trust.said, is_shadow=is_shadow)
                await self._begin(tx, again, chosen, finding, before)
            else:
                self.lasting.known.discard(harm.actor)  # it has been quiet since, or is undone
            tx.on_commit(self.wake)

    async def _lasting_actors(self, reading: Reading) -> set[tuple[int, int]]:
        return await store.lasting_actors(reading, self._ports.clock.now() - QUIET)

    def _again(self, before: Nuke, trip: Trip | None, chosen: NukesSettings) -> Trip | None:
        """A limit that was reached by what they did since something was done about them alone."""
        if trip is None or before.reacted_at is None:
            return None
        again = trip.after(before.reacted_at)
        return again if again.count >= chosen.limit(again.action) else None

    async def _lasts(self, tx: Transaction, nuke: Nuke, again: Trip | None) -> bool:
        """Whether what they do is more of the same: not once it is undone, or they are back."""
        if again is not None and nuke.is_stopped:
            return False
        return not await self._ports.incidents.is_undone(tx, nuke.incident_id)

    async def _follow(self, tx: Transaction, nuke: Nuke, harm: Harm) -> None:
        """More of the same person's: it is put back as well, and told no second time."""
        now = self._ports.clock.now()
        if nuke.reverts and not nuke.is_shadow:
            await store.damage(tx, nuke, harm.damages, now)
        last_at = max(nuke.last_at, harm.at)
        await store.change(tx, nuke, last_at=last_at, due_at=now, look_at=None)

    async def _begin(
        self,
        tx: Transaction,
        trip: Trip,
        chosen: NukesSettings,
        finding: Finding,
        before: Nuke | None,
    ) -> Nuke:
        """The incident, its log post, and all that is to be put back."""
        harm, now = trip.harms[-1], self._ports.clock.now()
        incident_id = await self._ports.incidents.open(tx, finding)
        nuke = await store.add(
            tx,
            guild_id=harm.guild_id,
            actor_id=harm.actor_id,
            actor_name=harm.actor_name or str(harm.actor_id),
            action_class=trip.action,
            count=trip.count,
            window_seconds=chosen.window_seconds,
            reaction=chosen.reaction,
            reverts=chosen.reverts,
            is_shadow=finding.is_shadow,
            incident_id=incident_id,
            began_at=now,
            last_at=max(harm.at, now - timedelta(seconds=1)),
            due_at=now,
        )
        if chosen.reverts and not finding.is_shadow:
            await store.damage(tx, nuke, await _damages(tx, trip, before), now)
        if any(one.action == "kick" for one in trip.harms):
            await self._ports.incidents.did(tx, incident_id, words.note(nuke, _(words.KICKS)))
        await self.lasting.put(tx, harm.actor)
        return nuke


async def _damages(tx: Transaction, trip: Trip, before: Nuke | None) -> tuple[Damage, ...]:
    """All that is to be put back but what followed an incident before, and is with that."""
    if before is None:
        return damages_of(trip.harms)
    known = {one.damage.key for one in await store.repairs(tx, before)}
    *first, last = trip.harms
    left = [
        replace(harm, damages=tuple(one for one in harm.damages if one.key not in known))
        for harm in first
    ]
    return damages_of([*left, last])
