"""`/audit search`, `view` and `export` as staff see them; what was missed is found at reconnect."""

import csv
import io
from collections.abc import AsyncGenerator
from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.backend.models import AuditLogEntry

from bot.acts import Actor
from bot.clock import ManualClock
from bot.features.settings import SETTINGS
from tests.e2e.cases.scene import answer, said
from tests.e2e.promises.hands import CHANNEL_DELETE, KICKED, MEMBER_UPDATE, log
from tests.e2e.promises.moments import compared
from tests.support.emitter_setup import config_for
from tests.support.messages import labels, read
from tests.support.receiver import Receiver
from tests.support.simulated import World, simulated


@pytest.fixture
async def world(sqlite_url: str, clock: ManualClock, receiver: Receiver) -> AsyncGenerator[World]:
    async with simulated(config_for(sqlite_url), clock) as made:
        await made.subscribe(receiver, ["security.*"])
        yield made


@pytest.fixture
async def auditor(world: World) -> MemberActor:
    """Somebody who may see Discord's own log."""
    sees = discord.Permissions(view_audit_log=True)
    role = world.guild.create_role("Auditors", permissions=sees)
    made = world.guild.add_member(world.env.create_user("auditor"), roles=[role])
    await world.env.settle()
    return made


async def changed(world: World, times: int) -> None:
    """So many settings, one after the other."""
    settings = world.app.parts[SETTINGS].service
    actor = Actor(world.guild.id, world.manager.id, "harbour_master")
    for number in range(times):
        days = 100 + number
        await settings.change(actor, "trades", "keep_days", days)


async def asks(world: World, by: MemberActor, name: str, **options: Any) -> str:
    """A command of `/audit`, answered to whoever asks alone."""
    result = await by.slash(world.channel, f"audit {name}", **options)
    assert answer(result).ephemeral
    return said(result)


async def test_a_search_is_leafed_through_after_a_restart(
    world: World, auditor: MemberActor
) -> None:
    await changed(world, 12)
    result = await auditor.slash(
        world.channel, "audit search", actor=world.manager, kind="settings"
    )
    first = answer(result)
    assert "Page 1 of 2, 12 in all" in read(first)
    assert read(first).index("from 110 to 111") < read(first).index("from 109 to 110")
    await world.restart()
    await auditor.click(first, label="Next")
    assert "from 180 to 100" in read(first)
    assert labels(first) == ["Back", "Next"]
    await auditor.select(first, ["1"])
    whole = read(first)
    for part in ("Entry 1", "settings.changed", "trades.keep\\_days", '"new": "100"'):
        assert part in whole, part


async def test_what_cannot_be_read_or_is_not_theirs_is_said(
    world: World, auditor: MemberActor
) -> None:
    await changed(world, 1)
    assert "Write how long ago" in await asks(world, auditor, "search", since="yesterday-ish")
    assert "ends before it begins" in await asks(world, auditor, "search", since="1h", until="2h")
    assert "Nothing was found" in await asks(world, auditor, "search", text="mutiny")
    assert "1 in all" in await asks(world, auditor, "search", target="trades.keep_days")
    assert "Nothing was found" in await asks(
        world, auditor, "search", target=world.member.user.mention
    )
    assert "There is no entry 99" in await asks(world, auditor, "view", entry=99)
    await world.allow(world.manager, "audit")
    assert "View Audit Log" in await asks(world, world.manager, "search")


async def test_the_file_is_handed_to_whoever_asks(world: World, auditor: MemberActor) -> None:
    await changed(world, 2)
    result = await auditor.slash(world.channel, "audit export", severity="info")
    (file,) = answer(result).attachments
    rows = list(csv.reader(io.StringIO((await file.read()).decode(), newline="")))
    assert rows[0][:3] == ["id", "created_at", "event_type"]
    assert [row[2] for row in rows[1:]] == ["settings.changed"] * 2


async def test_what_was_done_while_the_bot_was_away_is_found(
    world: World, receiver: Receiver
) -> None:
    await compared(world)
    log(world, KICKED, world.member.id, [])
    await world.told(receiver)
    unread = {"key": "communication_disabled_until", "new_value": 7}
    missed = {"key": "name", "old_value": "galley"}
    entries = world.env.backend.get_guild(world.guild.id).audit_log_entries
    for action, change in ((MEMBER_UPDATE, unread), (CHANNEL_DELETE, missed)):
        entry = AuditLogEntry(
            id=world.env.backend.snowflake(),
            action_type=action,
            user_id=world.manager.id,
            target_id=4243,
            reason=None,
            changes=[change],
            options={},
        )
        entries.append(entry)  # and the gateway tells nobody
    await world.restart()
    await compared(world)
    told = [data["summary"] for _kind, data in await world.told(receiver)]
    assert told == [
        "harbour_master kicked quiet_otter by hand.",
        "harbour_master deleted the channel “galley” by hand.",
    ]
