"""Discord in bad weather: rows, the server and what was delivered agree with what happened.

People act by hand and by commands, in an order drawn by a seed; meanwhile connections end, events
come twice, late, in another order or not at all, and requests are answered badly. In the end the
weather is fair, the bot connects anew and has its quiet time: then each feature has a judge.
"""

import json
import os
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.features.automod import AUTOMOD
from bot.features.automod.actions import read_actions
from bot.features.automod.terms import KeywordTerms, RuleDraft
from bot.features.network import store as report_store
from bot.features.sync import store as sync_store
from bot.features.sync.tables import membership
from bot.features.tickets import type_store
from bot.features.tickets.types import TypeChoices
from bot.outbox.tables import body
from bot.storage.database import Database, Transaction
from bot.storage.vault import Vault
from bot.web.server import free_port
from bot.wiring import FEATURES
from tests.chaos.cases_bot import Orders, config_of
from tests.chaos.cases_life import BOOT
from tests.chaos.games_bot import Later
from tests.chaos.gateway_bot import AFAR
from tests.chaos.gateway_commands import COMMANDS
from tests.chaos.gateway_hands import FORBIDDEN, HANDS, KNOWN
from tests.chaos.gateway_scene import (
    FIRST,
    MESSAGE_XP,
    PEOPLE,
    VOICE_XP,
    Listening,
    Scene,
)
from tests.chaos.gateway_truth import JUDGES, UNJUDGED
from tests.chaos.gateway_verdict import Verdict
from tests.chaos.gateway_weather import TROUBLES, connected
from tests.chaos.preparation import KEEPER, Choices, choose, endow, let_in, subscribe
from tests.chaos.pushed_bot import PushedOrders
from tests.chaos.seeded import MANY, SEED
from tests.support.discord_server.payloads import GUILD_ID, OWNER_ID
from tests.support.discord_server.populated_guild import (
    LOG_CHANNEL_ID,
    MUTED,
    QUARANTINE,
)
from tests.support.discord_server.stormy_server import StormyServer
from tests.support.fake_acts import FakeActs
from tests.support.features import features_on
from tests.support.ledger import sound
from tests.support.receiver import Receiver
from tests.support.rows import rows

pytestmark = pytest.mark.chaos

BOT = "tests.chaos.gateway_bot"
DAY = 90_000.0  # seconds: by then trades have expired, and giveaways and raids are over
CHOICES: Choices = {
    "cases": {
        "log_channel_id": LOG_CHANNEL_ID,
        "mute_role_id": MUTED,
        "quarantine_role_id": QUARANTINE,
    },
    "levels": {
        "enabled": True,
        "message_xp_least": MESSAGE_XP,
        "message_xp_most": MESSAGE_XP,
        "voice_xp": VOICE_XP,
    },
    "economy": {"enabled": True, "message_least": 7, "message_most": 7, "voice_amount": 3},
    "casino": {"enabled": True, "cooldown_seconds": 0},
    "tickets": {"log_channel_id": LOG_CHANNEL_ID},
    "appeals": {"channel_id": LOG_CHANNEL_ID, "enabled": True},
    "incidents": {"log_channel_id": LOG_CHANNEL_ID},
    "scams": {"enabled": True, "review_channel_id": LOG_CHANNEL_ID},
    "automod": {"enabled": True},
    "raids": {"enabled": True, "joins": 4, "account_days": 0, "lockdown": True},
    "nukes": {"enabled": True},
    "network": {"enabled": True, "severe": "ban", "serious": "ban", "watch": "ban"},
    "sync": {"enabled": True},
}

SEEDS = [SEED] if "HERALD_SEED" in os.environ else [*range(40 if MANY else 0)]
"""None in an ordinary run: what one of them found stands in a small test of its own."""

NewUrl = Callable[[], Awaitable[str]]


@pytest.fixture
def clock() -> Later:
    """The receiver's, which goes with the bot's."""
    return Later(0.0)


@pytest.fixture
async def receiver(clock: Later) -> AsyncGenerator[Receiver]:
    async with Receiver(clock=clock) as running:
        yield running
    assert running.refused == []


async def prepare(orders: Orders, receiver: Receiver) -> str:
    """Everything is on, everybody has some money, there are webhooks; the path of one coming in."""
    emitter = await Emitter.open(config_of(orders), SystemClock())
    await choose(emitter, CHOICES)
    await choose(emitter, {"sync": {"enabled": True}}, AFAR[0])
    await subscribe(emitter, receiver)
    await endow(emitter, (OWNER_ID, *range(FIRST, FIRST + PEOPLE)))
    automod = features_on(emitter, emitter.clock, acts=FakeActs())[AUTOMOD].service
    automod.ports.may_read = True
    draft = RuleDraft(
        name="No boats", terms=KeywordTerms(words=(FORBIDDEN,)), actions=read_actions("delete")
    )
    await automod.rulebook.add(KEEPER, draft)
    async with emitter.database.transaction() as tx:
        await type_store.add(tx, GUILD_ID, TypeChoices())
        await neighbours(tx, emitter.clock.now())
    path = await let_in(emitter, "SEND_MESSAGE")
    await emitter.close()
    return path


async def neighbours(tx: Transaction, now: datetime) -> None:
    """Two other servers have warned of somebody, and one of them shares its bans."""
    for guild_id in AFAR:
        about = {"user_id": KNOWN, "username": "otter", "reporter_id": 1, "evidence": "Seen"}
        said = {"reporter_name": "warden", "category": "scam", "severity": "high"}
        values = {**about, **said, "guild_id": guild_id, "state": "approved"}
        await report_store.add(tx, (), created_at=now, decided_at=now, **values)
    network_id = await sync_store.found(tx, AFAR[0], "Harbours", now)
    await sync_store.join(tx, network_id, GUILD_ID, now)
    is_here = membership.c.guild_id == GUILD_ID
    await tx.execute(membership.update().values(sends="ban", takes="").where(~is_here))
    await tx.execute(membership.update().values(sends="", takes="ban").where(is_here))


def steps_of(chance: random.Random, times: int) -> list[str]:
    """Each act so many times, and between them as much weather."""
    acts = [*HANDS, *COMMANDS] * times
    names = acts + [chance.choice([*TROUBLES]) for _ in range(len(acts) // 2)]
    chance.shuffle(names)
    return names


STEPS = {**HANDS, **COMMANDS, **TROUBLES}


async def ended(scene: Scene) -> None:
    """Fair weather, a new session, and a day for everything to come to its end."""
    gateway = scene.server.storm
    await connected(scene)
    await gateway.calm()
    await gateway.caught_up()
    seen = len(gateway.identified)
    await gateway.invalidate()
    await gateway.until(lambda: gateway.connected and len(gateway.identified) > seen)
    await gateway.caught_up()
    scene.later(await scene.life.settled())
    for text in scene.pushed:
        assert await scene.push(text) == 200, text
    scene.later(await scene.life.settled())
    await scene.wait(DAY)
    scene.later(await scene.life.settled())
    scene.later(await scene.life.settled())


async def judge(scene: Scene, orders: Orders, receiver: Receiver) -> None:
    """Every judge in turn."""
    database, url = Database(orders.url), orders.url
    await database.open()
    try:
        events = [json.loads(one["bytes"]) for one in await rows(database, body)]
        vault = Vault(Path(orders.key_file).read_text(encoding="utf-8").split())
        received = set(receiver.ids())
        verdict = Verdict(scene, database, events, scene.guild.now(), vault, received)
        for one in dict.fromkeys(JUDGES.values()):
            await one(verdict)
    finally:
        await database.close()
    if url.startswith("sqlite"):
        sound(url.removeprefix("sqlite:///"))


def test_each_feature_has_a_judge() -> None:
    assert JUDGES.keys() | UNJUDGED == {one.name for one in FEATURES}


@pytest.mark.skipif(not SEEDS, reason="HERALD_CHAOS=1 plays forty, HERALD_SEED=… one")
@pytest.mark.parametrize("seed", SEEDS or [0])
@pytest.mark.thorough("a quarter of a minute; its parts are shown by the stand-in's tests")
async def test_after_bad_weather_all_agree(
    new_url: NewUrl, tmp_path: Path, clock: Later, receiver: Receiver, seed: int
) -> None:
    chance, url = random.Random(seed), await new_url()
    async with StormyServer(seed) as server:
        server.guild.enter(*range(FIRST, FIRST + PEOPLE))
        key_file, port = str(tmp_path / "herald.key"), await free_port("127.0.0.1")
        orders = PushedOrders(url, key_file, server.api, server.gateway_url, port=port)
        door = f"http://127.0.0.1:{port}{await prepare(orders, receiver)}"
        async with Listening(orders, BOT) as life:
            await life.says("ready", BOOT)
            scene = Scene(server, life, clock, chance, url, door)
            walk = steps_of(chance, 2 if MANY else 1)
            for name in walk:
                await STEPS[name](scene)
            await ended(scene)
            assert (await life.end())[0] == 0
        await judge(scene, orders, receiver)
