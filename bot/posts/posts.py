"""Posts: what is owed to Discord is written down with what made it due, and paid after the commit.

A message is drawn from its subject as that is when it is sent, and edited in place when that
changes; one that somebody deleted is posted anew. In the language of the guild: whoever reads it
is not the one whose doing it followed from.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from bot.acts import Acts, Outcome
from bot.clock import Clock
from bot.posts import store
from bot.posts.payment import Payment, PostKind
from bot.posts.store import Addressee
from bot.posts.tables import post as table
from bot.storage.database import Database, Reading, Transaction
from bot.storage.sweep import LEASE, DueRows, Sweep


class Posts:
    """Owes, draws and pays; a sweep finds what a crash or a refusal left."""

    def __init__(self, database: Database, acts: Acts, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._payment = Payment(database, acts, clock=clock)
        self._kinds = self._payment.kinds
        self._sweep = Sweep("posts", database, clock=clock, ready=lambda: acts.is_connected)
        self._sweep.rows(
            DueRows(
                "owed",
                table,
                self._due,
                store.record_of,
                self._payment.pay,
                still=store.still,
                also=store.CLAIM,
            )
        )
        self._swept: Collection[str] | None = None
        self.stop, self.sweep = self._sweep.stop, self._sweep.sweep

    def start(self, features: Collection[str] | None = None) -> None:
        """Sweep for these features, all without; a kind's name begins with its feature's.

        What another process has the features of is said by that one, as whom it is connected.
        """
        self._swept = features
        self._sweep.start()

    def kind(self, kind: PostKind) -> None:
        """Make a kind known."""
        self._kinds[kind.name] = kind

    async def owe(
        self, tx: Transaction, kind: str, subject_id: int, to: Addressee, *, soon: bool = True
    ) -> None:
        """Owe a message, or a redrawing of the one there is.

        `soon` wakes the sweep at the commit; without it, it is left to the caller for a minute.
        """
        if not await self.redraw(tx, kind, subject_id, soon=soon):
            look_at = None if soon else self._clock.now() + LEASE
            await store.add(tx, kind, subject_id, to, self._clock.now(), look_at=look_at)

    async def redraw(
        self,
        tx: Transaction,
        kind: str,
        subject_id: int,
        *,
        soon: bool | None = True,
        **values: Any,
    ) -> bool:
        """The subject has changed: draw its message anew; false where it has none.

        `soon` as above; None is whenever it would be drawn next.
        """
        now = self._clock.now()
        if soon:
            tx.on_commit(self._sweep.wake)
        if soon is not None and not self._kinds[kind].pace:
            values["look_at"] = None if soon else now + LEASE
        return await store.owe_again(tx, kind, subject_id, now, **values)

    async def drop(
        self,
        tx: Transaction,
        kind: str,
        subject_id: int,
        about: Mapping[str, Any] | None = None,
        *,
        soon: bool = True,
    ) -> None:
        """The subject goes: its message says so, for which `about` is left, or stays as it is."""
        await store.forget(tx, kind, subject_id, unsaid=about is not None)
        if about is not None:
            await self.redraw(tx, kind, subject_id, soon=soon, last=dict(about))

    async def keep(
        self, tx: Transaction, kind: str, subject_id: int, to: Addressee, **came: Any
    ) -> None:
        """What came of a message that is sent by itself: its `outcome`, its id.

        Kept with `tries` and a fingerprint before it is sent, it is found again after a crash.
        """
        found = await store.find(tx, kind, subject_id)
        if found is None:
            now = self._clock.now()
            await store.add(tx, kind, subject_id, to, now, **{"is_owed": False, **came})
        elif not found.is_owed:
            await store.change(tx, found.id, **came)

    def _due(self, now: datetime) -> Select[Any]:
        features = self._swept
        kinds = [
            kind for kind in self._kinds if features is None or kind.partition(".")[0] in features
        ]
        return store.due(kinds, now)

    async def pay(self, kind: str, subject_id: int) -> Outcome | None:
        """Send what is owed now; what came of it, None where nothing has yet."""
        async with self._database.transaction() as tx:
            keeps_pace = bool(self._kinds[kind].pace)
            now = self._clock.now()
            taken = await store.claim(tx, kind, subject_id, now, keeps_pace=keeps_pace)
        if taken is not None:
            await self._payment.pay(taken)
        async with self._database.reading() as reading:
            return await self.outcome(reading, kind, subject_id)

    async def outcome(self, reading: Reading, kind: str, subject_id: int) -> Outcome | None:
        """What came of the last try; None where there was none, or there is no such post."""
        found = await store.find(reading, kind, subject_id)
        return None if found is None else found.outcome
