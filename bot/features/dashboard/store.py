"""Store of the dashboard: a link is used by one statement, whose row says who was first."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_, select, update

from bot.features.dashboard.model import IDLE, DashboardLink, DashboardSession
from bot.features.dashboard.tables import dashboard_link as link
from bot.features.dashboard.tables import dashboard_session as session
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row


async def add_link(tx: Transaction, **values: Any) -> None:
    await tx.execute(insert(link).values(values))


async def open_link(reading: Reading, token: bytes, now: datetime) -> DashboardLink | None:
    """The link of that digest, where it still opens something."""
    row = (await reading.execute(select(link).where(*_is_open(token, now)))).one_or_none()
    return None if row is None else from_row(DashboardLink, row)


async def use_link(tx: Transaction, token: bytes, now: datetime) -> DashboardLink | None:
    """Use it up; of two at once one gets it."""
    used = update(link).where(*_is_open(token, now)).values(used_at=now)
    row = (await tx.execute(used.returning(*link.c))).one_or_none()
    return None if row is None else from_row(DashboardLink, row)


def _is_open(token: bytes, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return link.c.token == token, link.c.used_at.is_(None), link.c.expires_at > now


async def add_session(tx: Transaction, **values: Any) -> None:
    await tx.execute(insert(session).values(values))


async def session_of(reading: Reading, token: bytes, now: datetime) -> DashboardSession | None:
    """The session of that digest, where it has not ended."""
    alive = session.c.token == token, session.c.ends_at > now, session.c.seen_at > now - IDLE
    row = (await reading.execute(select(session).where(*alive))).one_or_none()
    return None if row is None else from_row(DashboardSession, row)


async def note_seen(tx: Transaction, session_id: int, now: datetime) -> None:
    await tx.execute(update(session).where(session.c.id == session_id).values(seen_at=now))


async def say(tx: Transaction, session_id: int, said: str | None, *, is_refusal: bool) -> None:
    """Keep what came of an action, or forget it."""
    kept = update(session).where(session.c.id == session_id)
    await tx.execute(kept.values(said=said, is_refusal=is_refusal))


async def drop_session(tx: Transaction, token: bytes) -> None:
    await tx.execute(delete(session).where(session.c.token == token))


async def drop_of(tx: Transaction, user_id: int, guild_id: int | None = None) -> None:
    """End all of somebody's sessions and links, or those in one guild."""
    for table in (session, link):
        gone = delete(table).where(table.c.user_id == user_id)
        await tx.execute(gone if guild_id is None else gone.where(table.c.guild_id == guild_id))


async def drop_oldest(tx: Transaction, user_id: int, kept: int) -> None:
    """End all of somebody's sessions but the newest so many."""
    older = select(session.c.id).where(session.c.user_id == user_id)
    older = older.order_by(session.c.id.desc()).offset(kept).limit(1000)
    ids = list((await tx.execute(older)).scalars())
    await tx.execute(delete(session).where(session.c.id.in_(ids)))


async def prune(tx: Transaction, now: datetime, most: int) -> int:
    """Let go of some whose time is over; how many."""
    gone = 0
    is_idle = session.c.seen_at <= now - IDLE
    for table, over in (
        (link, link.c.expires_at <= now),
        (session, or_(session.c.ends_at <= now, is_idle)),
    ):
        old = select(table.c.id).where(over).limit(most).with_for_update(skip_locked=True)
        ids = list((await tx.execute(old)).scalars())
        await tx.execute(delete(table).where(table.c.id.in_(ids)))
        gone = max(gone, len(ids))
    return gone
