"""A purge on the small Discord: what goes, in hundreds, with progress and an audit entry."""

from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.features.audit.tables import audit_entry
from bot.features.cases.purge import MOST, Filters, Purged
from bot.snapshots import MessageSeen
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv
from tests.support.fake_acts import Fault
from tests.support.rows import rows


def fill(env: CasesEnv, count: int) -> None:
    now = env.clock.now()
    env.discord.channel = [
        MessageSeen(n, 1, False, "hello", 0, now - timedelta(minutes=n))
        for n in range(1, count + 1)
    ]


async def purge(env: CasesEnv, filters: Filters) -> tuple[Purged, list[int]]:
    seen: list[int] = []

    async def progress(deleted: int) -> None:
        seen.append(deleted)

    return await env.process.purges.purge(HARBOUR_MASTER, 5, filters, progress), seen


async def audited(env: CasesEnv) -> list[tuple[str, str, object]]:
    entries = await rows(env.emitter.database, audit_entry)
    return [
        (one["event_type"], one["target_id"], one["context"])
        for one in entries
        if one["event_type"] == "messages.purged"
    ]


async def test_a_thousand_go_in_hundreds_and_the_next_is_left(env: CasesEnv) -> None:
    fill(env, MOST + 50)
    purged, progress = await purge(env, Filters(limit=MOST))
    assert (purged.deleted, purged.too_old, purged.failure) == (MOST, False, None)
    assert [len(some) for some in env.discord.deleted] == [100] * 10
    assert progress == list(range(100, 1001, 100))
    assert env.discord.deleted[0][0] == 1
    assert await audited(env) == [("messages.purged", "5", {"deleted": 1000})]


async def test_messages_of_two_weeks_are_left(env: CasesEnv) -> None:
    now = env.clock.now()
    ages = (timedelta(days=13), timedelta(days=14), timedelta(days=40))
    env.discord.channel = [
        MessageSeen(n, 1, False, "x", 0, now - age) for n, age in enumerate(ages)
    ]
    purged, _progress = await purge(env, Filters())
    assert (purged.deleted, purged.too_old) == (1, True)
    assert env.discord.deleted == [[0]]


async def test_nothing_that_fits_is_no_entry(env: CasesEnv) -> None:
    fill(env, 3)
    purged, progress = await purge(env, Filters(contains="goodbye"))
    assert (purged.deleted, progress, env.discord.deleted) == (0, [], [])
    assert await audited(env) == []


async def test_a_failure_half_way_is_said_and_audited(env: CasesEnv) -> None:
    fill(env, 150)
    env.discord.faults["delete_messages"] = Fault.REFUSES
    purged, _progress = await purge(env, Filters(limit=150))
    assert (purged.deleted, purged.failure) == (0, "Missing Permissions")
    assert await audited(env) == [("messages.purged", "5", {"deleted": 0})]


async def test_what_cannot_be_deleted_is_skipped_and_counted(env: CasesEnv) -> None:
    fill(env, 250)
    env.discord.undeletable = frozenset({1, 77, 78, 230})
    purged, progress = await purge(env, Filters(limit=250))
    assert (purged.deleted, purged.skipped, purged.failure) == (246, 4, None)
    gone = {one for some in env.discord.deleted for one in some}
    assert gone == set(range(1, 251)) - env.discord.undeletable
    assert progress[-1] == 246
    assert await audited(env) == [("messages.purged", "5", {"deleted": 246})]


async def test_where_nothing_can_be_deleted_it_stops_soon(env: CasesEnv) -> None:
    fill(env, 300)
    env.discord.undeletable = frozenset(range(301))
    purged, _progress = await purge(env, Filters(limit=300))
    assert (purged.deleted, purged.failure) == (0, "Cannot execute action on a system message")
    assert len([name for name, _about in env.discord.calls if name == "delete_messages"]) < 20


@pytest.mark.parametrize("fault", [Fault.REFUSES, Fault.LOST])
async def test_a_channel_that_cannot_be_read_is_said(env: CasesEnv, fault: Fault) -> None:
    env.discord.faults["history"] = fault
    with pytest.raises(UserError, match=r"cannot read|no answer"):
        await purge(env, Filters())


@pytest.mark.parametrize("limit", [0, MOST + 1, -1])
async def test_the_number_has_bounds(env: CasesEnv, limit: int) -> None:
    with pytest.raises(UserError, match="between 1 and 1000"):
        await purge(env, Filters(limit=limit))
