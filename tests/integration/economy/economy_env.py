"""Economy with all its neighbours, joined as in the bot, on a real database."""

import json
from typing import Any, ClassVar, Self

from sqlalchemy import select

from bot.acts import Actor
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.economy import ECONOMY
from bot.features.economy.model import EntryDraft, mint, pair, wallet
from bot.features.members import MEMBERS
from bot.features.settings import SETTINGS
from bot.money import Currency
from bot.outbox.tables import body, event
from tests.integration.cases.cases_env import Written
from tests.integration.economy.books import balanced
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import MODERATOR, FakeActs
from tests.support.features import features_on

BANKER = Actor(GUILD, MODERATOR, "harbour_master")
ALICE, BOB, CAROL = 101, 102, 103


class EconomyEnv(Written):
    """Short words for what tests do."""

    coins: Currency
    patterns: ClassVar[tuple[str, ...]] = ("economy.*",)

    def __init__(self, emitter: Emitter, clock: ManualClock) -> None:
        super().__init__(emitter)
        self.emitter, self.clock = emitter, clock
        self.database = emitter.database
        self.discord = FakeActs()
        self.renew()

    def renew(self) -> None:
        """A new process on what the last one left."""
        parts = features_on(self.emitter, self.clock, acts=self.discord)
        self.parts = parts
        self.settings = parts[SETTINGS].service
        self.economy = parts[ECONOMY]
        self.money = self.economy.money

    @classmethod
    async def open(cls, emitter: Emitter, clock: ManualClock) -> Self:
        await add_endpoint(emitter, "http://127.0.0.1:9/", patterns=cls.patterns)
        env = cls(emitter, clock)
        await env.choose(enabled=True)
        env.coins = await env.money.currency(GUILD)
        return env

    async def choose(self, **choices: Any) -> None:
        for name, value in choices.items():
            await self.settings.change(BANKER, "economy", name, value)

    async def leave(self, *user_ids: int, guild_id: int = GUILD) -> None:
        """They leave together, and every feature hears of it."""
        async with self.database.transaction() as tx:
            for one in self.parts[MEMBERS].service.on_gone:
                await one(tx, guild_id, user_ids)

    async def post(self, draft: EntryDraft) -> None:
        async with self.database.transaction() as tx:
            await self.economy.ledger.post(tx, draft)

    async def grant(self, user_id: int, amount: int, currency: Currency | None = None) -> None:
        """Money out of the mint."""
        currency_id = (currency or self.coins).id
        legs = pair(mint(currency_id), wallet(user_id, currency_id), amount, operation="admin")
        await self.post(EntryDraft(GUILD, "admin", legs))

    async def balance(self, user_id: int, currency: Currency | None = None) -> int:
        async with self.database.reading() as reading:
            return await self.money.balance(reading, GUILD, user_id, (currency or self.coins).id)

    async def balances(self, *user_ids: int) -> list[int]:
        """After a look at all the books."""
        await balanced(self.database)
        return [await self.balance(one) for one in user_ids]

    async def told_in(
        self, guild_id: int, kind: str = "economy.balance_changed"
    ) -> list[dict[str, Any]]:
        """What every event of that kind in that guild says, in order."""
        query = (
            select(body.c.bytes)
            .join(event, body.c.event_id == event.c.id)
            .where(event.c.guild_id == guild_id, event.c.type == kind)
            .order_by(event.c.id)
        )
        async with self.database.reading() as reading:
            found = (await reading.execute(query)).scalars()
            return [json.loads(bytes(one))["data"] for one in found]

    async def changes(self) -> list[tuple[int, int, int, str, str]]:
        """Person, delta, balance, source and operation of every event, in order."""
        names = ("user_id", "delta", "balance", "source", "operation")
        told = [
            tuple(data[name] for name in names)
            for kind, data in await self.told()
            if kind == "economy.balance_changed"
        ]
        return [(int(one[0]), *one[1:]) for one in told]
