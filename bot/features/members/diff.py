"""Diff of what was known and what is seen: what happened while nobody looked."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.catalogue.members import MemberBanned
from bot.features.members import facts
from bot.features.members.facts import Fact
from bot.snapshots import AuditAction, AuditSeen, Banned, Person, Present

SAME_VISIT = timedelta(seconds=5)
"""Discord rounds the moment of a join differently from one answer to the next."""


Part = Literal["members", "bans"]
"""The list that a fact was found in; each has a baseline of its own."""


@dataclass(frozen=True, slots=True)
class Before:
    """Knowledge of a guild before."""

    guild_id: int
    members: Mapping[int, Present]
    bans: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class GuildNow:
    """Sight of a guild; None where a look failed, which says nothing."""

    members: Mapping[int, Present] | None
    bans: Mapping[int, Banned] | None
    entries: Collection[AuditSeen] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A fact found late; the echo of the bot's own case is known, and not told.

    `is_owed`: the case has yet to tell it.
    """

    fact: Fact
    part: Part
    is_echo: bool = False
    is_owed: bool = False


class Log:
    """The entries since the last look: the newest about each person, and what prunes count."""

    def __init__(self, entries: Iterable[AuditSeen]) -> None:
        self._last: dict[tuple[int, AuditAction], AuditSeen] = {}
        self._pruned: list[AuditSeen] = []
        for entry in sorted(entries, key=lambda entry: entry.entry_id):
            if entry.action == "prune":
                self._pruned += [entry] * entry.count
            elif entry.target_id is not None:
                self._last[entry.target_id, entry.action] = entry

    def last(self, user_id: int, *actions: AuditAction) -> AuditSeen | None:
        """The newest entry about that person of one of these kinds."""
        found = [self._last.get((user_id, action)) for action in actions]
        return max(
            (entry for entry in found if entry), key=lambda entry: entry.entry_id, default=None
        )

    def pruned(self) -> AuditSeen | None:
        """A prune that counts one more removal than it has explained."""
        return self._pruned.pop() if self._pruned else None


def same_visit(known: datetime | None, seen: datetime | None) -> bool:
    """Whether both are the moment of one join; what is not known counts as the same."""
    return known is None or seen is None or abs(known - seen) <= SAME_VISIT


def differences(before: Before, seen: GuildNow, skip: Collection[int]) -> list[Found]:
    """Every fact that lies between, but for people of whom the gateway has told meanwhile.

    Somebody who was banned is not told to have left; somebody who joined anew left before.
    """
    log = Log(seen.entries)
    found = list(_bans(before, seen, log))
    if seen.members is not None:
        banned = {one.fact.user_id for one in found if isinstance(one.fact, MemberBanned)}
        # Signals out of order can leave somebody known as a member and as banned; neither is true.
        told = {one.fact.user_id for one in found} - banned
        told |= before.bans.keys() & (seen.bans or {}).keys()
        found += _members(before, seen, log, gone={*skip, *banned}, bans_told=told)
    return [one for one in found if one.fact.user_id not in skip]


def _bans(before: Before, seen: GuildNow, log: Log) -> Iterator[Found]:
    if seen.bans is None:
        return
    for user_id, ban in seen.bans.items():
        if user_id not in before.bans:
            entry = log.last(user_id, "ban")
            # Who was a member was not banned: that is news even where the list is seen first.
            part: Part = "members" if user_id in before.members else "bans"
            yield _found(facts.banned(ban.person, entry, ban.reason), entry, part)
    for user_id, name in before.bans.items():
        if user_id not in seen.bans:
            entry = log.last(user_id, "unban")
            person = Person(before.guild_id, user_id, name, is_bot=False)
            yield _found(facts.unbanned(person, entry), entry, "bans")


def _members(
    before: Before, seen: GuildNow, log: Log, *, gone: Collection[int], bans_told: Collection[int]
) -> Iterator[Found]:
    present = seen.members or {}
    for user_id, known in before.members.items():
        now = present.get(user_id)
        is_here = now is not None and same_visit(known.joined_at, now.joined_at)
        if not is_here and user_id not in gone:
            yield from _departure(known, seen, log, is_ban_told=user_id in bans_told)
    for user_id, now in present.items():
        known = before.members.get(user_id)
        if now.joined_at is not None and (
            known is None or not same_visit(known.joined_at, now.joined_at)
        ):
            yield Found(facts.joined(now.person, now.joined_at), "members")


def _departure(known: Present, seen: GuildNow, log: Log, *, is_ban_told: bool) -> Iterator[Found]:
    person = known.person
    actions: tuple[AuditAction, ...] = ("kick",) if is_ban_told else ("kick", "ban")
    entry = log.last(person.user_id, *actions) or log.pruned()
    if entry is None or entry.action != "ban":
        gone = facts.left(person, entry, joined_at=known.joined_at, left_at=None)
        yield _found(gone, entry, "members")
        return
    yield _found(facts.banned(person, entry), entry, "members")
    if seen.bans is not None:
        # The list knows of no ban: it was lifted again.
        end = log.last(person.user_id, "unban")
        yield _found(facts.unbanned(person, end), end, "members")


def _found(fact: Fact, entry: AuditSeen | None, part: Part) -> Found:
    return Found(fact, part, entry is not None and entry.is_echo)
