"""Store of ticket types and panels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row, delete, func, insert, select, union, update

from bot.errors import NotFound
from bot.features.tickets.tables import ticket_panel, ticket_type
from bot.features.tickets.types import TicketType, TypeChoices
from bot.storage.database import Reading, Transaction
from bot.texts import _

PanelStyle = Literal["buttons", "select"]


@dataclass(frozen=True, slots=True)
class Panel:
    """Posted message from which tickets are opened."""

    id: int
    guild_id: int
    title: str
    text: str
    style: PanelStyle
    type_ids: tuple[int, ...]
    channel_id: int | None


async def add(tx: Transaction, guild_id: int, choices: TypeChoices) -> TicketType:
    row: dict[str, Any] = {
        "guild_id": guild_id,
        "choices": choices.choices(),
        "form": {"questions": []},
    }
    added = insert(ticket_type).values(is_deleted=False, **row).returning(*ticket_type.c)
    return type_of((await tx.execute(added)).one())


async def by_id(
    reading: Reading, guild_id: int, type_id: int, *, locks: bool = False
) -> TicketType:
    """The guild's type, deleted or not; NotFound without one."""
    query = select(ticket_type).where(
        ticket_type.c.guild_id == guild_id, ticket_type.c.id == type_id
    )
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such type of ticket in this server."))
    return type_of(row)


async def all_of(reading: Reading, guild_id: int, *, ever: bool = False) -> list[TicketType]:
    """The guild's types, oldest first; with `ever` those too that were deleted."""
    query = select(ticket_type).where(ticket_type.c.guild_id == guild_id)
    if not ever:
        query = query.where(ticket_type.c.is_deleted.is_(False))
    return [type_of(row) for row in await reading.execute(query.order_by(ticket_type.c.id))]


async def guilds(reading: Reading) -> set[int]:
    """The guilds that have a type or a panel."""
    types = select(ticket_type.c.guild_id).where(ticket_type.c.is_deleted.is_(False))
    found = await reading.execute(union(types, select(ticket_panel.c.guild_id)))
    return {int(one) for one in found.scalars()}


async def save(tx: Transaction, one: TicketType) -> None:
    """Write a type that is locked."""
    form = {"questions": [question.model_dump(mode="json") for question in one.form]}
    await tx.execute(
        update(ticket_type)
        .where(ticket_type.c.id == one.id)
        .values(choices=one.choices.choices(), form=form, is_deleted=one.is_deleted)
    )


async def add_panel(tx: Transaction, guild_id: int, **values: Any) -> Panel:
    added = insert(ticket_panel).values(guild_id=guild_id, **_stored(values))
    return panel_of((await tx.execute(added.returning(*ticket_panel.c))).one())


async def panel_by_id(
    reading: Reading, guild_id: int, panel_id: int, *, locks: bool = False
) -> Panel:
    """The guild's panel; NotFound without one."""
    query = select(ticket_panel).where(
        ticket_panel.c.guild_id == guild_id, ticket_panel.c.id == panel_id
    )
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such ticket panel in this server."))
    return panel_of(row)


async def panels_of(reading: Reading, guild_id: int) -> list[Panel]:
    """The guild's panels, oldest first."""
    query = (
        select(ticket_panel).where(ticket_panel.c.guild_id == guild_id).order_by(ticket_panel.c.id)
    )
    return [panel_of(row) for row in await reading.execute(query)]


async def panel_count(reading: Reading, guild_id: int) -> int:
    query = select(func.count()).select_from(ticket_panel)
    counted = await reading.execute(query.where(ticket_panel.c.guild_id == guild_id))
    return int(counted.scalar_one())


async def save_panel(tx: Transaction, panel_id: int, **values: Any) -> Panel:
    """Change a panel that is locked."""
    changed = update(ticket_panel).where(ticket_panel.c.id == panel_id).values(_stored(values))
    return panel_of((await tx.execute(changed.returning(*ticket_panel.c))).one())


async def remove_panel(tx: Transaction, panel_id: int) -> None:
    await tx.execute(delete(ticket_panel).where(ticket_panel.c.id == panel_id))


def type_of(row: Row[Any]) -> TicketType:
    """A whole row as a type."""
    questions: Sequence[dict[str, Any]] = row.form["questions"]
    return TicketType.read(
        row.id, row.guild_id, row.choices, questions=questions, is_deleted=row.is_deleted
    )


def panel_of(row: Row[Any]) -> Panel:
    """A whole row as a panel."""
    ids = tuple(int(one) for one in row.types["ids"])
    return Panel(row.id, row.guild_id, row.title, row.text, row.style, ids, row.channel_id)


def _stored(values: dict[str, Any]) -> dict[str, Any]:
    if "type_ids" in values:
        values["types"] = {"ids": list(values.pop("type_ids"))}
    return values
