"""Eligibility: who may open a ticket of which type, and how many of it."""

from datetime import timedelta

from bot.errors import NotFound, UserError
from bot.features.tickets import store
from bot.features.tickets.model import Visitor
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.types import TicketType
from bot.storage.database import Reading
from bot.texts import _, ago


class Eligibility:
    """Answers from memory where it can: a form has to be shown within three seconds."""

    def __init__(self, ports: TicketsPorts) -> None:
        self._ports = ports

    async def types(self, guild_id: int) -> dict[int, TicketType]:
        """The guild's types by id, from memory once they were read."""
        return await self._ports.types_of(guild_id)

    async def type(self, guild_id: int, type_id: int) -> TicketType:
        """A type that is there; NotFound says what to do."""
        found = (await self.types(guild_id)).get(type_id)
        if found is None:
            raise NotFound(_("That type of ticket is not there any more. Ask the staff."))
        return found

    async def ready(self, visitor: Visitor, type_id: int) -> TicketType:
        """The type, where they may open one of it now; a UserError says why not.

        Asked before the form is shown, and again when it is sent.
        """
        found = await self.type(visitor.guild_id, type_id)
        await self.refuse(visitor, found)
        async with self._ports.database.reading() as reading:
            await self.free_key(reading, found, visitor.user_id)
        return found

    async def refuse(self, visitor: Visitor, kind: TicketType) -> None:
        """A UserError where tickets are off, or a role is missing or in the way."""
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

    async def free_key(
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
