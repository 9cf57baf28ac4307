"""`/mydata` as somebody in a server meets it: seen, taken along, and let go of."""

import json
from collections.abc import AsyncGenerator

import pytest
from sqlalchemy import insert, select

from bot.acts import Actor
from bot.clock import ManualClock
from bot.features.audit.tables import audit_entry
from bot.features.cases import CASES
from bot.features.cases.store import table as case
from bot.features.levels import LEVELS
from bot.features.privacy import PRIVACY
from bot.protection import Sanction
from bot.snapshots import Account
from tests.e2e.cases.scene import said
from tests.e2e.settings.settings_panel import read
from tests.e2e.trades.scene import TradeScene, trade_scene
from tests.integration.economy.books import balanced
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver


@pytest.fixture
async def scene(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[TradeScene]:
    """A member with points, money and a warning."""
    async with trade_scene(config_for(sqlite_url), clock, receiver) as scene:
        member, parts = scene.world.member, scene.world.app.parts
        await scene.choose("levels", "enabled", True)
        staff = Actor(scene.guild_id, scene.world.manager.id, "harbour_master")
        person = Account(member.id, "quiet_otter")
        await parts[LEVELS].service.corrections.give(staff, person, 300, None)
        await parts[CASES].sanctions.order(
            Sanction(scene.guild_id, member.id, "warn", "Automod: boats in the rigging")
        )
        async with parts.core.database.transaction() as tx:
            warning = select(*(one for one in case.c if one.name not in ("id", "number", "type")))
            kept = dict((await tx.execute(warning)).mappings().one())
            await tx.execute(insert(case).values(kept | {"number": 2, "type": "note"}))
        await scene.world.env.settle()
        yield scene


async def mydata(scene: TradeScene) -> str:
    result = await scene.world.member.slash(scene.world.channel, "mydata")
    assert result.response is not None
    assert result.response.ephemeral
    return read(result)


async def test_somebody_sees_all_of_it_and_takes_it_along(scene: TradeScene) -> None:
    member = scene.world.member
    result = await member.slash(scene.world.channel, "mydata")
    assert result.response is not None
    told = read(result)
    for line in ("- Cases about you: 1", "- Your wallets: 1", "- Your points and your level: 1"):
        assert line in told
    assert "What protections noticed about you" in told.split("Whether there is any is not told")[1]
    taken = await member.click(result.response, label="Take it with you")
    assert "Only you see this." in read(taken)
    service = scene.world.app.parts[PRIVACY].service
    file = json.loads(await service.export(scene.guild_id, member.id))
    (warned,) = file["data"]["cases"]["moderation_case"]["rows"]
    assert (warned["number"], warned["reason"]) == (1, "Automod: boats in the rigging")
    assert "moderator_id" not in warned
    assert file["data"]["levels"]["level_member"]["rows"][0]["xp"] == 300
    assert {one["about"] for one in file["left_out"]} >= {"What rules noticed about you"}
    for _time in range(10):
        told = await mydata(scene)
    assert "You asked often just now" in told


async def test_what_can_go_goes_and_the_books_and_the_record_stay(scene: TradeScene) -> None:
    """Money that is held goes with nothing; afterwards all of it, and the staff see that it did."""
    world, parts = scene.world, scene.world.app.parts
    member = world.member
    await scene.offered()
    result = await member.slash(world.channel, "mydata")
    assert result.response is not None
    asked = await member.click(result.response, label="Delete what can be")
    told = read(asked)
    goes, stays = told.split("**This stays**")
    assert "- Your wallets" in goes
    assert "- Your points and your level" in goes
    assert "- Cases about you: What a server decided about somebody is its record" in stays
    question = asked.followups[-1] if asked.followups else asked.response
    assert question is not None
    told = read(await member.click(question, label="Delete it for good"))
    assert "⚠️ **Economy**: Some of your money is still held" in told
    assert await scene.balance(member) == 60
    async with parts.core.database.reading() as reading:
        assert await parts[LEVELS].service.level_of(reading, scene.guild_id, member.id) == 1

    await scene.does("cancel", trade=1)
    result = await member.slash(world.channel, "mydata")
    assert result.response is not None
    asked = await member.click(result.response, label="Delete what can be")
    question = asked.followups[-1] if asked.followups else asked.response
    assert question is not None
    assert "It is deleted: 1 row." in read(await member.click(question, label="Delete it for good"))
    assert await scene.balance(member) == 0
    assert await scene.balance(world.manager) == 30
    await balanced(parts.core.database, scene.guild_id)
    assert "boats in the rigging" in said(await member.slash(world.channel, "mycases"))
    written = select(audit_entry.c.summary, audit_entry.c.context).order_by(audit_entry.c.id)
    async with parts.core.database.reading() as reading:
        query = written.where(audit_entry.c.event_type == "data.deleted")
        entries = [tuple(row) for row in await reading.execute(query)]
    assert entries == [
        (f"quiet_otter had their own data of {feature} deleted.", {"feature": feature})
        for feature in ("levels", "economy")
    ], "the content is in none of them"
