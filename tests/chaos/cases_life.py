"""The lives of a bot between which the database and Discord stay, and the truth of both."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.features.cases.store import table as moderation_case
from bot.outbox.tables import body
from bot.storage.database import Database
from tests.chaos.cases_bot import Orders, config_of
from tests.chaos.preparation import choose, subscribe
from tests.support.discord_server.moderation_server import Cut, ModeratingServer, Moment
from tests.support.discord_server.moderator import Person
from tests.support.discord_server.populated_guild import LOG_CHANNEL_ID, MUTED
from tests.support.ledger import sound
from tests.support.program import Program
from tests.support.receiver import Receiver
from tests.support.rows import rows

OTTER = 601
BOOT = 120.0  # seconds: the whole bot is imported, on a machine that may be busy
COUNTED = 10**9  # no boundary has that number: they are only counted

Kill = tuple[str, Moment]
"""The call of Discord's at which the bot dies, and whether it was done by then."""


class Life(Program):
    """The bot's process."""

    def __init__(self, orders: Orders, module: str = "tests.chaos.cases_bot") -> None:
        super().__init__(module, asdict(orders))

    async def kill(self) -> None:
        with suppress(ProcessLookupError):  # it may have ended just now by itself
            self._process.kill()
        await self._process.wait()

    async def __aexit__(self, *_: object) -> None:
        await self.kill()
        await self._process.communicate()


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the database: the rows of cases, and the events in their order."""

    cases: Sequence[Mapping[str, Any]]
    events: list[dict[str, Any]]

    @property
    def kinds(self) -> list[str]:
        """Each event's type, and what a change of a case led to."""
        return [
            f"{one['type']} {one['data']['status']}"
            if one["type"] == "case.updated"
            else str(one["type"])
            for one in self.events
        ]


@dataclass(frozen=True, slots=True)
class Lives:
    """Each method is one life, or what is found between two."""

    orders: Orders
    server: ModeratingServer

    async def prepare(self, receiver: Receiver) -> None:
        """What somebody has chosen before the first life, and a webhook."""
        emitter = await Emitter.open(config_of(self.orders), SystemClock())
        chosen = {"log_channel_id": LOG_CHANNEL_ID, "mute_role_id": MUTED}
        await choose(emitter, {"cases": chosen})
        await subscribe(emitter, receiver, "case.*", "member.*")
        await emitter.close()

    async def killed(self, kill: Kill, command: str, **options: str) -> None:
        """It is told to do something, and dies at that call."""
        async with Life(self.orders) as life:
            await life.says("ready", BOOT)
            cut = self.server.cut = Cut(*kill, life.kill)
            await self.server.begin(command, user=Person(OTTER), **options)
            await self.server.gateway.until(lambda: cut.done)

    async def killed_later(self, kill: Kill, seconds: float) -> None:
        """It does what has come due by then, and dies at that call."""
        async with Life(self.later(seconds)) as life:
            cut = self.server.cut = Cut(*kill, life.kill)
            await life.says("ready", BOOT)
            await self.server.gateway.until(lambda: cut.done)

    async def killed_at(self, boundary: int, command: str) -> int | None:
        """The same, to die at that boundary of the database; how many there were, None if it did.

        The act may be over by then: then it dies while it stops, or ends by itself.
        """
        gateway, answers = self.server.gateway, self.server.answers
        async with Life(replace(self.orders, fatal=boundary)) as life:
            await life.says("ready", BOOT)
            token = await self.server.begin(command, user=Person(OTTER))
            await gateway.until(lambda: answers[token].said or not gateway.connected)
            code, said = await life.end()
        assert code in (0, -9)
        return int(said.split()[-1]) if code == 0 else None

    async def whole(self, command: str, **options: str) -> None:
        """It is told to do something, does it, and ends."""
        async with Life(self.orders) as life:
            await life.says("ready", BOOT)
            await self.server.use(command, user=Person(OTTER), **options)
            assert (await life.end())[0] == 0

    async def recovered(self, seconds: float) -> None:
        """Started so much later, it ends when there is nothing left to do."""
        self.server.cut = None
        self.server.answers.clear()
        async with Life(self.later(seconds)) as life:
            await life.says("ready", BOOT)
            assert (await life.end())[0] == 0

    async def written(self) -> Written:
        url = self.orders.url
        database = Database(url)
        await database.open()
        cases = await rows(database, moderation_case)
        events = [json.loads(one["bytes"]) for one in await rows(database, body)]
        await database.close()
        if url.startswith("sqlite"):
            sound(url.removeprefix("sqlite:///"))
        return Written(cases, events)

    def later(self, seconds: float) -> Orders:
        return replace(self.orders, ahead=seconds, recovers=True)


def happened(server: ModeratingServer, command: str) -> bool:
    """Whether Discord shows what the command is for."""
    guild = server.guild
    member = guild.members.get(OTTER)
    match command:
        case "ban" | "tempban":
            return OTTER in guild.bans
        case "kick":
            return member is None
        case "timeout":
            return member is not None and bool(member.get("communication_disabled_until"))
        case _:
            return member is not None and str(MUTED) in member["roles"]


def once(received: Receiver, told: Sequence[dict[str, Any]]) -> None:
    """Every event was received, and there is none but those written; what is one fact is one."""
    assert set(received.ids()) == {one["id"] for one in told}
    facts = [(one["type"], json.dumps(one["data"], sort_keys=True)) for one in told]
    assert len(set(facts)) == len(facts)
