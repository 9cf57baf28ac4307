"""Incidents of a protection that does no more than it has to, on a real database."""

from typing import Any, Self

from bot.acts import Actor
from bot.clock import ManualClock
from bot.controls import Post
from bot.delivery.emitter import Emitter
from bot.features.cases import CASES
from bot.features.incidents import INCIDENTS
from bot.features.incidents.drawings import IncidentFacts
from bot.features.settings import SETTINGS
from bot.wiring import FEATURES
from tests.integration.cases.cases_env import Written
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import MODERATOR, OWNER, SECOND, FakeActs
from tests.support.features import features_on
from tests.support.tripwire.feature import TRIPWIRE

HARBOUR_MASTER = Actor(GUILD, MODERATOR, "harbour_master")
PILOT = Actor(GUILD, SECOND, "pilot")
QUEEN = Actor(GUILD, OWNER, "queen")
LOG, NOTICES = 500, 501


class IncidentsEnv(Written):
    """Short words for what tests do; `renew` is a new process on what the last one left."""

    def __init__(self, emitter: Emitter, clock: ManualClock) -> None:
        super().__init__(emitter)
        self.clock, self.database = clock, emitter.database
        self.discord = FakeActs()
        self.discord.clock = clock
        self.discord.channel_ids = [LOG, NOTICES]
        for user_id in range(1000, 1003):
            self.discord.enter(user_id, roles={10})
        self.renew()

    def renew(self) -> None:
        parts = features_on(
            self.emitter, self.clock, acts=self.discord, features=(*FEATURES, TRIPWIRE)
        )
        self.parts = parts
        self.settings = parts[SETTINGS].service
        self.incidents = parts[INCIDENTS].service
        self.cases = parts[CASES].service
        self.sanctions = parts[CASES].sanctions
        self.tripwire = parts[TRIPWIRE]
        self.tripwire.sanctions = self.sanctions
        self.posts_ = parts.core.posts

    @classmethod
    async def open(cls, emitter: Emitter, clock: ManualClock) -> Self:
        patterns = ("case.*", "security.audit_entry")
        await add_endpoint(emitter, "http://127.0.0.1:9/", patterns=patterns)
        env = cls(emitter, clock)
        await env.choose("cases", mute_role_id=20, quarantine_role_id=21)
        await env.choose("incidents", log_channel_id=LOG)
        await env.choose("tripwire", enabled=True)
        return env

    async def choose(self, feature: str, **choices: Any) -> None:
        for name, value in choices.items():
            await self.settings.change(QUEEN, feature, name, value)

    async def sweep(self, seconds: float = 0) -> None:
        """What is due is done, then said."""
        self.clock.advance(seconds)
        await self.cases.sweep.sweep()
        await self.incidents.sweep.sweep()
        await self.posts_.sweep()

    async def facts(self, incident_id: int) -> IncidentFacts:
        return await self.incidents.drawn(GUILD, incident_id)

    async def states(self, incident_id: int) -> list[tuple[str, str | None]]:
        """Each measure's state, with why it was kept."""
        number, found = 1, list[tuple[str, str | None]]()
        while True:
            page = await self.incidents.measures(GUILD, incident_id, number)
            found += [(one.state.value, one.failure) for one in page.rows]
            if not page.has_more:
                return found
            number += 1

    @property
    def log(self) -> list[Post]:
        """Every message of the bot's in a channel, as it is."""
        return list(self.discord.lines.values())
