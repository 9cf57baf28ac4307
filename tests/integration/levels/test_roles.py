"""Level roles are what the rows say: by differences, refused once, whatever dies or was by hand."""

import pytest

from bot.errors import NotFound, UserError
from bot.features.levels.role_failures import KIND
from bot.snapshots import RoleSeen
from tests.integration.levels.levels_env import FRIEND, PAINTER, STAFF, TOP, LevelsEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies, ends_in_death
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault

MUTED = 20  # a role that is none of levels'
CARVER = 77


async def ruled(env: LevelsEnv) -> int:
    """Somebody in a guild that gives a role at level 2 and another at level 5."""
    await env.levels.rulebook.put_role(STAFF, 2, FRIEND)
    await env.levels.rulebook.put_role(STAFF, 5, PAINTER)
    return env.someone(roles={MUTED})


async def set_xp(env: LevelsEnv, user_id: int, xp: int) -> None:
    await env.levels.corrections.set(STAFF, env.discord.accounts[user_id], xp, None)
    await env.sweep()


async def test_roles_follow_up_and_down_and_leave_others_alone(env: LevelsEnv) -> None:
    otter = await ruled(env)
    for xp, roles in ((282, []), (283, [FRIEND]), (1_118, [FRIEND, PAINTER]), (0, [])):
        await set_xp(env, otter, xp)
        assert env.discord.roles_of(otter) == {MUTED, *roles}


async def test_replacing_leaves_the_highest_alone(env: LevelsEnv) -> None:
    otter = await ruled(env)
    await set_xp(env, otter, 1_118)
    await env.levels.voice.tick()
    await env.choose(stacks_roles=False)
    await env.levels.voice.tick()  # which sees within a minute what was chosen
    await env.sweep()
    assert env.discord.roles_of(otter) == {MUTED, PAINTER}


async def test_a_message_that_reaches_a_level_gives_its_role(env: LevelsEnv) -> None:
    otter = await ruled(env)
    await env.levels.corrections.give(STAFF, env.discord.accounts[otter], 280, None)
    await env.sweep()
    assert FRIEND not in env.discord.roles_of(otter)
    await env.writes(otter)
    await env.sweep()
    assert FRIEND in env.discord.roles_of(otter)


async def test_a_refusal_is_told_once_and_not_tried_over_and_over(env: LevelsEnv) -> None:
    otter = await ruled(env)
    env.discord.stubborn = FRIEND
    await set_xp(env, otter, 1_118)
    assert env.discord.roles_of(otter) == {MUTED, PAINTER}  # it keeps no other back
    (told,) = env.discord.lines.values()
    assert f"<@&{FRIEND}>" in told.text
    tries = len(env.discord.reasons)
    await env.sweep(3_600)
    assert len(env.discord.reasons) == tries
    await set_xp(env, env.someone(), 300)  # another member: tried again, told no more
    assert len(env.discord.lines) == 1

    env.discord.stubborn = None
    await env.levels.roles.compare(GUILD)
    await env.sweep()
    assert env.discord.roles_of(otter) == {MUTED, FRIEND, PAINTER}
    assert await env.posts(KIND) == []
    env.discord.stubborn = FRIEND
    await set_xp(env, otter, 0)
    assert len(env.discord.lines) == 2  # a new trouble is news


async def test_without_an_answer_it_is_done_later(env: LevelsEnv) -> None:
    otter = await ruled(env)
    for fault in (Fault.LOST, Fault.LATE):
        env.discord.faults = {"change_roles": fault}
        await set_xp(env, otter, 300)
        assert env.discord.lines == {}
        env.discord.faults = {}
        await env.sweep(61)
        assert env.discord.roles_of(otter) == {MUTED, FRIEND}
        await set_xp(env, otter, 0)


async def test_by_hand_is_found_when_the_guild_is_seen_again(env: LevelsEnv) -> None:
    otter, heron = await ruled(env), env.someone()
    await set_xp(env, otter, 300)
    env.discord.roles_of(otter).discard(FRIEND)
    env.discord.roles_of(heron).add(PAINTER)  # who has no row at all
    assert await env.levels.roles.compare(GUILD) == 2
    await env.sweep()
    assert env.discord.roles_of(otter) == {MUTED, FRIEND}
    assert env.discord.roles_of(heron) == set()
    assert await env.levels.roles.compare(GUILD) == 0
    env.discord.faults = {"holders": Fault.LOST}
    assert await env.levels.roles.compare(GUILD) == 0  # no list, no conclusions


async def test_whoever_leaves_keeps_xp_and_gets_roles_back_or_loses_all(env: LevelsEnv) -> None:
    otter, heron = await ruled(env), env.someone()
    await set_xp(env, otter, 300)
    await set_xp(env, heron, 300)
    for one in (otter, heron):
        del env.discord.people[one]
    async with env.emitter.database.transaction() as tx:
        await env.levels.roles.on_gone(tx, GUILD, [otter])
    assert (await env.levels.boards.of(GUILD, otter)).total == 1  # the other is not known to be
    await env.choose(keeps_xp=False)
    await env.levels.roles.compare(GUILD)
    assert (await env.xp(otter), await env.xp(heron)) == (300, 0)

    env.discord.enter(otter)
    await env.levels.roles.compare(GUILD)
    await env.sweep()
    assert env.discord.roles_of(otter) == {FRIEND}


async def test_what_the_bot_could_not_give_is_refused_as_a_rule(env: LevelsEnv) -> None:
    put = env.levels.rulebook.put_role
    env.discord.there[12] = RoleSeen("Booster", 7, is_managed=True)
    for role_id, why in ((TOP, "not below mine"), (12, "belongs to a bot"), (999, "not one of")):
        with pytest.raises(UserError, match=why):
            await put(STAFF, 5, role_id)
    with pytest.raises(NotFound):
        await env.levels.rulebook.drop_role(STAFF, FRIEND)
    await put(STAFF, 5, FRIEND)
    await put(STAFF, 9, FRIEND)  # one role has one level
    rules = await env.levels.ports.rules(GUILD)
    assert [(one.level, one.role_id) for one in rules.roles] == [(9, FRIEND)]


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
async def test_a_crash_at_the_grant_leaves_it_due(env: LevelsEnv, fault: Fault) -> None:
    otter = await ruled(env)
    env.discord.faults = {"change_roles": fault}
    await env.levels.corrections.set(STAFF, env.discord.accounts[otter], 300, None)
    assert await ends_in_death(env.sweep())
    env.discord.faults = {}
    await env.again()
    await env.sweep(61)
    assert env.discord.roles_of(otter) == {MUTED, FRIEND}
    assert await env.ups() == [(1, 2, 300)]


@pytest.mark.thorough("an award and its roles, cut at every await", but="*sqlite*")
async def test_a_crash_at_any_await_between_award_and_roles(env: LevelsEnv) -> None:
    await env.choose(cooldown_seconds=0)
    await env.levels.rulebook.put_role(STAFF, 2, FRIEND)
    point = 0
    while True:
        point += 1
        otter = env.someone()
        await env.levels.corrections.set(STAFF, env.discord.accounts[otter], 270, None)
        await env.sweep()

        async def rises(otter: int = otter) -> None:
            await env.levels.earnings.heard(env.message(otter))
            await env.levels.roles.sweep.sweep()

        if env.emitter.database.is_sqlite:
            died = await dies(rises(), point)
        else:  # whose driver does not stand a death
            died = await interrupted(rises(), point, late=point % 2 == 0)
        await env.again()
        await env.sweep(61)
        has = FRIEND in env.discord.roles_of(otter)
        assert has == (await env.xp(otter) == 290), point
        if not died:
            assert has
            return


async def by_hand(env: LevelsEnv, user_id: int, role_id: int, *, is_given: bool) -> None:
    """Somebody gives or takes it on Discord, of which the gateway tells."""
    roles, one = env.discord.roles_of(user_id), frozenset({role_id})
    (roles.add if is_given else roles.discard)(role_id)
    given, taken = (one, frozenset[int]()) if is_given else (frozenset[int](), one)
    await env.levels.repairs.changed(GUILD, user_id, given=given, taken=taken)
    await env.sweep()


async def test_what_is_changed_by_hand_is_put_right_as_it_is_heard(env: LevelsEnv) -> None:
    otter, heron = await ruled(env), env.someone()
    await set_xp(env, otter, 300)
    await by_hand(env, otter, FRIEND, is_given=False)
    assert env.discord.roles_of(otter) == {MUTED, FRIEND}
    await by_hand(env, heron, PAINTER, is_given=True)  # who has no row at all
    assert env.discord.roles_of(heron) == set()
    await by_hand(env, heron, MUTED, is_given=True)
    assert env.discord.roles_of(heron) == {MUTED}
    await env.choose(enabled=False)
    await by_hand(env, otter, FRIEND, is_given=False)
    assert env.discord.roles_of(otter) == {MUTED}


async def test_the_bot_s_own_changes_are_nobody_s_hand(env: LevelsEnv) -> None:
    otter = await ruled(env)
    await env.levels.corrections.set(STAFF, env.discord.accounts[otter], 1_118, None)
    await env.levels.roles.sweep.sweep()
    for role_id in (FRIEND, PAINTER):  # the gateway tells of each by itself
        given = frozenset({role_id})
        await env.levels.repairs.changed(GUILD, otter, given=given, taken=frozenset())
    row = await env.row(otter)
    assert row is not None
    assert row.roles_at is None


async def test_whoever_changes_it_back_again_and_again_is_let_be_and_told_of_once(
    env: LevelsEnv,
) -> None:
    otter, heron = await ruled(env), env.someone()
    await set_xp(env, otter, 300)
    for count in (1, 2, 3):
        assert FRIEND in env.discord.roles_of(otter)
        await by_hand(env, otter, FRIEND, is_given=False)
        assert len(env.discord.lines) == (count == 3)
    assert FRIEND not in env.discord.roles_of(otter)
    (told,) = env.discord.lines.values()
    assert "by another bot" in told.text
    await env.again()
    for _ in range(5):  # whoever rises is given it once
        await set_xp(env, heron, 300)
        assert FRIEND in env.discord.roles_of(heron)
        await by_hand(env, heron, FRIEND, is_given=False)
        await set_xp(env, heron, 0)
    assert len(env.discord.lines) == 1

    await env.levels.forgive(GUILD)
    await env.levels.roles.compare(GUILD)
    await env.sweep()
    assert FRIEND in env.discord.roles_of(otter)
    assert await env.posts(KIND) == []


async def test_now_and_then_is_not_again_and_again(env: LevelsEnv) -> None:
    otter = await ruled(env)
    await set_xp(env, otter, 300)
    for _ in range(4):
        await by_hand(env, otter, FRIEND, is_given=False)
        assert FRIEND in env.discord.roles_of(otter)
        env.clock.advance(1_801)
    assert env.discord.lines == {}


async def test_a_deleted_role_is_told_once_and_the_next_lower_one_stands_in(
    env: LevelsEnv,
) -> None:
    otter = await ruled(env)
    await env.choose(stacks_roles=False)
    await set_xp(env, otter, 1_118)
    del env.discord.there[PAINTER]
    env.discord.roles_of(otter).discard(PAINTER)
    for _ in range(2):
        await env.levels.repairs.deleted(GUILD, PAINTER)
        await env.levels.repairs.deleted(GUILD, MUTED)
        await env.sweep()
    (told,) = env.discord.lines.values()
    assert "role of level 5 was deleted" in told.text
    assert env.discord.roles_of(otter) == {MUTED, FRIEND}
    tries = len(env.discord.reasons)
    given = frozenset({FRIEND})
    await env.levels.repairs.changed(GUILD, otter, given=given, taken=frozenset())
    await env.sweep()
    assert len(env.discord.reasons) == tries
    assert await env.levels.roles.compare(GUILD) == 0
    env.discord.there[CARVER] = RoleSeen("Carver", 4)
    await env.levels.rulebook.put_role(STAFF, 5, CARVER)
    rules = (await env.levels.ports.choices(GUILD)).rules
    assert {one.level: one.role_id for one in rules.roles} == {2: FRIEND, 5: CARVER}
    assert len(rules.roles) == 2
