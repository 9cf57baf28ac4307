"""Sanctions on both engines: ordered by the bot itself, answered, lifted within a person's rank."""

from datetime import timedelta

import pytest

from bot.acts import ActUnknown
from bot.errors import NotFound, UserError
from bot.features.cases import CASES
from bot.features.cases.sanctions import CaseSanctions
from bot.sanctions import Sanction, SanctionType, measure_of
from tests.integration.cases.cases_env import CasesEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import BOT, MODERATOR, OWNER, SECOND, Fault

HOUR = timedelta(hours=1)
LASTING: tuple[SanctionType, ...] = ("timeout", "tempban")
LIFTED: tuple[SanctionType, ...] = ("warn", "timeout", "mute", "quarantine", "ban", "tempban")


@pytest.fixture
def sanctions(env: CasesEnv) -> CaseSanctions:
    return env.process.parts[CASES].sanctions


def sanction(user_id: int, type_: SanctionType = "ban", lasts: timedelta = HOUR) -> Sanction:
    duration = lasts if type_ in LASTING else None
    return Sanction(GUILD, user_id, type_, "Automod: flood", duration=duration)


@pytest.mark.parametrize("type_", LIFTED)
async def test_what_was_done_is_lifted_once_for_whoever_wants_it(
    env: CasesEnv, sanctions: CaseSanctions, type_: SanctionType
) -> None:
    otter = env.someone(roles={10})
    came = await sanctions.order(sanction(otter, type_))
    assert (came.number, came.refusal) == (1, None)
    (row,) = await env.rows()
    assert (row["moderator_id"], row["source"], row["reason"]) == (BOT, "bot", "Automod: flood")
    measure = measure_of(sanction(otter, type_), came)
    assert (measure.kind, measure.target_id) == ("case", 1)
    for _twice in range(2):
        await sanctions.undo(MODERATOR, GUILD, measure)
    assert (await env.rows())[0]["state"] == "revoked"
    assert otter not in env.discord.banned
    assert len(await env.rows()) == (1 if type_ == "warn" else 2)
    if otter in env.discord.people:
        assert env.discord.roles_of(otter) == {10}


async def test_a_kick_is_no_measure_that_anybody_undoes(
    env: CasesEnv, sanctions: CaseSanctions
) -> None:
    otter = env.someone()
    came = await sanctions.order(sanction(otter, "kick"))
    assert measure_of(sanction(otter, "kick"), came).kind == "person"
    with pytest.raises(UserError, match="cannot be undone"):
        await sanctions.lift(GUILD, 1, by_id=MODERATOR, reason="x")


async def test_who_may_not_lift_it_is_told_why(env: CasesEnv, sanctions: CaseSanctions) -> None:
    otter = env.someone()
    await sanctions.order(sanction(otter))
    env.discord.people[SECOND].permissions = frozenset({"moderate_members"})
    with pytest.raises(UserError, match="Ban Members"):
        await sanctions.lift(GUILD, 1, by_id=SECOND, reason="x")
    with pytest.raises(UserError, match="not in this server any more"):
        await sanctions.lift(GUILD, 1, by_id=4242, reason="x")
    with pytest.raises(NotFound):
        await sanctions.lift(GUILD + 1, 1, by_id=MODERATOR, reason="x")
    env.discord.banned[otter] = "by hand, again"
    with pytest.raises(UserError, match="somebody else has banned them since"):
        await sanctions.lift(GUILD, 1, by_id=MODERATOR, reason="x")
    assert otter in env.discord.banned


async def test_what_a_person_set_is_not_weakened(env: CasesEnv, sanctions: CaseSanctions) -> None:
    otter, heron = env.someone(), env.someone(roles={10})
    await env.order("timeout", otter, duration=timedelta(days=2))
    until = env.discord.people[otter].timed_out_until
    assert "lasts longer" in ((await sanctions.order(sanction(otter, "timeout"))).refusal or "")
    assert env.discord.people[otter].timed_out_until == until
    await env.order("mute", heron)
    came = await sanctions.order(sanction(heron, "quarantine"))
    assert env.discord.roles_of(heron) == {21}
    await sanctions.lift(GUILD, came.number or 0, by_id=MODERATOR, reason="x")
    assert env.discord.roles_of(heron) == {10, 20}
    assert "banned already" in await banned_twice(env, sanctions)


async def banned_twice(env: CasesEnv, sanctions: CaseSanctions) -> str:
    swan = env.someone()
    await env.order("ban", swan)
    return (await sanctions.order(sanction(swan))).refusal or ""


async def test_the_owner_the_bot_and_who_stands_above_it_are_left_alone(
    env: CasesEnv, sanctions: CaseSanctions
) -> None:
    above = env.someone(roles={1})
    for user_id, why in ((BOT, "to myself"), (OWNER, "owns this server"), (above, "as high as")):
        for type_ in LIFTED:
            came = await sanctions.order(sanction(user_id, type_))
            assert came.number is None
            assert why in (came.refusal or ""), (user_id, type_, came)
    assert await env.rows() == []
    env.discord.is_there = False
    assert (await sanctions.order(sanction(above))).refusal == "I am not in that server"


async def test_without_an_answer_it_has_a_number_and_is_lifted_once_it_is_known(
    env: CasesEnv, sanctions: CaseSanctions
) -> None:
    otter = env.someone()
    env.discord.faults = {"ban": Fault.LATE}
    came = await sanctions.order(sanction(otter))
    assert came.number == 1
    assert "no answer" in (came.refusal or "")
    env.discord.faults = {}
    with pytest.raises(ActUnknown):
        await sanctions.lift(GUILD, 1, by_id=MODERATOR, reason="x")
    await env.sweep(timedelta(minutes=2))
    env.discord.faults = {"unban": Fault.LATE}
    for _again in range(2):
        with pytest.raises(ActUnknown):
            await sanctions.lift(GUILD, 1, by_id=MODERATOR, reason="x")
    env.discord.faults = {}
    await env.sweep(timedelta(minutes=2))
    await sanctions.lift(GUILD, 1, by_id=MODERATOR, reason="x")
    assert otter not in env.discord.banned
    assert [row["type"] for row in await env.rows()] == ["ban", "unban"]


async def test_a_shadow_s_measure_names_what_would_have_been() -> None:
    said = measure_of(sanction(7, "tempban"), None)
    assert (said.kind, said.label) == ("person", "<@7> would have been banned for 1 hour")
