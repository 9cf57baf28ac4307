"""Sessions: joins are counted, a raid begins once, and everyone who comes with it is noted.

What counts nothing costs nothing: joins are weighed in memory, and only those of a raid are
written. Many at once are written together.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.catalogue.members import MemberJoined
from bot.features.raids import store
from bot.features.raids.model import Arrival, JoinWindows, spared
from bot.features.raids.ports import RAIDS, RaidsPorts
from bot.features.raids.raid_plan import RaidPlan, RaidPlans
from bot.features.raids.records import Raid
from bot.features.raids.settings import RaidsSettings
from bot.keyed_lock import Key
from bot.storage.database import Transaction
from bot.storage.group import Group
from bot.storage.row_memory import RowMemory

INVITE_SECONDS = 10.0  # for which the invite of a join is waited for, where it matters
TOGETHER = 500


@dataclass(slots=True)
class _Expected:
    """A join whose invite is still to be told."""

    event: asyncio.Event
    invite: str | None = None


class RaidSessions:
    """Raids of all guilds: one at a time in each."""

    def __init__(self, ports: RaidsPorts) -> None:
        self._ports = ports
        self._plans = RaidPlans(ports)
        self._windows = JoinWindows()
        self.lasting = RowMemory(
            ports.database, RAIDS, read=store.active_guilds, forget=self._forget
        )
        self._expected = dict[Key, _Expected]()
        self._group: Group[Arrival, None] = Group(self._take, limit=TOGETHER)
        self.wake = lambda: None

    def start(self) -> None:
        self._group.start()

    async def stop(self) -> None:
        """Return when everyone who came so far is written down."""
        await self._group.stop()

    async def joined(self, arrival: Arrival) -> None:
        """Somebody has joined; it returns once what follows from it is durable."""
        chosen = await self._ports.chosen(arrival.guild_id)
        if not chosen.enabled:
            return
        if chosen.invites:
            arrival = await self._with_invite(arrival)
        await self._group.submit(arrival)

    async def on_fact(self, tx: Transaction, fact: object) -> None:
        """A reaction: by which invite somebody came is known a moment after they did."""
        if isinstance(fact, MemberJoined):
            expected = self._expected.get((fact.guild_id, fact.user_id))
            if expected is not None:
                expected.invite = fact.invite_code
                tx.on_commit(expected.event.set)

    async def on_late_joins(
        self, tx: Transaction, guild_id: int, people: Mapping[int, datetime | None]
    ) -> None:
        """A reaction: who came to a raid while nobody looked belongs to it as well.

        Only who came while it lasted: others are found late too, such as those of the day before.
        """
        if guild_id not in self.lasting.known:
            return
        raid = await store.active(tx, guild_id, locks=True)
        if raid is None:
            return
        chosen, now = await self._ports.chosen(guild_id), self._ports.clock.now()
        came = list[Arrival]()
        for user_id, joined_at in people.items():
            standing = self._ports.acts.standing(guild_id, user_id)
            if standing is not None and joined_at is not None and raid.lasted_at(joined_at):
                account = standing.account
                one = Arrival(guild_id, user_id, account.username, joined_at, account.is_bot)
                came += [one] if spared(one, chosen) is None else []
        await store.add_joiners(tx, raid, came)
        await store.change(tx, raid, due_at=now, look_at=None)
        tx.on_commit(self.wake)

    async def begin(self, guild_id: int, by_id: int) -> Raid | None:
        """A raid that somebody has seen; None where one lasts already."""
        chosen = await self._ports.chosen(guild_id)
        window = self._windows.of(guild_id).within(chosen.window, self._ports.clock.now())
        plan = await self._plans.make(guild_id, chosen, window, by_id)
        async with self._ports.database.transaction() as tx:
            if await store.active(tx, guild_id, locks=True) is not None:
                return None
            return await self._begin(tx, guild_id, plan)

    def _forget(self, guild_id: int) -> None:
        """Of a raid that has ended: those who came are no part of the next."""
        self._windows.of(guild_id).clear()

    async def _with_invite(self, arrival: Arrival) -> Arrival:
        key = (arrival.guild_id, arrival.user_id)
        expected = self._expected[key] = _Expected(asyncio.Event())
        try:
            await self._ports.clock.wait(expected.event, INVITE_SECONDS)
        finally:
            self._expected.pop(key, None)
        return replace(arrival, invite=expected.invite)

    async def _take(self, batch: Sequence[Arrival]) -> Sequence[None]:
        by_guild = defaultdict[int, list[Arrival]](list)
        for arrival in batch:
            by_guild[arrival.guild_id].append(arrival)
        for guild_id, arrivals in by_guild.items():
            await self._weigh(guild_id, arrivals)
        return [None] * len(batch)

    async def _weigh(self, guild_id: int, arrivals: Sequence[Arrival]) -> None:
        chosen = await self._ports.chosen(guild_id)
        window = self._windows.of(guild_id)
        counted = list[Arrival]()
        for one in sorted(arrivals, key=lambda arrival: arrival.joined_at):
            if spared(one, chosen) is None and window.add(one, chosen.window):
                counted.append(one)
                within = window.within(chosen.window)
                if guild_id not in self.lasting.known and len(within) >= chosen.joins:
                    counted = [*within]
                    await self._detect(guild_id, chosen, within)
        if counted and guild_id in self.lasting.known:
            await self._note(guild_id, counted)

    async def _detect(
        self, guild_id: int, chosen: RaidsSettings, within: tuple[Arrival, ...]
    ) -> None:
        plan = await self._plans.make(guild_id, chosen, within, None)
        async with self._ports.database.transaction() as tx:
            # Another process, or a hand, may have begun it.
            if await store.active(tx, guild_id, locks=True) is None:
                await self._begin(tx, guild_id, plan)
        self.lasting.known.add(guild_id)

    async def _note(self, guild_id: int, counted: Sequence[Arrival]) -> None:
        """Those who follow make it last longer."""
        async with self._ports.database.transaction() as tx:
            raid = await store.active(tx, guild_id, locks=True)
            if raid is None:
                self.lasting.known.discard(guild_id)
                return
            await store.add_joiners(tx, raid, counted)
            now = self._ports.clock.now()
            ends_at = max(raid.ends_at, now + timedelta(seconds=raid.cooldown_seconds))
            await store.change(tx, raid, ends_at=ends_at, due_at=now, look_at=None)
            tx.on_commit(self.wake)

    async def _begin(self, tx: Transaction, guild_id: int, plan: RaidPlan) -> Raid:
        raid = await self._plans.begin(tx, guild_id, plan)
        await self.lasting.put(tx, guild_id)
        tx.on_commit(self.wake)
        return raid
