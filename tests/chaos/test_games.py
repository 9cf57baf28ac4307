"""Killed while people earn, pay, play, trade and win: nothing is lost, and nothing made twice.

Each life is one feature's: people do what they do, and the bot is killed at a boundary of its
database, at a call of Discord's, or when they have done it. Discord outlives all lives.
"""

import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from tests.chaos.cases_bot import Orders, config_of
from tests.chaos.cases_life import BOOT, Life
from tests.chaos.games_bot import TURN, Later
from tests.chaos.games_truth import judge
from tests.chaos.preparation import COINS, Choices, choose, endow, subscribe
from tests.chaos.seeded import MANY
from tests.support.discord_server.moderation_server import Cut, Moment
from tests.support.discord_server.moderator import COMPONENT, Person, button
from tests.support.discord_server.payloads import CHANNEL_ID, GUILD_ID, OWNER_ID
from tests.support.discord_server.populated_guild import FRIEND
from tests.support.discord_server.room_server import RoomServer
from tests.support.receiver import Receiver

pytestmark = pytest.mark.chaos

BOT = "tests.chaos.games_bot"
LEASE = 75.0  # seconds by which each life is later than the one before
DAY = 90_000.0  # seconds: by then trades have expired, and giveaways are over
OTTER = 601
CHOICES: Choices = {
    "levels": {"enabled": True, "message_xp_least": 300, "message_xp_most": 300},
    "economy": {"enabled": True, "message_least": 7, "message_most": 7},
    "casino": {"enabled": True, "cooldown_seconds": 0},
}
ROLE = rf"PUT guilds/{GUILD_ID}/members/\d+/roles/{FRIEND}"
LINE = rf"POST channels/{CHANNEL_ID}/messages"

NewUrl = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Fate:
    """Where a life ends: at that boundary, or at that call; 0 and none for after all was done."""

    boundary: int = 0
    call: str = ""
    moment: Moment = "before"


Walk = Sequence[tuple[str, Fate]]
FIRST: Walk = (
    ("levels", Fate(call=ROLE, moment="done")),
    ("economy", Fate(boundary=41)),
    ("casino", Fate(boundary=77)),
    ("trades", Fate(boundary=66)),
    ("giveaways", Fate(call=LINE, moment="done")),
)


def walk_of(seed: int) -> Walk:
    """A life of each feature, in any order, each with an end of its own."""
    chance = random.Random(seed)
    features = [name for name, _fate in FIRST]
    chance.shuffle(features)
    calls = [(ROLE if chance.random() < 0.5 else LINE), r"POST users/@me/channels"]
    moments: tuple[Moment, ...] = ("before", "done", "told")

    def fate() -> Fate:
        if chance.random() < 0.7:
            return Fate(boundary=chance.randrange(1, 150))
        return Fate(call=chance.choice(calls), moment=chance.choice(moments))

    return [(name, fate()) for name in features]


class Harbour:
    """What two people do in one life; it goes on until the bot is dead or all is done."""

    def __init__(self, server: RoomServer) -> None:
        self._server = server

    async def levels(self) -> None:
        for user_id in (OWNER_ID, OTTER):
            told = self._server.guild.write(CHANNEL_ID, user_id, f"The tide of {user_id}")
            await self._server.gateway.dispatch(*told)
        await self._uses("levels show")

    async def economy(self) -> None:
        await self._uses("daily")
        await self._uses("pay", user=Person(OTTER), amount="30")
        await self._uses("economy take", user=Person(OTTER), amount="5")

    async def casino(self) -> None:
        await self._uses("casino coin", bet="10")
        bet = f"{COINS}:10"
        for number in (1, 2, 2):  # pressed twice
            await self._presses(f"casino:play:coin:{bet}:{number}:heads")
        await self._presses(f"casino:play:blackjack:{bet}:3:deal")
        await self._presses("casino:move:3:0:h")

    async def trades(self) -> None:
        for _ in range(2):
            await self._uses("trade offer", member=Person(OTTER), give="40", get="15")
        await self._presses("trade:confirm:1:1", OTTER)

    async def giveaways(self) -> None:
        for _ in range(2):
            await self._uses("giveaway create", prize="A painted oar", lasts="1h")
        for user_id in (OTTER, OWNER_ID):
            await self._presses("giveaway:enter:1", user_id)
        await self._presses("giveaway:sure:end:1")

    async def _uses(self, name: str, **options: str | Person) -> None:
        if self._server.gateway.connected:
            await self._settled(await self._server.begin(name, **options))

    async def _presses(self, custom_id: str, user_id: int = OWNER_ID) -> None:
        if self._server.gateway.connected:
            token = await self._server.interact(COMPONENT, button(custom_id), user_id)
            await self._settled(token)

    async def _settled(self, token: str) -> None:
        """Answered, or the bot is dead."""
        gateway, answers = self._server.gateway, self._server.answers
        await gateway.until(lambda: answers[token].said or not gateway.connected)


@pytest.fixture
async def server() -> AsyncGenerator[RoomServer]:
    async with RoomServer() as server:
        server.guild.enter(OTTER)
        yield server


@pytest.fixture
def clock() -> Later:
    """The receiver's, which goes with the lives."""
    return Later(0.0)


@pytest.fixture
async def receiver(clock: Later) -> AsyncGenerator[Receiver]:
    async with Receiver(clock=clock) as running:
        yield running
    assert running.refused == []


async def prepare(orders: Orders, receiver: Receiver) -> None:
    """Everything is on, both have some money, level 2 has a role, and there is a webhook."""
    emitter = await Emitter.open(config_of(orders), SystemClock())
    await choose(emitter, CHOICES)
    await subscribe(emitter, receiver, "xp.*", "economy.*", "trade.*", "giveaway.*")
    await endow(emitter, (OWNER_ID, OTTER))
    await emitter.close()


async def died(orders: Orders, server: RoomServer, feature: str, fate: Fate) -> None:
    """A life of that feature's."""
    server.answers.clear()
    async with Life(replace(orders, fatal=fate.boundary), BOT) as life:
        await life.says("ready", BOOT)
        server.cut = Cut(fate.call, fate.moment, life.kill) if fate.call else None
        await getattr(Harbour(server), feature)()
        await life.kill()
    server.cut = None


@pytest.mark.parametrize(
    "walk", [FIRST, *map(walk_of, range(24 if MANY else 0))], ids=lambda walk: walk[0][0]
)
@pytest.mark.thorough("a third of a minute; that of a case shows how it is killed")
async def test_killed_while_people_earn_pay_play_trade_and_win(
    new_url: NewUrl,
    tmp_path: Path,
    server: RoomServer,
    clock: Later,
    receiver: Receiver,
    walk: Walk,
) -> None:
    url = await new_url()
    orders = Orders(url, str(tmp_path / "herald.key"), server.api, server.gateway_url)
    await prepare(orders, receiver)
    for number, (feature, fate) in enumerate(walk):
        server.guild.ahead = timedelta(seconds=number * LEASE)
        await died(replace(orders, ahead=number * LEASE), server, feature, fate)
        clock.skip(LEASE)
    server.answers.clear()
    clock.skip(DAY - len(walk) * LEASE + TURN / 2)
    server.guild.ahead = timedelta(seconds=DAY)
    async with Life(replace(orders, ahead=DAY, recovers=True), BOT) as life:
        await life.says("ready", BOOT)
        assert (await life.end())[0] == 0
    await judge(orders, server, receiver)
