"""Hands of people in a random history: what they do in Discord, and the gateway tells late."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any

from tests.integration.cases.cases_env import CasesEnv, person_of
from tests.support.emitter_setup import GUILD

HOUR = timedelta(hours=1)
HAND = 77

Signal = Callable[[], Awaitable[object]]


class HandsOn:
    """Three people; `late` is what the gateway has yet to tell, in whatever order it comes."""

    def __init__(self, env: CasesEnv, seed: int) -> None:
        self.env, self.random = env, Random(seed)
        self.late: list[Signal] = []
        self.away = dict[int, Any]()  # who left, with what Discord keeps of them
        self.people = [env.someone(roles={10, 11}) for _ in range(3)]
        self.set_by_hand = dict[int, Any]()
        for otter in self.people:
            env.discord.joined[otter] = env.clock.now() - HOUR

    def one(self) -> int:
        return self.random.choice(self.people)

    async def timeout_by_hand(self) -> None:
        otter = self.one()
        if otter in self.env.discord.people:
            until = self.env.clock.now() + self.random.choice((HOUR / 4, 2 * HOUR, 48 * HOUR))
            self.env.discord.people[otter].timed_out_until = until
            self._changes(otter)

    async def timeout_lifted(self) -> None:
        otter = self.one()
        if otter in self.env.discord.people:
            self.env.discord.people[otter].timed_out_until = None
            self._changes(otter)

    async def role_by_hand(self) -> None:
        otter = self.one()
        if otter in self.env.discord.people:
            role_id = self.random.choice((10, 11, 20, 21))
            self.env.discord.roles_of(otter).symmetric_difference_update({role_id})
            self._changes(otter)

    async def ban_by_hand(self) -> None:
        otter = self.one()
        if otter not in self.env.discord.banned:
            self.away[otter] = self.env.discord.people.pop(otter, self.away.get(otter))
            self.env.discord.banned[otter] = self.random.choice(("by hand", None))
            self.env.discord.signals.append(("ban", otter, "by hand"))

    async def unban_by_hand(self) -> None:
        for otter in self.people:
            if otter in self.env.discord.banned:
                del self.env.discord.banned[otter]
                self.env.discord.signals.append(("unban", otter, "by hand"))
                return

    async def leaves(self) -> None:
        otter = self.one()
        if otter in self.env.discord.people:
            self.away[otter] = self.env.discord.people.pop(otter)
            person = person_of(f"otter_{otter}", otter)
            self.late.append(lambda: self.env.process.members.removed(person, None))

    async def returns(self) -> None:
        here, banned = self.env.discord.people, self.env.discord.banned
        otter = next((one for one in self.people if one not in here and one not in banned), None)
        if otter is None:
            return
        until = self.away[otter].timed_out_until if self.away.get(otter) else None
        self.env.discord.enter(otter)
        here[otter].timed_out_until = until  # Discord keeps it
        joined_at = self.env.discord.joined[otter] = self.env.clock.now()
        person = person_of(f"otter_{otter}", otter)
        self.late.append(lambda: self.env.process.members.joined(person, joined_at))
        self.late.append(lambda: self.env.cases.rejoined(GUILD, otter))

    def _changes(self, otter: int) -> None:
        """A member update, and an entry of the audit log where that can be read."""
        env = self.env
        self.late.append(lambda: env.cases.changed(GUILD, otter, waits=True))
        if env.discord.log:
            self.late.append(lambda: env.cases.changed(GUILD, otter, HAND))
