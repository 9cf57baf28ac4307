"""Endpoint store: rows of `endpoint` and `subscription`; look-ups from outside name the guild."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, case, delete, insert, select, update

from bot.outbox.endpoints import Endpoint, NewEndpoint
from bot.outbox.tables import EndpointState, subscription
from bot.outbox.tables import endpoint as table
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row


async def of_any_guild(
    reading: Reading, endpoint_ids: Collection[int] | None = None
) -> list[Endpoint]:
    """The instance's endpoints: all, or those of these numbers that there are."""
    only = [] if endpoint_ids is None else [table.c.id.in_(endpoint_ids)]
    return await _select(reading, *only)


async def in_guild(reading: Reading, guild_id: int) -> list[Endpoint]:
    """The guild's endpoints in the order of their names."""
    found = await _select(reading, table.c.guild_id == guild_id)
    return sorted(found, key=lambda endpoint: endpoint.name.casefold())


async def named(reading: Reading, guild_id: int, name: str) -> Endpoint | None:
    """The guild's endpoint of that name, whatever the case of its letters."""
    found = await _select(
        reading, table.c.guild_id == guild_id, table.c.name_key == name.casefold()
    )
    return found[0] if found else None


async def by_id(reading: Reading, endpoint_id: int) -> Endpoint | None:
    found = await _select(reading, table.c.id == endpoint_id)
    return found[0] if found else None


async def add(tx: Transaction, new: NewEndpoint, sealed_secret: bytes, now: datetime) -> Endpoint:
    result = await tx.execute(
        insert(table)
        .values(
            uuid=uuid4(),
            guild_id=new.guild_id,
            name=new.name,
            name_key=new.name.casefold(),
            url=new.url,
            dialect=new.dialect,
            state=EndpointState.ACTIVE.value,
            secret=sealed_secret,
            created_by_id=new.created_by_id,
            created_at=now,
            changed_at=now,
        )
        .returning(table.c.id)
    )
    endpoint_id = int(result.scalar_one())
    await subscribe(tx, endpoint_id, new.patterns)
    added = await by_id(tx, endpoint_id)
    assert added is not None  # noqa: S101  written two lines above, in this transaction
    return added


async def change_state(
    tx: Transaction,
    endpoint: Endpoint,
    state: EndpointState,
    now: datetime,
    *,
    clears_failures: bool = False,
) -> bool:
    """Change the state if it still is the one seen; false when somebody was faster."""
    values: dict[str, Any] = {"state": state.value, "changed_at": now}
    if clears_failures:
        values |= {"failures": 0, "retry_at": None, "order_at": None}
    result = await tx.execute(
        update(table)
        .where(table.c.id == endpoint.id, table.c.state == endpoint.state.value)
        .values(values)
    )
    return result.rowcount == 1


async def edit(
    tx: Transaction, endpoint: Endpoint, values: Mapping[str, Any], now: datetime
) -> bool:
    """Change columns if nobody edited it since it was read; false when somebody did."""
    result = await tx.execute(
        update(table)
        .where(table.c.id == endpoint.id, table.c.version == endpoint.version)
        .values({**values, "version": endpoint.version + 1, "changed_at": now})
    )
    return result.rowcount == 1


def aimed_anew(endpoint: Endpoint) -> dict[str, Any]:
    """Columns to `edit` with a new URL, secret or header: nothing known of the old ones counts.

    One that was switched off keeps the count that says why, until somebody enables it.
    """
    is_off = table.c.state == EndpointState.AUTO_DISABLED.value
    failures = case((is_off, table.c.failures), else_=0)
    return {"aim": endpoint.aim + 1, "failures": failures, "retry_at": None, "order_at": None}


async def subscribe(tx: Transaction, endpoint_id: int, patterns: Sequence[str]) -> None:
    """Replace what it subscribes to; call it after `edit`, which keeps others out."""
    await tx.execute(delete(subscription).where(subscription.c.endpoint_id == endpoint_id))
    await tx.execute(
        insert(subscription),
        [{"endpoint_id": endpoint_id, "pattern": pattern} for pattern in patterns],
    )


async def reseal(tx: Transaction, reseal: Callable[[bytes], bytes]) -> None:
    """Seal everything sealed anew, for a changed key; not what somebody changes meanwhile."""
    for endpoint in await of_any_guild(tx):
        was = {
            table.c.secret: endpoint.sealed_secret,
            table.c.headers: endpoint.sealed_headers,
            table.c.next_secret: endpoint.sealed_next_secret,
        }
        anew = {column: sealed and reseal(sealed) for column, sealed in was.items()}
        as_read = [column.is_not_distinct_from(sealed) for column, sealed in was.items()]
        await tx.execute(update(table).where(table.c.id == endpoint.id, *as_read).values(anew))


async def remove(tx: Transaction, endpoint_id: int) -> bool:
    """Delete it with its subscriptions, deliveries and attempts."""
    result = await tx.execute(delete(table).where(table.c.id == endpoint_id))
    return result.rowcount == 1


async def _select(reading: Reading, *conditions: Any) -> list[Endpoint]:
    rows = (await reading.execute(select(table).where(*conditions))).all()
    if not rows:
        return []
    wanted = select(subscription).where(
        subscription.c.endpoint_id.in_(select(table.c.id).where(*conditions))
    )
    patterns: dict[int, list[str]] = {}
    for found in (await reading.execute(wanted)).all():
        patterns.setdefault(found.endpoint_id, []).append(found.pattern)
    return [_from_row(row, patterns.get(row.id, ())) for row in rows]


def _from_row(row: Row[Any], patterns: Iterable[str]) -> Endpoint:
    return from_row(
        Endpoint,
        row,
        state=EndpointState(row.state),
        patterns=tuple(sorted(patterns)),
        description=row.description or "",
        sealed_secret=row.secret,
        sealed_headers=row.headers,
        sealed_next_secret=row.next_secret,
        filter=row.filter or "",
    )
