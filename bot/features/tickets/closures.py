"""Closures: a ticket ends in one transaction; its room on Discord follows, owed until it is done.

| Step | If the process ends after it |
|---|---|
| the row `closed`, with its event and its duty | the sweep finds the duty; posts, what they owe |
| the room read to its end, shut or deleted | it is done again, which changes nothing |
| the duty is over | nothing is left |
"""

from datetime import timedelta
from typing import Any

from bot.catalogue.tickets import CloseSource, TicketClosed
from bot.errors import UserError
from bot.features.tickets import store, type_store
from bot.features.tickets.cards import CARD, LETTER, LOG
from bot.features.tickets.ledger import MessageLedger
from bot.features.tickets.model import (
    REASON_LIMIT,
    RoomDuty,
    Ticket,
    TicketState,
    Visitor,
    duration,
    is_staff,
)
from bot.features.tickets.ports import TicketsPorts
from bot.posts.store import Addressee
from bot.storage.database import Reading, Transaction
from bot.texts import _
from bot.user_text import clean_paragraphs, clip


class Closures:
    """Ends tickets, by people and without."""

    def __init__(self, ports: TicketsPorts, ledger: MessageLedger) -> None:
        self._ports = ports
        self._ledger = ledger
        self.flushed = ledger.flushed

    async def close(
        self, visitor: Visitor, ticket: Ticket, reason: str | None, source: CloseSource
    ) -> Ticket:
        """Close it; whoever opened it and the staff may. A UserError where it is closed."""
        await self._ledger.flushed()  # what was heard before is told before
        async with self._ports.database.transaction() as tx:
            seen = await self._locked(tx, ticket)
            await _refuse(tx, visitor, seen)
            tx.on_commit(self._ports.sweep.wake)
            is_own = visitor.user_id == seen.opener_id and source != "close_request"
            return await self.end(tx, seen, visitor.user_id, reason, "opener" if is_own else source)

    async def close_in(
        self, tx: Transaction, ticket: Ticket, reason: str | None, source: CloseSource
    ) -> Ticket:
        """Close it in that transaction, as the bot; what was heard of it was told before."""
        return await self.end(tx, await self._locked(tx, ticket), None, reason, source)

    async def refuse(self, visitor: Visitor, ticket: Ticket) -> None:
        """A UserError where they could not close it; asked before they say why they want to."""
        if not ticket.is_open:
            raise UserError(_("Ticket {number} is not open.").format(number=ticket.number))
        async with self._ports.database.reading() as reading:
            await _refuse(reading, visitor, ticket)

    async def ask(self, visitor: Visitor, ticket: Ticket, reason: str | None) -> Ticket:
        """Ask the other side whether it can be closed."""
        async with self._ports.database.transaction() as tx:
            seen = await self._locked(tx, ticket)
            await _refuse(tx, visitor, seen)
            asked = await store.change(
                tx, seen, asked_by_id=visitor.user_id, ask_reason=_reason(reason)
            )
            assert asked is not None  # noqa: S101  it is locked
        return asked

    async def answer(self, visitor: Visitor, ticket: Ticket, *, agrees: bool) -> Ticket:
        """Answer that question; only the side that was asked can."""
        await self._ledger.flushed()
        async with self._ports.database.transaction() as tx:
            seen = await self._locked(tx, ticket)
            if seen.asked_by_id is None:
                raise UserError(_("Nobody asks any more for this ticket to be closed."))
            kind = await type_store.by_id(tx, seen.guild_id, seen.type_id)
            by_opener = visitor.user_id == seen.opener_id
            was_opener = seen.asked_by_id == seen.opener_id
            may = is_staff(visitor, kind.choices.staff_role_ids) if was_opener else by_opener
            if not may or visitor.user_id == seen.asked_by_id:
                raise UserError(_("The other side was asked."))
            if agrees:
                tx.on_commit(self._ports.sweep.wake)
                return await self.end(tx, seen, visitor.user_id, seen.ask_reason, "close_request")
            kept = await store.change(tx, seen, asked_by_id=None, ask_reason=None)
            assert kept is not None  # noqa: S101  it is locked
        return kept

    async def end(
        self,
        tx: Transaction,
        seen: Ticket,
        by_id: int | None,
        reason: str | None,
        source: CloseSource,
    ) -> Ticket:
        """Close a ticket that is locked and open, by whomever; the bot where no person did it."""
        has_room = source != "channel_deleted" and seen.channel_id is not None
        values = await self._closing(seen, has_room=has_room)
        closed_by = by_id or self._own_id(seen.guild_id)
        closed = await store.oblige(
            tx,
            seen,
            *((RoomDuty.SHUT,) if has_room else ()),
            closed_by_id=closed_by,
            close_reason=_reason(reason),
            close_source=source,
            **values,
        )
        assert closed is not None  # noqa: S101  it is locked
        event = TicketClosed(
            guild_id=seen.guild_id,
            ticket_id=seen.id,
            closed_by_id=closed_by,
            close_reason=closed.close_reason,
            close_source=source,
            duration_seconds=int(duration(closed, self._ports.clock.now()).total_seconds()),
            number=seen.number,
        )
        await self._ports.outbox.emit(tx, event)
        if not has_room:
            await self._ports.moved(tx, seen.guild_id)
        await self._write(tx, closed, has_room=has_room)
        return closed

    async def _closing(self, seen: Ticket, *, has_room: bool) -> dict[str, Any]:
        """What a closed ticket has in its row: no deadline but those of what is left of it."""
        now, chosen = self._ports.clock.now(), await self._ports.chosen(seen.guild_id)
        hours = chosen.delete_after_hours
        return {
            "state": TicketState.CLOSED.value,
            "open_key": None,
            "closed_at": now,
            "asked_by_id": None,
            "ask_reason": None,
            "duty_failure": None,
            "channel_id": seen.channel_id if has_room else None,
            "warn_at": None,
            "close_at": None,
            "promise_at": None,
            "delete_at": now + timedelta(hours=hours) if hours and has_room else None,
            "forget_at": now + timedelta(days=chosen.keep_days),
        }

    async def _write(self, tx: Transaction, closed: Ticket, *, has_room: bool) -> None:
        posts, guild_id = self._ports.posts, closed.guild_id
        if has_room:
            await posts.redraw(tx, CARD, closed.id)
        else:
            await posts.drop(tx, CARD, closed.id)
        await posts.owe(tx, LOG, closed.id, Addressee(guild_id))
        await posts.owe(tx, LETTER, closed.id, Addressee(guild_id, user_id=closed.opener_id))

    def _own_id(self, guild_id: int) -> int:
        own = self._ports.acts.own_standing(guild_id)
        return 0 if own is None else own.account.user_id

    async def _locked(self, tx: Transaction, ticket: Ticket) -> Ticket:
        found = await store.by_id(tx, ticket.id, locks=True)
        if found is None or not found.is_open:
            raise UserError(_("Ticket {number} is not open.").format(number=ticket.number))
        return found


async def _refuse(reading: Reading, visitor: Visitor, ticket: Ticket) -> None:
    kind = await type_store.by_id(reading, ticket.guild_id, ticket.type_id)
    by_staff = is_staff(visitor, kind.choices.staff_role_ids)
    if not by_staff and visitor.user_id != ticket.opener_id:
        raise UserError(_("Only its staff and whoever opened it can close this ticket."))


def _reason(typed: str | None) -> str | None:
    return clip(clean_paragraphs(typed or ""), REASON_LIMIT) or None
