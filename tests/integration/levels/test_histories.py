"""Random histories of levels, refused, cut and by hand: no point lost, roles = rows at last."""

import asyncio
import os
from collections.abc import Coroutine, Generator
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import delete

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.errors import UserError
from bot.features.levels.model import level_of, owed_roles
from bot.features.levels.tables import level_member, level_role, level_up, level_week
from bot.posts.tables import post
from tests.conftest import START
from tests.integration.levels.levels_env import FRIEND, PAINTER, STAFF, LevelsEnv
from tests.support.cancel_at_await import interrupted
from tests.support.emitter_setup import GUILD, add_endpoint, config_for
from tests.support.fake_acts import Fault
from tests.support.postgres import PostgresServer

SOAK = os.environ.get("HERALD_SOAK") == "1"
EXAMPLES = int(os.environ.get("N", "300" if SOAK else "4"))
PEOPLE = range(4)
ROLES = (FRIEND, PAINTER)
CALLS = ("change_roles", "member", "holders", "send")
FAULTS = (Fault.REFUSES, Fault.LOST, Fault.LATE)
TABLES = (level_member, level_role, level_up, level_week, post)

T = TypeVar("T")
people, amounts = st.sampled_from(PEOPLE), st.integers(1, 4_000)


class LevelCircumstances(RuleBasedStateMachine):
    """What happens around the points; after each step the events tell what the rows say."""

    runner: ClassVar[asyncio.Runner]
    emitter: ClassVar[Emitter]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize()
    def begins(self) -> None:
        self.run(self._begin())

    async def _begin(self) -> None:
        async with self.emitter.database.transaction() as tx:
            for table in TABLES:
                await tx.execute(delete(table))
        self.emitter.database.changes.reload()
        self.env = LevelsEnv(self.emitter, ManualClock(START))
        await self.env.choose(enabled=True, checks_spam=False, stacks_roles=True)
        self.told = len(await self.env.ups())  # of histories before
        self.people = [self.env.someone() for _ in PEOPLE]
        self.ups = list[tuple[int, int, int]]()

    async def _step(self, work: Coroutine[Any, Any, object]) -> None:
        """Each rise that the rows show was told, once; the order among people is free."""
        before = {one.user_id: one.xp for one in await self.env.all_rows()}
        with suppress(UserError):
            await work
        after = {one.user_id: one.xp for one in await self.env.all_rows()}
        for user_id, xp in after.items():
            old, new = level_of(before.get(user_id, 0)), level_of(xp)
            if new > old:
                self.ups.append((old, new, xp))
        assert sorted((await self.env.ups())[self.told :]) == sorted(self.ups)

    @rule(role=st.sampled_from(ROLES), level=st.integers(2, 8))
    def a_role_is_given(self, role: int, level: int) -> None:
        self.run(self.env.levels.rulebook.put_role(STAFF, level, role))

    @rule(role=st.sampled_from(ROLES))
    def a_role_is_dropped(self, role: int) -> None:
        self.run(self._step(self.env.levels.rulebook.drop_role(STAFF, role)))

    @rule(stacks=st.booleans())
    def roles_stack_or_replace(self, *, stacks: bool) -> None:
        self.run(self.env.choose(stacks_roles=stacks))

    @rule(who=people, role=st.sampled_from((*ROLES, 20)))
    def by_hand(self, who: int, role: int) -> None:
        if self.people[who] in self.env.discord.people:
            self.env.discord.roles_of(self.people[who]).symmetric_difference_update({role})

    @rule(who=people, is_told=st.booleans())
    def somebody_leaves(self, who: int, *, is_told: bool) -> None:
        async def leave() -> None:
            self.env.discord.people.pop(self.people[who], None)
            if is_told:
                async with self.env.emitter.database.transaction() as tx:
                    await self.env.levels.roles.on_gone(tx, GUILD, [self.people[who]])

        self.run(self._step(leave()))

    @rule(who=people)
    def somebody_returns(self, who: int) -> None:
        if self.people[who] not in self.env.discord.people:
            self.env.discord.enter(self.people[who])

    @rule(call=st.sampled_from(CALLS), fault=st.sampled_from(FAULTS))
    def discord_fails(self, call: str, fault: Fault) -> None:
        self.env.discord.faults = {call: fault}

    @rule(seconds=st.sampled_from((0, 61)))
    def time_passes(self, seconds: int) -> None:
        self.run(self._step(self.env.sweep(seconds)))

    @rule()
    def the_bot_restarts(self) -> None:
        self.run(self.env.again())


class LevelHistory(LevelCircumstances):
    """One history: what people and staff do, and at its end all is as the rows say."""

    @rule(who=people, xp=amounts)
    def staff_give(self, who: int, xp: int) -> None:
        account = self.env.discord.accounts[self.people[who]]
        self.run(self._step(self.env.levels.corrections.give(STAFF, account, xp, None)))

    @rule(who=people, xp=amounts)
    def staff_take(self, who: int, xp: int) -> None:
        account = self.env.discord.accounts[self.people[who]]
        self.run(self._step(self.env.levels.corrections.take(STAFF, account, xp)))

    @rule(who=people)
    def staff_reset(self, who: int) -> None:
        account = self.env.discord.accounts[self.people[who]]
        self.run(self._step(self.env.levels.corrections.reset(STAFF, account)))

    @rule(seconds=st.sampled_from((1, 61)))
    def all_write(self, seconds: int) -> None:
        async def write() -> None:
            self.env.clock.advance(seconds)
            there = [one for one in self.people if one in self.env.discord.people]
            heard = [self.env.levels.earnings.heard(self.env.message(one)) for one in there * 3]
            await asyncio.gather(*heard)

        self.run(self._step(write()))

    @rule(who=people, xp=amounts, point=st.integers(1, 40))
    def a_gift_is_cut(self, who: int, xp: int, point: int) -> None:
        account = self.env.discord.accounts[self.people[who]]

        async def give() -> None:
            await self.env.levels.corrections.give(STAFF, account, xp, None)
            await self.env.levels.roles.sweep.sweep()

        async def cut() -> None:
            await interrupted(give(), point, late=point % 2 == 0)
            await self.env.again()

        self.run(self._step(cut()))

    def teardown(self) -> None:
        if hasattr(self, "env"):
            self.run(self._end())

    async def _end(self) -> None:
        """Discord answers again, and the guild is seen: its roles are those of the rows."""
        env = self.env
        env.discord.faults = {}
        await env.levels.roles.compare(GUILD)
        await env.sweep(61)
        chosen = await env.levels.ports.choices(GUILD)
        roles, stacks = chosen.rules.roles, chosen.settings.stacks_roles
        ours = {one.role_id for one in roles}
        for user_id, someone in env.discord.people.items():
            if user_id in self.people:
                owed = owed_roles(roles, level_of(await env.xp(user_id)), stacks=stacks)
                assert someone.role_ids & ours == owed
        gone = {one.user_id for one in await env.all_rows() if one.left_at is not None}
        assert gone == {one.user_id for one in await env.all_rows()} - env.discord.people.keys()
        await env.close()


def lived(url: str) -> None:
    """As many histories as are asked for, on that database."""

    async def opened() -> Emitter:
        emitter = await Emitter.open(config_for(url), ManualClock(START))
        await add_endpoint(emitter, "http://127.0.0.1:9/", patterns=("xp.*",))
        return emitter

    with asyncio.Runner() as runner:
        LevelHistory.runner, LevelHistory.emitter = runner, runner.run(opened())
        try:
            run_state_machine_as_test(
                LevelHistory,
                settings=settings(
                    max_examples=EXAMPLES,
                    stateful_step_count=60 if SOAK else 20,
                    deadline=None,
                    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
                ),
            )
        finally:
            runner.run(LevelHistory.emitter.stop())


def test_histories_on_sqlite(sqlite_url: str) -> None:
    lived(sqlite_url)


@pytest.fixture
def lent_url(postgres: PostgresServer, tmp_path: Path) -> Generator[str]:
    """A migrated PostgreSQL database, for a test that has no loop of its own."""
    name = asyncio.run(postgres.borrow())
    yield postgres.url(name)
    asyncio.run(postgres.give_back(name))


@pytest.mark.thorough("the same histories on SQLite", but="none")
def test_histories_on_postgresql(lent_url: str) -> None:
    lived(lent_url)
