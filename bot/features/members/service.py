"""Members service: one method for each signal, and the tasks that settle what signals meant."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.acts import ActFailed
from bot.catalogue.members import MemberJoined
from bot.feature import Core
from bot.features.members.echoes import MemberEchoes
from bot.features.members.facts import Fact
from bot.features.members.interpreter import MemberInterpreter
from bot.features.members.publisher import Publisher
from bot.features.members.reconciliation import Reconciliation
from bot.logs import get_logger
from bot.snapshots import AuditSeen, Person

_log = get_logger("herald.members")


class MembersService:
    """Signals in, facts out, each written with what is known of the members.

    A call returns when what it told at once is durable; what is held is told by tasks of the
    service. The watch hears every signal before anything is awaited, so that it hears them in
    the order in which they came.
    """

    def __init__(self, core: Core) -> None:
        self._acts, self._clock = core.acts, core.clock
        hold = timedelta(seconds=core.config.members.leave_hold_seconds)
        self._watch = MemberInterpreter(hold)
        self._held: list[asyncio.Task[None]] = []
        self._free: list[asyncio.Task[None]] = []
        self._changed = asyncio.Event()
        self._stopping = False
        self._telling = Publisher(core)
        self._records, self.arrivals = self._telling.records, self._telling.arrivals
        self.reactions, self.late_joins = self._records.reactions, self._records.late_joins
        self.on_facts = self._records.on_facts
        self.on_gone, self.on_joined = self._records.on_gone, self._records.on_joined
        self.echoes = MemberEchoes(core, self._watch, telling=self._telling)
        self.returns = Reconciliation(core, self._watch, telling=self._telling)

    def reconnected(self) -> None:
        """A new client looks at Discord: every guild's sight begins anew."""
        for guild_id in self.returns.in_sight():
            self.returns.lost(guild_id)

    def start(self) -> None:
        """Begin to settle what the signals meant."""
        self._stopping = False
        self._records.start()
        held = (self._run, self.arrivals.run)
        free = (self.returns.keep, self.returns.run, self._telling.greeter.run)
        self._held = [asyncio.create_task(one(), name="members") for one in held]
        self._free = [asyncio.create_task(one(), name="members") for one in free]

    async def stop(self) -> None:
        """Decide at once what is held, and return when that is recorded."""
        for task in self._free:
            task.cancel()
        self._stopping = True
        self._changed.set()
        if self._held:
            self.arrivals.stop()
        await asyncio.gather(*self._held)
        await asyncio.gather(*self._free, return_exceptions=True)
        if self._held:
            self._held, self._free = [], []
            await self._telling.tell(self.arrivals.release_all())
            await self._decide(None)
            await self._records.stop()
            await self.returns.touch()

    async def joined(
        self, person: Person, joined_at: datetime | None, *, is_pending: bool = False
    ) -> None:
        """Somebody is there; by which invite they came may be told a moment later.

        Who `is_pending` has yet to accept the rules, and is welcomed then.
        """
        if is_pending:
            self._telling.pending.add(person.key)
        self.returns.touched(*person.key)
        now = self._clock.now()
        told = self._watch.joined(person, joined_at or now, now)
        self._changed.set()
        match told:
            case [MemberJoined() as fact] if self.arrivals.add(fact):
                return
            case _:
                await self._telling.tell(told)

    async def accepted(self, person: Person) -> None:
        """Somebody has accepted the rules."""
        await self._telling.accepted(person)

    async def removed(self, person: Person, joined_at: datetime | None) -> None:
        """Somebody is gone: it is settled later whether they left."""
        self.returns.touched(*person.key)
        self._telling.pending.discard(person.key)
        await self._heard(self._watch.removed(person, joined_at, self._clock.now()))

    async def banned(self, person: Person, *, was_member: bool | None = None) -> None:
        """Somebody was banned; by whom is known where the log may be read.

        `was_member` is true where Discord's client still has them among the members.
        """
        self.returns.touched(*person.key)
        reads_log, now = self._reads_log(person.guild_id), self._clock.now()
        told = self._watch.banned(person, now, reads_log=reads_log, was_member=was_member)
        await self._heard(told)

    async def unbanned(self, person: Person) -> None:
        """Somebody's ban was lifted."""
        self.returns.touched(*person.key)
        reads_log = self._reads_log(person.guild_id)
        await self._heard(self._watch.unbanned(person, self._clock.now(), reads_log=reads_log))

    def log_seen(self, guild_id: int, entry_id: int) -> None:
        """An entry of the audit log, of any kind: from there it is read on after an absence.

        Until that is over one of now says nothing of those before it.
        """
        if not self._records.follows_log(guild_id):
            return
        latest = self._records.latest_entries
        latest[guild_id] = max(latest.get(guild_id, 0), entry_id)

    async def audit_seen(self, entry: AuditSeen) -> None:
        """An entry of the audit log about members."""
        self.log_seen(entry.guild_id, entry.entry_id)
        if entry.target_id is not None:
            self.returns.touched(entry.guild_id, entry.target_id)
        await self._heard(self._watch.audit_seen(entry, self._clock.now()))

    async def _run(self) -> None:
        while not self._stopping:
            self._changed.clear()
            await self._decide(self._clock.now())
            due = self._watch.holding.next_due()
            wait = None if due is None else (due - self._clock.now()).total_seconds()
            await self._clock.wait(self._changed, wait)

    async def _decide(self, now: datetime | None) -> None:
        """Tell what is due; of whose removal and join nobody knows the order, Discord is asked.

        Without an answer nothing is told of them; the next comparison finds it.
        """
        for held in self._watch.holding.doubtful(now):
            try:
                is_gone = await self._acts.member(*held.key) is None
            except ActFailed as error:
                is_gone = False
                _log.warning("members.doubtful", user_id=held.key[1], error=str(error))
            self._watch.holding.settle(held, is_gone=is_gone)
        await self._telling.tell(self._watch.decide(now))

    async def _heard(self, facts: Sequence[Fact]) -> None:
        self._changed.set()
        await self._telling.tell(facts)

    def _reads_log(self, guild_id: int) -> bool:
        me = self._acts.own_standing(guild_id)
        return me is not None and me.may("view_audit_log")
