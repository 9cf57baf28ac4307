"""Ports: what the parts of the feature work with; the composition root fills it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.acts import Acts
from bot.catalogue.cases import CaseType
from bot.clock import Clock
from bot.feature import Echoes, GuildSettings
from bot.features.cases.model import Case
from bot.keyed_lock import KeyedLock
from bot.outbox.outbox import Outbox
from bot.posts.posts import Posts
from bot.sanctions import CaseFact
from bot.storage.database import Database, Reading, Transaction

AppealLink = Callable[[Case], Awaitable[str | None]]
"""From a case to the private address at which it is appealed; None where it cannot be."""


Reaction = Callable[[Transaction, int], Awaitable[None]]
"""What another feature does about a case, by its id, in the transaction that changes it."""
OnDone = Callable[[Transaction, int, int, CaseType, int], Awaitable[None]]
"""The same about an act that was carried out: the guild, who ordered it, what, about whom."""
MadeReaction = Callable[[Transaction, CaseFact], Awaitable[None]]
"""The same about a case that takes effect."""
Question = Callable[[Reading, int], Awaitable[bool]]
"""What only another feature knows about a case, by its id."""


@dataclass(slots=True)
class CasesPorts:
    """Ports shared by the services of the feature; the wiring adds what other features offer.

    One thing at a time is done about one person, under their lock.
    """

    database: Database
    outbox: Outbox
    settings: GuildSettings
    acts: Acts
    posts: Posts
    clock: Clock
    echoes: Echoes = field(init=False)
    appeal_link: AppealLink = field(init=False)
    locks: KeyedLock = field(default_factory=KeyedLock)
    on_done: list[OnDone] = field(default_factory=list[OnDone])
    on_made: list[MadeReaction] = field(default_factory=list[MadeReaction])
    on_ended: list[Reaction] = field(default_factory=list[Reaction])
    on_deleting: list[Reaction] = field(default_factory=list[Reaction])
    is_lifting: list[Question] = field(default_factory=list[Question])
