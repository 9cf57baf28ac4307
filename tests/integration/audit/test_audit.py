"""What is written, sent and posted on both engines, as a guild chooses; what is kept, and whose."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.catalogue.security import AuditDraft
from bot.features.audit import store
from bot.features.audit.retention import TOGETHER
from bot.features.audit.tables import audit_entry
from bot.posts.tables import post
from tests.integration.audit.audit_env import GUILD, LOG, AuditEnv
from tests.support.fake_acts import Fault
from tests.support.loops import turn
from tests.support.patience import PATIENCE

SECRET = "https://example.com/hook?token=abc"


async def posted(env: AuditEnv) -> list[str]:
    await env.parts.core.posts.sweep()
    return [one.text for one in env.discord.lines.values()]


async def test_what_matters_too_little_is_kept_and_neither_sent_nor_posted(env: AuditEnv) -> None:
    await env.choose(log_channel_id=LOG, send_severity="warn", log_severity="critical")
    await posted(env)
    sent, said = len(await env.sent()), len(env.discord.lines)
    for severity in ("info", "warn", "critical"):
        await env.write(f"a {severity} thing", severity=severity)
    assert (await env.sent())[sent:] == ["a warn thing", "a critical thing"]
    assert (await posted(env))[said:] == ["🚨 a critical thing"]
    assert await env.found(text="thing") == ["a critical thing", "a warn thing", "a info thing"]
    await env.write("not here", guild_id=GUILD + 1, severity="critical")
    assert len(await posted(env)) == said + 1


async def test_nobody_turns_it_off_unseen(env: AuditEnv) -> None:
    await env.choose(log_channel_id=LOG, log_severity="critical", send_severity="critical")
    await env.choose(keep_days=1)
    assert "audit.keep_days" in (await env.sent())[-1]
    assert "audit.keep\\_days" in (await posted(env))[-1]


async def test_no_secret_is_written_sent_or_posted(env: AuditEnv) -> None:
    await env.choose(log_channel_id=LOG)
    context = {"url": SECRET, "token": "abc", "old": None}
    await env.write(f"changed to {SECRET}", severity="critical", context=context)
    (entry,) = [data for _kind, data in await env.told() if data["event_type"] == "test.done"]
    assert entry["summary"] == "changed to https://example.com/…"
    assert entry["context"]["token"] == "[redacted]"
    found = await env.lookup.view(GUILD, entry["entry_id"])
    assert "abc" not in f"{found.summary} {found.context}"
    assert "abc" not in (await posted(env))[-1]
    assert await env.found(text="token=abc") == []


async def test_a_post_is_sent_once_and_not_kept(env: AuditEnv) -> None:
    await env.choose(log_channel_id=LOG, log_severity="info")
    env.discord.faults = {"send": Fault.LATE}
    await posted(env)
    env.discord.faults = {}
    env.clock.advance(61)
    said = await posted(env)
    assert len(said) == len(set(said)) == 2
    async with env.database.reading() as reading:
        assert (await reading.execute(select(func.count()).select_from(post))).scalar_one() == 0


@pytest.mark.parametrize(("days", "left"), [(365, 2), (30, 1)])
async def test_a_guild_keeps_its_own_for_less_time_but_not_for_more(
    env: AuditEnv, days: int, left: int
) -> None:
    await env.choose(keep_days=30)
    await env.choose(keep_days=days)
    await env.write("old", event_type="kept.one")
    other = await env.write("elsewhere", event_type="kept.one", guild_id=GUILD + 1)
    env.clock.advance(31 * 86_400.0)
    await env.write("young", event_type="kept.one")
    prunes = env.audit.prunes["audit"]
    assert sum([gone async for gone in prunes.prune(env.clock.now())]) == 2 * (2 - left)
    assert len(await env.found(event_type="kept")) == left
    async with env.database.reading() as reading:
        ids = (await reading.execute(select(audit_entry.c.id))).scalars().all()
    assert other in ids
    env.clock.advance(334 * 86_400.0)
    [gone async for gone in prunes.prune(env.clock.now())]
    assert await env.found(text="old") == []


async def test_entries_stay_a_year(env: AuditEnv) -> None:
    draft = AuditDraft(GUILD, "test.done", "old", "thing")
    async with env.database.transaction() as tx:
        for _number in range(TOGETHER + 2):
            await store.add(tx, draft, env.clock.now())
    env.clock.advance(1)
    await env.write("young")
    env.clock.advance(365 * 86_400.0 - 1)
    prunes = env.audit.prunes["audit"]
    assert sum([gone async for gone in prunes.prune(env.clock.now())]) == TOGETHER + 2
    assert await env.found() == ["young"]


async def test_what_was_done_while_the_bot_was_away_is_one_entry_each(env: AuditEnv) -> None:
    await sight(env)
    minute = timedelta(minutes=1)
    env.discord.changes_made = [env.kicked(minute * (5 - number), number) for number in range(3)]
    await sight(env)
    kicked = [f"pilot kicked otter_{number} by hand." for number in range(3)]
    assert await env.sent() == kicked
    assert await env.found(until=env.clock.now() - minute * 4) == kicked[1::-1]

    # What the gateway tells as well, or another look finds again, is told no second time.
    await env.audit.hand_changes.seen(env.discord.changes_made[0])
    env.clock.advance(600)
    env.renew()
    late = env.kicked(minute, 7)
    env.discord.changes_made = [*env.discord.changes_made, late]
    await sight(env)
    await sight(env)
    assert await env.sent() == [*kicked, "pilot kicked otter_7 by hand."]


async def sight(env: AuditEnv) -> None:
    """The guild comes into sight and is compared with what was known of it."""
    returns = env.process.members.returns
    returns.lost(GUILD)
    returns.sighted(GUILD)
    async with asyncio.timeout(PATIENCE):
        while not returns.is_whole(GUILD):
            await turn()
