"""Attribution of joins to invites: held for a moment, so that one look explains a group of them."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.acts import ActFailed, Acts
from bot.catalogue.members import MemberJoined
from bot.clock import Clock
from bot.config.settings import MembersConfig
from bot.features.members.invite_counts import InviteCounts
from bot.keyed_lock import Key
from bot.logs import get_logger
from bot.snapshots import Invite

GUILDS, HELD = 10_000, 10_000

_log = get_logger("herald.members")

Tell = Callable[[Sequence[MemberJoined]], Awaitable[None]]


@dataclass(slots=True)
class _Group:
    """The joins of one guild that one look is to explain."""

    due: datetime
    first_at: datetime
    joins: dict[int, MemberJoined] = field(default_factory=dict[int, MemberJoined])
    count: int = 0


class InviteAttribution:
    """Names the invite of each join where a look can tell, and tells it.

    One group at a time in each guild. Where no look can tell (the right is missing, there was
    no invite at the last one) a join is told at once.
    """

    def __init__(self, tell: Tell, acts: Acts, *, clock: Clock, config: MembersConfig) -> None:
        self._acts = acts
        self._tell = tell
        self._clock = clock
        self._config = config
        self._counts_of: OrderedDict[int, InviteCounts] = OrderedDict()
        self._groups: dict[int, _Group] = {}
        self._looking: dict[int, asyncio.Task[None]] = {}
        self.held: dict[Key, MemberJoined] = {}
        self._changed = asyncio.Event()
        self._stopping = False

    def created(self, guild_id: int, invite: Invite) -> None:
        """An invite was made."""
        self._counts(guild_id).created(invite)

    def deleted(self, guild_id: int, code: str) -> None:
        """An invite was withdrawn, or used for the last time."""
        self._counts(guild_id).deleted(code, self._clock.now())

    def forget(self, guild_id: int) -> None:
        """What was known is out of date: the next look is a first one."""
        self._counts_of.pop(guild_id, None)

    async def begin(self, guild_id: int) -> None:
        """Take the first look, with which later ones are compared."""
        if not _sees_invites(self._acts, guild_id):
            return
        joins_before = self._counts(guild_id).unseen
        try:
            invites = await self._acts.invites(guild_id)
        except ActFailed as error:
            _log.warning("members.invites_unseen", guild_id=guild_id, error=str(error))
            return
        counts = self._counts(guild_id)
        if counts.known is None and counts.unseen == joins_before:
            counts.looked(invites, 0, self._clock.now(), self._clock.now())

    def add(self, fact: MemberJoined) -> bool:
        """Hold a join for a look; false where none can explain it: tell it at once."""
        counts, can_look = self._counts(fact.guild_id), _sees_invites(self._acts, fact.guild_id)
        if not can_look or not counts.may_explain or len(self.held) >= HELD:
            # Who joined while there was no invite cannot be in the count of a later one.
            if not (can_look and counts.is_empty):
                counts.failed(1)
            return False
        now = self._clock.now()
        wait = timedelta(seconds=self._config.invite_group_seconds)
        group = self._groups.setdefault(fact.guild_id, _Group(now + wait, now))
        group.joins[fact.user_id] = fact
        group.count += 1
        self.held[fact.guild_id, fact.user_id] = fact
        self._changed.set()
        return True

    def release(self, key: Key) -> MemberJoined | None:
        """Let go of a join at once, because something else is to be told of that person."""
        return self.held.pop(key, None)

    def holds(self, guild_id: int) -> set[int]:
        """The people of a guild whose join is not told yet."""
        return {user for guild, user in self.held if guild == guild_id}

    def release_all(self) -> list[MemberJoined]:
        """Let go of every join at once: nothing more is looked at."""
        held, self.held = list(self.held.values()), {}
        self._groups.clear()
        return held

    async def run(self) -> None:
        """Look when a group is due, until stopped."""
        while not self._stopping:
            self._changed.clear()
            now = self._clock.now()
            for guild_id in _due(self._groups, self._looking, now):
                group = self._groups.pop(guild_id)
                task = asyncio.create_task(self._explain(guild_id, group), name="invites")
                self._looking[guild_id] = task
                task.add_done_callback(lambda _, guild_id=guild_id: self._looked(guild_id))
            await self._clock.wait(self._changed, _wait(self._groups, self._looking, now))
        await asyncio.gather(*self._looking.values())
        self._stopping = False  # only now: a stop may come before the first turn

    def stop(self) -> None:
        """End after the looks under way, which are short."""
        self._stopping = True
        self._changed.set()

    def _looked(self, guild_id: int) -> None:
        self._looking.pop(guild_id, None)
        self._changed.set()

    async def _explain(self, guild_id: int, group: _Group) -> None:
        invite = await self._look(guild_id, group)
        told: list[MemberJoined] = []
        for user_id, fact in group.joins.items():
            if self.held.pop((guild_id, user_id), None) is None:
                continue  # let go of before
            if invite is not None:
                named = {"invite_code": invite.code, "inviter_id": invite.inviter_id}
                fact = fact.model_copy(update=named)
            told.append(fact)
        await self._tell(told)

    async def _look(self, guild_id: int, group: _Group) -> Invite | None:
        counts = self._counts(guild_id)
        try:
            # Real time: this is about the network, not about the schedule.
            async with asyncio.timeout(self._config.invite_look_seconds):
                after = await self._acts.invites(guild_id)
        except (ActFailed, TimeoutError) as error:
            counts.failed(group.count)
            _log.warning("members.invites_unseen", guild_id=guild_id, error=str(error) or "timeout")
            return None
        # Who joined during the look may be in it or not: named only where all came by one.
        late = self._groups.get(guild_id)
        count = group.count + (late.count if late else 0)
        invite = counts.looked(after, count, group.first_at, self._clock.now())
        if invite is not None and late is not None:
            group.joins |= self._groups.pop(guild_id).joins
        return invite

    def _counts(self, guild_id: int) -> InviteCounts:
        counts = self._counts_of.setdefault(guild_id, InviteCounts())
        self._counts_of.move_to_end(guild_id)
        if len(self._counts_of) > GUILDS:
            self._counts_of.popitem(last=False)
        return counts


def _due(groups: Mapping[int, _Group], looking: Container[int], now: datetime) -> list[int]:
    """The guilds to look at now; one that is being looked at waits."""
    return [guild for guild, group in groups.items() if group.due <= now and guild not in looking]


def _wait(groups: Mapping[int, _Group], looking: Container[int], now: datetime) -> float | None:
    """Seconds until the next look."""
    dues = [group.due for guild, group in groups.items() if guild not in looking]
    return max((min(dues) - now).total_seconds(), 0) if dues else None


def _sees_invites(acts: Acts, guild_id: int) -> bool:
    """Whether the bot may see how often invites were used."""
    me = acts.own_standing(guild_id)
    return me is not None and me.may("manage_guild")
