"""Members: one method for each signal, and the task that settles who has left."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.catalogue import Event
from bot.clock import Clock
from bot.config.settings import Members
from bot.features.members.model import AuditSeen, MembersSettings, MemberWatch, Person
from bot.logs import get_logger
from bot.outbox.outbox import Outbox
from bot.settings import FeatureSettings

Model = TypeVar("Model", bound=FeatureSettings)

_log = get_logger("herald.members")


class GuildSettings(Protocol):
    """A guild's choices, as a feature reads them."""

    async def get(self, guild_id: int, model: type[Model]) -> Model:
        """The guild's choices over the defaults."""
        ...


@dataclass(eq=False)
class MembersService:
    """Signals in, recorded facts out; each call returns when what it told is durable.

    The watch hears every signal before anything is awaited, so that it hears them in the order
    in which they came.
    """

    outbox: Outbox
    settings: GuildSettings
    clock: Clock
    config: Members
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._watch = MemberWatch(timedelta(seconds=self.config.leave_hold_seconds))
        self._changed = asyncio.Event()
        self._stopping = False
        self._recording = 0
        self._recorded = asyncio.Event()
        self._recorded.set()

    def start(self) -> None:
        """Begin to settle removals."""
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name="members")

    async def stop(self) -> None:
        """Decide at once who has left, and return when that is recorded."""
        self._stopping = True
        self._changed.set()
        if self._task is not None:
            await self._task
            self._task = None
        await self._settle(self._watch.decide_all())
        await self._recorded.wait()  # what the gateway's listeners were told at the last moment

    async def joined(self, person: Person, joined_at: datetime | None) -> None:
        now = self.clock.now()
        await self._record(self._watch.joined(person, joined_at or now, now))

    async def removed(self, person: Person, joined_at: datetime | None) -> None:
        """Somebody is gone: it is settled later whether they left."""
        facts = self._watch.removed(person, joined_at, self.clock.now())
        self._changed.set()
        await self._record(facts)

    async def banned(self, person: Person) -> None:
        await self._record(self._watch.banned(person, self.clock.now()))

    async def unbanned(self, person: Person) -> None:
        await self._record(self._watch.unbanned(person, self.clock.now()))

    async def audit_seen(self, entry: AuditSeen) -> None:
        await self._record(self._watch.audit_seen(entry, self.clock.now()))

    async def _run(self) -> None:
        while not self._stopping:
            self._changed.clear()
            await self._settle(self._watch.decide(self.clock.now()))
            due = self._watch.next_due()
            wait = None if due is None else (due - self.clock.now()).total_seconds()
            await self.clock.wait(self._changed, wait)

    async def _record(self, facts: Sequence[Event]) -> None:
        self._recording += 1
        self._recorded.clear()
        try:
            for fact in facts:
                chosen = await self.settings.get(fact.guild_id, MembersSettings)
                if chosen.enabled:
                    await self.outbox.record(fact)
        finally:
            self._recording -= 1
            if not self._recording:
                self._recorded.set()

    async def _settle(self, facts: Sequence[Event]) -> None:
        """Record facts side by side; one that fails is logged and keeps no other back."""
        results = await asyncio.gather(
            *(self._record([fact]) for fact in facts), return_exceptions=True
        )
        for fact, result in zip(facts, results, strict=True):
            if isinstance(result, Exception):
                _log.error("members.unrecorded", fact=fact.type, exc_info=result)
