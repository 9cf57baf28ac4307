"""Quarantine: the roles are kept, one is given, and the release restores exactly what it can."""

from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.features.cases.model import CaseState
from bot.features.cases.records import Changes
from bot.snapshots import RoleSeen
from bot.structure import RolePlan
from tests.integration.cases.cases_env import HARBOUR_MASTER, QUEEN, CasesEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault, ProcessDied

HOUR = timedelta(hours=1)


async def put(env: CasesEnv, otter: int, duration: timedelta | None = None) -> None:
    done = await env.done("mute", otter, duration=duration, quarantine=True)
    assert done.case.state is CaseState.ACTIVE


async def test_every_role_that_can_be_taken_is_taken_and_given_back(env: CasesEnv) -> None:
    otter = env.someone(roles={10, 11, 12})
    await put(env, otter)
    assert env.discord.roles_of(otter) == {12, 21}  # a managed role stays
    assert [data["type"] for _kind, data in await env.told(otter)] == ["mute"]
    released = await env.cases.release(HARBOUR_MASTER, otter)
    assert env.discord.roles_of(otter) == {10, 11, 12}
    assert released.missing == ()
    assert (await env.kinds(otter))[1:] == ["case.created", "case.updated revoked"]
    with pytest.raises(UserError, match="not in quarantine"):
        await env.cases.release(HARBOUR_MASTER, otter)


async def test_deleted_roles_are_named_and_the_rest_comes_back(env: CasesEnv) -> None:
    otter = env.someone(roles={10, 11})
    await put(env, otter)
    del env.discord.there[11]
    released = await env.cases.release(HARBOUR_MASTER, otter)
    assert env.discord.roles_of(otter) == {10}
    assert released.missing == ("Painter",)


async def test_a_role_that_stands_above_the_bot_by_now_keeps_no_other_back(env: CasesEnv) -> None:
    otter = env.someone(roles={10, 11})
    await put(env, otter)
    env.discord.there[11] = RoleSeen("Painter", 95)
    released = await env.cases.release(HARBOUR_MASTER, otter)
    assert env.discord.roles_of(otter) == {10}
    assert released.missing == ("Painter",)


async def test_the_end_of_its_time_gives_the_roles_back(env: CasesEnv) -> None:
    otter = env.someone(roles={10, 11})
    await put(env, otter, duration=HOUR)
    del env.discord.there[11]
    await env.sweep(after=HOUR)
    assert env.discord.roles_of(otter) == {10}


async def test_it_is_applied_anew_after_a_rejoin(env: CasesEnv) -> None:
    otter = env.someone(roles={10})
    await put(env, otter)
    env.discord.enter(otter, roles={10})
    await env.cases.rejoined(GUILD, otter)
    assert env.discord.roles_of(otter) == {21}


async def test_a_mute_is_replaced_and_not_given_back(env: CasesEnv) -> None:
    otter = env.someone(roles={10})
    await env.order("mute", otter)
    await put(env, otter)
    assert env.discord.roles_of(otter) == {21}
    await env.cases.release(HARBOUR_MASTER, otter)
    assert env.discord.roles_of(otter) == {10}


async def test_nobody_in_quarantine_is_muted_or_put_there_again(env: CasesEnv) -> None:
    otter = env.someone()
    await put(env, otter)
    with pytest.raises(UserError, match="in quarantine already"):
        await env.order("mute", otter)
    with pytest.raises(UserError, match="in quarantine already"):
        await put(env, otter)


async def test_without_a_role_for_it_nothing_is_taken(env: CasesEnv) -> None:
    await env.choose(quarantine_role_id=None)
    otter = env.someone(roles={10})
    with pytest.raises(UserError, match="No role for quarantine"):
        await put(env, otter)
    assert env.discord.roles_of(otter) == {10}


async def test_half_a_quarantine_is_finished_by_a_sweep(env: CasesEnv) -> None:
    for fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER):
        otter = env.someone(roles={10, 11})
        env.discord.faults["change_roles"] = fault
        with pytest.raises(ProcessDied):
            await put(env, otter)
        env.discord.faults.clear()
        if fault is Fault.CRASH_BEFORE:
            env.discord.roles_of(otter).discard(11)  # one of the calls had come through
        await env.again()
        await env.sweep(after=timedelta(seconds=61))
        assert env.discord.roles_of(otter) == {21}
        await env.cases.release(HARBOUR_MASTER, otter)
        assert env.discord.roles_of(otter) == {10, 11}


async def test_what_was_taken_before_a_refusal_is_given_back(env: CasesEnv) -> None:
    otter = env.someone(roles={10, 11})
    env.discord.stubborn = 11
    with pytest.raises(UserError, match="is void"):
        await put(env, otter)
    env.discord.stubborn = None
    assert env.discord.reasons[-1] == "[case 1] harbour_master: refused, taken back"
    assert env.discord.roles_of(otter) == {10, 11}
    assert await env.kinds(otter) == []


@pytest.mark.parametrize("kind", ["mute", "quarantine"])
async def test_a_role_that_cannot_be_taken_any_more_is_no_end(env: CasesEnv, kind: str) -> None:
    """Whoever still has the role of the mute is muted, whatever an event would say."""
    await env.choose(log_channel_id=5)
    otter, role_id = env.someone(roles={10}), 20 if kind == "mute" else 21
    if kind == "mute":
        await env.order("mute", otter, duration=HOUR)
    else:
        await put(env, otter, duration=HOUR)
    low, env.discord.there[role_id] = env.discord.there[role_id], RoleSeen("High", 95)
    with pytest.raises(UserError, match="as high as mine"):
        await env.order("unmute", otter, by=QUEEN)
    await env.sweep(after=HOUR)
    assert role_id in env.discord.roles_of(otter)
    assert await env.kinds(otter) == ["case.created"]
    assert "I cannot lift it" in dict(env.discord.lines[1].fields)
    env.discord.there[role_id] = low
    await env.sweep(after=HOUR)
    assert env.discord.roles_of(otter) == {10}
    assert (await env.kinds(otter))[1:] == ["case.updated expired"]


async def test_whoever_left_is_no_longer_kept_by_such_a_role(env: CasesEnv) -> None:
    otter = env.someone()
    await env.order("mute", otter, duration=HOUR)
    env.discord.there[20] = RoleSeen("High", 95)
    env.discord.people.pop(otter)
    await env.sweep(after=HOUR)
    assert (await env.kinds(otter))[1:] == ["case.updated expired"]


async def test_a_rejoin_with_a_role_that_cannot_be_taken_still_gives_the_one(env: CasesEnv) -> None:
    otter = env.someone(roles={10, 11})
    await put(env, otter)
    env.discord.there[11] = RoleSeen("Painter", 95)
    env.discord.enter(otter, roles={10, 11})
    await env.cases.rejoined(GUILD, otter)
    assert env.discord.roles_of(otter) == {11, 21}


@pytest.mark.parametrize("role_id", [20, 21])
async def test_a_role_of_the_settings_that_was_deleted_is_said(env: CasesEnv, role_id: int) -> None:
    otter = env.someone()
    del env.discord.there[role_id]
    with pytest.raises(UserError, match="is deleted: choose another with /settings"):
        await (put(env, otter) if role_id == 21 else env.order("mute", otter))
    assert await env.rows() == []


async def test_roles_above_the_moderator_come_back_by_somebody_above_alone(env: CasesEnv) -> None:
    env.discord.there[13] = RoleSeen("Admiral", 60)
    otter = env.someone(roles={10, 13})
    done = await env.done("mute", otter, by=QUEEN, quarantine=True, duration=HOUR)
    assert env.discord.roles_of(otter) == {21}
    end = Changes(lasts=timedelta(minutes=1))
    with pytest.raises(UserError, match="Admiral would come back"):
        await env.cases.release(HARBOUR_MASTER, otter)
    with pytest.raises(UserError, match="Admiral would come back"):
        await env.order("unmute", otter)
    with pytest.raises(UserError, match="Admiral would come back"):
        await env.process.book.edit(HARBOUR_MASTER, done.case.number, end)
    assert env.discord.roles_of(otter) == {21}
    assert (await env.row(done.case)).state is CaseState.ACTIVE
    await env.sweep(after=HOUR)  # what somebody above decided ends all the same
    assert env.discord.roles_of(otter) == {10, 13}


async def test_the_owner_gives_any_role_back(env: CasesEnv) -> None:
    env.discord.there[13] = RoleSeen("Admiral", 60)
    otter = env.someone(roles={13})
    await env.done("mute", otter, by=QUEEN, quarantine=True)
    await env.cases.release(QUEEN, otter)
    assert env.discord.roles_of(otter) == {13}


async def test_a_role_that_can_do_harm_is_given_to_nobody(env: CasesEnv) -> None:
    """Also where its permissions came after it was chosen."""
    otter = env.someone(roles={10})
    everybody = RolePlan(GUILD, "@everyone", 1 << 17)
    env.discord.role_plans = {GUILD: everybody, 21: RolePlan(21, "Quarantine", 1 << 17 | 1 << 3)}
    with pytest.raises(UserError, match="Quarantine has dangerous permissions: Administrator"):
        await env.order("mute", otter, quarantine=True)
    env.discord.role_plans[20] = RolePlan(20, "Muted", 1 << 28)
    await env.choose(ladder="1 in 14d: mute 24h")
    done = await env.done("warn", otter)
    assert "dangerous permissions: Manage Roles" in (done.refusal or "")
    assert env.discord.roles_of(otter) == {10}
    env.discord.role_plans[21] = RolePlan(21, "Quarantine", 1 << 17)  # as everybody may
    await put(env, otter)
