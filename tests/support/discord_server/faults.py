"""Faults of the small Discord: what it tells late, twice or never, and what it answers badly.

A seed chooses them, by how likely the weather makes each; in fair weather there are none.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

Telling = Literal["once", "twice", "swapped", "never"]
"""An event that comes after the next one is swapped; an entry of the log may be later still."""

Answering = Literal[
    "well", "slow", "limited", "limited_everywhere", "failed", "doubled", "refused", "lost", "hangs"
]
"""Failed and refused requests are not done; of doubled, lost and hanging ones nobody knows.

discord.py asks again where it is limited, failed (502) or doubled (done, and answered 502); what is
refused or lost (503), or hangs, the bot has to cope with.
"""

Told = tuple[str, dict[str, Any]]

STEADY = frozenset({"READY", "RESUMED", "GUILD_CREATE", "GUILD_DELETE", "GUILD_MEMBERS_CHUNK"})
ENTRY, PRESSED = "GUILD_AUDIT_LOG_ENTRY_CREATE", "INTERACTION_CREATE"
LATEST = 6  # events that may be told before a late entry


@dataclass(frozen=True, slots=True)
class Weather:
    """How likely each fault is, between 0 and 1; else all goes well."""

    telling: Mapping[Telling, float] = field(default_factory=dict[Telling, float])
    answering: Mapping[Answering, float] = field(default_factory=dict[Answering, float])


FAIR = Weather()
STORM = Weather(
    telling={"twice": 0.15, "swapped": 0.2, "never": 0.1},
    answering={
        "slow": 0.05,
        "limited": 0.05,
        "limited_everywhere": 0.02,
        "failed": 0.02,
        "doubled": 0.02,
        "refused": 0.06,
        "lost": 0.06,
        "hangs": 0.003,
    },
)


class Faults:
    """Faults as they are drawn; `never` is what was not told, `muddled` what came out of turn,
    `refused` which requests were answered badly.

    `let_go` ends every answer that hangs.
    """

    def __init__(self, seed: int = 0) -> None:
        self.weather = FAIR
        self.let_go = asyncio.Event()
        self.never: list[Told] = []
        self.muddled: list[Told] = []
        self.refused: list[str] = []
        self._chance = random.Random(seed)
        self._kept: list[tuple[int, Told]] = []  # after how many events each is told
        self._spared = set[str]()

    def passed(self, event: str, data: dict[str, Any]) -> Sequence[Told]:
        """What is told now that this happened: what was kept back before it, too."""
        one = (event, deepcopy(data))
        if event in STEADY:
            return [one]
        kept = [(count - 1, told) for count, told in self._kept]
        self._kept = [(count, told) for count, told in kept if count > 0]
        due = [told for count, told in kept if count <= 0]
        return [*self._drawn(one), *due]

    def swapped(self) -> Sequence[Told]:
        """Time passes: what only came out of turn is told; entries of the log may come later."""
        due = [told for _count, told in self._kept if told[0] != ENTRY]
        self._kept = [(count, told) for count, told in self._kept if told[0] == ENTRY]
        return due

    def calm(self) -> Sequence[Told]:
        """From now on all goes well; what was kept back is told."""
        self.weather = FAIR
        self.let_go.set()
        kept, self._kept = self._kept, []
        return [told for _count, told in kept]

    def answering(self, call: str) -> Answering:
        """How a request is answered; after a bad answer the same request is answered well."""
        if call in self._spared:
            self._spared.discard(call)
            return "well"
        how = self._choice(self.weather.answering, "well")
        if how not in ("well", "slow"):
            self._spared.add(call)
            self.refused.append(call)
        return how

    def _drawn(self, one: Told) -> Sequence[Told]:
        how = self._choice(self.weather.telling, "once")
        if one[0] == PRESSED and how != "twice":
            return [one]  # whoever pressed sees that nothing happens, and presses again
        match how:
            case "never":
                self.never.append(one)
                return []
            case "twice":
                return [one, one]
            case "swapped":
                self.muddled.append(one)
                after = self._chance.randint(2, LATEST) if one[0] == ENTRY else 1
                self._kept.append((after, one))
                return []
            case _:
                return [one]

    def _choice(self, likely: Mapping[Any, float], otherwise: Any) -> Any:
        drawn = self._chance.random()
        for kind, share in likely.items():
            drawn -= share
            if drawn < 0:
                return kind
        return otherwise
