"""The gateway's echo of the bot's own acts, whether or not the audit log can be read."""

import asyncio

import pytest

from bot.catalogue.cases import CaseType
from bot.errors import UserError
from bot.feature import OwnAct
from tests.integration.cases.cases_env import CasesEnv, person_of
from tests.support.fake_acts import Fault

ACTS: dict[str, OwnAct] = {"ban": "banned", "kick": "left", "unban": "unbanned"}
FACT = {"ban": "member.banned", "kick": "member.left", "unban": "member.unbanned"}


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
@pytest.mark.parametrize("kind", ["ban", "kick", "unban"])
async def test_an_echo_before_the_third_step_is_not_told_twice(
    env: CasesEnv, kind: CaseType, *, log: bool
) -> None:
    env.discord.log = log
    otter = env.someone()
    if kind == "unban":
        await env.order("ban", otter)
        await env.echo()
    env.discord.faults[kind] = Fault.HANGS
    ordered = asyncio.create_task(env.order(kind, otter))
    await env.discord.called.wait()
    person = person_of(f"otter_{otter}", otter)
    if kind == "unban":
        await env.process.members.unbanned(person)
    else:
        await env.process.members.removed(person, None)
    if kind == "ban":
        await env.process.members.banned(person)
    await env.settle_members()
    env.discord.let_go.set()
    case = await ordered
    await env.echo()
    await env.settle_members()
    facts = [data for name, data in await env.told(otter) if name == FACT[kind]]
    assert len(facts) == 1
    assert facts[0]["moderator_id"] == str(case.moderator_id)
    assert "member.left" not in await env.kinds(otter) or kind == "kick"


@pytest.mark.parametrize("kind", ["ban", "kick", "unban"])
async def test_what_somebody_else_did_is_told_once_the_case_is_void(
    env: CasesEnv, kind: CaseType
) -> None:
    env.discord.log = False
    otter = env.someone()
    if kind == "unban":
        env.discord.banned[otter] = "by hand"
    env.discord.faults[kind] = Fault.HANGS
    ordered = asyncio.create_task(env.order(kind, otter))
    await env.discord.called.wait()
    person = person_of(f"otter_{otter}", otter)
    if kind == "unban":
        await env.process.members.unbanned(person)
    elif kind == "kick":
        await env.process.members.removed(person, None)
    else:
        await env.process.members.banned(person)
    await env.settle_members()
    assert await env.kinds(otter) == []
    ordered.cancel()
    await asyncio.gather(ordered, return_exceptions=True)
    async with env.process.members.echoes.own(person.guild_id, otter, ACTS[kind]):
        pass  # nothing came of it
    ((name, data),) = await env.told(otter)
    assert name == FACT[kind]
    assert data["moderator_id"] is None


async def test_a_refusal_forgets_what_was_expected(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.faults["ban"] = Fault.REFUSES
    with pytest.raises(UserError):
        await env.order("ban", otter)
    await env.process.members.banned(person_of(f"otter_{otter}", otter))
    await env.settle_members()
    ((name, data),) = await env.told(otter)
    assert (name, data["source"]) == ("member.banned", "discord")


async def test_a_ban_by_hand_makes_no_case(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.happens("ban", otter, "Advertising")
    await env.echo()
    await env.settle_members()
    ((name, data),) = await env.told(otter)
    assert (name, data["moderator_id"], data["reason"]) == ("member.banned", "77", "Advertising")
    assert await env.rows() == []


async def test_an_unban_by_hand_of_one_banned_by_hand_changes_no_case(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("warn", otter)
    env.discord.happens("ban", otter, "x")
    env.discord.happens("unban", otter, "y")
    await env.echo()
    await env.settle_members()
    assert (await env.kinds(otter))[1:] == ["member.banned", "member.unbanned"]
