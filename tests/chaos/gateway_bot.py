"""The whole bot in a process of its own, while Discord is in bad weather.

Usage: python -m tests.chaos.gateway_bot '{"url": …, "key_file": …, "api": …, "gateway": …, …}'. On
its standard input it is told to `skip` so many seconds, to take over what another server did to a
user (`share`), or to `settle`: to do what is left to do.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any

from discord.utils import time_snowflake
from sqlalchemy import ColumnElement, func, select

from bot.app import App
from bot.config import Config, WebConfig
from bot.features.appeals.store import table as appeal
from bot.features.automod.tables import trigger
from bot.features.cases.mute_upkeep import table as mute_upkeep
from bot.features.cases.store import table as moderation_case
from bot.features.economy import ECONOMY
from bot.features.incoming.tables import pushed_call
from bot.features.levels import LEVELS
from bot.features.levels.tables import level_member
from bot.features.members import MEMBERS
from bot.features.network.tables import network_hit, network_search
from bot.features.nukes.tables import nuke
from bot.features.raids.tables import raid
from bot.features.scams import SCAMS
from bot.features.scams.tables import detection
from bot.features.sync import share_store
from bot.features.sync import store as sync_store
from bot.features.sync.tables import share
from bot.features.tickets.tables import ticket
from bot.logs import configure
from bot.posts.tables import post
from bot.sanctions import CaseFact
from bot.storage.sweep import Sweep
from bot.wiring import FEATURES
from tests.chaos.cases_bot import compared
from tests.chaos.games_bot import Later
from tests.chaos.protections_bot import configured as protected
from tests.chaos.pushed_bot import PushedOrders
from tests.support.discord_server.payloads import GUILD_ID
from tests.support.discord_server.server import TOKEN
from tests.support.program import MARK
from tests.support.settled import drained

AFAR = (GUILD_ID + 1, GUILD_ID + 2)  # servers of the network
LEAP = 10.0  # seconds by which its clock goes on with each look: nothing waits a minute
ROUNDS = 25  # of such looks; who has something left after them has found a fault
QUIET = 60.0  # seconds of the machine's, at most


def configured(orders: PushedOrders) -> Config:
    """With reviewers of the network, a door for programs, leave to read what people write."""
    config = protected(orders)
    pictures = (orders.api.removeprefix("http://").removesuffix("/api"),)
    patient = {"picture_hosts": pictures, "reads_text": False, "scan_seconds": 60, "workers": 1}
    scams = config.scams.model_copy(update=patient)
    discord = config.discord.model_copy(update={"message_content": True})
    face = WebConfig(port=orders.port, public_url="https://herald.example")
    return config.model_copy(update={"discord": discord, "web": face, "scams": scams})


def undone(app: App) -> dict[str, ColumnElement[bool]]:
    """What is left to be done, by name."""
    now = app.parts.core.clock.now()
    case = moderation_case.c
    return {
        "case pending": case.state == "pending",
        "case over": (case.state == "active") & (case.expires_at <= now),
        "case to be compared": case.compare_at <= now,
        "case to be repeated": (case.state == "active") & case.repeats,
        "mute upkeep": mute_upkeep.c.due_at <= now,
        "ticket": (ticket.c.state == "opening") | ticket.c.room_duties.is_not(None),
        "level roles": level_member.c.roles_at <= now,
        "pushed": pushed_call.c.state == "pending",
        "automod": trigger.c.state == "pending",
        "raid": raid.c.due_at <= now,
        "nuke": nuke.c.due_at.is_not(None),
        "share": (share.c.state == "owed") | share.c.is_lift_owed,
        "search": network_search.c.user_id.is_not(None),
        "scam": detection.c.state == "pending",
        "appeal": (appeal.c.state == "approving") | appeal.c.invite_owed,
        "hit": network_hit.c.state == "acting",
        # What Discord refuses is tried again for as long as it is worth it.
        "post": post.c.is_owed & (func.coalesce(post.c.outcome, "") != "refused"),
    }


async def left(app: App) -> list[str]:
    """The names of what is left."""
    found = list[str]()
    async with app.emitter.database.reading() as reading:
        for name, is_left in undone(app).items():
            counted = select(func.count()).where(is_left)
            if (await reading.execute(counted)).scalar_one():
                found.append(name)
    return found


async def swept(app: App) -> None:
    """Every sweep there is, once."""
    background = [one for feature in FEATURES for one in app.parts[feature].background]
    sweeps: Sequence[Any] = [one for one in background if isinstance(one, Sweep)]
    for one in (*sweeps, app.parts.core.posts):
        await one.sweep()


async def settled(app: App, clock: Later) -> str:
    """Return when nothing is left to be done; how far the clock went on for that."""
    leapt = 0.0
    try:
        async with asyncio.timeout(QUIET):
            await compared(app)
            await app.parts[SCAMS].service.intake.idle()
            await swept(app)
            while await left(app) and leapt < ROUNDS * LEAP:
                clock.skip(LEAP)
                leapt += LEAP
                await swept(app)
            # What members hold for a moment is decided, and what it comes to is sent as well.
            await app.parts[MEMBERS].service.stop()
            app.parts[MEMBERS].service.start()
            await drained(app.emitter.database)
    except TimeoutError:
        return f"unsettled: {await left(app)}"
    rest = await left(app)
    return f"unsettled: {rest}" if rest else f"settled {leapt}"


async def obeyed(app: App, clock: Later, word: str, number: str) -> str:
    """Do what the test wants; what it is answered. With time, a minute of voice passes."""
    if word == "skip":
        clock.skip(float(number))
        await app.parts[LEVELS].service.voice.tick()
        await app.parts[ECONOMY].voice.look()
        await app.parts[ECONOMY].earnings.group.drained()
        return "skipped"
    if word == "settle":
        return await settled(app, clock)
    async with app.emitter.database.transaction() as tx:
        case = int(time_snowflake(clock.now()))
        fact = CaseFact(AFAR[0], case, "ban", int(number), "Advertising", "bot", None)
        await share_store.add(tx, fact, await sync_store.of_guild(tx, GUILD_ID), clock.now())
    return "shared"


async def main(orders: PushedOrders) -> None:
    configure(style="console", level="INFO")  # on standard error, which a test that fails shows
    clock = Later(orders.ahead)
    app = await App.open(configured(orders), clock)
    await app.start()
    for each_minute in (app.parts[LEVELS].service.voice, app.parts[ECONOMY].voice):
        await each_minute.stop()  # they look when time passes here
    app.client.before_identify_hook = _at_once
    async with app.client:
        connecting = asyncio.create_task(app.client.start(TOKEN))
        await compared(app)
        print("ready", flush=True)  # noqa: T201  the test waits for this line
        loop = asyncio.get_running_loop()
        while told := await loop.run_in_executor(None, sys.stdin.readline):
            word, _, number = told.strip().partition(" ")
            answer = await obeyed(app, clock, word, number)
            print(f"{MARK}{answer}", flush=True)  # noqa: T201  as above
        await app.client.close()
        await asyncio.wait((connecting,))
    await app.stop()


async def _at_once(shard_id: int | None, *, initial: bool = False) -> None:
    """Discord allows no two sessions within five seconds; this one does."""


if __name__ == "__main__":
    given: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(main(PushedOrders(**given)))
