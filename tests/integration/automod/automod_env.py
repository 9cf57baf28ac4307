"""Automod with all its neighbours, on a real database and a small Discord."""

from typing import Any, Self

from bot.acts import Actor
from bot.clock import ManualClock
from bot.controls import Post
from bot.delivery.emitter import Emitter
from bot.features.automod import AUTOMOD
from bot.features.automod.actions import read_actions
from bot.features.automod.model import AutomodRule
from bot.features.automod.terms import AnyTerms, KeywordTerms, RuleDraft, RuleScope
from bot.features.incidents import INCIDENTS
from bot.features.settings import SETTINGS
from bot.message_content import MessageContent
from tests.integration.cases.cases_env import Told, Written
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import MODERATOR, OWNER, FakeActs
from tests.support.features import features_on

QUEEN = Actor(GUILD, OWNER, "queen")
HARBOUR_MASTER = Actor(GUILD, MODERATOR, "harbour_master")
OTTER, HERON = 1000, 1001
LOG, NOTICES, PIER = 500, 501, 502


class AutomodEnv(Written):
    """Short words for what tests do; `renew` is a new process on what the last one left."""

    def __init__(self, emitter: Emitter, clock: ManualClock) -> None:
        super().__init__(emitter)
        self.clock, self.database = clock, emitter.database
        self.discord = FakeActs()
        self.discord.clock = clock
        self.discord.channel_ids = [LOG, NOTICES, PIER]
        for user_id in (OTTER, HERON):
            self.discord.enter(user_id, roles={10})
        self.message_id = 0
        self.renew()

    def renew(self) -> None:
        parts = features_on(self.emitter, self.clock, acts=self.discord)
        self.settings = parts[SETTINGS].service
        self.incidents = parts[INCIDENTS].service
        self.automod = parts[AUTOMOD].service
        self.automod.ports.may_read = True
        self.rulebook, self.guard = self.automod.rulebook, self.automod.guard
        self.posts_ = parts.core.posts

    @classmethod
    async def open(cls, emitter: Emitter, clock: ManualClock) -> Self:
        patterns = ("automod.*", "case.*")
        await add_endpoint(emitter, "http://127.0.0.1:9/", patterns=patterns)
        env = cls(emitter, clock)
        await env.choose("incidents", log_channel_id=LOG)
        await env.choose("cases", mute_role_id=20)
        await env.choose("automod", enabled=True, alert_channel_id=NOTICES)
        return env

    async def choose(self, feature: str, **choices: Any) -> None:
        for name, value in choices.items():
            await self.settings.change(QUEEN, feature, name, value)

    async def rule(
        self, terms: AnyTerms | None = None, actions: str = "delete", **scope: Any
    ) -> AutomodRule:
        draft = RuleDraft(
            name="No scams",
            terms=terms or KeywordTerms(words=("free nitro",)),
            actions=read_actions(actions),
            scope=RuleScope(**scope),
        )
        return await self.rulebook.add(QUEEN, draft)

    def message(
        self, text: str = "free nitro", user_id: int = OTTER, **more: Any
    ) -> MessageContent:
        self.message_id += 1
        values: dict[str, Any] = {
            "guild_id": GUILD,
            "place": (PIER,),
            "user_id": user_id,
            "message_id": self.message_id,
            "content": text,
        }
        return MessageContent(**{**values, **more})

    async def says(self, text: str = "free nitro", user_id: int = OTTER, **more: Any) -> int:
        """Somebody writes something; the message's id."""
        content = self.message(text, user_id, **more)
        if await self.guard.watches(GUILD):
            await self.guard.heard(content)
        return content.message_id or 0

    async def sweep(self, seconds: float = 0) -> None:
        self.clock.advance(seconds)
        await self.automod.sweep.sweep()
        await self.incidents.sweep.sweep()
        await self.posts_.sweep()

    async def triggered(self) -> list[dict[str, Any]]:
        return [data for kind, data in await self.told() if kind == "automod.triggered"]

    async def cases(self) -> list[Told]:
        return [one for one in await self.told() if one[0] == "case.created"]

    async def log(self) -> list[Post]:
        """Every message of the bot's in a channel, as it is."""
        await self.posts_.sweep()
        return list(self.discord.lines.values())

    @property
    def deleted(self) -> list[int]:
        return [one for some in self.discord.deleted for one in some]
