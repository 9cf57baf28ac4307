"""Changes by hand on both engines: an entry and its event together, once for each of Discord's."""

import asyncio
from dataclasses import replace

from sqlalchemy import select

from bot.clock import ManualClock
from bot.features.audit.hand_changes import HandChanges
from bot.features.audit.service import AuditService
from bot.features.audit.tables import audit_entry
from bot.guild_changes import RolePermissionsChange, TimeoutChange
from tests.conftest import OpenEmitter
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.receiver import Receiver

ORIGIN = 1_400_000_000_000_000_000


def timeout(clock: ManualClock) -> TimeoutChange:
    return TimeoutChange(
        guild_id=GUILD,
        entry_id=ORIGIN,
        actor_id=77,
        actor_name="harbour_master",
        target_id=5,
        target_name="quiet_otter",
        reason=None,
        ends_at=clock.now(),
    )


async def test_an_entry_of_discord_s_is_one_of_ours_also_at_once_and_after_a_restart(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    await add_endpoint(running, receiver.url(), secret=receiver.secret, patterns=("security.*",))
    change = timeout(clock)
    for _process in range(2):
        changes = HandChanges(running.database, AuditService(running.outbox, clock))
        await asyncio.gather(*(changes.seen(change) for _ in range(8)))
    await running.worker.idle()
    (told,) = receiver.requests
    assert told.json["data"]["event_type"] == "member.timed_out"
    async with running.database.reading() as reading:
        rows = (await reading.execute(select(audit_entry))).all()
    assert [(row.origin_id, row.id) for row in rows] == [(ORIGIN, told.json["data"]["entry_id"])]


async def test_what_is_another_or_of_another_guild_is_an_entry_of_its_own(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    running = await emitter()
    changes = HandChanges(running.database, AuditService(running.outbox, clock))
    change = timeout(clock)
    for one in (change, replace(change, guild_id=GUILD + 1), replace(change, entry_id=ORIGIN + 1)):
        await changes.seen(one)
    async with running.database.reading() as reading:
        assert len((await reading.execute(select(audit_entry))).all()) == 3


async def test_what_is_not_worth_an_entry_is_none(emitter: OpenEmitter, clock: ManualClock) -> None:
    running = await emitter()
    changes = HandChanges(running.database, AuditService(running.outbox, clock))
    held = frozenset({"speak"})
    await changes.seen(
        RolePermissionsChange(
            guild_id=GUILD,
            entry_id=ORIGIN,
            actor_id=None,
            actor_name="77",
            target_id=5,
            target_name="Crew",
            reason=None,
            before=held,
            after=held,
        )
    )
    async with running.database.reading() as reading:
        assert (await reading.execute(select(audit_entry))).all() == []
