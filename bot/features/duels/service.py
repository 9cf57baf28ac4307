"""Duels service: the one way in for commands and buttons, and the sweep of what is due."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.acts import Outcome
from bot.features.duels import duelist_store, store
from bot.features.duels.bouts import DuelBouts
from bot.features.duels.challenges import DuelChallenges
from bot.features.duels.duelist_store import DuelistPage
from bot.features.duels.endings import DuelEndings
from bot.features.duels.messages import BOUT, CARD, DuelMessages
from bot.features.duels.model import Duel, Duelist, DuelState
from bot.features.duels.ports import DuelsPorts
from bot.features.duels.store import DuelPage
from bot.money import Currency
from bot.storage.database import Reading
from bot.storage.sweep import DueRows, Sweep


@dataclass(frozen=True, slots=True)
class RankedDuelist:
    """Somebody with their place in the table; None where no duel of theirs was rated."""

    duelist: Duelist
    place: int | None


@dataclass(eq=False)
class DuelsService:
    """Duels by their number, and who fights how well."""

    ports: DuelsPorts

    def __post_init__(self) -> None:
        ports = self.ports
        self.messages = DuelMessages(ports)
        self.endings = DuelEndings(ports)
        self.challenges = DuelChallenges(ports, self.endings)
        self.bouts = DuelBouts(ports, self.endings)
        self.sweep = Sweep(
            "duels",
            ports.database,
            clock=ports.clock,
            locks=ports.locks,
            ready=lambda: ports.acts.is_connected,
        )
        self.sweep.when_ready(self.bouts.postpone, lambda: ports.acts.sessions)
        self.sweep.rows(
            DueRows(
                "due",
                store.table,
                store.due,
                store.duel_of,
                self.bouts.time_out,
                key=lambda one: one.key,
                still=_still,
            )
        )

    async def shown(self, duel: Duel) -> Outcome | None:
        """Send its newest message now; what came of it."""
        return await self.ports.posts.pay(BOUT if duel.has_begun else CARD, duel.id)

    async def known(self, guild_id: int, duel_id: int) -> tuple[Duel, Currency]:
        """The guild's duel with its currency; NotFound without one."""
        async with self.ports.database.reading() as reading:
            found = await store.known(reading, guild_id, duel_id)
        return found, await self.ports.currency_of(found)

    async def suggested(
        self, guild_id: int, user_id: int, states: Collection[DuelState]
    ) -> list[Duel]:
        """Somebody's duels in these states, newest first."""
        async with self.ports.database.reading() as reading:
            return await store.suggested(reading, guild_id, user_id, states)

    async def history(self, guild_id: int, user_id: int, number: int) -> DuelPage:
        """That page of somebody's duels that are over, newest first."""
        async with self.ports.database.reading() as reading:
            return await store.page(reading, guild_id, user_id, number, is_over=True)

    async def table(self, guild_id: int, number: int) -> DuelistPage:
        """That page of the guild's table."""
        async with self.ports.database.reading() as reading:
            return await duelist_store.page(reading, guild_id, number)

    async def stats(self, guild_id: int, user_id: int) -> RankedDuelist | None:
        """What came of somebody's duels; None where they have nothing to do with any."""
        async with self.ports.database.reading() as reading:
            found = await duelist_store.of(reading, guild_id, user_id)
            if found is None:
                return None
            place = await duelist_store.place(reading, found) if found.rated else None
        return RankedDuelist(found, place)


async def _still(reading: Reading, seen: Duel) -> Duel | None:
    found = await store.by_id(reading, seen.id)
    return found if found is not None and found.expires_at == seen.expires_at else None
