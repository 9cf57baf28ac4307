"""Due tickets: rows of one kind for the sweep, dealt with one at a time and read again before."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from bot.features.tickets import store
from bot.features.tickets.model import Ticket
from bot.storage.database import Reading
from bot.storage.sweep import DueRows


def due_tickets(
    name: str,
    due: Callable[[datetime], Select[Any]],
    deal: Callable[[Ticket], Awaitable[object]],
    *,
    still: Callable[[Ticket], bool] = lambda _ticket: True,
) -> DueRows[Ticket]:
    """Tickets that `due` finds, while `still` holds of them, under the lock of each."""

    async def again(reading: Reading, seen: Ticket) -> Ticket | None:
        found = await store.by_id(reading, seen.id)
        return found if found is not None and still(found) else None

    return DueRows(
        name, store.table, due, store.ticket_of, deal, key=lambda ticket: ticket.key, still=again
    )
