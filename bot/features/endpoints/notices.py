"""Telling people that an endpoint was switched off: owed in its row until somebody knows."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select, update

from bot.clock import Clock
from bot.logs import get_logger
from bot.outbox.endpoint_registry import EndpointRegistry
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import EndpointState
from bot.outbox.tables import endpoint as table
from bot.storage.database import Database, Transaction

SWEEP_SECONDS = 60.0

_log = get_logger("herald.notices")


class Teller(Protocol):
    """Tells people on Discord."""

    async def tell(self, endpoint: Endpoint) -> bool | None:
        """Whether anybody could be told; None where it is to be tried again later."""
        ...


@dataclass(frozen=True, slots=True)
class _Owed:
    endpoint: Endpoint
    since: datetime


class NoticesService:
    """Owes a notice with the disabling, pays it after the commit, and sweeps for those left."""

    def __init__(self, database: Database, book: EndpointRegistry, *, clock: Clock) -> None:
        self._database = database
        self._book = book
        self._clock = clock
        self._teller: Teller | None = None
        self._wake = asyncio.Event()
        self._calm = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to pay what is owed, also from before this process."""
        self._stopping = False
        self.look()
        self._task = asyncio.create_task(self._run(), name="notices")

    async def stop(self) -> None:
        """Return when no notice is under way; what is still owed stays in its row."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task
            self._task = None

    def use(self, teller: Teller) -> None:
        """Tell people through that one from now on."""
        self._teller = teller
        self.look()

    def look(self) -> None:
        """Look for notices owed, now."""
        self._calm.clear()
        self._wake.set()

    async def calm(self) -> None:
        """Return when every notice that could be given has been given."""
        await self._calm.wait()

    async def owe(self, tx: Transaction, endpoint: Endpoint) -> None:
        """Owe a notice with the transaction that switches the endpoint off."""
        owes = update(table).where(table.c.id == endpoint.id)
        await tx.execute(owes.values(notice_owed_at=self._clock.now()))
        tx.on_commit(self.look)

    async def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                await self._sweep()
            except Exception:  # noqa: BLE001  logged; the next sweep tries again
                _log.exception("notices.sweep_failed")
            if not self._wake.is_set():
                self._calm.set()
            await self._clock.wait(self._wake, SWEEP_SECONDS)

    async def _sweep(self) -> None:
        teller = self._teller
        if teller is None:
            return
        for owed in await self._owed():
            told = await teller.tell(owed.endpoint)
            if told is None:
                continue
            if not told:
                _log.warning("notice.nobody_reached", endpoint=owed.endpoint.id)
            await self._paid(owed)

    async def _owed(self) -> Sequence[_Owed]:
        chosen = select(table.c.id, table.c.guild_id, table.c.notice_owed_at).where(
            table.c.notice_owed_at.is_not(None),
            table.c.state == EndpointState.AUTO_DISABLED.value,
        )
        owed: list[_Owed] = []
        async with self._database.reading() as reading:
            for row in (await reading.execute(chosen.order_by(table.c.id))).all():
                endpoint = await self._book.numbered(reading, row.guild_id, row.id)
                if endpoint is not None:
                    owed.append(_Owed(endpoint, row.notice_owed_at))
        return owed

    async def _paid(self, owed: _Owed) -> None:
        paid = update(table).where(
            table.c.id == owed.endpoint.id, table.c.notice_owed_at == owed.since
        )
        async with self._database.transaction() as tx:
            await tx.execute(paid.values(notice_owed_at=None))
