"""Ledger of awards: many in one transaction, each with its rise, told once, whatever it crosses.

What decides whether somebody's turn has come is the row, not memory: of two processes, or after a
restart, one award alone is made.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.catalogue.levels import XpLevelUp
from bot.features.levels import store
from bot.features.levels.announcements import Announcements
from bot.features.levels.model import LevelUp, rise
from bot.features.levels.ports import LevelChoices, LevelsPorts, week_of
from bot.features.levels.store import Award
from bot.keyed_lock import Key
from bot.storage.database import Transaction
from bot.storage.group import Group

TOGETHER = 200  # awards that share one transaction, at most


@dataclass(frozen=True, slots=True)
class AwardEntry:
    """An award, and the channel in which it was earned, if any."""

    award: Award
    channel_id: int | None = None


@dataclass(frozen=True, slots=True)
class Awarded:
    """What came of an award that was made."""

    total_xp: int
    up: LevelUp | None


class XpLedger:
    """Makes awards in groups; whoever hands one in waits until it is durable.

    `wake` makes whoever looks after level roles look at once.
    """

    def __init__(
        self, ports: LevelsPorts, announcements: Announcements, *, wake: Callable[[], None]
    ) -> None:
        self._ports = ports
        self._announcements = announcements
        self._wake = wake
        self._group: Group[AwardEntry, Awarded | None] = Group(self._write, limit=TOGETHER)
        self.start, self.stop = self._group.start, self._group.stop
        self.enter = self._group.enter

    async def choices(self, batch: Sequence[AwardEntry]) -> Mapping[int, LevelChoices]:
        """What `write` must know of the guilds of these."""
        guilds = {one.award.guild_id for one in batch}
        return {guild_id: await self._ports.choices(guild_id) for guild_id in guilds}

    async def write(
        self,
        tx: Transaction,
        batch: Sequence[AwardEntry],
        choices: Mapping[int, LevelChoices],
    ) -> list[Awarded | None]:
        """Make them; None for each whose turn it was not, or who has as much as there can be."""
        made: list[Awarded | None] = [None] * len(batch)
        for layer in _layers(batch):
            totals = await store.award(tx, [batch[index].award for index in layer])
            for index in layer:
                given = batch[index].award
                after = totals.get(given.key)
                if after is not None:
                    made[index] = Awarded(after, rise(after - given.xp, after))
        pairs = [(entry, one) for entry, one in zip(batch, made, strict=True) if one is not None]
        week = week_of(self._ports.clock.now())
        await store.count_week(tx, week, _summed([entry.award for entry, _one in pairs]))
        for entry, one in pairs:
            if one.up is not None:
                told = choices[entry.award.guild_id]
                await self.tell(tx, entry.award.key, one.up, entry.channel_id, choices=told)
        await self._compare(tx, pairs, choices)
        return made

    async def tell(
        self,
        tx: Transaction,
        key: Key,
        up: LevelUp,
        channel_id: int | None,
        *,
        choices: LevelChoices,
    ) -> None:
        """Tell of a rise, and owe what the guild wants said of it."""
        guild_id, user_id = key
        event = XpLevelUp(
            guild_id=guild_id,
            user_id=user_id,
            old_level=up.old_level,
            new_level=up.new_level,
            total_xp=up.total_xp,
        )
        await self._ports.outbox.emit(tx, event)
        await self._announcements.owe(tx, key, up, channel_id, choices.settings)

    async def _write(self, batch: Sequence[AwardEntry]) -> Sequence[Awarded | None]:
        choices = await self.choices(batch)
        async with self._ports.database.transaction() as tx:
            return await self.write(tx, batch, choices)

    async def _compare(
        self,
        tx: Transaction,
        pairs: Sequence[tuple[AwardEntry, Awarded]],
        choices: Mapping[int, LevelChoices],
    ) -> None:
        """Whoever rose may be owed a role, where the guild has any."""
        keys = {
            entry.award.key
            for entry, one in pairs
            if one.up is not None and choices[entry.award.guild_id].rules.roles
        }
        if keys:
            await store.compare_some(tx, keys, self._ports.clock.now())
            tx.on_commit(self._wake)


def _layers(batch: Sequence[AwardEntry]) -> list[list[int]]:
    """The numbers of the entries, in groups of which each holds a member once, in order."""
    layers, depth = list[list[int]](), dict[Key, int]()
    for index, entry in enumerate(batch):
        at = depth.get(entry.award.key, 0)
        depth[entry.award.key] = at + 1
        if at == len(layers):
            layers.append([])
        layers[at].append(index)
    return layers


def _summed(awards: Sequence[Award]) -> list[Award]:
    """Those that are counted for the week, as one for each member."""
    sums = dict[Key, Award]()
    for one in awards:
        if one.is_earned:
            before = sums.get(one.key)
            xp = one.xp + (0 if before is None else before.xp)
            sums[one.key] = Award(*one.key, xp, one.earned_at, one.free_at, one.voice_minute)
    return list(sums.values())
