"""The audit with its neighbours, on a real database and a small Discord."""

from datetime import datetime, timedelta
from typing import Any, Self

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.clock import ManualClock, to_snowflake
from bot.delivery.emitter import Emitter
from bot.features.audit import AUDIT
from bot.features.audit.queries import AuditQuery
from bot.features.settings import SETTINGS
from bot.guild_changes import MemberChange
from tests.integration.cases.cases_env import Process, Written
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import MODERATOR, FakeActs

QUEEN = Actor(GUILD, MODERATOR, "harbour_master")
LOG = 500


class AuditEnv(Written):
    """Short words for what tests do; `renew` is a new process on what the last one left."""

    def __init__(self, emitter: Emitter, clock: ManualClock) -> None:
        super().__init__(emitter)
        self.clock, self.database = clock, emitter.database
        self.discord = FakeActs()
        self.renew()

    def renew(self) -> None:
        self.process = Process(self.emitter, clock=self.clock, discord=self.discord)
        self.parts = self.process.parts
        self.audit = self.parts[AUDIT]
        self.lookup = self.audit.lookup

    @classmethod
    async def open(cls, emitter: Emitter, clock: ManualClock) -> Self:
        await add_endpoint(emitter, "http://127.0.0.1:9/", patterns=("security.audit_entry",))
        return cls(emitter, clock)

    async def choose(self, **choices: Any) -> None:
        for name, value in choices.items():
            await self.parts[SETTINGS].service.change(QUEEN, "audit", name, value)

    async def write(self, summary: str, **about: Any) -> int:
        about = {"guild_id": GUILD, "event_type": "test.done", "target_type": "thing", **about}
        async with self.database.transaction() as tx:
            return await self.audit.service.write(tx, AuditDraft(summary=summary, **about))

    async def found(self, **query: Any) -> list[str]:
        """The sentences that a search finds, through its pages."""
        search = await self.lookup.keep(GUILD, AuditQuery(**query))
        number, found = 1, list[str]()
        while True:
            page = await self.lookup.page(GUILD, search, number)
            found += [one.summary for one in page.rows]
            if not page.has_more:
                return found
            number += 1

    async def sent(self) -> list[str]:
        """The sentences that were sent."""
        return [data["summary"] for _kind, data in await self.told()]

    def kicked(self, ago: timedelta, number: int = 1) -> MemberChange:
        """What Discord's log says of a kick by hand so long ago."""
        return kicked_at(self.clock.now() - ago, number)


def kicked_at(moment: datetime, number: int) -> MemberChange:
    return MemberChange(
        guild_id=GUILD,
        entry_id=to_snowflake(moment) + number,
        actor_id=77,
        actor_name="pilot",
        target_id=5,
        target_name=f"otter_{number}",
        reason=None,
        fate="kicked",
    )
