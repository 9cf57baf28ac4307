"""Protection: a feature that acts by itself, and what such features share.

Each says what it found and what it did to `Incidents`, which writes the log post with its Undo
and Why, knows who is in shadow, and draws the panel. They act on people through `Sanctions`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.catalogue.cases import CaseSource
from bot.controls import Post
from bot.incident import Finding, Measure
from bot.sanctions import Sanction, Sanctioned, SanctionType
from bot.settings import FeatureSettings
from bot.storage.database import Reading, Transaction

Undo = Callable[[int, int, Measure], Awaitable[None]]
"""Undoes one measure: who wants it, the guild, the measure.

A UserError says why it cannot be undone, ActUnknown that it is to be tried again. It may be asked
again after it was done, which then does nothing.
"""
StatusLines = Callable[[int], Awaitable[Sequence[tuple[str, str]]]]
"""From a guild to what its panel says of how things are: name and value, both Markdown."""


async def no_lines(_guild_id: int) -> Sequence[tuple[str, str]]:
    """Nothing to say beyond what every panel does."""
    return ()


@dataclass(frozen=True, slots=True)
class Protection:
    """One protection as its panel shows it.

    `title` is its name (marked, not translated), `settings` its model with the switch `enabled`;
    `permissions` are the bot's own that it needs, by Discord's names, each with what it is for.
    """

    name: str
    title: str
    settings: type[FeatureSettings]
    status: StatusLines = no_lines
    permissions: Mapping[str, str] = field(default_factory=dict[str, str])


class Incidents(Protocol):
    """The log of what protections found and did, as they write it."""

    async def is_shadow(self, guild_id: int, feature: str) -> bool:
        """Whether it only says what it would have done; from memory. Ask before a transaction."""
        ...

    async def open(self, tx: Transaction, finding: Finding) -> int:
        """Write down what was found, with the log post owed; the incident's number."""
        ...

    async def did(self, tx: Transaction, incident_id: int, *measures: Measure) -> None:
        """Add what was done, or would have been; the post is drawn anew, every few seconds.

        What comes after somebody has undone the incident is undone as well.
        """
        ...

    async def is_undone(self, reading: Reading, incident_id: int) -> bool:
        """Whether somebody wants it undone."""
        ...

    def undoes(self, kind: str, undo: Undo) -> None:
        """Measures of that kind are undone so; of any other kind they cannot be."""
        ...

    def protect(self, protection: Protection) -> None:
        """Make a protection known, once, while the features are built."""
        ...

    async def log_channel(self, guild_id: int) -> int | None:
        """Where protections say what they did; None where nothing is chosen."""
        ...

    async def panel(self, guild_id: int, feature: str) -> Post:
        """The protection's panel: what its own `panel` command answers with."""
        ...


class Sanctions(Protocol):
    """The owner of `case.*`, as protections see it."""

    async def order(self, sanction: Sanction) -> Sanctioned:
        """Do it as the bot itself, outside any transaction; a refusal is an answer, not an error.

        The owner, the bot and whoever stands above it are refused, and so is what would weaken
        what a person has set.
        """
        ...

    async def stands(self, guild_id: int, user_id: int, type_: SanctionType) -> bool:
        """Whether a case of that kind, or of one that takes its place, has effect on them."""
        ...

    async def lift(
        self, guild_id: int, number: int, *, by_id: int, reason: str, source: CaseSource = "bot"
    ) -> None:
        """Lift what a case did, for that person, as far as their rank goes.

        Nothing where it has ended; a UserError where it cannot be lifted, ActUnknown where Discord
        gave no answer.
        """
        ...
