"""What happens at the same moment: sweeps, moderators, people who leave and return, other hands."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.catalogue.cases import CaseType
from bot.errors import UserError
from bot.features.cases import due
from bot.features.cases.messages import DIRECT, LOG
from bot.features.cases.model import CaseState
from bot.features.cases.records import Changes
from bot.features.cases.store import table as moderation_case
from bot.posts import store as posts
from bot.posts.tables import post
from bot.snapshots import Invite
from bot.storage.sweep import lease
from tests.integration.cases.cases_env import HARBOUR_MASTER, PILOT, CasesEnv, person_of
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault, ProcessDied
from tests.support.loops import turn
from tests.support.patience import PATIENCE

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=61)


async def test_an_unmute_under_way_and_a_rejoin_leave_nobody_muted(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("mute", otter)
    env.discord.faults["change_roles"] = Fault.HANGS
    lifting = asyncio.create_task(env.order("unmute", otter))
    await env.discord.called.wait()
    rejoined = asyncio.create_task(env.cases.rejoined(GUILD, otter))
    async with asyncio.timeout(PATIENCE):
        while not (await env.rows())[0]["repeats"]:
            await turn()
    env.discord.let_go.set()
    await asyncio.gather(lifting, rejoined)
    assert env.discord.roles_of(otter) == set()


async def test_a_join_of_somebody_unknown_waits_for_no_writer(env: CasesEnv) -> None:
    """A raid is a thousand joins: none of them may queue for the one who writes."""
    await env.order("mute", env.someone())
    async with env.emitter.database.transaction(), asyncio.timeout(PATIENCE):
        await asyncio.create_task(env.cases.rejoined(GUILD, env.someone()))


async def test_an_end_that_was_put_off_meanwhile_is_not_told(env: CasesEnv) -> None:
    """Claimed while Discord was still to answer to the edit, dealt with afterwards."""
    first, second = env.someone(), env.someone()
    await env.order("tempban", first, duration=HOUR)
    await env.order("timeout", second, duration=HOUR)
    env.clock.advance(3599)
    env.discord.faults = {"timeout": Fault.HANGS, "ban_reason": Fault.HANGS}
    edit = env.process.book.edit(HARBOUR_MASTER, 2, Changes(lasts=2 * HOUR))
    editing = asyncio.create_task(edit)
    await env.discord.called.wait()
    edited, env.discord.let_go = env.discord.let_go, asyncio.Event()
    env.discord.called.clear()
    sweep = asyncio.create_task(env.sweep(after=MINUTE))
    await env.discord.called.wait()
    edited.set()
    await editing
    env.discord.let_go.set()
    await sweep
    assert [row["state"] for row in await env.rows()] == ["expired", "active"]
    assert await env.kinds(second) == ["case.created", "case.updated active"]


async def test_an_unban_that_waits_for_the_end_of_the_ban_tells_no_second_unban(
    env: CasesEnv,
) -> None:
    otter = env.someone()
    await env.order("tempban", otter, duration=HOUR)
    env.discord.faults["unban"] = Fault.HANGS
    sweep = asyncio.create_task(env.sweep(after=HOUR))
    await env.discord.called.wait()
    ordered = asyncio.create_task(env.order("unban", otter))
    async with asyncio.timeout(PATIENCE):
        while len(await env.rows()) < 2:
            await turn()
    env.discord.let_go.set()
    await sweep
    with pytest.raises(UserError, match="not banned any more"):
        await ordered
    await env.echo()
    await env.settle_members()
    assert (await env.kinds(otter))[2:] == ["case.updated expired", "member.unbanned"]
    assert (await env.rows())[1]["state"] == "void"
    # Nothing is kept of it: what comes later by hand is told.
    env.discord.happens("ban", otter, "x")
    env.discord.happens("unban", otter, "y")
    await env.echo()
    await env.settle_members()
    assert (await env.kinds(otter))[4:] == ["member.banned", "member.unbanned"]


async def test_an_unban_by_hand_that_is_held_does_not_end_the_ban_after_it(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("ban", otter)
    await env.echo()
    env.discord.banned.clear()
    await env.process.members.unbanned(person_of(f"otter_{otter}", otter))
    case = await env.order("tempban", otter, duration=HOUR)
    await env.echo()
    await env.settle_members()
    assert (await env.row(case)).state is CaseState.ACTIVE
    assert (await env.kinds(otter))[2:] == [
        "case.updated revoked",
        "member.unbanned",
        "case.created",
        "member.banned",
    ]


async def test_a_kick_comes_after_the_join_that_is_held(env: CasesEnv) -> None:
    env.discord.codes["harbour"] = Invite("harbour", 1)
    await env.sight_guild()
    otter = env.someone()
    now = env.clock.now()
    await env.process.members.joined(person_of(f"otter_{otter}", otter), now)
    assert await env.kinds(otter) == []
    await env.order("kick", otter)
    await env.echo()
    await env.settle_members()
    assert await env.kinds(otter) == ["member.joined", "case.created", "member.left"]


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
@pytest.mark.parametrize("moment", ["letter", "call"])
async def test_a_ban_by_hand_while_ours_is_under_way_is_told_once_and_as_theirs(
    env: CasesEnv, moment: str, *, log: bool
) -> None:
    """Where the audit log says whose it is; without it, nobody can know."""
    env.discord.log = log
    otter = env.someone()
    env.discord.faults[{"letter": "tell", "call": "ban"}[moment]] = Fault.HANGS
    ordered = asyncio.create_task(env.order("ban", otter))
    await env.discord.called.wait()
    env.discord.banned[otter] = "by hand"
    env.discord.happens("ban", otter, "by hand")
    await env.echo()
    env.discord.let_go.set()
    await ordered
    await env.settle_members()
    created, banned = await env.told(otter)
    assert (created[0], banned[0]) == ("case.created", "member.banned")
    if log:
        assert (banned[1]["moderator_id"], banned[1]["source"]) == ("77", "discord")
    else:
        assert banned[1]["case_id"] == created[1]["case_id"]


async def test_a_ban_by_hand_is_not_taken_for_one_that_a_crash_cut(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.faults["ban"] = Fault.CRASH_BEFORE
    with pytest.raises(ProcessDied):
        await env.order("ban", otter)
    env.discord.faults.clear()
    await env.again()
    env.discord.banned[otter] = "by hand"
    env.discord.happens("ban", otter, "by hand")
    await env.echo()
    await env.settle_members()
    await env.sweep(after=LEASE)
    ((kind, data),) = await env.told(otter)
    assert (kind, data["source"]) == ("member.banned", "discord")
    assert (await env.rows())[0]["state"] == "void"


async def test_a_ban_for_a_time_of_somebody_banned_lifts_no_newer_ban(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.banned[otter] = "old, by hand"
    await env.order("tempban", otter, duration=HOUR)
    env.discord.banned[otter] = "new, by hand"  # lifted and banned anew while nobody looked
    await env.sweep(after=HOUR)
    assert otter in env.discord.banned
    assert (await env.rows())[0]["state"] == "revoked"


async def test_an_edit_that_still_waits_for_discord_is_not_lost_to_the_next(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("timeout", otter, duration=HOUR)
    env.discord.faults["timeout"] = Fault.LOST
    with pytest.raises(UserError, match="try again until it does"):
        await env.process.book.edit(HARBOUR_MASTER, 1, Changes(lasts=3 * HOUR))
    until = env.clock.now() + 3 * HOUR
    env.discord.faults.clear()
    await env.process.book.edit(PILOT, 1, Changes(reason="Spam"))
    assert env.discord.people[otter].timed_out_until == until
    row = (await env.rows())[0]
    assert (row["reason"], row["expires_at"], bool(row["repeats"])) == ("Spam", until, False)
    assert (await env.told(otter))[-1][1]["changed_fields"] == ["reason", "expires_at"]


async def test_what_another_process_settled_is_expected_no_longer(env: CasesEnv) -> None:
    """Else whatever is done by hand to that person would never be told again."""
    otter = env.someone()
    env.discord.faults["ban"] = Fault.HANGS
    slow = asyncio.create_task(env.order("ban", otter))
    await env.discord.called.wait()
    env.discord.banned[otter] = "[case 1] harbour_master: -"
    first = env.process
    other = CasesEnv(env.emitter, env.clock, discord=env.discord)
    await other.sweep(after=LEASE)
    assert (await env.rows())[0]["state"] == "active"
    env.discord.let_go.set()
    await slow
    await other.close()
    env.clock.advance(86_400)
    await first.members.unbanned(person_of(f"otter_{otter}", otter))
    await env.settle_members()
    await first.members.banned(person_of(f"otter_{otter}", otter))
    await env.settle_members()
    assert (await env.kinds(otter))[2:] == [
        "case.updated revoked",
        "member.unbanned",
        "member.banned",
    ]


KINDS: list[CaseType] = ["ban", "kick"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.thorough("a wave of each kind")
async def test_a_wave_of_orders_in_a_new_process_waits_for_no_connection(
    env: CasesEnv, kind: CaseType
) -> None:
    """A transaction that asked for a second connection would wait for those who do the same."""
    people = [env.someone() for _ in range(40)]
    await env.again()
    env.discord.faults[kind] = Fault.HANGS
    ordered = asyncio.gather(*(env.order(kind, otter) for otter in people))
    async with asyncio.timeout(PATIENCE):
        while [name for name, _about in env.discord.calls].count(kind) < len(people):
            await turn()
        env.discord.let_go.set()
        await ordered
    assert (await env.kinds()).count("case.created") == 40


async def test_no_sweep_reads_the_whole_book(env: CasesEnv) -> None:
    if not env.emitter.database.is_sqlite:
        pytest.skip("PostgreSQL's planner reads a small table whole, whatever its indexes")
    now = env.clock.now()
    plans: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("UPDATE", "WITH")):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in cursor.fetchall())

    writes = env.emitter.database._writes  # pyright: ignore[reportPrivateUsage] - what it is asked
    assert writes is not None
    engine = writes.sync_engine
    event.listen(engine, "before_cursor_execute", explain)
    async with env.emitter.database.transaction() as tx:
        for rows in (due.expired, due.stuck, due.repeated):
            await lease(tx, moderation_case, rows(now), now)
        await lease(tx, post, posts.due((DIRECT, LOG), now), now)
    assert [plan for plan in plans if plan in ("SCAN moderation_case", "SCAN post")] == []
    assert len(plans) >= 8
