"""Publisher of facts, the last step: written down, sent, and greeted where the guild wants that."""

import asyncio
from collections.abc import Sequence

from bot.catalogue.members import MemberJoined
from bot.feature import Core
from bot.features.members.facts import Fact
from bot.features.members.greetings import Greeter, greeting_for, welcome_for
from bot.features.members.invite_attribution import InviteAttribution
from bot.features.members.model import MembersSettings
from bot.features.members.roster import Roster
from bot.logs import get_logger
from bot.snapshots import Person

_log = get_logger("herald.members")


class Publisher:
    """Publisher of facts in order; a join that waits for its invite is before what follows it."""

    def __init__(self, core: Core) -> None:
        self._settings = core.settings
        self.records = Roster(core.database, core.outbox, wants=self.wants)
        self.arrivals = InviteAttribution(
            self.tell, core.acts, clock=core.clock, config=core.config.members
        )
        self.greeter = Greeter(core.acts, core.clock)
        self.pending: set[tuple[int, int]] = set()
        """Who has come and not accepted the rules yet: nobody may write to them before."""

    async def wants(self, guild_id: int) -> bool:
        """Whether the guild wants to be told anything."""
        return (await self._settings.get(guild_id, MembersSettings)).enabled

    async def tell(self, facts: Sequence[Fact]) -> None:
        """Return when they are durable; one that fails is logged and keeps no other back."""
        ready: list[Fact] = []
        for fact in facts:
            waiting = self.arrivals.release((fact.guild_id, fact.user_id))
            ready += [fact] if waiting is None else [waiting, fact]
        for fact in ready:  # neither held nor handed in, for a moment
            self.records.touched(fact.guild_id, fact.user_id)
        results = await asyncio.gather(
            *(self.records.tell(fact) for fact in ready), return_exceptions=True
        )
        for fact, result in zip(ready, results, strict=True):
            if isinstance(result, BaseException):
                _log.error("members.unrecorded", fact=fact.type, exc_info=result)
            elif result:
                await self._greet(fact)

    async def accepted(self, person: Person) -> None:
        """They have accepted the rules, and are welcomed now."""
        self.pending.discard(person.key)
        chosen = await self._settings.get(person.guild_id, MembersSettings)
        greeting = welcome_for(*person.key, person.username, chosen)
        if chosen.enabled and greeting is not None:
            self.greeter.greet(greeting)

    async def _greet(self, fact: Fact) -> None:
        if isinstance(fact, MemberJoined) and (fact.guild_id, fact.user_id) in self.pending:
            return
        chosen = await self._settings.get(fact.guild_id, MembersSettings)
        greeting = greeting_for(fact, chosen)
        if chosen.enabled and greeting is not None:
            self.greeter.greet(greeting)
