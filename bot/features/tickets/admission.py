"""Admission to tickets: who may open one of a type, how many at once, how soon again."""

from datetime import timedelta

from bot.errors import UserError
from bot.features.tickets import store
from bot.features.tickets.model import Visitor
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.types import TicketType
from bot.storage.database import Reading
from bot.texts import _, ago


class TicketAdmission:
    """Refuses with a UserError that says why."""

    def __init__(self, ports: TicketsPorts) -> None:
        self._ports = ports

    async def refuse(self, visitor: Visitor, kind: TicketType) -> None:
        """Where tickets are off, or a role of theirs is in the way or missing."""
        chosen = await self._ports.chosen(visitor.guild_id)
        if not chosen.enabled:
            raise UserError(_("Tickets are switched off in this server."))
        required = {*kind.choices.required_role_ids}
        if required and not required & visitor.role_ids:
            text = _("To open a “{name}” ticket you need one of these roles: {roles}.")
            roles = ", ".join(f"<@&{one}>" for one in sorted(required))
            raise UserError(text.format(name=kind.name, roles=roles))
        if {*kind.choices.refused_role_ids} & visitor.role_ids:
            text = _("With one of your roles you cannot open a “{name}” ticket.")
            raise UserError(text.format(name=kind.name))

    async def key_for(
        self, reading: Reading, kind: TicketType, opener_id: int, *, waits: bool = True
    ) -> str:
        """A free key; a UserError where they have as many as they may, or must wait."""
        choices = kind.choices
        key = await store.free_key(reading, kind.guild_id, kind.id, opener_id, choices.open_limit)
        last = await store.newest_of(reading, kind.guild_id, kind.id, opener_id)
        if key is None:
            where = f"<#{last.channel_id}>" if last and last.channel_id else ""
            text = _("There is a “{name}” ticket open already. {where}")
            raise UserError(text.format(name=kind.name, where=where).strip())
        if waits and last is not None and choices.cooldown_minutes:
            free_at = last.created_at + timedelta(minutes=choices.cooldown_minutes)
            if self._ports.clock.now() < free_at:
                text = _("You can open another “{name}” ticket {when}.")
                raise UserError(text.format(name=kind.name, when=ago(free_at)))
        return key
