"""Ports: what appeals need of others; the composition root fills it."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from bot.acts import Actor, Acts
from bot.catalogue.cases import CaseAppealDecided, CaseAppealed
from bot.clock import Clock
from bot.feature import Echo, GuildSettings
from bot.outbox.audit import AuditLog
from bot.posts.posts import Posts
from bot.snapshots import CaseSeen
from bot.storage.database import Database, Reading, Transaction


class Punishment(Protocol):
    """A case, and what is asked and done about lifting it."""

    @property
    def case(self) -> CaseSeen: ...

    @property
    def is_in_force(self) -> bool:
        """Whether its row and the clock say that it has effect."""
        ...

    async def finalise(self, tx: Transaction, *, is_final: bool) -> None:
        """Say whether it can be appealed; the case is locked."""
        ...

    def refuse(self, actor: Actor) -> None:
        """A UserError for whoever may not undo that kind of case, or is the person it is about."""
        ...

    async def stands(self) -> bool:
        """Whether it has effect, asked of Discord for a ban; ActFailed where nobody can tell."""
        ...

    def lifting(self) -> AbstractAsyncContextManager[Echo]:
        """The person's turn; what Discord tells of the end meanwhile is ours to tell.

        What came before is told first: the row may change by it.
        """
        ...

    def expect(self) -> None:
        """The same for a lift that another process began."""
        ...

    async def lift(self, by: str) -> None:
        """Lift it on Discord; gone is lifted. ActRefused or ActUnknown, and it may be repeated."""
        ...

    async def lifted(self, tx: Transaction, echo: Echo, by_id: int, reason: str | None) -> bool:
        """Tell that it was lifted; false, and nothing told, where it had ended already."""
        ...

    def told_elsewhere(self, echo: Echo, by_id: int, reason: str | None) -> None:
        """Another process told of the lift: nothing of it is still to come."""
        ...


class LiftableCases(Protocol):
    """The owner of `case.*`."""

    async def find(
        self, reading: Reading, case_id: int, *, locks: bool = False
    ) -> Punishment | None:
        """The case of any guild: who calls compares guild and person.

        `locks` keeps it from other writers until the transaction ends; before its appeals.
        """
        ...

    async def tell(self, tx: Transaction, event: CaseAppealed | CaseAppealDecided) -> None:
        """Emit it."""
        ...


@dataclass(slots=True)
class AppealsPorts:
    """Ports shared by the parts of the feature; the wiring adds `cases`."""

    database: Database
    settings: GuildSettings
    audit: AuditLog
    posts: Posts
    acts: Acts
    clock: Clock
    cases: LiftableCases = field(init=False)
