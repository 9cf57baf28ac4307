"""Raids with the cases they order and the log they write, on a real database."""

import asyncio
from datetime import timedelta
from typing import Any, Self

from bot.acts import Actor
from bot.catalogue.members import MemberJoined
from bot.clock import ManualClock, to_snowflake
from bot.delivery.emitter import Emitter
from bot.features.cases import CASES
from bot.features.incidents import INCIDENTS
from bot.features.raids import RAIDS, store
from bot.features.raids.model import Arrival
from bot.features.raids.records import Raid, RaidJoiner
from bot.features.settings import SETTINGS
from bot.structure import ChannelPlan, Overwrite
from tests.integration.cases.cases_env import Written
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import MODERATOR, OWNER, FakeActs
from tests.support.features import features_on
from tests.support.loops import turn

HARBOUR_MASTER = Actor(GUILD, MODERATOR, "harbour_master")
QUEEN = Actor(GUILD, OWNER, "queen")
LOG = 500
VIEW, SEND, REACT, FILES = 1 << 10, 1 << 11, 1 << 6, 1 << 15
RIGHTS = ("send_messages", "add_reactions", "connect", "manage_guild", "manage_channels")


class RaidsProcess(Written):
    """Short words for what tests do; `renew` is a new process on what the last one left."""

    def __init__(self, emitter: Emitter, clock: ManualClock) -> None:
        super().__init__(emitter)
        self.clock, self.database = clock, emitter.database
        self.discord = FakeActs()
        self.discord.clock = clock
        self.discord.people[900].permissions |= set(RIGHTS)
        self._came = 0
        self.renew()

    def renew(self) -> None:
        parts = features_on(self.emitter, self.clock, acts=self.discord)
        self.parts = parts
        self.settings = parts[SETTINGS].service
        self.incidents = parts[INCIDENTS].service
        self.cases = parts[CASES]
        self.raids = parts[RAIDS].service

    async def again(self) -> None:
        """Another process on the same database; memory is gone."""
        await self.raids.sessions.stop()
        self.renew()
        await self.raids.sessions.lasting.load()
        self.raids.sessions.start()

    @classmethod
    async def open(cls, emitter: Emitter, clock: ManualClock) -> Self:
        await add_endpoint(emitter, "http://127.0.0.1:9/", patterns=("case.*", "security.*"))
        env = cls(emitter, clock)
        await env.choose("cases", quarantine_role_id=21)
        await env.choose("incidents", log_channel_id=LOG)
        await env.choose("raids", enabled=True)
        env.raids.sessions.start()
        return env

    async def choose(self, feature: str, **choices: Any) -> None:
        for name, value in choices.items():
            await self.settings.change(QUEEN, feature, name, value)

    def arrival(self, *, age_days: float = 0, **about: Any) -> Arrival:
        """Somebody new in the guild, who has just joined."""
        self._came += 1
        made = self.clock.now() - timedelta(days=age_days)
        user_id = to_snowflake(made) + self._came
        name = f"raider_{self._came}"
        self.discord.enter(user_id, name)
        self.discord.joined[user_id] = self.clock.now()
        return Arrival(GUILD, user_id, name, self.clock.now(), **about)

    async def join(self, count: int = 1, **about: Any) -> list[Arrival]:
        """So many join, one right after the other."""
        came = [self.arrival(**about) for _ in range(count)]
        for one in came:
            await self.raids.joined(one)
        return came

    async def weigh(self, count: int) -> None:
        """So many join at once, and are weighed in this very task: a walk dies in it."""
        came = [self.arrival() for _ in range(count)]
        await self.raids.sessions._take(came)  # pyright: ignore[reportPrivateUsage] - as its group does

    async def join_by(self, code: str, count: int) -> list[Arrival]:
        """So many join, and a moment later it is known by which invite."""
        came = [self.arrival() for _ in range(count)]
        tasks = [asyncio.create_task(self.raids.joined(one)) for one in came]
        while len(self.raids.sessions._expected) < count:  # pyright: ignore[reportPrivateUsage] - nothing else tells
            await turn()
        for one in came:
            fact = MemberJoined(
                guild_id=GUILD,
                user_id=one.user_id,
                username=one.username,
                account_age_days=0,
                is_bot=False,
                invite_code=code,
                joined_at=one.joined_at,
            )
            async with self.database.transaction() as tx:
                await self.raids.on_fact(tx, fact)
        await asyncio.gather(*tasks)
        return came

    async def sweep(self, seconds: float = 0, times: int = 1) -> None:
        """What is due is done."""
        self.clock.advance(seconds)
        if seconds:
            await self.cases.service.sweep.sweep()
        for _ in range(times):
            await self.raids.sweep.sweep()


class RaidsEnv(RaidsProcess):
    """The same, with what can be seen of it."""

    async def settle(self) -> None:
        """Until nothing is left to be done at once."""
        for _ in range(40):
            await self.raids.sweep.sweep()
            raid = await self.raid()
            if raid is None or raid.due_at is None or raid.due_at > self.clock.now():
                return

    async def raid(self) -> Raid | None:
        async with self.database.reading() as reading:
            return await store.newest(reading, GUILD)

    async def joiners(self) -> list[RaidJoiner]:
        async with self.database.reading() as reading:
            query = store.joiner.select().order_by(store.joiner.c.id)
            return [store.joiner_of(row) for row in await reading.execute(query)]

    async def detected(self) -> list[dict[str, Any]]:
        """What was told of raids."""
        return [data for kind, data in await self.told() if kind == "security.raid_detected"]

    def quarantined(self) -> set[int]:
        return {one for one, someone in self.discord.people.items() if 21 in someone.role_ids}

    def channels(self) -> None:
        """Four of them: open, with words of its own, shut to everybody, and a category."""
        mine = Overwrite(GUILD, allow=SEND | FILES, deny=REACT)
        others = Overwrite(10, allow=SEND)
        hidden = Overwrite(GUILD, deny=VIEW)
        self.discord.plans = {
            1: ChannelPlan(1, "text", "general"),
            2: ChannelPlan(2, "voice", "talk", overwrites=(others, mine)),
            3: ChannelPlan(3, "text", "staff", overwrites=(hidden,)),
            4: ChannelPlan(4, "category", "Harbour"),
        }

    def overwrites(self) -> dict[int, Overwrite]:
        return {one: plan.overwrite(GUILD) for one, plan in self.discord.plans.items()}
