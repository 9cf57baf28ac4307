"""Roster: facts and what is known of members, written together or not at all."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from bot.catalogue.members import MemberBanned, MemberJoined, MemberLeft, MemberUnbanned
from bot.features.members import facts, store
from bot.features.members.diff import Found, same_visit
from bot.features.members.facts import Fact, RosterChanges
from bot.keyed_lock import Key
from bot.outbox.outbox import Outbox
from bot.snapshots import Person, Present
from bot.storage.database import Database, Transaction
from bot.storage.group import Group

TOGETHER = 200  # facts that share one transaction, at most

Wants = Callable[[int], Awaitable[bool]]
"""Whether a guild is to be told."""

OnUnbanned = Callable[[Transaction, int, int, int | None], Awaitable[None]]
"""What another feature does about a ban's end by hand, in the transaction that tells it.

From the guild, the user and the moderator, None where the audit log did not say.
"""

OnLateJoins = Callable[[Transaction, int, Mapping[int, datetime | None]], Awaitable[None]]
"""The same about people who came to a guild while nobody looked, some hundreds at once.

With the moment at which each did.
"""

OnFact = Callable[[Transaction, Fact], Awaitable[None]]
"""The same about every fact that is news and not the bot's own doing."""

OnMoves = Callable[[Transaction, int, Collection[int]], Awaitable[None]]
"""The same about people who came, or left or were banned, by whomever, up to a thousand at once.

It asks for all of them together: most have nothing of the feature's.
"""


@dataclass(frozen=True, slots=True)
class ToldFact:
    """Fact to be written; its event's id is drawn before the first try, and kept by the next."""

    fact: Fact
    event_id: UUID | None = None

    def id_of(self, fact: Fact) -> UUID | None:
        """The id for one of the facts that came of it: its own for itself."""
        return self.event_id if fact is self.fact else None


class Roster:
    """Roster whose facts are written in groups as they come, and in batches if found late."""

    def __init__(self, database: Database, outbox: Outbox, *, wants: Wants) -> None:
        self._database = database
        self._outbox = outbox
        self._wants = wants
        self.reactions: list[OnUnbanned] = []
        self.late_joins: list[OnLateJoins] = []
        self.on_facts: list[OnFact] = []
        self.on_gone: list[OnMoves] = []
        self.on_joined: list[OnMoves] = []
        self.touched: Callable[[int, int], None] = lambda _guild, _user: None
        """Told of everybody of whom a fact is written that was not found late."""
        self.follows_log: Callable[[int], bool] = lambda _guild: False
        """Whether that guild's log was read in this sight."""
        self.knows_all: Callable[[int], bool] = lambda _guild: False
        """Whether every member of that guild has a row."""
        self.latest_entries: dict[int, int] = {}
        self.turn = asyncio.Lock()
        """Held by whoever tells what rows do not say yet: of two at once neither would see it."""
        self._group: Group[ToldFact, bool] = Group(self._write, limit=TOGETHER)

    def start(self) -> None:
        self._group.start()

    async def stop(self) -> None:
        """Return when everything told so far is durable."""
        await self._group.stop()

    async def tell(self, fact: Fact) -> bool:
        """Write a fact with the next group; false where a row already says so."""
        return await self._group.submit(ToldFact(fact, self._outbox.new_id()))

    def waits(self, guild_id: int) -> set[int]:
        """The people of a guild of whom a fact is not written yet."""
        facts_left = (one.fact for one in self._group.items())
        return {fact.user_id for fact in facts_left if fact.guild_id == guild_id}

    async def tell_in(self, tx: Transaction, fact: Fact) -> None:
        """Write a fact in the transaction of whoever made it true."""
        told = [ToldFact(fact)]
        await self._write_in(tx, told, await self._wanted(told), by_hand=False)

    async def tell_found(
        self, tx: Transaction, found: Sequence[Found], *, emits: bool
    ) -> list[Fact]:
        """Write facts found late; only those whose row still says otherwise are told."""
        keys = [_key(one.fact) for one in found]
        known = await store.members_of(tx, keys)
        banned = await store.bans_of(tx, keys)
        rows, told = RosterChanges(), list[Fact]()
        moves = _Moves(tx, on_joined=self.on_joined, on_gone=self.on_gone)
        for one in found:
            fact = _completed(one.fact, known)
            if _is_news(fact, known, banned):
                await moves.before(fact)
                rows.apply(fact, is_owed=one.is_owed)
                told.append(fact)
                if not one.is_echo:
                    await self._react(tx, fact)
                if emits and not one.is_echo:
                    await self._hand_on(tx, fact)
                    await self._outbox.emit(tx, fact)
        await moves.end()
        await rows.write(tx)
        await self._react_late(tx, told)
        return told

    async def _wanted(self, batch: Sequence[ToldFact]) -> set[int]:
        guilds = {told.fact.guild_id for told in batch}
        return {guild for guild in guilds if await self._wants(guild)}

    async def _write(self, batch: Sequence[ToldFact]) -> Sequence[bool]:
        wanted = await self._wanted(batch)
        async with self.turn, self._database.transaction() as tx:
            return await self._write_in(tx, batch, wanted)

    async def _react(self, tx: Transaction, fact: Fact) -> None:
        if isinstance(fact, MemberUnbanned):
            moderator_id = None if fact.moderator_id is None else int(fact.moderator_id)
            for on_unbanned in self.reactions:
                await on_unbanned(tx, fact.guild_id, fact.user_id, moderator_id)

    async def _hand_on(self, tx: Transaction, fact: Fact) -> None:
        for on_fact in self.on_facts:
            await on_fact(tx, fact)

    async def _react_late(self, tx: Transaction, told: Sequence[Fact]) -> None:
        joined: dict[int, dict[int, datetime | None]] = {}
        for fact in told:
            if isinstance(fact, MemberJoined):
                joined.setdefault(fact.guild_id, {})[fact.user_id] = fact.joined_at
        for guild_id, people in joined.items():
            for on_late_joins in self.late_joins:
                await on_late_joins(tx, guild_id, people)

    async def _write_in(
        self, tx: Transaction, batch: Sequence[ToldFact], wanted: set[int], *, by_hand: bool = True
    ) -> list[bool]:
        facts_told = [told.fact for told in batch]
        for fact in facts_told:
            self.touched(*_key(fact))
        asked = [_key(one) for one in facts_told if isinstance(one, MemberJoined | MemberBanned)]
        known = await store.members_of(tx, asked) if asked else {}
        rows, news = RosterChanges(), list[bool]()
        moves = _Moves(tx, on_joined=self.on_joined, on_gone=self.on_gone)
        for told in batch:
            knows_all = self.knows_all(told.fact.guild_id)
            own = replace(told, fact=_completed(told.fact, known, knows_all=knows_all))
            new = _new(own.fact, known)
            news.append(bool(new))
            for fact in new:
                await moves.before(fact)
                rows.apply(fact)
                if by_hand:
                    await self._react(tx, fact)
                    await self._hand_on(tx, fact)
                if fact.guild_id in wanted:
                    await self._outbox.emit(tx, fact, event_id=own.id_of(fact))
        await moves.end()
        await rows.write(tx)
        latest = self.latest_entries
        guilds = {told.fact.guild_id for told in batch} & latest.keys()
        await store.entries_seen(tx, {guild: latest[guild] for guild in guilds})
        return news


class _Moves:
    """Moves of people, of one kind in one guild, as they follow one another: told together.

    What a fact leads to comes after the fact itself, and before the next of another kind.
    """

    def __init__(
        self, tx: Transaction, *, on_joined: Sequence[OnMoves], on_gone: Sequence[OnMoves]
    ) -> None:
        self._tx = tx
        self._on_joined = on_joined
        self._on_gone = on_gone
        self._reactions: Sequence[OnMoves] = ()
        self._guild_id = 0
        self._people: list[int] = []

    async def before(self, fact: Fact) -> None:
        """A fact is about to be told, and its person is one of those who moved."""
        reactions: Sequence[OnMoves] = ()
        if not isinstance(fact, MemberUnbanned):
            reactions = self._on_joined if isinstance(fact, MemberJoined) else self._on_gone
        if reactions is not self._reactions or fact.guild_id != self._guild_id:
            await self.end()
        self._reactions, self._guild_id = reactions, fact.guild_id
        self._people.append(fact.user_id)

    async def end(self) -> None:
        """Let the features hear of those who moved so far."""
        people, self._people = self._people, []
        for on_moves in self._reactions if people else ():
            await on_moves(self._tx, self._guild_id, people)


def _completed(fact: Fact, known: Mapping[Key, Present], *, knows_all: bool = False) -> Fact:
    """A ban says whether it made a member leave: the row goes with the first fact that did.

    So of two about one departure one alone tells it. Without a row the signals' word counts, and
    where all have one, that there is none.
    """
    if not isinstance(fact, MemberBanned):
        return fact
    was_member = True if _key(fact) in known else fact.was_member
    if was_member is None and knows_all:
        was_member = False
    return fact.model_copy(update={"was_member": was_member})


def _new(fact: Fact, known: dict[Key, Present]) -> list[Fact]:
    """What there is to tell: a join that a row knows is none, one after a missed leave is two."""
    key = _key(fact)
    if not isinstance(fact, MemberJoined):
        if not isinstance(fact, MemberUnbanned):
            known.pop(key, None)
        return [fact]
    person = Person(fact.guild_id, fact.user_id, fact.username, fact.is_bot)
    before = known.get(key)
    known[key] = Present(person, fact.joined_at)
    if before is None:
        return [fact]
    if same_visit(before.joined_at, fact.joined_at):
        return []
    missed = facts.left(before.person, None, joined_at=before.joined_at, left_at=None)
    return [missed, fact]


def _is_news(fact: Fact, known: dict[Key, Present], banned: set[Key]) -> bool:
    """Whether the rows say otherwise; from then on they say the same."""
    key = _key(fact)
    if isinstance(fact, MemberJoined):
        return bool(_new(fact, known))
    if isinstance(fact, MemberUnbanned):
        is_news = key in banned
        banned.discard(key)
        return is_news
    is_member = known.pop(key, None) is not None
    if isinstance(fact, MemberLeft):
        return is_member
    is_news = key not in banned
    banned.add(key)
    return is_news


def _key(fact: Fact) -> Key:
    return fact.guild_id, fact.user_id
