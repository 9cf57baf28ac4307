"""What every part of the feature works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.acts import Acts
from bot.catalogue.members import MemberBanned, MemberLeft, MemberUnbanned
from bot.clock import Clock
from bot.feature import GuildSettings
from bot.features.cases.model import Case
from bot.keyed_lock import KeyedLock
from bot.outbox.outbox import Outbox
from bot.storage.database import Database, Transaction

Fact = MemberBanned | MemberLeft | MemberUnbanned
Expected = Literal["left", "banned", "unbanned"]


class Members(Protocol):
    """The owner of `member.*`."""

    async def told(self, tx: Transaction, fact: Fact) -> None:
        """Tell of the bot's own act in the transaction of its case."""
        ...

    def expect(self, guild_id: int, user_id: int, kind: Expected) -> None:
        """An act is under way: what the gateway tells of it is kept for the case to tell."""
        ...

    async def catch_up(self, guild_id: int, user_id: int) -> None:
        """An act begins: what is held of that person came before it, and is told now."""
        ...

    def learn(self, fact: Fact) -> None:
        """Another process told the act: nothing is expected of it any longer."""
        ...

    async def forget(self, guild_id: int, user_id: int, kind: Expected) -> None:
        """Nothing came of the act: what was kept is told after all, as somebody else's."""
        ...


AppealLink = Callable[[Case], Awaitable[str | None]]
"""From a case to the private address at which it is appealed; None where it cannot be."""


Reaction = Callable[[Transaction, int], Awaitable[None]]
"""What another feature does about a case, by its id, in the transaction that changes it."""


async def no_link(_case: Case) -> None:
    """Without the web face nothing can be appealed."""


@dataclass(slots=True)
class Tools:
    """Shared by the services of the feature; the wiring adds what other features offer."""

    database: Database
    outbox: Outbox
    settings: GuildSettings
    acts: Acts
    clock: Clock
    members: Members = field(init=False)
    appeal_link: AppealLink = no_link
    turns: KeyedLock = field(default_factory=KeyedLock)
    on_ended: list[Reaction] = field(default_factory=list[Reaction])
    on_deleting: list[Reaction] = field(default_factory=list[Reaction])
