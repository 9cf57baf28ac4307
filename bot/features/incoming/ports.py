"""Ports of incoming webhooks: what its services share, and what the wiring adds of the others."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.acts import Acts
from bot.clock import Clock
from bot.features.incoming.actions import StartGiveaway
from bot.keyed_lock import KeyedLock
from bot.money import WalletAfter
from bot.outbox.audit import AuditLog
from bot.posts.posts import Posts
from bot.sanctions import CaseRef
from bot.snapshots import Account
from bot.storage.changes import ChangeFeed
from bot.storage.database import Database, Transaction
from bot.storage.vault import Vault

TOPIC = "incoming_webhooks"
ALL = "all"
"""Of the change feed: one of them is another now, or gone."""


class PushesMoney(Protocol):
    """The owner of `economy.*`, as whoever pushes money in sees it."""

    async def change(
        self,
        guild_id: int,
        whose: Account,
        amount: str,
        *,
        currency_id: int | None,
        reason: str | None,
    ) -> Callable[[Transaction], Awaitable[WalletAfter]]:
        """The change, to be made in a transaction; a UserError where it cannot be."""
        ...


class PushesXp(Protocol):
    """The owner of `xp.*`."""

    async def give(
        self, guild_id: int, to: Account, xp: int
    ) -> Callable[[Transaction], Awaitable[tuple[int, int]]]:
        """So many more, to be given in a transaction, which brings all they have and the level."""
        ...


class PushesCases(Protocol):
    """The owner of `case.*`."""

    async def record(
        self, guild_id: int, user_id: int, type_: str, *, reason: str, by_id: int | None, key: str
    ) -> CaseRef:
        """A case, made once for its key; ActUnknown where it may come to something later."""
        ...


class PushesTickets(Protocol):
    """The owner of `ticket.*`."""

    async def opening(
        self,
        guild_id: int,
        opener: Account,
        type_id: int,
        subject: str | None,
        answers: Sequence[tuple[str, str]],
    ) -> Callable[[Transaction], Awaitable[int]]:
        """The first step of an opening, to be made in a transaction; the ticket's number of ours.

        NotFound without such a type; a UserError where an answer fits no question of its form.
        """
        ...

    async def opened(self, ticket_id: int) -> tuple[int, int]:
        """The second and third step: its number and its channel; a UserError where it is void."""
        ...

    async def withdraw(self, tx: Transaction, ticket_id: int) -> None:
        """Nothing is to come of one that is not open yet, whatever was made of it."""
        ...

    async def closing(
        self, guild_id: int, ticket_id: int, reason: str | None
    ) -> Callable[[Transaction], Awaitable[int]]:
        """The end of one, to be made in a transaction; its number. NotFound without it."""
        ...


class PushesGiveaways(Protocol):
    """The owner of `giveaway.*`."""

    async def start(
        self,
        guild_id: int,
        asked: StartGiveaway,
        *,
        by_name: str,
    ) -> Callable[[Transaction], Awaitable[tuple[int, datetime]]]:
        """One to be begun in a transaction; its number, and when it ends.

        NotFound without such a channel; a UserError where the bot may not write there.
        """
        ...

    async def end(
        self, guild_id: int, giveaway_id: int, *, by_name: str
    ) -> Callable[[Transaction], Awaitable[int]]:
        """Its end, to be made in a transaction; it is drawn right after. NotFound without it."""
        ...


@dataclass(slots=True)
class IncomingPorts:
    """Ports shared by the services of the feature."""

    database: Database
    acts: Acts
    posts: Posts
    audit: AuditLog
    clock: Clock
    vault: Vault
    public_url: str | None
    money: PushesMoney = field(init=False)
    xp: PushesXp = field(init=False)
    cases: PushesCases = field(init=False)
    tickets: PushesTickets = field(init=False)
    giveaways: PushesGiveaways = field(init=False)
    # One new secret at a time for a person: the later click does not write over what was shown.
    showing: KeyedLock = field(default_factory=KeyedLock)

    @property
    def changes(self) -> ChangeFeed:
        return self.database.changes

    def address(self, uuid: object) -> str | None:
        """Where programs push to; None where the bot has no public address."""
        return None if self.public_url is None else f"{self.public_url.rstrip('/')}/in/{uuid}"
