"""Fleet as one process has it: it joins, says that it lives, and knows who else does."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from time import monotonic
from uuid import uuid4

from bot.clock import Clock, to_ms
from bot.errors import HeraldError
from bot.fleet import store
from bot.fleet.assignment import Assignment, Role, ShardRange
from bot.fleet.store import ProcessSeen, Vitals
from bot.fleet.whereabouts import here
from bot.logs import get_logger
from bot.storage.background import BackgroundTask
from bot.storage.database import Database, Transaction
from bot.storage.outages import is_passing
from bot.storage.retry import patiently
from bot.storage.sweep import TOPIC as SWEEPS

TOPIC = "fleet"
BEATS = 3  # in the time of a lease
CUT_FOR = 120.0  # seconds, in which Discord's log may still tell of what others did
LEFT = 3.0  # seconds for a stop to say so
TOGETHER = 2.0  # seconds that this machine's clock and the server's may be apart

_log = get_logger("herald.fleet")


class Fleet:
    """Fleet of one or many; on a SQLite file there is nobody else, and no row says so.

    `lost` is set where this process was away so long that another has its shards: it must end.
    `vitals` is asked what to say of itself; `on_look` is called at every look, with
    `senders` the processes that deliver.
    """

    def __init__(
        self, database: Database, assignment: Assignment, *, clock: Clock, lease: float
    ) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease
        self.me = ProcessSeen(uuid4().hex, here(), assignment)
        self.lost = asyncio.Event()
        self.vitals: Callable[[], Vitals] = Vitals
        self.on_look: list[Callable[[], None]] = []
        self.senders: Sequence[str] = ()
        self._has_joined, self._had_senders = False, True
        self._beaten, self._cut_until = monotonic(), 0.0
        self._lag = 0.0
        self._woken = asyncio.Event()
        self._task = BackgroundTask("fleet", self._run)
        database.changes.watch(TOPIC, lambda _key: self._woken.set())

    @property
    def _lease_ms(self) -> int:
        return round(self._lease * 1000)

    async def join(self) -> None:
        """Be one of them; a HeraldError where another has the same shards, and keeps them.

        Whoever was killed keeps them for the rest of its lease, for which this waits; and for a
        database that cannot be written for the moment, as every beat does.
        """
        if self._database.is_sqlite:
            return
        first: dict[str, float] = {}
        while (rival := await patiently(self._enter)) is not None:
            if rival.id in first and rival.age < first[rival.id]:
                raise HeraldError(_taken(self.me.assignment.shards, rival))
            if rival.id not in first:
                _log.info("fleet.waiting", for_process=rival.name, seconds=self._lease)
            first[rival.id] = rival.age
            await self._clock.sleep(self._lease / BEATS / 2)
        self._has_joined = True
        await patiently(self.look)

    def start(self) -> None:
        """Say now and then that it lives, once joined."""
        if self._has_joined:
            self._task.start()

    async def stop(self) -> None:
        """Leave, so that whoever comes next need not wait."""
        await self._task.stop()
        if not self._has_joined:
            return
        self._has_joined = False
        try:
            async with asyncio.timeout(LEFT), self._database.transaction() as tx:
                await store.leave(tx, self.me.id)
                await self._tell(tx)
        except Exception as error:  # noqa: BLE001  its lease ends by itself
            _log.info("fleet.left_unsaid", error=repr(error))

    async def processes(self) -> Sequence[ProcessSeen]:
        """Everybody, those included that have not been heard of for a lease; the first first."""
        if self._database.is_sqlite:
            return [self.me]
        async with self._database.reading() as reading:
            return await store.everybody(reading, self._lease_ms) or [self.me]

    @property
    def takes_turns(self) -> bool:
        """Whether others may identify at the gateway as well."""
        return self._has_joined

    def was_cut_off(self) -> bool:
        """Whether others may have acted for this process, or a short while ago, unheard by it."""
        return self._has_joined and (self._is_overdue() or monotonic() < self._cut_until)

    def _is_overdue(self) -> bool:
        return self._database.signals.others and monotonic() - self._beaten > self._lease

    async def identify_turn(self, bucket: int) -> float:
        """Seconds to wait for the turn at the gateway that is this process's own now."""
        try:
            async with self._database.transaction() as tx:
                return await store.take_turn(tx, bucket)
        except Exception as error:
            if not is_passing(error):
                raise
            # Without a database the pause has to do that a process alone would make.
            _log.warning("fleet.turn_unknown", error=str(error))
            return store.IDENTIFY_MS / 1000

    async def look(self) -> None:
        """Take note of who is there, and deal with what nobody else does."""
        alive = [one for one in await self.processes() if one.is_alive]
        self._database.signals.others = len(alive) > 1
        count = next((s.count for one in alive if (s := one.assignment.shards)), 1)
        mine = shards_of(self.me.id, alive, count)
        territory = self._database.territory
        is_split = len(mine) < count or not territory.is_whole
        if is_split and territory.take(mine, count):
            self._database.changes.call(SWEEPS, None)  # what is due there has waited enough
        senders = {one.id for one in (*alive, self.me) if Role.DELIVER in one.assignment.roles}
        if self._has_joined and not senders and self._had_senders:
            _log.warning("fleet.nobody_delivers")
        self._had_senders = bool(senders)
        self.senders = sorted(senders)
        for told in self.on_look:
            told()

    async def _enter(self) -> ProcessSeen | None:
        """Whoever is in the way; None where the row stands."""
        async with self._database.transaction() as tx:
            await tx.alone()
            found = await store.everybody(tx, self._lease_ms)
            gone = [one.id for one in found if not one.is_alive or one.where.is_gone(self.me.where)]
            alive = [one for one in found if one.id not in (*gone, self.me.id)]
            if self.me.is_bot:
                for one in alive:
                    if one.is_bot and _overlap(self.me.assignment.shards, one.assignment.shards):
                        return one
            await store.enter(tx, self.me, gone)
            off = (to_ms(self._clock.now()) - await store.now(tx)) / 1000
            if abs(off) > TOGETHER:
                _log.warning("fleet.clock_differs", seconds=off)
            await self._tell(tx)
        return None

    async def _tell(self, tx: Transaction) -> None:
        await self._database.changes.tell(tx, TOPIC, self.me.id)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + self._lease / BEATS
            was_woken = await self._clock.wait(self._woken, self._lease / BEATS)
            self._lag = 0.0 if was_woken else max(loop.time() - due, 0.0)
            self._woken.clear()
            try:
                await patiently(self.beat)
            except Exception as error:  # noqa: BLE001  the next beat may find it mended
                _log.error("fleet.unsaid", exc_info=error)

    async def beat(self) -> None:
        """Say that it lives, and look who else does."""
        said = self.vitals()
        vitals = Vitals(said.guilds, said.leases, round(self._lag * 1000))
        async with self._database.transaction() as tx:
            lives = await store.beat(tx, self.me.id, vitals)
        if self._is_overdue():
            self._cut_until = monotonic() + CUT_FOR
        self._beaten = monotonic()
        if not lives and (rival := await self._enter()) is not None:
            _log.error("fleet.lost", to=rival.name, shards=str(self.me.assignment.shards or "all"))
            self.lost.set()
        await self.look()


def shards_of(me: str, alive: Sequence[ProcessSeen], count: int) -> Collection[int]:
    """The shards whose rows that process deals with: its own, and those that nobody connects.

    The latter all go to whoever of them has been there longest and talks with Discord.
    """
    held: set[int] = set()
    mine: set[int] = set()
    for one in alive:
        if Role.BOT in one.assignment.roles:
            shards = one.assignment.shards
            own = range(count) if shards is None else shards.ids
            held.update(own)
            if one.id == me:
                mine.update(own)
    heir = next((one.id for one in alive if one.assignment.acts), None)
    return mine | (set(range(count)) - held) if heir == me else mine


def _overlap(mine: ShardRange | None, theirs: ShardRange | None) -> bool:
    """Whether a guild could be in both; of another number of shards it could."""
    if mine is None or theirs is None or mine.count != theirs.count:
        return True
    return mine.first <= theirs.last and theirs.first <= mine.last


def _taken(mine: ShardRange | None, rival: ProcessSeen) -> str:
    theirs = rival.assignment.shards
    if mine is not None and theirs is not None and mine.count != theirs.count:
        return (
            f"the process {rival.name} divides this bot into {theirs.count} shards, and --shards "
            f"says {mine.count}: give all the same number, or stop the others first"
        )
    what = "the whole bot" if theirs is None else f"the shards {theirs}"
    return (
        f"the process {rival.name} runs {what} on this database: stop it, or give each of them "
        "shards of its own, such as --shards 0-0/2 and --shards 1-1/2"
    )
