"""Store of incoming webhooks; each is looked up in one guild, but for the door that knows ids."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, delete, func, insert, select, update

from bot.features.incoming.model import IncomingWebhook
from bot.features.incoming.tables import incoming_webhook as table
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row


async def every(reading: Reading) -> dict[UUID, IncomingWebhook]:
    """All there are, by the id in their address."""
    rows = await reading.execute(select(table))
    return {one.uuid: one for one in map(_webhook_of, rows)}


async def of_guild(reading: Reading, guild_id: int) -> Sequence[IncomingWebhook]:
    """The guild's, in the order of their names."""
    query = select(table).where(table.c.guild_id == guild_id).order_by(table.c.name_key)
    return [_webhook_of(row) for row in await reading.execute(query)]


async def guilds(reading: Reading) -> Collection[int]:
    """Guilds that have one."""
    return set((await reading.execute(select(table.c.guild_id).distinct())).scalars())


async def named(reading: Reading, guild_id: int, name: str) -> IncomingWebhook | None:
    """The guild's of that name, whatever its case."""
    mine = (table.c.guild_id == guild_id) & (table.c.name_key == name.casefold())
    row = (await reading.execute(select(table).where(mine))).one_or_none()
    return None if row is None else _webhook_of(row)


async def numbered(
    reading: Reading, guild_id: int, webhook_id: int, *, locks: bool = False
) -> IncomingWebhook | None:
    """The guild's of that number; `locks` keeps it from other writers."""
    query = select(table).where(table.c.guild_id == guild_id, table.c.id == webhook_id)
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else _webhook_of(row)


async def held(tx: Transaction, webhook_id: int) -> IncomingWebhook | None:
    """As it is now; nobody changes or deletes it before this transaction ends."""
    query = select(table).where(table.c.id == webhook_id).with_for_update(read=True)
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else _webhook_of(row)


async def hold_count(tx: Transaction, guild_id: int) -> int:
    """How many a guild has; two people at once do not pass a limit.

    On PostgreSQL whoever asks next waits for this transaction.
    """
    held = select(table.c.id).where(table.c.guild_id == guild_id)
    await tx.execute(held.order_by(table.c.id).with_for_update(key_share=True))
    mine = select(func.count()).select_from(table).where(table.c.guild_id == guild_id)
    return int((await tx.execute(mine)).scalar_one())


async def add(
    tx: Transaction,
    guild_id: int,
    name: str,
    now: datetime,
    *,
    sealed_secret: bytes,
    created_by_id: int,
    **chosen: Any,
) -> IncomingWebhook:
    """A new one, with an address that nobody guesses; of a name in use it is an IntegrityError."""
    row = {
        "guild_id": guild_id,
        "uuid": uuid4(),
        "name": name,
        "name_key": name.casefold(),
        "sealed_secret": sealed_secret,
        "version": 0,
        "created_at": now,
        "created_by_id": created_by_id,
        "secret_at": now,
        **_written(chosen),
    }
    made = await tx.execute(insert(table).values(row).returning(*table.c))
    return _webhook_of(made.one())


async def change(tx: Transaction, seen: IncomingWebhook, **values: Any) -> IncomingWebhook | None:
    """As it is with these; None where somebody changed it since it was seen."""
    same = (table.c.id == seen.id) & (table.c.version == seen.version)
    written = update(table).where(same).values(version=seen.version + 1, **_written(values))
    row = (await tx.execute(written.returning(*table.c))).one_or_none()
    return None if row is None else _webhook_of(row)


async def remove(tx: Transaction, webhook_id: int) -> None:
    await tx.execute(delete(table).where(table.c.id == webhook_id))


def _written(values: dict[str, Any]) -> dict[str, Any]:
    actions = values.get("actions")
    return values if actions is None else {**values, "actions": " ".join(actions)}


def _webhook_of(row: Row[Any]) -> IncomingWebhook:
    secret = bytes(row.sealed_secret)
    return from_row(IncomingWebhook, row, actions=tuple(row.actions.split()), sealed_secret=secret)
