"""Facts that the bot itself is about to bring about: kept for the case that will tell them."""

from typing import Literal

from bot.catalogue.members import MemberBanned, MemberJoined, MemberLeft, MemberUnbanned
from bot.features.members.facts import Fact
from bot.features.members.memory import Key

Expected = Literal["left", "banned", "unbanned"]

_BRINGS: dict[Expected, tuple[Expected, ...]] = {
    "left": ("left",),
    "banned": ("left", "banned"),
    "unbanned": ("unbanned",),
}
"""A ban is also a removal, which may be heard first."""


class ExpectedFacts:
    """What the gateway tells of an act under way is kept; the case's own telling makes an end.

    Without the audit log nobody can see whose a ban is: one by hand at the same moment upon the
    same person is the same fact.
    """

    def __init__(self) -> None:
        self._expected: dict[Key, set[Expected]] = {}
        self._kept: dict[tuple[Key, Expected], Fact] = {}

    def expect(self, key: Key, kind: Expected) -> None:
        """Such an act begins."""
        self._expected.setdefault(key, set()).add(kind)

    def takes(self, fact: Fact) -> bool:
        """Keep the fact where it is expected."""
        key, kind = (fact.guild_id, fact.user_id), _kind(fact)
        brought = {one for act in self._expected.get(key, ()) for one in _BRINGS[act]}
        if kind is None or kind not in brought:
            return False
        self._kept.setdefault((key, kind), fact)
        return True

    def by_hand(self, fact: Fact) -> Fact | None:
        """What the audit log says somebody else did at the moment of the bot's own act."""
        kind = _kind(fact)
        kept = None if kind is None else self._kept.get(((fact.guild_id, fact.user_id), kind))
        if kept is None or isinstance(kept, MemberJoined) or kept.moderator_id is None:
            return None
        return kept

    def over(self, key: Key, kind: Expected) -> list[Fact]:
        """The act is over, one way or the other: what was kept of it."""
        acts = self._expected.get(key, set())
        acts.discard(kind)
        if not acts:
            self._expected.pop(key, None)
        kept = {one: self._kept.pop((key, one), None) for one in _BRINGS[kind]}
        if kept.get("banned") is not None:
            kept["left"] = None  # it was the ban's
        return [fact for fact in kept.values() if fact is not None]

    def told(self, fact: Fact) -> None:
        """Somebody told the fact: nothing of it is to be told again."""
        kind = _kind(fact)
        if kind is not None:
            self.over((fact.guild_id, fact.user_id), kind)


def _kind(fact: Fact) -> Expected | None:
    if isinstance(fact, MemberLeft):
        return "left"
    if isinstance(fact, MemberBanned):
        return "banned"
    return "unbanned" if isinstance(fact, MemberUnbanned) else None
