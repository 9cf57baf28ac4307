"""Mass orders: many people by few calls, each with a case of their own."""

from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.features.cases.mass import MassResult, read_people
from bot.features.cases.messages import BATCH, DIRECT, LOG
from bot.features.cases.model import Order
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv
from tests.support.fake_acts import BOT, OWNER, Fault

LEASE = timedelta(seconds=61)
BAN = Order("ban", 0, "Raid", deletes=timedelta(hours=1))


class Told:
    """The progress that was told."""

    def __init__(self) -> None:
        self.counts = list[int]()

    async def __call__(self, count: int) -> None:
        self.counts.append(count)


@pytest.fixture
def env(env: CasesEnv) -> CasesEnv:
    env.discord.people[BOT].permissions |= {"manage_guild"}
    return env


async def banned(env: CasesEnv, people: list[int], order: Order = BAN) -> MassResult:
    return await env.process.mass.ban(HARBOUR_MASTER, people, order, Told())


def test_people_are_read_as_ids_and_mentions_once_each() -> None:
    text = "123456789012345678, <@123456789012345679>\n<@!123456789012345678>;123456789012345670"
    assert read_people(text, 3) == (123456789012345678, 123456789012345679, 123456789012345670)
    with pytest.raises(UserError, match="“otter” is no id"):
        read_people("123456789012345678 otter", 3)
    for nobody in ("", " ", "123456789012345678 123456789012345679"):
        with pytest.raises(UserError, match="between 1 and 1 people"):
            read_people(nobody, 1)


@pytest.mark.parametrize("log", [True, False], ids=["log", "no log"])
@pytest.mark.thorough("two hundred cases")
async def test_two_hundred_are_banned_by_one_call_and_told_once_each(
    env: CasesEnv, *, log: bool
) -> None:
    env.discord.log = log
    people = [env.someone() for _number in range(203)]
    told = Told()
    result = await env.process.mass.ban(HARBOUR_MASTER, people, BAN, told)
    assert [one for one in env.discord.calls if one[0] == "ban_many"] == [
        ("ban_many", 200),
        ("ban_many", 3),
    ]
    assert told.counts == [200, 203]
    assert env.discord.deletions == [3600, 3600]
    assert [case.number for case in result.done] == list(range(1, 204))
    await env.echo()
    await env.settle_members()
    for otter in (people[0], people[199], people[202]):
        assert await env.kinds(otter) == ["case.created", "member.banned"]
    kinds = await env.kinds()
    assert (kinds.count("case.created"), kinds.count("member.banned"), len(kinds)) == (
        203,
        203,
        406,
    )
    assert env.discord.letters == []


@pytest.mark.thorough("two hundred people")
async def test_a_mass_ban_is_one_line_in_the_log(env: CasesEnv) -> None:
    await env.choose(log_channel_id=5)
    people = [env.someone() for _number in range(50)]
    await banned(env, people)
    (line,) = env.discord.lines.values()
    assert line.title == "Cases 1 to 50: 50 people were banned"
    assert "and 10 more" in line.fields[0][1]
    assert (len(await env.posts(BATCH)), await env.posts(LOG), await env.posts(DIRECT)) == (
        1,
        [],
        [],
    )


async def test_who_cannot_be_banned_is_left_out_with_the_reason(env: CasesEnv) -> None:
    otter, before = env.someone(), env.someone()
    env.discord.banned[before] = "by hand"
    env.discord.people.pop(before)
    result = await banned(env, [OWNER, 424242, before, otter])
    assert [case.user_id for case in result.done] == [otter]
    assert "owns this server" in result.refused[OWNER]
    assert "no such account" in result.refused[424242]
    assert "banned already" in result.refused[before]
    assert env.discord.banned[before] == "by hand"
    assert await env.kinds() == ["case.created", "member.banned"]
    states = {row["user_id"]: row["state"] for row in await env.rows()}
    assert states == {before: "void", otter: "active"}


async def test_each_ban_of_many_is_known_as_its_case_s_and_lifted(env: CasesEnv) -> None:
    people = [env.someone(), env.someone()]
    await banned(env, people)
    await env.echo()
    await env.settle_members()
    await env.order("unban", people[1])
    assert await env.kinds(people[1]) == [
        "case.created",
        "member.banned",
        "case.created",
        "case.updated revoked",
        "member.unbanned",
    ]
    async with env.emitter.database.reading() as reading:
        pardon = await env.process.pardons.find(reading, 1)
    assert pardon is not None
    assert await pardon.stands()


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.LATE])
async def test_without_an_answer_a_sweep_settles_each(env: CasesEnv, fault: Fault) -> None:
    await env.choose(log_channel_id=5)
    people = [env.someone() for _number in range(3)]
    env.discord.faults["ban_many"] = fault
    result = await banned(env, people)
    assert "Discord gave no answer" in (result.failure or "")
    assert await env.kinds() == []
    env.discord.faults.clear()
    await env.again()
    await env.echo()
    await env.sweep(after=LEASE)
    await env.settle_members()
    states = {row["state"] for row in await env.rows()}
    done = fault is Fault.LATE
    assert states == ({"active"} if done else {"void"})
    for otter in people:
        assert await env.kinds(otter) == (["case.created", "member.banned"] if done else [])
    assert len(env.discord.lines) == (1 if done else 0)


@pytest.mark.thorough("tens of refusals")
async def test_what_is_refused_is_void_and_stops_there(env: CasesEnv) -> None:
    env.discord.faults["ban_many"] = Fault.REFUSES
    result = await banned(env, [env.someone() for _number in range(201)])
    assert result.failure == "Missing Permissions"
    assert len(result.refused) == 200
    assert {row["state"] for row in await env.rows()} == {"void"}
    assert await env.kinds() == []


async def test_the_bot_s_permission_is_asked_for_before_anything(env: CasesEnv) -> None:
    env.discord.people[BOT].permissions -= {"manage_guild"}
    with pytest.raises(UserError, match=r"\*\*Manage Server\*\*"):
        await banned(env, [env.someone()])
    await env.choose(reason_required=True)
    with pytest.raises(UserError, match="asks for a reason"):
        await banned(env, [env.someone()], Order("ban", 0))
    assert await env.rows() == []


async def test_many_are_muted_one_after_the_other(env: CasesEnv) -> None:
    people, told = [env.someone(), env.someone()], Told()
    order = Order("mute", 0, "Raid", timedelta(hours=1))
    result = await env.process.mass.mute(HARBOUR_MASTER, [*people, OWNER], order, told)
    assert all(20 in env.discord.roles_of(one) for one in people)
    assert told.counts == [1, 2, 2]
    assert list(result.refused) == [OWNER]
    assert env.discord.letters == []
    assert await env.kinds() == ["case.created", "case.created"]
    await env.sweep(after=timedelta(hours=1))
    assert not any(20 in env.discord.roles_of(one) for one in people)
