"""The gateway's echo of the bot's own acts, whether or not the audit log can be read."""

import asyncio

import pytest

from bot.catalogue.cases import CaseType
from bot.errors import UserError
from bot.feature import OwnAct
from tests.integration.cases.cases_env import Bench, person_of
from tests.support.fake_acts import Fault

ACTS: dict[str, OwnAct] = {"ban": "banned", "kick": "left", "unban": "unbanned"}
FACT = {"ban": "member.banned", "kick": "member.left", "unban": "member.unbanned"}


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
@pytest.mark.parametrize("kind", ["ban", "kick", "unban"])
async def test_an_echo_before_the_third_step_is_not_told_twice(
    bench: Bench, kind: CaseType, *, log: bool
) -> None:
    bench.discord.log = log
    otter = bench.someone()
    if kind == "unban":
        await bench.order("ban", otter)
        await bench.echo()
    bench.discord.faults[kind] = Fault.HANGS
    ordered = asyncio.create_task(bench.order(kind, otter))
    await bench.discord.called.wait()
    person = person_of(f"otter_{otter}", otter)
    if kind == "unban":
        await bench.process.members.unbanned(person)
    else:
        await bench.process.members.removed(person, None)
    if kind == "ban":
        await bench.process.members.banned(person)
    await bench.settle_members()
    bench.discord.let_go.set()
    case = await ordered
    await bench.echo()
    await bench.settle_members()
    facts = [data for name, data in await bench.told(otter) if name == FACT[kind]]
    assert len(facts) == 1
    assert facts[0]["moderator_id"] == str(case.moderator_id)
    assert "member.left" not in await bench.kinds(otter) or kind == "kick"


@pytest.mark.parametrize("kind", ["ban", "kick", "unban"])
async def test_what_somebody_else_did_is_told_once_the_case_is_void(
    bench: Bench, kind: CaseType
) -> None:
    bench.discord.log = False
    otter = bench.someone()
    if kind == "unban":
        bench.discord.banned[otter] = "by hand"
    bench.discord.faults[kind] = Fault.HANGS
    ordered = asyncio.create_task(bench.order(kind, otter))
    await bench.discord.called.wait()
    person = person_of(f"otter_{otter}", otter)
    if kind == "unban":
        await bench.process.members.unbanned(person)
    elif kind == "kick":
        await bench.process.members.removed(person, None)
    else:
        await bench.process.members.banned(person)
    await bench.settle_members()
    assert await bench.kinds(otter) == []
    ordered.cancel()
    await asyncio.gather(ordered, return_exceptions=True)
    async with bench.process.members.echoes.own(person.guild_id, otter, ACTS[kind]):
        pass  # nothing came of it
    ((name, data),) = await bench.told(otter)
    assert name == FACT[kind]
    assert data["moderator_id"] is None


async def test_a_refusal_forgets_what_was_expected(bench: Bench) -> None:
    otter = bench.someone()
    bench.discord.faults["ban"] = Fault.REFUSES
    with pytest.raises(UserError):
        await bench.order("ban", otter)
    await bench.process.members.banned(person_of(f"otter_{otter}", otter))
    await bench.settle_members()
    ((name, data),) = await bench.told(otter)
    assert (name, data["source"]) == ("member.banned", "discord")


async def test_a_ban_by_hand_makes_no_case(bench: Bench) -> None:
    otter = bench.someone()
    bench.discord.happens("ban", otter, "Advertising")
    await bench.echo()
    await bench.settle_members()
    ((name, data),) = await bench.told(otter)
    assert (name, data["moderator_id"], data["reason"]) == ("member.banned", "77", "Advertising")
    assert await bench.rows() == []


async def test_an_unban_by_hand_of_one_banned_by_hand_changes_no_case(bench: Bench) -> None:
    otter = bench.someone()
    await bench.order("warn", otter)
    bench.discord.happens("ban", otter, "x")
    bench.discord.happens("unban", otter, "y")
    await bench.echo()
    await bench.settle_members()
    assert (await bench.kinds(otter))[1:] == ["member.banned", "member.unbanned"]
