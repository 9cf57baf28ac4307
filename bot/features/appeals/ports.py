"""What appeals need of others; the composition root fills it."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.acts import Actor, Acts
from bot.catalogue.cases import CaseAppealDecided, CaseAppealed
from bot.clock import Clock
from bot.feature import GuildSettings
from bot.outbox.audit import AuditLog
from bot.storage.database import Database, Reading, Transaction


class CaseSeen(Protocol):
    """A case, as far as an appeal goes by it; `state` is `active` while it has effect."""

    @property
    def id(self) -> int: ...
    @property
    def guild_id(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def type(self) -> str: ...
    @property
    def user_id(self) -> int: ...
    @property
    def username(self) -> str: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def state(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime | None: ...


class Punishment(Protocol):
    """A case, and what is asked and done about lifting it."""

    @property
    def case(self) -> CaseSeen: ...

    @property
    def is_in_force(self) -> bool:
        """Whether its row and the clock say that it has effect."""
        ...

    def turn(self) -> AbstractAsyncContextManager[None]:
        """The person's turn, shared with everything else that is done about them."""
        ...

    async def meet(self, actor: Actor) -> None:
        """Learn the rank of both people, where nobody remembers it; ActFailed without an answer."""
        ...

    def refuse(self, actor: Actor) -> None:
        """A UserError for whoever may not undo that kind of case, or is the person it is about."""
        ...

    async def stands(self) -> bool:
        """Whether it has effect, asked of Discord for a ban; ActFailed where nobody can tell."""
        ...

    async def catch_up(self) -> None:
        """Let everything be told that came before the lift; its row may change by it."""
        ...

    def expect(self) -> None:
        """Its end is under way: what Discord tells of it is ours to tell."""
        ...

    async def lift(self, by: str) -> None:
        """Lift it on Discord; gone is lifted. ActRefused or ActUnknown, and it may be repeated."""
        ...

    async def lifted(self, tx: Transaction, by_id: int, reason: str | None) -> bool:
        """Tell that it was lifted; false, and nothing told, where it had ended already."""
        ...

    def told_elsewhere(self, by_id: int, reason: str | None) -> None:
        """Another process told of the lift: nothing of it is still to come."""
        ...

    async def left(self) -> None:
        """Nothing was lifted: what Discord told meanwhile was somebody else's doing."""
        ...


class Cases(Protocol):
    """The owner of `case.*`."""

    async def find(self, reading: Reading, case_id: int) -> Punishment | None:
        """The case of any guild: who calls compares guild and person."""
        ...

    async def locked(self, tx: Transaction, case_id: int) -> Punishment | None:
        """The same, kept from other writers until the transaction ends; before its appeals."""
        ...

    async def tell(self, tx: Transaction, event: CaseAppealed | CaseAppealDecided) -> None:
        """Emit it."""
        ...


@dataclass(slots=True)
class Tools:
    """Shared by the parts of the feature; `owed` wakes the sweep, the wiring adds `cases`."""

    database: Database
    settings: GuildSettings
    audit: AuditLog
    clock: Clock
    acts: Acts
    cases: Cases = field(init=False)
    owed: asyncio.Event = field(default_factory=asyncio.Event)
