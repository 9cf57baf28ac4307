"""Echoes: what the gateway tells of the bot's own acts adds nothing to what their feature told."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.acts import ActRefused
from bot.clock import Clock
from bot.errors import UserError
from bot.feature import Core, OwnAct, OwnFact
from bot.features.members import store
from bot.features.members.interpreter import MemberInterpreter
from bot.features.members.interpreter_state import SLOTS
from bot.features.members.publisher import Publisher
from bot.storage.database import Transaction


class OwnEcho:
    """Echo of one act; whoever acts says what it came to."""

    def __init__(
        self, watch: MemberInterpreter, telling: Publisher, *, clock: Clock, act: OwnAct | None
    ) -> None:
        self._watch = watch
        self._telling = telling
        self._clock = clock
        self._act = act
        self.is_over = False

    async def told(self, tx: Transaction, fact: OwnFact) -> None:
        """Tell of the act in the transaction of its case.

        What the audit log says somebody else did at that moment goes before: the act's reason
        there begins with the mark of its case.
        """
        true = self._watch.expected.by_hand(fact) or fact
        await self._telling.records.tell_in(tx, true)
        if self._act == "softbanned":  # its ban is over, and a comparison may have seen it
            await store.drop(tx, store.known_ban, [(fact.guild_id, fact.user_id)])
        tx.on_commit(lambda: self._watch.learn(true, self._clock.now()))
        self.is_over = True

    def elsewhere(self, fact: OwnFact | None) -> None:
        """Another process told it: its echo adds nothing here."""
        if fact is not None:
            self._watch.learn(fact, self._clock.now())
        self.is_over = True


class MemberEchoes:
    """Hands out an echo for each act; see `Echoes` of bot/feature.py."""

    def __init__(self, core: Core, watch: MemberInterpreter, *, telling: Publisher) -> None:
        self._watch = watch
        self._telling = telling
        self._settings = core.settings
        self._clock = core.clock

    @asynccontextmanager
    async def own(self, guild_id: int, user_id: int, act: OwnAct | None) -> AsyncGenerator[OwnEcho]:
        """Begin an act, and end it as it is left."""
        echo = OwnEcho(self._watch, self._telling, clock=self._clock, act=act)
        if act is None:
            yield echo
            return
        await self._catch_up(guild_id, user_id)
        self.expect(guild_id, user_id, act)
        try:
            yield echo
        except (ActRefused, UserError):
            await self._forget(guild_id, user_id, act, echo)
            raise
        await self._forget(guild_id, user_id, act, echo)

    def expect(self, guild_id: int, user_id: int, act: OwnAct) -> None:
        """What the gateway tells of it is kept."""
        self._watch.expected.expect((guild_id, user_id), act)

    async def _catch_up(self, guild_id: int, user_id: int) -> None:
        """Tell now what is held of somebody: it came before the act that begins."""
        key = (guild_id, user_id)
        if key in self._telling.arrivals.held or self._watch.holding.of(key, *SLOTS):
            joined = self._telling.arrivals.release(key)
            held = self._watch.decide_about(key)
            await self._telling.tell([*([] if joined is None else [joined]), *held])

    async def _forget(self, guild_id: int, user_id: int, act: OwnAct, echo: OwnEcho) -> None:
        """The act did not come about: what was kept is told, for somebody else did it."""
        kept = [] if echo.is_over else self._watch.expected.over((guild_id, user_id), act)
        if kept:
            await self._telling.tell(kept)
