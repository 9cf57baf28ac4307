"""Payment: what is owed is drawn, sent or edited, and what came of it is written down."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.acts import ActFailed, ActRefused, Acts, ActUnknown, Outcome
from bot.clock import Clock
from bot.controls import Post
from bot.logs import get_logger
from bot.posts import store
from bot.posts.attempt import PostAttempt
from bot.posts.store import PostRecord
from bot.snapshots import GuildSeen
from bot.storage.database import Database, Transaction
from bot.storage.sweep import LEASE
from bot.texts import _, use

PATIENCE = 10  # what failed is tried again after a tenth of its age, a minute at least
FAILURE_LIMIT = 500  # characters

Draw = Callable[[GuildSeen, int], Awaitable[Post | None]]
"""The subject as it is now, for its guild; None where nothing is to be said any more.

It opens its own reading: what it asks besides may need one as well.
"""
Last = Callable[[Mapping[str, Any]], Post]
"""What is left of a message whose subject is gone, drawn from what `drop` was given."""
Chosen = Callable[[int], Awaitable[int | None]]
"""The channel that a guild has chosen."""
Settled = Callable[[Transaction, PostRecord], Awaitable[None]]
"""Told in its transaction when something else came of a post than before."""


@dataclass(frozen=True, slots=True)
class PostKind:
    """One kind of post: how it is drawn, where it goes, and how long it is worth sending.

    A direct message older than `fresh` is not sent; what goes into a channel is tried once more,
    and given up where that fails. `members_only` writes to nobody who has left the guild. One that
    changes often is drawn every `pace` at most. Without `last`, what was said stays.
    """

    name: str
    draw: Draw
    fresh: timedelta
    settled: Settled | None = None
    last: Last | None = None
    channel: Chosen | None = None
    members_only: bool = False
    pace: timedelta = timedelta()


_log = get_logger("herald.posts")


class Payment:
    """Pays what this process has a lease of."""

    def __init__(self, database: Database, acts: Acts, *, clock: Clock) -> None:
        self._database = database
        self._acts = acts
        self._clock = clock
        self.kinds: dict[str, PostKind] = {}

    async def pay(self, taken: PostRecord) -> None:
        """Draw it until it is as its subject is; the lease is this process's."""
        record: PostRecord | None = taken
        while record is not None:
            record = await self._tried(record)

    async def _tried(self, record: PostRecord) -> PostRecord | None:
        """One try; the record as it is now where it changed meanwhile, to be drawn again."""
        kind, attempt = self.kinds[record.kind], PostAttempt(self._acts, record)
        guild = await self._guild(record.guild_id)
        if guild is None and self._age(record) <= kind.fresh:
            return await self._left(record)
        with use(None if guild is None else guild.locale):
            try:
                if guild is None:
                    raise ActUnknown(_("the server is not available"))
                is_left = await self._brought(kind, attempt, guild)
            except ActFailed as error:
                return await self._failed(kind, attempt, error)
        if not is_left:
            return await self._removed(record)
        return await self._recorded(kind, attempt, outcome=Outcome.SENT, failure=None)

    async def _guild(self, guild_id: int) -> GuildSeen | None:
        with suppress(ActUnknown):
            await self._acts.know(guild_id)
        return self._acts.guild(guild_id)

    async def _brought(self, kind: PostKind, attempt: PostAttempt, guild: GuildSeen) -> bool:
        """Bring the message to what it is to be; false where nothing will be said any more."""
        record = attempt.record
        post = await _drawing(kind, record, guild)
        if post is None:
            return False
        chosen = record.channel_id
        if kind.channel is not None and record.user_id is None:
            chosen = await kind.channel(record.guild_id)
        found = await attempt.look(post, chosen)
        if found:
            # Two posts may read the same: each message is one's.
            async with self._database.reading() as reading:
                others = await store.known(reading, found)
            attempt.message_id = min(set(found) - others, default=None)
        await attempt.redraw(post)
        if record.last is not None:
            return False
        if attempt.message_id is None:
            if record.user_id is not None and self._age(record) > kind.fresh:
                raise ActUnknown(_("it is too late for it"))
            # Whoever comes after a death looks for this drawing, however its subject is by then.
            async with self._database.transaction() as tx:
                await store.note_drawing(tx, record, self._acts.fingerprint(post))
            await attempt.send(post, chosen, members_only=kind.members_only)
        return True

    async def _failed(
        self, kind: PostKind, attempt: PostAttempt, error: ActFailed
    ) -> PostRecord | None:
        """Tried again while it is fresh; but whoever takes no direct message takes none later.

        A last drawing, too: a permission that is missing now may be given.
        """
        record, age = attempt.record, self._age(attempt.record)
        is_refused = isinstance(error, ActRefused)
        is_over = (is_refused and record.user_id is not None) or age > kind.fresh
        if is_over and record.last is not None:
            return await self._removed(record)
        outcome = Outcome.REFUSED if is_refused else Outcome.LATE
        return await self._recorded(
            kind,
            attempt,
            outcome=outcome,
            failure=str(error)[:FAILURE_LIMIT],
            is_owed=not is_over,
            look_at=self._clock.now() + max(LEASE, age / PATIENCE),
            tries=0 if is_refused and attempt.is_clear else record.tries,
        )

    async def _recorded(
        self,
        kind: PostKind,
        attempt: PostAttempt,
        *,
        outcome: Outcome,
        failure: str | None,
        **values: Any,
    ) -> PostRecord | None:
        """Write down what came of a try, for the version that was drawn."""
        async with self._database.transaction() as tx:
            seen = await store.locked(tx, attempt.record.id)
            if seen is None:
                return None
            is_again = seen.version != attempt.record.version
            if outcome is Outcome.SENT:
                values = self._sent(kind, is_again=is_again)
            after = await store.change(
                tx,
                seen.id,
                channel_id=attempt.channel_id,
                message_id=attempt.message_id,
                outcome=outcome.value,
                failure=failure,
                fingerprint=None if attempt.is_clear else attempt.fingerprint,
                **{**values, "is_owed": is_again or values["is_owed"]},
            )
            if (after.outcome, after.failure) != (seen.outcome, seen.failure):
                await self._told(tx, kind, after)
        return after if is_again and after.tries and outcome is Outcome.SENT else None

    def _sent(self, kind: PostKind, *, is_again: bool) -> dict[str, Any]:
        """Changed while it was drawn, it is drawn again at once, by whoever has it, or in time."""
        now = self._clock.now()
        if is_again and not kind.pace:
            return {"is_owed": True, "look_at": now + LEASE, "tries": 1}
        return {"is_owed": False, "look_at": now + kind.pace if kind.pace else None, "tries": 0}

    async def _told(self, tx: Transaction, kind: PostKind, after: PostRecord) -> None:
        if after.failure is not None:
            _log.warning(
                "post.not_sent",
                kind=after.kind,
                subject_id=after.subject_id,
                outcome=after.outcome,
                error=after.failure,
            )
        if kind.settled is not None:
            await kind.settled(tx, after)

    async def _left(self, record: PostRecord) -> None:
        """Another process may see that guild, or this one in a minute: it was not tried."""
        async with self._database.transaction() as tx:
            if await store.locked(tx, record.id) is not None:
                await store.change(tx, record.id, tries=record.tries - 1)

    async def _removed(self, record: PostRecord) -> None:
        async with self._database.transaction() as tx:
            await store.remove(tx, record)

    def _age(self, record: PostRecord) -> timedelta:
        return self._clock.now() - record.owed_since


async def _drawing(kind: PostKind, record: PostRecord, guild: GuildSeen) -> Post | None:
    if record.last is None:
        return await kind.draw(guild, record.subject_id)
    return None if kind.last is None else kind.last(record.last)
