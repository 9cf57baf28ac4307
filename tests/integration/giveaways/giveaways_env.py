"""Giveaways with all their neighbours, joined as in the bot, on a real database."""

from datetime import timedelta
from typing import Any, Self

from sqlalchemy import select

from bot.acts import Actor
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.giveaways import GIVEAWAYS, entry_store, store
from bot.features.giveaways.entry_store import DrawRecord, Winner
from bot.features.giveaways.model import Entrant, Giveaway, Terms
from bot.features.giveaways.plans import GiveawayPlan
from bot.features.giveaways.proof import problems
from bot.features.giveaways.service import GiveawaysService
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv, Process, Told
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import FakeActs

CHANNEL = 50
HOUR, DAY, LEASE = timedelta(hours=1), timedelta(days=1), timedelta(seconds=61)
STRANGER = Actor(GUILD + 1, 77, "stranger")  # of another guild
CREATED, ENDED, REROLLED = "giveaway.created", "giveaway.ended", "giveaway.rerolled"


class GiveawaysProcess(Process):
    """The same, with giveaways."""

    def __init__(self, emitter: Emitter, *, clock: ManualClock, discord: FakeActs) -> None:
        super().__init__(emitter, clock=clock, discord=discord)
        self.giveaways = self.parts[GIVEAWAYS].service


class GiveawaysEnv(CasesEnv):
    """Short words for what tests do."""

    made_of = GiveawaysProcess
    process: GiveawaysProcess

    @property
    def giveaways(self) -> GiveawaysService:
        return self.process.giveaways

    @classmethod
    async def open(cls, emitter: Emitter, clock: ManualClock) -> Self:
        await add_endpoint(emitter, "http://127.0.0.1:9/", patterns=("giveaway.*",))
        return cls(emitter, clock)

    def another(self) -> GiveawaysProcess:
        """A second process on the same database."""
        return GiveawaysProcess(self.emitter, clock=self.clock, discord=self.discord)

    async def made(self, **about: Any) -> Giveaway:
        """One that the staff set up."""
        plan: dict[str, Any] = {
            "prize": "A signed print",
            "channel_id": CHANNEL,
            "winner_count": 1,
            "lasts": DAY,
        }
        terms = Terms(**{key: about.pop(key) for key in list(about) if key in TERMS})
        plan |= {"channel_id": CHANNEL, "terms": terms, **about}
        return await self.giveaways.create(HARBOUR_MASTER, GiveawayPlan(**plan))

    def entrant(self, user_id: int | None = None) -> Entrant:
        """A member as their press shows them, somebody new where nobody is named."""
        user_id = user_id or self.someone()
        someone = self.discord.people[user_id]
        joined_at = self.discord.joined.get(user_id)
        name = someone.account.username
        return Entrant(GUILD, user_id, name, frozenset(someone.role_ids), joined_at)

    async def entered(self, giveaway: Giveaway, count: int = 5) -> list[int]:
        """So many people more are in it."""
        people = [self.entrant() for _ in range(count)]
        for one in people:
            await self.giveaways.entries.enter(one, giveaway.id)
        return [one.user_id for one in people]

    async def drawn(self, count: int = 5, **about: Any) -> Giveaway:
        """One that so many entered, drawn in time, with everybody told."""
        made = await self.made(**about)
        await self.entered(made, count)
        await self.sweep_giveaways(made.ends_at - self.clock.now())
        return await self.now(made)

    async def sweep_giveaways(self, after: timedelta | None = None) -> None:
        if after is not None:
            self.clock.advance(after.total_seconds())
        await self.giveaways.sweep.sweep()
        await self.process.posts.sweep()

    async def now(self, giveaway: Giveaway) -> Giveaway:
        return await self.giveaways.known(GUILD, giveaway.id)

    async def all_of_them(self) -> list[Giveaway]:
        """Every giveaway, oldest first."""
        async with self.emitter.database.reading() as reading:
            found = await reading.execute(select(store.table).order_by(store.table.c.id))
            return [store.giveaway_of(row) for row in found]

    async def winners(self, giveaway: Giveaway) -> list[Winner]:
        async with self.emitter.database.reading() as reading:
            return await entry_store.winners_of(reading, giveaway.id)

    async def draws(self, giveaway: Giveaway) -> list[DrawRecord]:
        async with self.emitter.database.reading() as reading:
            return await entry_store.draws_of(reading, giveaway.id)

    async def people_in(self, giveaway: Giveaway) -> set[int]:
        async with self.emitter.database.reading() as reading:
            return set(await entry_store.weights(reading, giveaway.id))

    async def about(self, giveaway: Giveaway) -> list[Told]:
        """The events of one in their order."""
        return [one for one in await self.told() if one[1]["giveaway_id"] == giveaway.id]

    async def agrees(self, giveaway: Giveaway) -> None:
        """Its proof holds, and everything that was said of it is said once."""
        book = await self.giveaways.book(GUILD, giveaway.id)
        assert problems(book.proof) == []
        won = [one for one in await self.winners(giveaway) if not one.is_replaced]
        told = [user_id for user_id, post in self.discord.letters if "You won" in post.title]
        for one in won:
            assert told.count(one.user_id) == 1


TERMS = {"required_role_ids", "min_level", "min_account_days", "min_member_days", "bonus"}


def said(env: GiveawaysEnv, words: str) -> list[int]:
    """The messages in the channel that hold these words."""
    return [number for number, post in env.discord.lines.items() if words in post.text]
