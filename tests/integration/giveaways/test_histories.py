"""Random histories of giveaways, refused and cut: each drawn once, told once, and proved."""

import os
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.acts import Outcome
from bot.clock import ManualClock
from bot.errors import UserError
from bot.features.giveaways.model import ENDED as DRAWN
from bot.features.giveaways.model import Giveaway, GiveawayState, Terms
from bot.features.giveaways.plans import GiveawayEdit
from bot.features.giveaways.proof import problems
from tests.conftest import OpenEmitter
from tests.integration.cases.cases_env import HARBOUR_MASTER, person_of
from tests.integration.giveaways.giveaways_env import (
    CREATED,
    DAY,
    ENDED,
    HOUR,
    REROLLED,
    GiveawaysEnv,
)
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault, ProcessDied

SOAK = os.environ.get("HERALD_SOAK") == "1"
FIRST = int(os.environ.get("FIRST", "0"))
EXAMPLES = int(os.environ.get("N", "200" if SOAK else "4"))
STEPS = 60
CALLS = ("member", "send", "redraw", "tell", "find", "find_told")
FAULTS = (Fault.REFUSES, Fault.LOST, Fault.LATE, Fault.CRASH_BEFORE, Fault.CRASH_AFTER)
ROLE = 10

Step = Callable[[], Awaitable[object]]


class History:
    """What the staff, members, time and Discord do, one after the other."""

    def __init__(self, env: GiveawaysEnv, seed: int) -> None:
        self.env, self.random = env, random.Random(seed)
        self.people = [env.someone(roles={ROLE}) for _ in range(8)]
        self.steps: tuple[Step, ...] = (
            *(self.create, self.staff, self.staff, self.pass_time, self.sweep, self.fault),
            *(self.press,) * 5,
            *(self.go, self.lose_role),
        )

    async def step(self) -> None:
        """One of them; what is refused changes nothing, and a dead process is followed by another.

        Those after a death take up what it left, as soon as its leases are over.
        """
        try:
            await self.random.choice(self.steps)()
        except UserError:
            pass
        except ProcessDied:
            self.env.discord.faults.clear()
            await self.env.again()

    async def create(self) -> None:
        at = self.random.choice([None, self.env.clock.now() + HOUR])
        every = self.random.choice([None, DAY])
        terms = self.random.choice([(), (ROLE,)])
        winners = self.random.randint(1, 3)
        await self.env.made(
            starts_at=at,
            every=every,
            winner_count=winners,
            required_role_ids=terms,
            bonus={ROLE: 2},
        )

    async def press(self) -> None:
        one = await self._any()
        here = [user_id for user_id in self.people if user_id in self.env.discord.people]
        if one is None or not here:
            return
        entries = self.env.giveaways.entries
        act = self.random.choice([entries.enter, entries.enter, entries.leave])
        await act(self.env.entrant(self.random.choice(here)), one.id)

    async def staff(self) -> None:
        one = await self._any()
        if one is None:
            return
        service = self.env.giveaways
        edit = GiveawayEdit(winner_count=self.random.randint(1, 3), terms=Terms((ROLE,)))
        acts: tuple[Step, ...] = (
            lambda: service.transitions.pause(HARBOUR_MASTER, one.id),
            lambda: service.transitions.resume(HARBOUR_MASTER, one.id),
            lambda: service.transitions.cancel(HARBOUR_MASTER, one.id),
            lambda: service.transitions.edit(HARBOUR_MASTER, one.id, edit),
            lambda: service.end(HARBOUR_MASTER, one.id),
            lambda: service.reroll(HARBOUR_MASTER, one.id),
            lambda: service.reroll(HARBOUR_MASTER, one.id),
        )
        await self.random.choice(acts)()

    async def pass_time(self) -> None:
        self.env.clock.advance(self.random.choice([5, 3600, 86_400, 10 * 86_400]))

    async def sweep(self) -> None:
        await self.env.sweep_giveaways()

    async def fault(self) -> None:
        """Something goes wrong from now on, or nothing does."""
        self.env.discord.faults.clear()
        if self.random.random() < 0.6:
            self.env.discord.faults[self.random.choice(CALLS)] = self.random.choice(FAULTS)

    async def go(self) -> None:
        """Somebody leaves the server; the gateway tells of it, or it was not heard."""
        user_id = self.random.choice(self.people)
        if self.env.discord.people.pop(user_id, None) and self.random.random() < 0.5:
            await self.env.process.members.removed(person_of("otter", user_id), None)
            await self.env.settle_members()

    async def lose_role(self) -> None:
        someone = self.env.discord.people.get(self.random.choice(self.people))
        if someone is not None:
            someone.role_ids.discard(ROLE)

    async def _any(self) -> Giveaway | None:
        found = await self.env.all_of_them()
        return self.random.choice(found[-6:]) if found else None


async def agrees(env: GiveawaysEnv) -> None:
    """What holds at the end, whatever happened."""
    letters = [user_id for user_id, post in env.discord.letters if post.title == "You won"]
    letters_owed = 0
    for one in await env.all_of_them():
        draws, winners = await env.draws(one), await env.winners(one)
        kinds = [kind for kind, _data in await env.about(one)]
        assert kinds == [CREATED, *[ENDED, *[REROLLED] * (len(draws) - 1)][: len(draws)]]
        assert (one.state in DRAWN) is bool(draws) is (one.seed is not None)
        ids = [won.user_id for won in winners]
        assert len(ids) == len(set(ids))
        assert set(ids) <= await env.people_in(one)
        letters_owed += len(ids)
        if draws:
            book = await env.giveaways.book(GUILD, one.id)
            assert problems(book.proof) == []
            told = [data["winner_ids"] for kind, data in await env.about(one) if kind != CREATED]
            assert [draw.winners for draw in book.proof.draws] == told
        calls = [post for post in env.discord.lines.values() if post.footer == f"Giveaway {one.id}"]
        assert len(calls) <= len(draws)
        assert one.state is not GiveawayState.DRAWING
        called = (await env.giveaways.overview(GUILD, one.id)).announcement
        assert (one.state is GiveawayState.ANNOUNCED) is (called is Outcome.SENT)
    assert len(letters) <= letters_owed


@pytest.mark.thorough("random, and long", but="test_a_history*sqlite*0]")
@pytest.mark.parametrize("seed", range(FIRST, FIRST + EXAMPLES))
async def test_a_history(emitter: OpenEmitter, clock: ManualClock, seed: int) -> None:
    env = await GiveawaysEnv.open(await emitter(start=False), clock)
    history = History(env, seed)
    for _ in range(STEPS):
        await history.step()
    env.discord.faults.clear()
    await env.again()
    for _ in range(4):
        # Each round ends what the one before began, also of a series.
        await env.sweep_giveaways(timedelta(minutes=2))
    await agrees(env)
    await env.close()
