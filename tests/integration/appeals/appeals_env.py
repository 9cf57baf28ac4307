"""Appeals with all their neighbours, joined as in the bot, on a real database."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.acts import Actor
from bot.clock import ManualClock
from bot.controls import Post
from bot.delivery.emitter import Emitter
from bot.features.appeals import APPEALS
from bot.features.appeals.links import LinkClaims
from bot.features.appeals.messages import CARD
from bot.features.appeals.model import Appeal, Decision
from bot.features.appeals.service import AppealsService
from bot.features.appeals.store import table as appeal
from bot.features.audit.tables import audit_entry
from bot.features.cases.model import Case
from bot.posts.store import PostRecord
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv, Process
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import FakeActs

PUBLIC_URL = "https://herald.example"
CHANNEL = 77
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=61)
MESSAGE = "I did not know that this counts as advertising."


class AppealsProcess(Process):
    """The same, with pages at which people appeal."""

    public_url = PUBLIC_URL

    def __init__(self, emitter: Emitter, *, clock: ManualClock, discord: FakeActs) -> None:
        super().__init__(emitter, clock=clock, discord=discord)
        self.appeals, self.links = self.parts[APPEALS].service, self.parts[APPEALS].links


class AppealsEnv(CasesEnv):
    """Short words for what tests do."""

    made_of = AppealsProcess
    process: AppealsProcess

    @property
    def appeals(self) -> AppealsService:
        return self.process.appeals

    async def switch_on(self, **choices: Any) -> None:
        """Appeals as a server would choose them."""
        for name, value in {"channel_id": CHANNEL, "enabled": True, **choices}.items():
            await self.prefer(name, value)

    async def prefer(self, name: str, value: Any) -> None:
        await self.process.settings.change(HARBOUR_MASTER, "appeals", name, value)

    async def punished(self, kind: Any = "ban", **more: Any) -> tuple[Case, str]:
        """Somebody punished, and the token of their link."""
        if kind in ("tempban", "timeout"):
            more.setdefault("duration", 10 * DAY)
        case = await self.order(kind, self.someone(), **more)
        await self.echo()
        return case, await self.token(case)

    async def token(self, case: Case) -> str:
        url = await self.appeals.issuing.link(case)
        assert url is not None
        return url.removeprefix(f"{PUBLIC_URL}/appeals/")

    def signed(self, **claim: Any) -> str:
        """The token of a link that nobody was given."""
        values: dict[str, Any] = {"guild_id": GUILD, "expires_at": self.clock.now() + DAY, **claim}
        return self.process.links.token(LinkClaims(**values))

    async def appealed(self, kind: Any = "ban", **more: Any) -> tuple[Case, str, Appeal]:
        """Somebody who has appealed, with a card that was drawn."""
        case, token = await self.punished(kind, **more)
        await self.appeals.submit(token, MESSAGE)
        await self.sweep_appeals()
        return case, token, (await self.appeals_of(case))[-1]

    async def decide(
        self,
        one: Appeal,
        decision: Decision = "approved",
        reason: str | None = "Welcome back.",
        by: Actor = HARBOUR_MASTER,
    ) -> Appeal:
        return await self.appeals.decide(by, one.id, decision, reason)

    async def sweep_appeals(self, after: timedelta | None = None) -> None:
        if after is not None:
            self.clock.advance(after.total_seconds())
        await self.appeals.sweep.sweep()
        await self.process.posts.sweep()

    async def again(self, *, orderly: bool = False, recalls: bool = True) -> None:
        await super().again(orderly=orderly, recalls=recalls)
        if recalls:
            await self.appeals.sweep.begin()

    async def appeals_of(self, case: Case) -> list[Appeal]:
        return await self.appeals.of_case(GUILD, case.id)

    async def appeal_rows(self) -> list[dict[str, Any]]:
        return await all_rows(self.emitter, select(appeal).order_by(appeal.c.id))

    async def cards(self) -> list[PostRecord]:
        return await self.posts(CARD)

    async def about(self, case: Case, since: int = 0) -> list[str]:
        """The events about that person in short, without those before."""
        return (await self.kinds(case.user_id))[since:]

    def letters_to(self, user_id: int) -> Sequence[Post]:
        return [post for told, post in self.discord.letters if told == user_id]


async def audited(env: AppealsEnv) -> list[dict[str, Any]]:
    """The audit log's entries about appeals, oldest first."""
    of_appeals = audit_entry.c.event_type.like("appeal.%")
    query = select(audit_entry).where(of_appeals).order_by(audit_entry.c.id)
    return await all_rows(env.emitter, query)


async def all_rows(emitter: Emitter, query: Any) -> list[dict[str, Any]]:
    """What stands in the database."""
    async with emitter.database.reading() as reading:
        return [dict(row) for row in (await reading.execute(query)).mappings()]
