"""History of bargains between three people, whose every step may be done twice or cut off."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Coroutine
from contextlib import suppress
from itertools import count
from typing import Any, ClassVar, Generic, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from bot.acts import Actor
from bot.errors import UserError
from bot.features.economy.transfers import Payee
from tests.integration.economy.economy_env import EconomyEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.emitter_setup import add_endpoint
from tests.support.released import released

GUILDS = count(8_000_000)
GIVEN: dict[int, int] = dict.fromkeys((1, 2, 3), 1_000)

E = TypeVar("E", bound=EconomyEnv)
T = TypeVar("T")


class BargainHistory(RuleBasedStateMachine, Generic[E]):
    """Three people with money in a guild of their own."""

    feature: ClassVar[str]
    choices: ClassVar[dict[str, int]] = {}

    def __init__(self, env: E, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.env, self.loop, self.guild_id = env, loop, next(GUILDS)
        self.wait(self.prepare())

    @abstractmethod
    async def agreed(self) -> object:
        """Whether all that people have follows from what stands of their bargains."""

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def actor(self, user_id: int) -> Actor:
        return Actor(self.guild_id, user_id, f"person_{user_id}")

    async def prepare(self) -> None:
        await add_endpoint(self.env.emitter, "http://127.0.0.1:9/", guild_id=self.guild_id)
        banker = self.actor(9)
        await self.env.settings.change(banker, "economy", "enabled", True)
        for name, value in self.choices.items():
            await self.env.settings.change(banker, self.feature, name, value)
        for who, amount in GIVEN.items():
            whose = Payee(who, is_bot=False)
            await self.env.economy.adjustments.adjust(banker, whose, "give", str(amount))

    def act(self, press: Callable[[E], Coroutine[Any, Any, object]], how: str | int | None) -> None:
        """Once, twice at once in two processes, or cut off at that await."""
        self.wait(self.acted(press, how))

    async def acted(
        self, press: Callable[[E], Coroutine[Any, Any, object]], how: str | int | None
    ) -> None:
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
        await self.agreed()

    async def twice(self, press: Callable[[E], Coroutine[Any, Any, object]]) -> None:
        """Pressed in this process and in another one at once."""
        here = press(self.env)
        self.env.renew()
        await at_once(here, press(self.env))

    def leave(self, gone: set[int], how: str | int | None) -> None:
        """They are back at once: whoever plays or trades again is whoever left."""

        self.act(lambda env: env.leave(*sorted(gone), guild_id=self.guild_id), how)


async def at_once(*works: Coroutine[Any, Any, object]) -> None:
    """All of them; a refusal is an answer, anything else a fault."""
    for one in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(one, BaseException) and not isinstance(one, UserError):
            raise one


async def random_histories(
    machine: Callable[[E, asyncio.AbstractEventLoop], BargainHistory[E]],
    env: E,
    *,
    examples: int,
    steps: int,
) -> None:
    """As many as are asked for; hypothesis makes one that fails as short as it can be."""
    loop = asyncio.get_running_loop()
    profile = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much),
    )
    made: Any = lambda: machine(env, loop)  # noqa: E731  what it is declared to take is a class
    await asyncio.to_thread(run_state_machine_as_test, made, settings=profile)
