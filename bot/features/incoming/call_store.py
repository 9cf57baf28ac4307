"""Call store: what was asked with which key, and what was answered, for a day."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, select, text, update

from bot.features.incoming.model import (
    REMEMBERED,
    SHOWN,
    CallDraft,
    CallState,
    IncomingWebhook,
    PushedCall,
)
from bot.features.incoming.tables import pushed_call as table
from bot.storage.database import Reading, Transaction
from bot.storage.schema import Document, UtcDateTime, from_row
from bot.storage.sweep import LEASE

NEWEST = 5  # that a panel shows

_FILLED = (
    *("webhook_id", "webhook_name", "guild_id", "action", "user_id", "request", "key", "digest"),
    *("state", "created_at", "look_at"),
)
_ADD = text(
    f"INSERT INTO pushed_call ({', '.join(_FILLED)}) "  # noqa: S608  the table's own names
    f"VALUES ({', '.join(f':{name}' for name in _FILLED)}) ON CONFLICT DO NOTHING RETURNING id"
).bindparams(
    bindparam("request", type_=Document),
    bindparam("created_at", type_=UtcDateTime),
    bindparam("look_at", type_=UtcDateTime),
)


async def find(reading: Reading, webhook_id: int, key: str, since: datetime) -> PushedCall | None:
    """The call that had this key, as long as it is remembered."""
    wanted = _has_key(webhook_id, key) & (table.c.created_at > since)
    row = (await reading.execute(select(table).where(wanted))).one_or_none()
    return None if row is None else call_of(row)


async def by_id(reading: Reading, call_id: int) -> PushedCall | None:
    row = (await reading.execute(select(table).where(table.c.id == call_id))).one_or_none()
    return None if row is None else call_of(row)


async def add(
    tx: Transaction, webhook: IncomingWebhook, now: datetime, draft: CallDraft
) -> int | None:
    """The new call's number, pending; None where another has its key.

    On PostgreSQL one that another transaction is about to write is waited for.
    """
    row = {
        "webhook_id": webhook.id,
        "webhook_name": webhook.name,
        "guild_id": webhook.guild_id,
        "action": draft.action,
        "user_id": draft.user_id,
        "request": draft.request,
        "key": draft.key,
        "digest": draft.digest,
        "state": CallState.PENDING.value,
        "created_at": now,
        "look_at": now + LEASE,
    }
    return (await tx.execute(_ADD, row)).scalar_one_or_none()


async def forget_key(tx: Transaction, webhook_id: int, key: str, since: datetime) -> None:
    """A key that is not remembered any more is free again."""
    old = _has_key(webhook_id, key) & (table.c.created_at <= since)
    await tx.execute(update(table).where(old).values(key=None))


async def concerns(tx: Transaction, call_id: int, subject_id: int) -> None:
    """Write down what came into being for it."""
    await tx.execute(update(table).where(table.c.id == call_id).values(subject_id=subject_id))


async def settle(
    tx: Transaction, call_id: int, status: int, answer: Mapping[str, Any]
) -> PushedCall | None:
    """Keep its answer; None where it has one."""
    pending = (table.c.id == call_id) & (table.c.state == CallState.PENDING.value)
    settled = update(table).where(pending).returning(*table.c)
    values = {"state": CallState.DONE.value, "status": status, "answer": answer, "look_at": None}
    row = (await tx.execute(settled.values(values))).one_or_none()
    return None if row is None else call_of(row)


async def take(tx: Transaction, call_id: int, now: datetime) -> bool:
    """Whether this process may carry it out: it is pending, and nobody is at it."""
    free = table.c.look_at.is_(None) | (table.c.look_at <= now)
    pending = (table.c.id == call_id) & (table.c.state == CallState.PENDING.value)
    taken = update(table).where(pending, free).values(look_at=now + LEASE).returning(table.c.id)
    return (await tx.execute(taken)).one_or_none() is not None


async def release(tx: Transaction, call_id: int) -> None:
    """Nobody is at it any more: the next look may find it at once."""
    await tx.execute(update(table).where(table.c.id == call_id).values(look_at=None))


async def pending_of(
    tx: Transaction, webhook_id: int, actions: Collection[str] | None
) -> list[int]:
    """What of a webhook's calls has not come to anything yet, of these actions or of all."""
    mine = (table.c.webhook_id == webhook_id) & (table.c.state == CallState.PENDING.value)
    if actions is not None:
        mine &= table.c.action.in_(actions)
    query = select(table.c.id).where(mine).order_by(table.c.id)
    return list((await tx.execute(query)).scalars())


def pending(_now: datetime) -> Select[Any]:
    """Calls that are still to be carried out, oldest first."""
    return select(table.c.id).where(table.c.state == CallState.PENDING.value).order_by(table.c.id)


async def newest(reading: Reading, webhook_id: int) -> Sequence[PushedCall]:
    """The last calls of a webhook, the newest first."""
    mine = select(table).where(table.c.webhook_id == webhook_id)
    rows = await reading.execute(mine.order_by(table.c.id.desc()).limit(NEWEST))
    return [call_of(row) for row in rows]


async def remove_old(tx: Transaction, now: datetime, limit: int) -> list[int]:
    """Forget some that are done and not remembered any more; their numbers."""
    is_old = (table.c.created_at <= now - REMEMBERED) | (
        table.c.key.is_(None) & (table.c.created_at <= now - SHOWN)
    )
    may_be = table.c.created_at <= now - SHOWN  # said once more, for the index
    old = select(table.c.id).where(may_be, is_old, table.c.state == CallState.DONE.value)
    some = old.order_by(table.c.created_at).limit(limit).cte("some")
    gone = delete(table).where(table.c.id.in_(select(some.c.id))).returning(table.c.id)
    return list((await tx.execute(gone)).scalars())


def call_of(row: Row[Any]) -> PushedCall:
    """A whole row as a call."""
    return from_row(PushedCall, row, state=CallState(row.state), digest=bytes(row.digest))


def _has_key(webhook_id: int, key: str) -> Any:
    return (table.c.webhook_id == webhook_id) & (table.c.key == key)
