"""Feed of an endpoint: what it was owed, in the order of the commits, for whoever asks for it.

An entry is written with its event. Its position is given by whoever reads, once it is committed:
so what commits late gets a later one, and no cursor ever passes it by. Numbers of rows, which are
drawn before the commit, would not do, and nobody who writes waits for anybody here.
"""

import base64
import struct
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from bot.outbox.tables import body, event, feed, feed_entry
from bot.storage.database import Database, Reading, Transaction

KEPT = timedelta(days=7)
DIALECT = "phantom"  # in which a feed is written, whatever the endpoint is sent
NUMBERED_AT_ONCE = 1000
PAGE_BYTES = 4 * 1024 * 1024
LOOKED_AT = 500
_CURSOR = struct.Struct(">Q8s")


class CursorUnreadable(Exception):
    """A cursor that no page ever gave."""


class CursorGone(Exception):
    """A cursor behind which something is gone, or of which nothing is known any more."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Place in a feed: a position, and the beginning of the id of the event that is there."""

    position: int
    mark: bytes = bytes(8)

    def text(self) -> str:
        """As it is given out; nobody has to read it."""
        packed = _CURSOR.pack(self.position, self.mark)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """The one that was given out so; CursorUnreadable for any other text."""
        try:
            packed = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
            found = cls(*_CURSOR.unpack(packed))
        except (ValueError, struct.error):
            raise CursorUnreadable from None
        if found.text() != text or found.position >= 1 << 63:
            raise CursorUnreadable
        return found


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Page of a feed: the events' bytes as they are signed elsewhere, and where to go on."""

    events: Sequence[bytes]
    next: Cursor


async def open_feed(tx: Transaction, endpoint_id: int) -> None:
    """Let that endpoint have a feed; one that had is begun anew, and its cursors are gone."""
    await tx.execute(delete(feed_entry).where(feed_entry.c.endpoint_id == endpoint_id))
    anew = {"last": feed.c.last + 1, "gone": feed.c.last + 1}
    known = await tx.execute(update(feed).where(feed.c.endpoint_id == endpoint_id).values(anew))
    if not known.rowcount:
        await tx.execute(insert(feed).values(endpoint_id=endpoint_id))


async def close_feed(tx: Transaction, endpoint_id: int) -> None:
    """Forget what it holds."""
    await tx.execute(delete(feed_entry).where(feed_entry.c.endpoint_id == endpoint_id))


async def read_feed(
    database: Database, endpoint_id: int, after: Cursor | None, limit: int
) -> FeedPage:
    """What comes behind the cursor, or from the beginning; CursorGone where that is not known."""
    async with database.reading() as reading:
        fresh = await _has_unnumbered(reading, endpoint_id)
    if fresh:
        async with database.transaction() as tx:
            await number(tx, endpoint_id)
    async with database.reading() as reading:
        ends = select(feed.c.last, feed.c.gone).where(feed.c.endpoint_id == endpoint_id)
        row = (await reading.execute(ends)).one_or_none()
        last, gone = (0, 0) if row is None else (int(row.last), int(row.gone))
        begin = Cursor(gone) if after is None else after
        if not gone <= begin.position <= last:
            raise CursorGone
        if begin.position > gone and await _mark_at(reading, endpoint_id, begin) != begin.mark:
            raise CursorGone
        return await _page(reading, endpoint_id, begin, limit)


async def number(tx: Transaction, endpoint_id: int) -> int:
    """Give positions to entries that have been committed, the oldest first; how many."""
    mine = feed.c.endpoint_id == endpoint_id
    # Of two who read at once the later sees, in the statements that follow, what this one did.
    held = select(feed.c.last).where(mine).with_for_update()
    last = (await tx.execute(held)).scalar_one_or_none()
    if last is None:
        return 0
    fresh = (
        select(feed_entry.c.id, func.row_number().over(order_by=feed_entry.c.id).label("place"))
        .where(feed_entry.c.endpoint_id == endpoint_id, feed_entry.c.position.is_(None))
        .order_by(feed_entry.c.id)
        .limit(NUMBERED_AT_ONCE)
        .subquery()
    )
    given = await tx.execute(
        update(feed_entry)
        .where(feed_entry.c.id == fresh.c.id)
        .values(position=last + fresh.c.place)
        .returning(feed_entry.c.id)
    )
    count = len(given.all())
    await tx.execute(update(feed).where(mine).values(last=last + count))
    return count


class FeedEntries:
    """Entries of feeds, kept for seven days; what goes without a position gets one before."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """From the beginning of each feed on, up to the first that is young."""
        async with self._database.reading() as reading:
            feeds = (await reading.execute(select(feed.c.endpoint_id))).scalars().all()
        yield 0
        for endpoint_id in feeds:
            gone = LOOKED_AT
            while gone == LOOKED_AT:
                async with self._database.transaction() as tx:
                    gone = await _let_go(tx, endpoint_id, now)
                yield gone


async def _let_go(tx: Transaction, endpoint_id: int, now: datetime) -> int:
    """Nothing before which something young stands: no cursor of a young one may be gone.

    What a wrong clock dated back waits for its turn, and what one dated ahead is as old as what
    comes behind it.
    """
    await number(tx, endpoint_id)
    first = (
        select(feed_entry.c.id, feed_entry.c.position, feed_entry.c.created_at)
        .where(feed_entry.c.endpoint_id == endpoint_id, feed_entry.c.position.is_not(None))
        .order_by(feed_entry.c.position)
        .limit(LOOKED_AT)
    )
    rows = (await tx.execute(first)).all()
    no_young = list(takewhile(lambda row: not now - KEPT < row.created_at <= now, rows))
    ends = [at for at, row in enumerate(no_young, 1) if row.created_at <= now]
    going = no_young[: max(ends, default=0)]
    if going:
        chosen = feed_entry.c.id.in_([row.id for row in going])
        await tx.execute(delete(feed_entry).where(chosen))
        gone = update(feed).where(feed.c.endpoint_id == endpoint_id)
        await tx.execute(gone.values(gone=going[-1].position))
    return len(going)


async def _has_unnumbered(reading: Reading, endpoint_id: int) -> bool:
    fresh = select(feed_entry.c.id).where(
        feed_entry.c.endpoint_id == endpoint_id, feed_entry.c.position.is_(None)
    )
    return (await reading.execute(fresh.limit(1))).first() is not None


async def _mark_at(reading: Reading, endpoint_id: int, cursor: Cursor) -> bytes | None:
    there = (
        select(event.c.uuid)
        .join(feed_entry, feed_entry.c.event_id == event.c.id)
        .where(feed_entry.c.endpoint_id == endpoint_id, feed_entry.c.position == cursor.position)
    )
    found = (await reading.execute(there)).scalar_one_or_none()
    return None if found is None else _mark(found)


async def _page(reading: Reading, endpoint_id: int, begin: Cursor, limit: int) -> FeedPage:
    """At most so many, and no more bytes than a page holds; one at least."""
    chosen = (
        select(
            feed_entry.c.position,
            event.c.uuid,
            event.c.id,
            func.length(body.c.bytes).label("size"),
        )
        .join(event, event.c.id == feed_entry.c.event_id)
        .join(body, (body.c.event_id == event.c.id) & (body.c.dialect == DIALECT))
        .where(feed_entry.c.endpoint_id == endpoint_id, feed_entry.c.position > begin.position)
        .order_by(feed_entry.c.position)
        .limit(limit)
    )
    size, fits = 0, list[tuple[int, UUID, int]]()
    for row in (await reading.execute(chosen)).all():
        size += row.size
        if fits and size > PAGE_BYTES:
            break
        fits.append((row.position, row.uuid, row.id))
    if not fits:
        return FeedPage((), begin)
    wanted = body.c.event_id.in_([event_id for _, _, event_id in fits]), body.c.dialect == DIALECT
    texts = (await reading.execute(select(body.c.event_id, body.c.bytes).where(*wanted))).all()
    bodies = {row.event_id: bytes(row.bytes) for row in texts}
    position, uuid, _ = fits[-1]
    return FeedPage([bodies[event_id] for *_, event_id in fits], Cursor(position, _mark(uuid)))


def _mark(event_id: UUID) -> bytes:
    return event_id.bytes[:8]
