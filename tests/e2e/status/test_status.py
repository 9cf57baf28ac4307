"""`/status` as the staff of a server see it: well in a few words, ill with what to do."""

import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta

import discord
import pytest
from sqlalchemy import text, update

from bot import __version__
from bot.acts import Actor
from bot.clock import ManualClock
from bot.clock_skew import DISCORD
from bot.features.endpoints import ENDPOINTS
from bot.fleet.assignment import Assignment, Role
from bot.fleet.fleet import Fleet
from bot.fleet.store import Vitals
from bot.fleet.whereabouts import Whereabouts
from bot.outbox.tables import delivery, endpoint
from bot.web.gauges import Gauges
from bot.web.measures import Measures
from bot.web.metrics import KeptRows
from tests.e2e.settings.settings_panel import read
from tests.support.emitter_setup import add_endpoint, config_for
from tests.support.receiver import Receiver
from tests.support.simulated import World, simulated
from tests.support.watched import beside

LEASE = 15.0
LAG = re.compile(r"reached me after ([0-9.]+) s")


@pytest.fixture
async def world(sqlite_url: str, clock: ManualClock) -> AsyncGenerator[World]:
    async with simulated(config_for(sqlite_url), clock) as world:
        yield world


async def status(world: World) -> str:
    return read(await world.manager.slash(world.channel, "status"))


async def test_what_is_well_is_said_in_a_few_words(world: World, receiver: Receiver) -> None:
    assert "there is none; /webhook create makes one" in await status(world)
    await world.subscribe(receiver)
    told = await status(world)
    for part in (
        "All is well",
        "**Discord:** connected",
        "**Webhooks:** 1, and nothing waits",
        "**Database:** SQLite, answers in ",
        "**Clock:** not compared yet",
        "Herald ",
    ):
        assert part in told


async def test_how_discord_was_heard_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the command, which is an event itself, and before the answer, which takes time."""
    defer, at_once = discord.InteractionResponse.defer, await status(world)

    async def slow(response: discord.InteractionResponse, **options: bool) -> None:
        world.clock.advance(90)
        await defer(response, **options)

    monkeypatch.setattr(discord.InteractionResponse, "defer", slow)
    card = (await world.manager.slash(world.channel, "status")).response
    assert card is not None
    told = [at_once, read(card), read(await world.manager.click(card, label="Look again"))]
    lags = [float(found) for one in told for found in LAG.findall(one)]
    assert [lag - lags[0] for lag in lags] == pytest.approx([0, 0, 90])
    world.clock.advance(210)
    assert ", last event 300 s before this one, " in await status(world)
    assert "away for" not in at_once
    for ended, word in (("resumed", "told of all"), ("connect", "meanwhile I was not told")):
        for event, seconds in (("disconnect", 40), ("disconnect", 2), (ended, 300)):
            world.app.client.dispatch(f"shard_{event}", 0)
            await world.env.settle()
            world.clock.advance(seconds)
        ended_at = int(world.clock.now().timestamp()) - 300
        again = await status(world)
        assert f"away for 42 s until <t:{ended_at}:R>" in again
        assert word in again


async def test_what_waits_is_said_for_this_server_alone(world: World, receiver: Receiver) -> None:
    """Due again, held, missed and failing; and a clock that makes receivers refuse."""
    emitter, now = world.app.emitter, world.clock.now()
    await add_endpoint(emitter, receiver.url(), name="elsewhere", guild_id=7)
    names = ("failing", "paused")
    secret = receiver.secret
    for name in names:
        await add_endpoint(
            emitter, receiver.url(), name=name, guild_id=world.guild.id, secret=secret
        )
    actor = Actor(world.guild.id, world.manager.id, "harbour_master")
    service = world.app.parts[ENDPOINTS].deliveries
    for name in names:
        await service.test(actor, name)
    await emitter.worker.idle()
    async with emitter.database.transaction() as tx:
        soon = now + timedelta(minutes=9)
        await tx.execute(update(delivery).values(state=0, due_at=soon, settled_at=None))
        failing = update(endpoint).where(endpoint.c.name == "failing")
        await tx.execute(failing.values(failures=3, last_error="http_500", retry_at=None))
        paused = update(endpoint).where(endpoint.c.name != "failing")
        await tx.execute(paused.values(state="paused"))
    for _time in range(2):
        world.clock.advance(120)
        world.app.parts.core.skew.heard(DISCORD, "Sun, 24 May 2020 10:00:00 GMT", world.clock.now())
    told = await status(world)
    moment = int(soon.timestamp())
    assert "Something needs a look" in told
    assert f"⚠️ **failing**: waiting: 1, the next attempt <t:{moment}:R>, last error: http" in told
    assert "**paused**: held: 1, as it does not receive" in told
    assert "elsewhere" not in told
    assert "s off: receivers refuse what I sign" in told


async def test_a_database_that_does_not_answer_is_said(world: World) -> None:
    await world.app.emitter.database.close()
    told = await status(world)
    assert "⚠️ SQLite does not answer. Tell whoever runs this bot." in told


async def test_every_process_is_shown(postgres_url: str, clock: ManualClock) -> None:
    """In the status of a server, and in the metrics of each; one that died needs a look."""
    async with simulated(config_for(postgres_url), clock) as world, beside(postgres_url) as there:
        assert "Processes" not in await status(world)
        sender = Assignment(frozenset({Role.DELIVER}))
        for name, said in (("north", Vitals(leases=7)), ("south", Vitals())):
            fleet = Fleet(there, sender, clock=clock, lease=LEASE)
            fleet.me = replace(fleet.me, where=Whereabouts(f"{name}:1", name, 1))
            fleet.vitals = lambda said=said: said
            await fleet.join()
            await fleet.beat()
        told = await status(world)
        assert "All is well" in told
        assert f"**north:1** (deliver): version {__version__}, 0.0 s late, holds 7 deliver" in told
        assert "(bot, deliver, web): version" in told
        async with there.transaction() as tx:
            late = "UPDATE herald_process SET seen_at = seen_at - 60000 WHERE name = 'south:1'"
            await tx.execute(text(late))
        told = await status(world)
        assert "Something needs a look" in told
        assert "⚠️ **south:1** (deliver): not heard of for 60 s" in told
        app = world.app
        gauges = Gauges(Measures(), app.emitter.lanes, lambda: app.client, app.emitter.skew)
        gauges.stored = await KeptRows(app.emitter.database, clock, fleet=app.fleet).read()
        found = {
            (one.name, one.labels["process"]): one.value
            for family in gauges.registry().collect()
            for one in family.samples
            if "process" in one.labels
        }
        up, leases = "herald_process_up", "herald_process_leases"
        assert (found[up, "north:1"], found[up, "south:1"]) == (1, 0)
        assert (found[leases, "north:1"], found.get((leases, "south:1"))) == (7, None)
        assert ("herald_process_guilds", app.fleet.me.name) in found
