"""Absences: rooms that somebody deleted and openers who went, each of which ends a ticket."""

from collections.abc import Collection

from bot.acts import ActFailed
from bot.features.tickets import store
from bot.features.tickets.closures import Closures
from bot.features.tickets.model import Ticket
from bot.features.tickets.ports import TicketsPorts
from bot.logs import get_logger
from bot.storage.database import Transaction

_log = get_logger("herald.tickets")


class Absences:
    """Brings rows up to what is gone, however it was learned and however often."""

    def __init__(self, ports: TicketsPorts, closures: Closures) -> None:
        self._ports = ports
        self._closures = closures

    async def room(self, guild_id: int, channel_id: int) -> None:
        """A channel or thread is gone: its ticket is closed."""
        async with self._ports.database.transaction() as tx:
            found = await store.of_room(tx, guild_id, channel_id)
            seen = None if found is None else await store.by_id(tx, found.id, locks=True)
            if seen is None or seen.channel_id != channel_id:
                return
            if seen.is_open:
                await self._closures.end(tx, seen, None, None, "channel_deleted")
            else:
                await store.change(tx, seen, channel_id=None, room_duties=(), delete_at=None)
                await self._ports.moved(tx, guild_id)

    async def on_gone(self, tx: Transaction, guild_id: int, user_ids: Collection[int]) -> None:
        """A reaction: some left or were banned, and with them go the tickets they had open.

        Of one whose room is still being made whoever makes it finds out.
        """
        theirs = await store.standing(tx, guild_id, user_ids)
        if not theirs or not (await self._ports.chosen(guild_id)).closes_on_leave:
            return
        for one in theirs:
            seen = await store.by_id(tx, one.id, locks=True)
            if seen is not None and seen.is_open:
                await self._closures.end(tx, seen, None, None, "opener_left")

    async def left(self, guild_id: int, user_id: int) -> None:
        """The same, in a transaction of its own."""
        async with self._ports.database.transaction() as tx:
            await self.on_gone(tx, guild_id, [user_id])

    async def is_without(self, guild_id: int, opener_id: int) -> bool:
        """Whether an opener is not there and that ends their tickets; no answer is no."""
        if not (await self._ports.chosen(guild_id)).closes_on_leave:
            return False
        if self._ports.acts.standing(guild_id, opener_id) is not None:
            return False
        try:
            return await self._ports.acts.member(guild_id, opener_id) is None
        except ActFailed as error:
            _log.info("ticket.opener_not_asked", user=opener_id, error=str(error))
            return False

    async def opener(self, ticket: Ticket) -> None:
        """Look whether its opener is still there."""
        if ticket.is_open and await self.is_without(ticket.guild_id, ticket.opener_id):
            await self.left(ticket.guild_id, ticket.opener_id)
