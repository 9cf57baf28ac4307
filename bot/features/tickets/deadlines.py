"""Deadlines of tickets: a silence that ends one, a promise that was not kept, a room that goes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.acts import is_deaf
from bot.controls import Post, Tone
from bot.features.tickets import store, type_store
from bot.features.tickets.closures import Closures
from bot.features.tickets.due import due_tickets
from bot.features.tickets.model import RoomDuty, Ticket
from bot.features.tickets.ports import TicketsPorts
from bot.posts.payment import PostKind
from bot.posts.store import Addressee
from bot.snapshots import GuildSeen
from bot.storage.database import Transaction
from bot.storage.sweep import DueRows
from bot.texts import _, ago
from bot.user_text import inline

WARNING, OVERDUE = "tickets.warning", "tickets.overdue"
FRESH = timedelta(hours=12)


class TicketDeadlines:
    """Rows say when; each is dealt with in one transaction, which reads them again."""

    def __init__(self, ports: TicketsPorts, closures: Closures) -> None:
        self._ports = ports
        self._closures = closures
        ports.posts.kind(PostKind(WARNING, self._warning, FRESH))
        ports.posts.kind(PostKind(OVERDUE, self._overdue, FRESH, channel=self._staff_channel))
        self.rows: Sequence[DueRows[Ticket]] = (
            due_tickets("silent", store.silent, self.warn),
            due_tickets("silenced", store.silenced, self.end),
            due_tickets("overdue", store.overdue, self.remind),
            due_tickets("outlived", store.outlived, self.delete),
        )

    async def warn(self, ticket: Ticket) -> None:
        """Write into the room that it will close, once for each silence."""
        now = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            seen = await self._locked(tx, ticket)
            if seen is None or seen.warned_at is not None or not _passed(seen.warn_at, now):
                return
            # However late it comes, there is as much time after the warning as was promised.
            close_at = seen.close_at
            if seen.warn_at is not None and close_at is not None:
                close_at = max(close_at, now + (close_at - seen.warn_at))
            await store.change(tx, seen, warned_at=now, close_at=close_at, look_at=None)
            await self._ports.posts.drop(tx, WARNING, seen.id)
            to = Addressee(seen.guild_id, channel_id=seen.channel_id)
            await self._ports.posts.owe(tx, WARNING, seen.id, to)

    async def end(self, ticket: Ticket) -> None:
        """Close it: nobody has said anything since the warning."""
        now = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            seen = await self._locked(tx, ticket)
            if seen is not None and seen.warned_at is not None and _passed(seen.close_at, now):
                await self._closures.end(tx, seen, None, None, "auto_close")

    async def remind(self, ticket: Ticket) -> None:
        """Tell the staff, once, that somebody waits for longer than was promised."""
        now = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            seen = await self._locked(tx, ticket)
            if seen is None or not _passed(seen.promise_at, now):
                return
            await store.change(tx, seen, promise_at=None, promise_told_at=now, look_at=None)
            await self._ports.posts.owe(tx, OVERDUE, seen.id, Addressee(seen.guild_id))

    async def delete(self, ticket: Ticket) -> None:
        """The room of a closed one goes, as the server chose."""
        async with self._ports.database.transaction() as tx:
            seen = await store.by_id(tx, ticket.id, locks=True)
            if seen is not None and not seen.is_open and seen.delete_at is not None:
                await store.oblige(tx, seen, RoomDuty.DELETE, delete_at=None)

    async def _locked(self, tx: Transaction, ticket: Ticket) -> Ticket | None:
        """Silence where nobody listens means nothing: then the row waits."""
        if is_deaf(self._ports.acts, ticket.guild_id):
            return None
        seen = await store.by_id(tx, ticket.id, locks=True)
        return seen if seen is not None and seen.is_open else None

    async def _warning(self, _guild: GuildSeen, ticket_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            ticket = await store.by_id(reading, ticket_id)
        if ticket is None or not ticket.is_open or ticket.close_at is None:
            return None
        text = _("Nobody has written here for long. This ticket closes {when} unless you write.")
        return Post(
            text=text.format(when=ago(ticket.close_at)),
            tone=Tone.WARNING,
            pings=(ticket.opener_id,),
        )

    async def _overdue(self, _guild: GuildSeen, ticket_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            ticket = await store.by_id(reading, ticket_id)
            if ticket is None or not ticket.is_open or ticket.answered_at is not None:
                return None
            kind = await type_store.by_id(reading, ticket.guild_id, ticket.type_id)
        text = _("Ticket {number} waits for a first answer since {when}: {channel} · {subject}")
        return Post(
            text=text.format(
                number=ticket.number,
                when=ago(ticket.opened_at or ticket.created_at),
                channel=f"<#{ticket.channel_id}>",
                subject=inline(ticket.subject, 100),
            ),
            tone=Tone.WARNING,
            role_pings=kind.choices.ping_role_ids or kind.choices.staff_role_ids,
        )

    async def _staff_channel(self, guild_id: int) -> int | None:
        chosen = await self._ports.chosen(guild_id)
        found = chosen.staff_channel_id or chosen.log_channel_id
        return found or await self._ports.settings.notice_channel(guild_id)


def _passed(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
