"""Types of tickets: made, changed and taken out by whoever manages the server."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.tickets import guest_store, questionnaire, store, times, type_store
from bot.features.tickets.model import RoomDuty
from bot.features.tickets.panels import Panels
from bot.features.tickets.ports import TOPIC, TicketsPorts
from bot.features.tickets.questionnaire import Questionnaire
from bot.features.tickets.types import TYPES, FormQuestion, TicketType, TypeChoices
from bot.storage.database import Transaction
from bot.structure import renumbered
from bot.texts import _

ChangeType = Callable[[TicketType], TicketType]
Reform = Callable[[Questionnaire], Questionnaire]


class TypesService:
    """Each change is an audit entry, told to every process, and drawn on the panels."""

    def __init__(self, ports: TicketsPorts, panels: Panels) -> None:
        self._ports = ports
        self._panels = panels

    async def create(self, actor: Actor, name: str) -> TicketType:
        """A type with the defaults, under that name."""
        choices = TypeChoices().changed("name", name.strip())
        async with self._ports.database.transaction() as tx:
            there = await type_store.all_of(tx, actor.guild_id)
            if len(there) >= TYPES:
                text = _("A server can have {count} types of tickets, and this one has them.")
                raise UserError(text.format(count=TYPES))
            _refuse_name(there, choices.name, None)
            made = await type_store.add(tx, actor.guild_id, choices)
            await self._told(tx, actor, made, "created")
        return made

    async def change(self, actor: Actor, type_id: int, name: str, value: Any) -> TicketType:
        """Make one choice; a UserError where it could not be used."""
        if name == "emoji":
            self._refuse_emoji(actor.guild_id, str(value).strip())
        async with self._ports.database.reading() as reading:
            there = await type_store.all_of(reading, actor.guild_id)

        def changed(one: TicketType) -> TicketType:
            choices = one.choices.changed(name, value)
            if name == "name":
                _refuse_name(there, choices.name, one.id)
            return replace(one, choices=choices)

        return await self._changed(actor, type_id, changed, f"changed {name} of")

    async def ask(self, actor: Actor, type_id: int, form: Sequence[FormQuestion]) -> TicketType:
        """Replace the questions of its form."""
        return await self.reform(actor, type_id, lambda _form: tuple(form))

    async def reform(self, actor: Actor, type_id: int, change: Reform) -> TicketType:
        """Change the questions of its form, as they are now."""

        def changed(one: TicketType) -> TicketType:
            form = change(one.form)
            questionnaire.refuse(form)
            return replace(one, form=form)

        return await self._changed(actor, type_id, changed, "changed the questions of")

    async def delete(self, actor: Actor, type_id: int) -> TicketType:
        """Take it out; tickets of it stay as they are."""
        return await self._changed(
            actor, type_id, lambda one: replace(one, is_deleted=True), "deleted"
        )

    async def find(self, guild_id: int, type_id: int) -> TicketType:
        """The guild's type, one that was deleted too; NotFound without one."""
        async with self._ports.database.reading() as reading:
            return await type_store.by_id(reading, guild_id, type_id)

    async def there(self, guild_id: int, type_id: int) -> TicketType:
        """The guild's type that was not deleted; NotFound without one."""
        found = await self.find(guild_id, type_id)
        if found.is_deleted:
            raise NotFound(_("That type of ticket was deleted."))
        return found

    async def all_of(self, guild_id: int) -> list[TicketType]:
        """The guild's types, oldest first."""
        async with self._ports.database.reading() as reading:
            return await type_store.all_of(reading, guild_id)

    async def on_remade(
        self, tx: Transaction, guild_id: int, new_ids: Mapping[int, int]
    ) -> list[str]:
        """A reaction: types and panels name what was made in the place of theirs."""
        followed = list[str]()
        for one in await type_store.all_of(tx, guild_id):
            seen = await type_store.by_id(tx, guild_id, one.id, locks=True)
            choices = TypeChoices.read(renumbered(seen.choices.choices(), new_ids))
            if choices != seen.choices:
                after = replace(seen, choices=choices)
                await type_store.save(tx, after)
                await _restaff(tx, seen, after)
                followed.append(_("ticket type {name}").format(name=seen.name))
        if followed:
            await self._ports.database.changes.tell(tx, TOPIC, str(guild_id))
            tx.on_commit(self._ports.sweep.wake)
        return [*followed, *await self._panels.on_remade(tx, guild_id, new_ids)]

    def _refuse_emoji(self, guild_id: int, value: str) -> None:
        if self._ports.has_lost(guild_id, value):
            raise UserError(
                _(
                    "That emoji is another server's, or was deleted: choose one of this server's, "
                    "or one that everybody has."
                )
            )

    async def _changed(
        self, actor: Actor, type_id: int, change: ChangeType, what: str
    ) -> TicketType:
        async with self._ports.database.transaction() as tx:
            seen = await type_store.by_id(tx, actor.guild_id, type_id, locks=True)
            if seen.is_deleted:
                raise UserError(_("That type of ticket was deleted."))
            after = change(seen)
            if after != seen:
                await type_store.save(tx, after)
                for ticket in await store.open_of_type(tx, after.id):
                    await store.change(tx, ticket, **times.anew(ticket, after.choices))
                await _restaff(tx, seen, after)
                tx.on_commit(self._ports.sweep.wake)
                await self._told(tx, actor, after, what)
        return after

    async def _told(self, tx: Transaction, actor: Actor, one: TicketType, what: str) -> None:
        await self._ports.audited(tx, actor, "type", (one.id, one.name), what)
        await self._ports.database.changes.tell(tx, TOPIC, str(actor.guild_id))
        await self._panels.redraw(tx, one)


async def _restaff(tx: Transaction, before: TicketType, after: TicketType) -> None:
    """Its channels let the new staff in and the old ones no more, as soon as Discord does it."""
    old, new = before.choices.staff_role_ids, after.choices.staff_role_ids
    if {*old} == {*new}:
        return
    for ticket in await store.channels_of_type(tx, after.id):
        await guest_store.restaff(tx, ticket, after, old)
        await store.oblige(tx, ticket, RoomDuty.GUESTS)


def _refuse_name(there: Sequence[TicketType], name: str, own_id: int | None) -> None:
    wanted = name.casefold()
    if any(one.name.casefold() == wanted and one.id != own_id for one in there):
        raise UserError(_("There is a type of that name already. Choose another."))
