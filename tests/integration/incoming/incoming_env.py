"""Incoming webhooks with all their neighbours, joined as in the bot, on a real database."""

import json
from datetime import timedelta
from typing import Any, Self

from sqlalchemy import select

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.audit.tables import audit_entry
from bot.features.economy import ECONOMY
from bot.features.giveaways import GIVEAWAYS
from bot.features.giveaways.messages import NEEDED
from bot.features.incoming import INCOMING, Incoming, call_store
from bot.features.incoming.actions import NAMES
from bot.features.incoming.model import IncomingWebhook, PushedCall
from bot.features.incoming.refusals import PushAnswer
from bot.features.incoming.service import IncomingSecret
from bot.features.incoming.signature import PushRequest, signed
from bot.features.tickets import TICKETS
from bot.structure import RolePlan
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv, Process
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import BOT, MODERATOR, FakeActs

CHANNEL = 50
FRIEND = 10  # a role below the bot's
LEASE = timedelta(seconds=61)
PUBLIC = "https://herald.example"


class IncomingProcess(Process):
    """The same, with incoming webhooks."""

    public_url = PUBLIC

    def __init__(self, emitter: Emitter, *, clock: ManualClock, discord: FakeActs) -> None:
        super().__init__(emitter, clock=clock, discord=discord)
        self.incoming = self.parts[INCOMING]
        self.tickets, self.giveaways = self.parts[TICKETS].service, self.parts[GIVEAWAYS].service
        self.money = self.parts[ECONOMY].money


class IncomingEnv(CasesEnv):
    """Short words for what tests do."""

    made_of = IncomingProcess
    process: IncomingProcess
    webhook: IncomingWebhook
    secret: str
    type_id: int

    @property
    def incoming(self) -> Incoming:
        return self.process.incoming

    @classmethod
    async def open(cls, emitter: Emitter, clock: ManualClock) -> Self:
        await add_endpoint(emitter, "http://127.0.0.1:9/", patterns=("*",))
        env = cls(emitter, clock)
        env.discord.made_at = clock.now()
        env.discord.channel_ids.append(CHANNEL)
        env.discord.people[BOT].permissions |= {*NEEDED}
        for role_id, role in env.discord.there.items():
            plan = RolePlan(role_id, role.name, position=role.position)
            env.discord.role_plans[role_id] = plan
        for feature in ("economy", "levels", "giveaways", "tickets"):
            await env.process.settings.change(HARBOUR_MASTER, feature, "enabled", True)
        types = env.process.tickets.types
        kind = await types.create(HARBOUR_MASTER, "Support")
        kind = await types.change(HARBOUR_MASTER, kind.id, "staff_role_ids", (2,))
        env.type_id = kind.id
        env.webhook, env.secret = await env.made("shop", NAMES)
        return env

    async def made(
        self, name: str, actions: tuple[str, ...], rate: int = 300
    ) -> tuple[IncomingWebhook, str]:
        """A new one with its secret, which was shown before."""
        shown = list[str]()

        async def show(new: IncomingSecret) -> None:
            shown.append(new.secret)

        service = self.incoming.service
        made, secret = await service.create(HARBOUR_MASTER, name, actions, rate=rate, show=show)
        assert shown == [secret]
        return made.webhook, secret

    async def push(
        self,
        document: dict[str, Any] | bytes,
        *,
        key: str | None = None,
        secret: str | None = None,
        webhook: object = None,
        timed: bool = False,
        process: IncomingProcess | None = None,
    ) -> PushAnswer:
        """What is answered to it, signed."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        at = str(int(self.clock.now().timestamp())) if timed else None
        request = PushRequest(
            str(webhook or self.webhook.uuid),
            body,
            signed(secret or self.secret, body, at),
            at,
            () if key is None else (key,),
        )
        return await (process or self.process).incoming.door.push(request)

    async def result(self, document: dict[str, Any], **more: Any) -> dict[str, Any]:
        """What came of one that succeeds."""
        answer = await self.push(document, **more)
        assert answer.status == 200, answer
        assert answer.document["action"] == document["action"]
        return dict(answer.document["result"])

    async def code(self, document: dict[str, Any] | bytes, **more: Any) -> tuple[int, str]:
        """Status and code of one that is refused."""
        answer = await self.push(document, **more)
        return answer.status, answer.document["error"]["code"]

    async def balance(self, user_id: int) -> int:
        currency = await self.process.money.currency(GUILD)
        async with self.emitter.database.reading() as reading:
            return await self.process.money.balance(reading, GUILD, user_id, currency.id)

    async def calls(self) -> list[PushedCall]:
        """All that are remembered, oldest first."""
        query = select(call_store.table).order_by(call_store.table.c.id)
        async with self.emitter.database.reading() as reading:
            return [call_store.call_of(row) for row in await reading.execute(query)]

    async def entries(self) -> list[dict[str, Any]]:
        """The audit log's entries that programs brought about."""
        mine = select(audit_entry).where(audit_entry.c.source == "api").order_by(audit_entry.c.id)
        async with self.emitter.database.reading() as reading:
            return [dict(row) for row in (await reading.execute(mine)).mappings()]

    async def sweep_incoming(self, after: timedelta | None = None) -> None:
        """What is due of calls, tickets, giveaways and posts."""
        if after is not None:
            self.clock.advance(after.total_seconds())
        self.discord.made_at = self.clock.now()
        await self.incoming.calls.sweep.sweep()
        await self.process.tickets.ports.sweep.sweep()
        await self.process.giveaways.sweep.sweep()
        await self.process.posts.sweep()

    def each(self, user_id: int) -> dict[str, dict[str, Any]]:
        """A sample of each action that begins something, about that person."""
        who = {"userId": str(user_id)}
        samples: dict[str, dict[str, Any]] = {
            "ADD_BALANCE": {**who, "amount": "5.00", "reason": "Bought in the shop"},
            "ADD_ROLE": {**who, "roleId": str(FRIEND)},
            "REMOVE_ROLE": {**who, "roleId": "11", "reason": "It is over"},
            "SEND_MESSAGE": {"channelId": str(CHANNEL), "message": f"Hello <@{user_id}>"},
            "ADD_XP": {**who, "amount": 300},
            "CREATE_CASE": {
                **who,
                "type": "warn",
                "reason": "Chargeback",
                "moderatorId": str(MODERATOR),
            },
            "OPEN_TICKET": {**who, "ticketTypeId": self.type_id, "subject": "An order"},
            "START_GIVEAWAY": {
                "channelId": str(CHANNEL),
                "prize": "A signed print",
                "durationSeconds": 3600,
            },
        }
        return {name: {"action": name, **sample} for name, sample in samples.items()}
