"""What staff read that is no case: acts by hand, people who come back, channels left open."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.controls import Post
from bot.features.cases.remarks import BY_HAND, RETURN, Remark, table
from tests.integration.cases.cases_env import CasesEnv, person_of
from tests.support.emitter_setup import GUILD

LOG, STAFF = 5, 6


@pytest.fixture
async def env(env: CasesEnv) -> CasesEnv:
    await env.choose(log_channel_id=LOG, return_channel_id=STAFF)
    return env


async def lines(env: CasesEnv) -> list[Post]:
    """What stands in the channels once all that is owed is paid."""
    await env.settle_members()
    await env.process.posts.sweep()
    return list(env.discord.lines.values())


async def joins(env: CasesEnv, user_id: int) -> None:
    env.discord.enter(user_id)
    await env.process.members.joined(person_of(f"otter_{user_id}", user_id), env.clock.now())


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
async def test_a_ban_and_its_end_by_hand_are_lines(env: CasesEnv, *, log: bool) -> None:
    env.discord.log = log
    otter = env.someone()
    env.discord.happens("ban", otter, "shouted")
    await env.echo()
    await env.settle_members()
    env.discord.happens("unban", otter, "sorry")
    await env.echo()
    banned, unbanned = await lines(env)
    assert banned.title == f"otter\\_{otter} was banned by hand"
    assert unbanned.title == f"otter\\_{otter} was unbanned by hand"
    fields = dict(banned.fields)
    who = ("<@77>", "shouted") if log else ("not known", "none given")
    assert (fields["Moderator"], fields["Reason"]) == who
    assert await env.rows() == []


async def test_a_kick_by_hand_is_a_line_and_a_departure_is_none(env: CasesEnv) -> None:
    otter, heron = env.someone(), env.someone()
    env.discord.happens("kick", otter, "shouted")
    await env.echo()
    await env.process.members.removed(person_of("heron", heron), None)
    (line,) = await lines(env)
    assert line.title == f"otter\\_{otter} was kicked by hand"


async def test_what_herald_does_is_told_by_its_case_alone(env: CasesEnv) -> None:
    otter, heron, swan = (env.someone() for _number in range(3))
    await env.order("ban", otter)
    await env.order("kick", heron)
    await env.order("softban", swan)
    await env.order("unban", otter)
    await env.echo()
    titles = [line.title or "" for line in await lines(env)]
    assert len(titles) == 4
    assert all(title.startswith("Case ") for title in titles)


async def test_the_setting_and_the_missing_channel_keep_the_log_free_of_it(env: CasesEnv) -> None:
    await env.choose(log_by_hand=False)
    env.discord.happens("ban", env.someone(), "shouted")
    await env.echo()
    assert await lines(env) == []
    await env.choose(log_by_hand=True, log_channel_id=None)
    env.discord.happens("ban", env.someone(), "shouted")
    await env.echo()
    assert await lines(env) == []
    assert await env.posts(BY_HAND) == []


async def test_what_happened_while_herald_was_away_is_logged_once(env: CasesEnv) -> None:
    otter = env.someone()
    await env.sight_guild()
    env.discord.people.pop(otter)
    env.discord.banned[otter] = "shouted"
    await env.sight_guild()
    await env.sight_guild()
    (line,) = await lines(env)
    assert line.title == f"otter\\_{otter} was banned by hand"


async def test_a_timeout_by_hand_is_a_line_once(env: CasesEnv) -> None:
    now = env.clock.now()
    remark = Remark(
        guild_id=GUILD,
        kind="timeout",
        subject_id=1,
        name="otter",
        created_at=now,
        moderator_id=77,
        reason="shouted *loudly*",
        ends_at=now + timedelta(hours=1),
        entry_id=9,
    )
    for _again in range(2):
        await env.process.remarks.timed_out(remark)
    await env.process.remarks.timed_out(replace(remark, kind="untimeout", entry_id=10))
    begun, ended = await lines(env)
    assert (begun.title, ended.title) == (
        "otter was timed out by hand",
        "otter may write again, by hand",
    )
    assert dict(begun.fields)["Reason"] == "shouted \\*loudly\\*"
    assert "Ends" in dict(begun.fields)


async def test_staff_are_told_each_time_somebody_with_cases_comes_back(env: CasesEnv) -> None:
    otter, heron = env.someone(), env.someone()
    for number in range(6):
        await env.order("note", otter, reason=f"Spam {number}")
    await env.order("kick", heron)
    await env.order("ban", otter)
    await env.order("unban", otter)
    await env.echo()
    env.clock.advance(60)
    before = len(await lines(env))
    await joins(env, otter)
    await joins(env, env.someone())
    (alert,) = (await lines(env))[before:]
    assert alert.title == f"otter\\_{otter} came back"
    assert dict(alert.fields)["Cases"] == "7"
    assert "was banned" in (alert.text or "")
    assert "Spam 5" in (alert.text or "")
    assert "Spam 0" not in (alert.text or "")
    assert alert.buttons[0].custom_id == f"case:history:{otter}"
    await env.process.members.removed(person_of("otter", otter), None)
    await env.settle_members()
    env.clock.advance(60)
    await joins(env, otter)
    assert len(await lines(env)) == before + 2


async def test_without_a_channel_or_cases_nobody_is_told_of_a_return(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("note", otter)
    await env.choose(return_channel_id=None)
    await joins(env, otter)
    await lines(env)
    assert await env.posts(RETURN) == []


async def test_who_came_back_while_herald_was_away_is_told_of(env: CasesEnv) -> None:
    otter = env.someone()
    await env.sight_guild()
    await env.order("kick", otter)
    await env.echo()
    before = len(await lines(env))
    env.clock.advance(60)
    env.discord.enter(otter)
    env.discord.joined[otter] = env.clock.now()
    await env.sight_guild()
    (alert,) = (await lines(env))[before:]
    assert alert.title == f"otter\\_{otter} came back"


async def test_remarks_go_after_a_month_with_what_is_known_of_their_lines(env: CasesEnv) -> None:
    env.discord.happens("ban", env.someone(), "shouted")
    await env.echo()
    assert len(await lines(env)) == 1
    env.clock.advance(31 * 86_400)
    async for _gone in env.process.remarks.prune(env.clock.now()):
        pass
    async with env.emitter.database.reading() as reading:
        left = (await reading.execute(select(func.count()).select_from(table))).scalar_one()
    assert left == 0
    assert await env.posts(BY_HAND) == []
    assert len(env.discord.lines) == 1
