"""Levels with all their neighbours, joined as in the bot, on a real database."""

import itertools
from typing import Any, ClassVar

from sqlalchemy import select

from bot.activity import MessageActivity, VoiceActivity, VoicePerson
from bot.acts import Actor
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.levels import LEVELS, store
from bot.features.levels.ledger import Awarded
from bot.features.levels.model import MemberXp
from bot.features.levels.service import LevelsService
from bot.features.levels.tables import level_member
from bot.features.members import MEMBERS
from bot.features.settings import SETTINGS
from tests.integration.cases.cases_env import Written
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import MODERATOR, FakeActs
from tests.support.features import features_on

STAFF = Actor(GUILD, MODERATOR, "harbour_master")
CHANNEL, CATEGORY, VOICE = 500, 400, 600
NOTICES = 700
FRIEND, PAINTER, TOP = 10, 11, 1  # roles of the fake guild; the last is above the bot's


class LevelsProcess:
    """What one process holds in memory; a message earns `earns` points."""

    earns: ClassVar[int] = 20

    def __init__(self, emitter: Emitter, *, clock: ManualClock, discord: FakeActs) -> None:
        self.parts = features_on(emitter, clock, acts=discord)
        self.settings = self.parts[SETTINGS].service
        self.members = self.parts[MEMBERS].service
        self.levels = LevelsService(self.parts[LEVELS].ports, choose=lambda _low, _high: self.earns)
        self.parts[LEVELS].service = self.levels
        self.posts = self.parts.core.posts
        self.levels.ledger.start()

    async def stop(self) -> None:
        await self.levels.ledger.stop()


class LevelsEnv(Written):
    """Short words for what tests do; `again` is a new process on the same database."""

    def __init__(self, emitter: Emitter, clock: ManualClock) -> None:
        super().__init__(emitter)
        self.clock = clock
        self.discord = FakeActs()
        self.discord.clock = clock
        self._people, self._messages = itertools.count(2_000), itertools.count(1)
        self.process = LevelsProcess(emitter, clock=clock, discord=self.discord)

    @property
    def levels(self) -> LevelsService:
        return self.process.levels

    @classmethod
    async def open(cls, emitter: Emitter, clock: ManualClock) -> "LevelsEnv":
        await add_endpoint(emitter, "http://127.0.0.1:9/", patterns=("xp.*",))
        env = cls(emitter, clock)
        await env.choose(enabled=True)
        await env.process.settings.change(STAFF, "general", "notice_channel_id", NOTICES)
        return env

    async def again(self) -> None:
        """Another process on the same database; memory is gone."""
        await self.process.stop()
        self.process = LevelsProcess(self.emitter, clock=self.clock, discord=self.discord)

    async def close(self) -> None:
        await self.process.stop()

    async def choose(self, **choices: Any) -> None:
        for name, value in choices.items():
            await self.process.settings.change(STAFF, "levels", name, value)

    def someone(self, **about: Any) -> int:
        """Somebody new in the guild."""
        return self.discord.enter(next(self._people), **about)

    def message(self, user_id: int, text: str | None = None, **about: Any) -> MessageActivity:
        """A message of theirs, in words that nobody wrote before unless a text is given."""
        number = next(self._messages)
        values: dict[str, Any] = {
            "place": (CHANNEL, CATEGORY),
            "is_bot": False,
            "is_system": False,
            "role_ids": frozenset(self.discord.people[user_id].role_ids),
            "content": f"The tide of {number}" if text is None else text,
            "files": 0,
            **about,
        }
        return MessageActivity(number, GUILD, values.pop("place"), user_id, **values)

    async def writes(self, user_id: int, text: str | None = None, **about: Any) -> Awarded | None:
        """They write, an hour after whatever was before."""
        self.clock.advance(3_600)
        return await self.levels.earnings.heard(self.message(user_id, text, **about))

    def talk(self, *user_ids: int, deaf: int | None = None, **about: Any) -> None:
        """They sit in the voice channel, nobody else anywhere."""
        people = tuple(
            VoicePerson(
                one,
                self.discord.accounts[one].is_bot,
                is_muted=False,
                is_deafened=one == deaf,
                role_ids=frozenset(self.discord.people[one].role_ids),
            )
            for one in user_ids
        )
        self.discord.talking = [VoiceActivity(GUILD, (VOICE,), people, **about)]

    async def sweep(self, seconds: float = 0.0) -> None:
        """Let time pass, then do what has come due."""
        self.clock.advance(seconds)
        await self.levels.roles.sweep.sweep()
        await self.process.posts.sweep()

    async def row(self, user_id: int) -> MemberXp | None:
        async with self.emitter.database.reading() as reading:
            return await store.member(reading, GUILD, user_id)

    async def xp(self, user_id: int) -> int:
        found = await self.row(user_id)
        return 0 if found is None else found.xp

    async def all_rows(self) -> list[MemberXp]:
        async with self.emitter.database.reading() as reading:
            rows = await reading.execute(select(level_member))
            return [store.member_of(row) for row in rows]

    async def ups(self) -> list[tuple[int, int, int]]:
        """Old level, new level and total of every event, in order."""
        return [
            (data["old_level"], data["new_level"], data["total_xp"])
            for _kind, data in await self.told()
        ]
