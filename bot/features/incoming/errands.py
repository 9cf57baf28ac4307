"""Errands on Discord that a call is about, each done again and again until something came of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.acts import ActUnknown, Gone, RoleChange
from bot.features.incoming import checks
from bot.features.incoming.actions import BY_NAME
from bot.features.incoming.messages import PushedMessages
from bot.features.incoming.model import PushedCall
from bot.features.incoming.ports import IncomingPorts
from bot.features.incoming.refusals import unknown
from bot.features.incoming.results import ActionResult, CaseMade, RoleChanged, TicketMade
from bot.texts import _
from bot.user_text import clean_line

REASON_LIMIT = 400  # of what Discord's audit log takes

RunErrand = Callable[[PushedCall, Any], Awaitable[ActionResult | None]]


class IncomingErrands:
    """Carries out what a call left to do; nothing of it is done twice."""

    def __init__(self, ports: IncomingPorts, messages: PushedMessages) -> None:
        self._ports = ports
        self._messages = messages
        self._errands: Mapping[str, RunErrand] = {
            "ADD_ROLE": self._role,
            "REMOVE_ROLE": self._role,
            "SEND_MESSAGE": self._message,
            "CREATE_CASE": self._case,
            "OPEN_TICKET": self._ticket,
        }

    async def run(self, call: PushedCall) -> ActionResult | None:
        """What came of it; None where that was written down on the way.

        ActionRefused, ActRefused or a UserError where it comes to nothing, ActUnknown where it
        still may.
        """
        asked = BY_NAME[call.action].model_validate(call.request, strict=False)
        await checks.known_guild(self._ports.acts, call.guild_id)
        return await self._errands[call.action](call, asked)

    async def _role(self, call: PushedCall, asked: Any) -> ActionResult:
        """Discord is asked first: what was done before a crash is not done again."""
        acts, user_id, role_id = self._ports.acts, asked.user_id, asked.role_id
        checks.givable(acts, call.guild_id, role_id)
        seen = await acts.member(call.guild_id, user_id)
        if seen is None:
            raise unknown("member", "userId", "They are not a member of the server any more.")
        gives = call.action == "ADD_ROLE"
        if (role_id in seen.role_ids) is not gives:
            change = RoleChange(give=(role_id,)) if gives else RoleChange(take=(role_id,))
            reason = clean_line(f"{call.webhook_name}: {asked.reason or call.action}")
            try:
                await acts.change_roles(
                    call.guild_id, user_id, change, reason=reason[:REASON_LIMIT]
                )
            except Gone as error:
                raise unknown("member", "userId", "They or the role have gone.") from error
        return RoleChanged(user_id=user_id, role_id=role_id)

    async def _message(self, call: PushedCall, _asked: Any) -> None:
        await self._messages.pay(call.id)

    async def _case(self, call: PushedCall, asked: Any) -> ActionResult:
        made = await self._ports.cases.record(
            call.guild_id,
            asked.user_id,
            asked.type,
            reason=asked.reason,
            by_id=asked.moderator_id,
            key=f"incoming:{call.id}",
        )
        return CaseMade(
            case_id=made.case_id, case_number=made.number, type=asked.type, user_id=asked.user_id
        )

    async def _ticket(self, call: PushedCall, asked: Any) -> ActionResult:
        if call.subject_id is None:
            raise ActUnknown(_("its ticket is not written down"))
        number, channel_id = await self._ports.tickets.opened(call.subject_id)
        return TicketMade(
            ticket_id=call.subject_id,
            number=number,
            user_id=asked.user_id,
            channel_id=channel_id,
        )
