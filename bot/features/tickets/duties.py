"""Duties of rooms: what is left to do on Discord to a ticket that changed, until it is done.

| Step | If the process ends after it |
|---|---|
| the row, with what is due, and who is to be let in or out | the sweep finds the duty |
| what people did by hand is taken over, of which nothing is due | it is done again |
| each step on Discord | it is done again, which changes nothing |
| what was done is due no more, unless something came meanwhile | nothing is left |
"""

from dataclasses import replace
from typing import Any

from bot.acts import ActFailed, ActRefused, Gone
from bot.errors import UserError
from bot.features.tickets import access, guest_store, store
from bot.features.tickets.absences import Absences
from bot.features.tickets.access import GuestPass
from bot.features.tickets.cards import CARD, LETTER, LOG
from bot.features.tickets.conversation import Conversation
from bot.features.tickets.due import due_tickets
from bot.features.tickets.exposure import Exposure
from bot.features.tickets.handwork import Handwork
from bot.features.tickets.model import RoomDuty, Ticket, owed
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.steps import ORDER, RoomSteps, RoomTask
from bot.logs import get_logger
from bot.storage.database import Transaction
from bot.storage.sweep import LEASE
from bot.texts import _, use

FAILURE_LIMIT = 300  # characters

_log = get_logger("herald.tickets")


class RoomDuties:
    """Makes rooms what their rows say; what Discord refuses is tried again in a minute."""

    def __init__(
        self,
        ports: TicketsPorts,
        *,
        conversation: Conversation,
        absences: Absences,
        handwork: Handwork,
        exposure: Exposure,
    ) -> None:
        self._ports = ports
        self._absences = absences
        self._handwork = handwork
        self._exposure = exposure
        self._steps = RoomSteps(ports, conversation)
        self.rows = due_tickets(
            "duty",
            store.with_duty,
            self.do,
            still=lambda ticket: bool(ticket.room_duties),
        )

    async def follow(self, ticket: Ticket) -> Ticket:
        """Do at once what a command made due; a UserError where Discord has not done it yet.

        Its name comes with the sweep: Discord may take minutes for one.
        """
        async with self._ports.locks.hold(ticket.key):
            failure = await self.do(ticket, hurries=True)
        if failure is not None:
            text = _("It is written down, and tried again every minute; Discord says: {error}.")
            raise UserError(text.format(error=failure)) from failure
        return ticket

    async def do(self, ticket: Ticket, *, hurries: bool = False) -> ActFailed | None:
        """Do what is left, with the ticket's lock held; a room that is gone needs nothing."""
        guild = self._ports.acts.guild(ticket.guild_id)
        if guild is None or ticket.channel_id is None:
            return None
        with use(guild.locale):
            try:
                found = await self._handwork.look(ticket, anew=True)
            except ActFailed as error:
                await self._failed(ticket, error)
                return error
            if found is None or found.ticket.channel_id is None:
                return None
            task = RoomTask(found, found.ticket.channel_id)
            for duty in self._due(task.ticket, hurries=hurries):
                if not await self._taken(task, duty):
                    break
            if RoomDuty.DELETE in task.done or isinstance(task.failure, Gone):
                await self._absences.room(ticket.guild_id, task.channel_id)
                return None
            await self._settle(task)
        return task.failure

    def _due(self, ticket: Ticket, *, hurries: bool) -> list[RoomDuty]:
        """What there is to be done now, in its order; a room that goes needs nothing else."""
        duties = ticket.room_duties
        if RoomDuty.DELETE in duties:
            return [RoomDuty.DELETE]
        early = ticket.renamed_at is not None and (
            self._ports.clock.now() - ticket.renamed_at < store.RENAMING
        )
        if hurries or early or not ticket.is_open:
            duties -= {RoomDuty.RENAME}
        return [one for one in ORDER if one in duties]

    async def _taken(self, task: RoomTask, duty: RoomDuty) -> bool:
        """Whether the next one can be tried; one that is refused keeps it not back."""
        try:
            await self._steps.take(task, duty)
        except ActFailed as error:
            _log.warning("ticket.room_duty_failed", ticket=task.ticket.id, error=str(error))
            if isinstance(error, Gone) and await self._is_gone(task):
                task.failure = error
                return False
            refusal = ActRefused(str(error)) if isinstance(error, Gone) else error
            task.failure = task.failure or refusal
            return isinstance(refusal, ActRefused)
        return True

    async def _is_gone(self, task: RoomTask) -> bool:
        """Whether it is the room that is not there, and not something else."""
        try:
            await self._ports.acts.room(task.ticket.guild_id, task.channel_id)
        except ActFailed as error:
            return isinstance(error, Gone)
        return False

    async def _failed(self, ticket: Ticket, error: ActFailed) -> None:
        """It cannot even be looked at."""
        _log.warning("ticket.room_duty_failed", ticket=ticket.id, error=str(error))
        async with self._ports.database.transaction() as tx:
            seen = await store.by_id(tx, ticket.id, locks=True)
            if seen is not None and seen.room_duties:
                await self._write(tx, seen, failure=error)

    async def _settle(self, task: RoomTask) -> None:
        """Due no more, unless something came meanwhile: that may have been done before this was."""
        async with self._ports.database.transaction() as tx:
            seen = await store.by_id(tx, task.ticket.id, locks=True)
            if seen is None or seen.channel_id != task.channel_id:
                return
            if seen.room_turn == task.ticket.room_turn:
                settled, left = task.settled, seen.room_duties - task.done
            else:
                settled, left = await self._again(tx, seen, task)
            before = await guest_store.of_ticket(tx, seen.id)
            await guest_store.put(tx, seen, task.inspection.kind, settled)
            await self._exposure.tell(tx, seen, before)
            if RoomDuty.SHUT in task.done:
                # By now everything that was written is here, with what people made of it.
                await self._ports.posts.redraw(tx, LOG, seen.id)
                await self._ports.posts.redraw(tx, LETTER, seen.id)
            task.values["room_duties"] = left
            await self._write(tx, seen, failure=task.failure, **task.values)

    async def _again(
        self, tx: Transaction, seen: Ticket, task: RoomTask
    ) -> tuple[list[GuestPass], frozenset[RoomDuty]]:
        """All that was tried, as it is to be by now."""
        now = {one.id: one for one in await guest_store.of_ticket(tx, seen.id)}
        natural = access.natural(seen, task.inspection.kind)
        settled = [
            replace(now.get(one.id, GuestPass(one.guest, is_in=one.id in natural)), is_due=True)
            for one in task.settled
        ]
        written = RoomDuty.REOPEN if seen.is_open else RoomDuty.SHUT
        is_written = {RoomDuty.REOPEN, RoomDuty.SHUT}
        tried = (written if one in is_written else one for one in task.tried)
        return settled, owed(seen, *tried)

    async def _write(
        self, tx: Transaction, seen: Ticket, *, failure: ActFailed | None, **values: Any
    ) -> None:
        """What came of it; a refusal stands on the card until there is none."""
        refusal = None if failure is None else seen.duty_failure  # no answer refuses nothing
        if isinstance(failure, ActRefused):
            refusal = str(failure)[:FAILURE_LIMIT]
        look_at = None if failure is None else self._ports.clock.now() + LEASE
        await store.change(tx, seen, duty_failure=refusal, look_at=look_at, **values)
        if refusal != seen.duty_failure:
            await self._ports.posts.redraw(tx, CARD, seen.id)
