"""Guilds over REST in any weather: what is told was true lately, and is rarely asked for."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.acts import ActUnknown
from bot.client.rest_guilds import KEPT, KEPT_IN_TROUBLE, RestGuilds
from bot.client.rest_login import NEXT_TRY
from bot.clock import ManualClock
from tests.chaos.seeded import MANY, SEED
from tests.e2e.rest.rest_env import ShownServer
from tests.support.discord_server.payloads import GUILD_ID

STEPS = 3_000 if MANY else 150
GONE = "gone"


@dataclass(slots=True)
class Weather:
    """What is true there now, and since when everything else is not."""

    server: ShownServer
    clock: ManualClock
    chance: random.Random
    name: str = "name 0"
    over: dict[str, datetime] = field(default_factory=dict[str, datetime])
    looked_at: list[datetime] = field(default_factory=list[datetime])
    in_trouble: bool = False  # at the last look

    @property
    def truth(self) -> str:
        return GONE if self.server.has_left else self.name

    def changes(self) -> None:
        """Time passes, and something may be different."""
        self.clock.advance(self.chance.choice((0, 1, 9, 10, 30, 59, 60, 61, 200, 300)))
        before = self.truth
        match self.chance.randrange(6):
            case 0:
                self.server.trouble = None if self.server.trouble else 503
            case 1:
                self.server.has_left = not self.server.has_left
            case 2:
                self.name = f"name {self.chance.randrange(1_000_000)}"
                self.server.called = self.name
            case _:
                pass
        if self.truth != before:
            self.over[before] = self.clock.now()
        self.over.pop(self.truth, None)

    def age(self, told: str) -> timedelta:
        """For how long that has not been true."""
        return timedelta() if told == self.truth else self.clock.now() - self.over[told]

    def looks(self, before: int) -> None:
        """Nobody asked again too soon."""
        new = len(self.server.looks) - before
        assert new <= 1
        if new:
            self.looked_at.append(self.clock.now())
            self.in_trouble = self.server.trouble is not None
            gaps = [b - a for a, b in zip(self.looked_at, self.looked_at[1:], strict=False)]
            assert not gaps or gaps[-1] >= NEXT_TRY, SEED


async def test_what_is_told_was_true_a_short_while_ago(
    guilds: RestGuilds, server: ShownServer, clock: ManualClock
) -> None:
    weather = Weather(server, clock, random.Random(SEED))
    server.called = weather.name
    for _step in range(STEPS):
        weather.changes()
        before = len(server.looks)
        asked = (guilds.know(GUILD_ID) for _ in range(weather.chance.randint(1, 3)))
        answers = await asyncio.gather(*asked, return_exceptions=True)
        weather.looks(before)
        (told,) = {GONE if one is None else getattr(one, "name", repr(one)) for one in answers}
        if isinstance(answers[0], BaseException):
            assert isinstance(answers[0], ActUnknown), SEED
            assert weather.in_trouble, SEED
            assert guilds.get(GUILD_ID) is None
            continue
        assert weather.age(told) < (KEPT_IN_TROUBLE if weather.in_trouble else KEPT), SEED
        assert (told == GONE) is (guilds.get(GUILD_ID) is None)
        known = guilds.client.guilds if guilds.client else ()
        assert [one.name for one in known] == [told] * (told != GONE), SEED
