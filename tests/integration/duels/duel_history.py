"""History of one guild's duels: after each step all that people have follows from them."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from itertools import count
from typing import Any, TypeVar

from hypothesis.stateful import RuleBasedStateMachine

from bot.acts import Actor
from bot.errors import UserError
from bot.features.duels.game import DuelMove
from bot.features.duels.model import STANDING, Challenge, Duel, DuelState
from bot.features.economy.transfers import Payee
from tests.integration.duels.duel_books import agreed
from tests.integration.duels.duels_env import CHANNEL, DuelsEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.emitter_setup import add_endpoint
from tests.support.released import released

GUILDS = count(8_000_000)
GIVEN: dict[int, int] = dict.fromkeys((1, 2, 3), 1_000)
CHOICES = {"cooldown_seconds": 0, "gives_back": 30, "open_limit": 8}

T = TypeVar("T")
Press = Callable[[DuelsEnv], Coroutine[Any, Any, object]]


class DuelHistory(RuleBasedStateMachine):
    """Three people with money, and two duels that are fought."""

    def __init__(self, env: DuelsEnv, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.env, self.loop, self.guild_id = env, loop, next(GUILDS)
        self.wait(self.prepare())

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def actor(self, user_id: int) -> Actor:
        return Actor(self.guild_id, user_id, f"person_{user_id}")

    async def prepare(self) -> None:
        await add_endpoint(self.env.emitter, "http://127.0.0.1:9/", guild_id=self.guild_id)
        banker = self.actor(9)
        await self.env.settings.change(banker, "economy", "enabled", True)
        for name, value in CHOICES.items():
            await self.env.settings.change(banker, "duels", name, value)
        for who, amount in GIVEN.items():
            whose = Payee(who, is_bot=False)
            await self.env.economy.adjustments.adjust(banker, whose, "give", str(amount))
        for by, to, is_accepted in ((1, 2, True), (2, 3, True), (3, 1, False)):
            await self.begin(by, to, 100, is_accepted=is_accepted)

    async def begin(self, by: int, to: int, stake: int, *, is_accepted: bool) -> None:
        challenges = self.env.duels.challenges
        wanted = Challenge(CHANNEL, to, None, str(stake))
        made = await challenges.challenge(self.actor(by), wanted)
        if is_accepted:
            await challenges.accept(self.actor(to), made.id)

    def standing(self, *states: DuelState) -> Sequence[Duel]:
        """Those that have not ended, each once."""
        found = {
            one.id: one
            for who in GIVEN
            for one in self.wait(self.env.duels.suggested(self.guild_id, who, states or STANDING))
        }
        return [found[one] for one in sorted(found)]

    def act(self, press: Press, how: str | int | None) -> None:
        self.wait(self.acted(press, how))

    async def acted(self, press: Press, how: str | int | None) -> None:
        env = self.env
        with suppress(UserError):
            if how is None:
                await press(env)
            elif how == "twice":
                await self.twice(press)
            elif env.database.is_sqlite:
                await dies(press(env), int(how))
            else:
                await interrupted(press(env), int(how), late=int(how) % 2 == 0)
                await released(env.database)
        if isinstance(how, int):
            env.renew()
        await agreed(env, GIVEN, self.guild_id)

    async def twice(self, press: Press) -> None:
        """Pressed in this process and in another one at once."""
        here = press(self.env)
        self.env.renew()
        results = await asyncio.gather(here, press(self.env), return_exceptions=True)
        for one in results:
            if isinstance(one, BaseException) and not isinstance(one, UserError):
                raise one

    def choose(
        self, duel_id: int, number: int, who: int, move: DuelMove, how: str | int | None = None
    ) -> None:
        self.act(lambda env: env.duels.bouts.move(self.actor(who), duel_id, number, move), how)
