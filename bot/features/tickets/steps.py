"""Steps by which a room becomes what its row says: each can be run again, and changes nothing."""

from dataclasses import dataclass, field, replace
from typing import Any

from bot.acts import ActFailed, ActRefused, Gone
from bot.features.tickets import access
from bot.features.tickets.access import GuestPass
from bot.features.tickets.conversation import Conversation
from bot.features.tickets.handwork import Inspection
from bot.features.tickets.model import RoomDuty, Ticket
from bot.features.tickets.ports import TicketsPorts
from bot.logs import get_logger

ORDER = (
    RoomDuty.DELETE,
    RoomDuty.REOPEN,  # nobody is let into a thread that is put away
    RoomDuty.GUESTS,
    RoomDuty.SHUT,
    RoomDuty.MOVE,
    RoomDuty.RENAME,
)

_log = get_logger("herald.tickets")


@dataclass(slots=True)
class RoomTask:
    """What is done to a room now, and what came of it; `values` are its row's."""

    inspection: Inspection
    channel_id: int
    tried: set[RoomDuty] = field(default_factory=set[RoomDuty])
    done: set[RoomDuty] = field(default_factory=set[RoomDuty])
    settled: list[GuestPass] = field(default_factory=list[GuestPass])
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    failure: ActFailed | None = None

    @property
    def ticket(self) -> Ticket:
        return self.inspection.ticket

    @property
    def reason(self) -> str:
        """What stands in Discord's own audit log."""
        return f"[ticket {self.ticket.number}]"


class RoomSteps:
    """One step for each duty; ActRefused where it stays due, and ActUnknown without an answer."""

    def __init__(self, ports: TicketsPorts, conversation: Conversation) -> None:
        self._ports = ports
        self._conversation = conversation
        self._steps = {
            RoomDuty.DELETE: self._delete,
            RoomDuty.REOPEN: self._open,
            RoomDuty.GUESTS: self._admit,
            RoomDuty.SHUT: self._shut,
            RoomDuty.MOVE: self._move,
            RoomDuty.RENAME: self._rename,
        }

    async def take(self, task: RoomTask, duty: RoomDuty) -> None:
        """Do that one."""
        task.tried.add(duty)
        await self._steps[duty](task)
        task.done.add(duty)

    async def _delete(self, task: RoomTask) -> None:
        await self._conversation.read_on(task.ticket)
        place = task.ticket.guild_id, task.channel_id
        await self._ports.acts.delete_room(*place, reason=task.reason)

    async def _open(self, task: RoomTask) -> None:
        await self._let_write(task, shut=False)

    async def _shut(self, task: RoomTask) -> None:
        """Read to its end, and once more; where it may not be read, it is shut all the same."""
        try:
            await self._conversation.read_on(task.ticket)
            await self._conversation.read_again(task.ticket)
        except Gone:
            raise
        except ActRefused as error:
            _log.info("ticket.not_read_to_its_end", ticket=task.ticket.id, error=str(error))
        await self._let_write(task, shut=True)

    async def _let_write(self, task: RoomTask, *, shut: bool) -> None:
        """The staff always may; whoever left has no say in it any more."""
        found = task.inspection
        staff = {*found.kind.choices.staff_role_ids}
        guests = [
            one
            for one in access.admitted(found.ticket, found.kind, found.passes).values()
            if one.id not in staff
        ]
        place = task.ticket.guild_id, task.channel_id
        await self._ports.acts.shut_room(*place, guests, shut=shut, reason=task.reason)

    async def _admit(self, task: RoomTask) -> None:
        """Let the new ones in before the old ones go; what is refused for one keeps no other."""
        due = [one for one in task.inspection.passes if one.is_due]
        refusal: ActRefused | None = None
        for one in sorted(due, key=lambda one: not one.is_in):
            try:
                is_there = await self._brought(task, one)
            except Gone:
                raise
            except ActRefused as error:
                refusal = refusal or error
            else:
                task.settled.append(replace(one, is_in=one.is_in and is_there, is_due=False))
        if refusal is not None:
            raise refusal

    async def _brought(self, task: RoomTask, one: GuestPass) -> bool:
        """Let in or shut out; false where they, or the role, are no more."""
        acts, place = self._ports.acts, (task.ticket.guild_id, task.channel_id)
        staff = task.inspection.kind.choices.staff_role_ids
        guest = replace(one.guest, may_write=task.ticket.is_open or one.id in staff)
        try:
            if one.is_in:
                await acts.admit(*place, guest, reason=task.reason)
            else:
                await acts.shut_out(*place, guest, reason=task.reason)
        except Gone:
            await acts.room(*place)
            return False
        return True

    async def _move(self, task: RoomTask) -> None:
        """Into the category that was chosen; where that is gone by now, it stays."""
        ticket, seen = task.ticket, task.inspection.seen
        if ticket.parent_id is None or seen.parent_id == ticket.parent_id:
            return
        place = ticket.guild_id, task.channel_id
        try:
            await self._ports.acts.move_room(*place, ticket.parent_id, reason=task.reason)
        except Gone:
            task.values["parent_id"] = (await self._ports.acts.room(*place)).parent_id

    async def _rename(self, task: RoomTask) -> None:
        """One that got no answer counts as well: Discord may have taken it."""
        ticket = task.ticket
        if task.inspection.seen.name == ticket.room_name:
            return
        place = ticket.guild_id, task.channel_id
        try:
            await self._ports.acts.rename_room(*place, ticket.room_name, reason=task.reason)
        except ActRefused:
            raise
        except ActFailed:
            task.values["renamed_at"] = self._ports.clock.now()
            raise
        task.values["renamed_at"] = self._ports.clock.now()
