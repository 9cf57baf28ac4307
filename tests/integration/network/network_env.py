"""Network with all its neighbours: one server that the bot sees, others that report from afar."""

from typing import Any, Self

from sqlalchemy import func, select

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import NetworkConfig
from bot.controls import Post
from bot.delivery.emitter import Emitter
from bot.features.cases import CASES
from bot.features.incidents import INCIDENTS
from bot.features.network import NETWORK, SharedNetwork
from bot.features.network.model import Report, ReportCategory, ReportSeverity
from bot.features.network.reports import Filing
from bot.features.settings import SETTINGS
from bot.storage.schema import metadata
from bot.uploads import Upload
from tests.integration.cases.cases_env import Written
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import OWNER, FakeActs
from tests.support.features import features_on

QUEEN = Actor(GUILD, OWNER, "queen")
ANN, BEN, CAL = 7_001, 7_002, 7_003
"""Reviewers; the last one helps to run the server that the bot sees."""
OTTER = 5_900
LOG, NOTICES, CARDS = 500, 501, 502
AFAR = (GUILD + 1, GUILD + 2, GUILD + 3)
PUBLIC = "https://herald.example"


def reviewer(user_id: int) -> Actor:
    return Actor(GUILD, user_id, f"reviewer_{user_id}")


def staff(guild_id: int) -> Actor:
    return Actor(guild_id, 8_000 + guild_id % 100, "warden")


class NetworkEnv(Written):
    """Short words for what tests do; `renew` is a new process on what the last one left."""

    network: SharedNetwork
    guild_id = GUILD

    def __init__(self, emitter: Emitter, clock: ManualClock) -> None:
        super().__init__(emitter)
        self.clock, self.database = clock, emitter.database
        self.discord = FakeActs()
        self.discord.clock = clock
        self.discord.channel_ids = [LOG, NOTICES, CARDS]
        self.review = NetworkConfig(reviewers=(ANN, BEN, CAL), guild_id=GUILD, channel_id=CARDS)
        self.discord.enter(OTTER, "otter", roles={10})
        self.discord.enter(CAL, "cal", roles={2}, permissions=frozenset({"manage_guild"}))
        self.renew()

    def renew(self) -> None:
        parts = features_on(
            self.emitter,
            self.clock,
            acts=self.discord,
            public_url=PUBLIC,
            network=self.review,
        )
        self.parts, self.network = parts, parts[NETWORK]
        self.settings = parts[SETTINGS].service
        self.incidents = parts[INCIDENTS].service
        self.cases = parts[CASES]
        self.posts_ = parts.core.posts

    @classmethod
    async def open(cls, emitter: Emitter, clock: ManualClock) -> Self:
        patterns = ("network.hit", "case.*")
        await add_endpoint(emitter, "http://127.0.0.1:9/", patterns=patterns)
        env = cls(emitter, clock)
        await env.choose("general", notice_channel_id=NOTICES)
        await env.choose("cases", mute_role_id=20, quarantine_role_id=21)
        await env.choose("incidents", log_channel_id=LOG)
        await env.choose("network", enabled=True)
        for guild_id in AFAR:
            await env.choose("network", Actor(guild_id, OWNER, "queen"), enabled=True)
        return env

    async def choose(self, feature: str, by: Actor = QUEEN, **choices: Any) -> None:
        for name, value in choices.items():
            await self.settings.change(by, feature, name, value)

    async def filed(
        self,
        guild_id: int,
        user_id: int = OTTER,
        *,
        category: ReportCategory = "scam",
        severity: ReportSeverity = "high",
        upload: Upload | None = None,
    ) -> Report:
        if user_id not in self.discord.accounts:
            self.discord.enter(user_id)
        filing = Filing(user_id, category, severity, "They sell *cheap* fish.", upload)
        return await self.network.reports.file(staff(guild_id), filing)

    async def approved(self, guild_id: int, user_id: int = OTTER, **more: Any) -> Report:
        report = await self.filed(guild_id, user_id, **more)
        return await self.network.reviews.decide(reviewer(ANN), report.id, "approved")

    async def joins(self, user_id: int = OTTER) -> None:
        if user_id not in self.discord.people:
            self.discord.enter(user_id, self.discord.accounts[user_id].username, roles={10})
        async with self.database.transaction() as tx:
            await self.network.hits.on_joined(tx, GUILD, [user_id])

    async def sweep(self, seconds: float = 0) -> None:
        """What is due is done, then said."""
        self.clock.advance(seconds)
        await self.cases.service.sweep.sweep()
        await self.network.sweep.sweep()
        await self.network.sweep.sweep()
        await self.incidents.sweep.sweep()
        await self.posts_.sweep()

    async def hits(self) -> list[dict[str, Any]]:
        """The data of every `network.hit` there was."""
        return [data for kind, data in await self.told() if kind == "network.hit"]

    async def measures(self, incident_id: int = 1) -> list[str]:
        page = await self.incidents.measures(GUILD, incident_id, 1)
        return [one.label for one in page.rows]

    async def counted(self, table: str) -> int:
        """How many rows it has."""
        async with self.database.reading() as reading:
            found = await reading.execute(select(func.count()).select_from(metadata.tables[table]))
            return int(found.scalar_one())

    def said(self, word: str) -> list[Post]:
        """Messages in channels with that word in their title or text, as they are now."""
        return [one for one in self.discord.lines.values() if word in f"{one.title} {one.text}"]
