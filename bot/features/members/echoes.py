"""What the bot does to people itself, told by the feature that did it; its echo adds nothing."""

from bot.clock import Clock
from bot.features.members.facts import Fact
from bot.features.members.interpreter import MemberInterpreter
from bot.features.members.interpreter_state import Expected
from bot.features.members.publisher import Publisher
from bot.storage.database import Transaction


class OwnActs:
    """`catch_up` and `expect` before the act, `told` with its case, `forget` where it failed."""

    def __init__(self, watch: MemberInterpreter, telling: Publisher, *, clock: Clock) -> None:
        self._watch = watch
        self._telling = telling
        self._clock = clock

    async def catch_up(self, guild_id: int, user_id: int) -> None:
        """Tell now what is held of somebody: it came before the act that begins."""
        # From here on in memory: `told` is inside a transaction, and has no connection to spare.
        await self._telling.wants(guild_id)
        key = (guild_id, user_id)
        joined = self._telling.arrivals.release(key)
        held = self._watch.decide_about(key)
        await self._telling.tell([*([] if joined is None else [joined]), *held])

    def expect(self, guild_id: int, user_id: int, kind: Expected) -> None:
        """An act of the bot's begins: what the gateway tells of it is kept for `told`."""
        self._watch.expected.expect((guild_id, user_id), kind)

    async def told(self, tx: Transaction, fact: Fact) -> None:
        """Tell of the act in the transaction of its case.

        The act's reason in Discord's audit log begins with the mark of its case. Where the
        log says that somebody else did the same at that moment, that is told instead.
        """
        true = self._watch.expected.by_hand(fact) or fact
        await self._telling.records.tell_in(tx, true)
        tx.on_commit(lambda: self.learn(true))

    async def forget(self, guild_id: int, user_id: int, kind: Expected) -> None:
        """The act did not come about: what was kept is told, for somebody else did it."""
        kept = self._watch.expected.over((guild_id, user_id), kind)
        if kept:
            await self._telling.tell(kept)

    def learn(self, fact: Fact) -> None:
        """It was told elsewhere: its echo adds nothing here."""
        self._watch.learn(fact, self._clock.now())
