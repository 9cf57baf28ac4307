"""Who is counted, who may say so, and what is only said: shadow, grants, the bot's own height."""

from dataclasses import replace

import pytest

from bot.acts import Actor
from bot.errors import UserError
from bot.settings import is_on
from bot.snapshots import RoleSeen
from tests.integration.nukes.nukes_env import ADMIN_BIT, HARBOUR_MASTER, QUEEN, SEND, NukesEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import MODERATOR, OWNER, SECOND, Fault


async def test_trusted_people_and_roles_are_not_counted(env: NukesEnv) -> None:
    trusted = env.discord.enter(123456789012345678, "pilot", roles={2})
    await env.choose("nukes", trusted_people=f"<@{trusted}> 223456789012345678")
    await env.deletes_channels(101, 102, 103, by=trusted)
    assert await env.nuke() is None
    await env.choose("nukes", trusted_people=None, trusted_roles=(2,))
    await env.deletes_channels(104, 105, 106)
    assert await env.nuke() is None


async def test_a_trusted_role_exempts_nobody_who_could_have_it_from_themselves(
    env: NukesEnv,
) -> None:
    env.discord.there[11] = RoleSeen("Painter", 40)  # above whatever else they hold
    await env.choose("nukes", trusted_roles=(10, 11))
    cases = (
        (MODERATOR, 10, "manage_roles", 100, "given it to themselves"),
        (SECOND, 10, "manage_channels", 2, "within the last day"),
        (SECOND, 10, "manage_channels", 25, None),
        (OWNER, 10, "manage_channels", 0, None),
        (OWNER, 10, "manage_roles", 0, "given it to themselves"),
        (MODERATOR, 11, "manage_roles", 0, "within the last day"),
    )
    counted = 0
    for number, (giver, role_id, permission, hours, said) in enumerate(cases):
        beside = 20 if role_id == 10 else 10
        held = frozenset({permission})
        actor = env.discord.enter(1000 + number, roles={role_id, beside}, permissions=held)
        env.discord.changes_made = [env.gives(actor, role_id, by=giver)]
        env.clock.advance(hours * 3600)
        for target_id in range(4):
            await env.does("channel_delete", target_id, by=actor)
        found = await env.nuke()
        counted += said is not None
        assert (0 if found is None else found.id) == counted, cases[number]
        if found is not None and said is not None:
            why = (await env.incidents.known(GUILD, found.incident_id)).why
            assert said in why.spared[0]


async def test_a_trusted_role_counts_only_where_the_log_can_be_read(env: NukesEnv) -> None:
    await env.choose("nukes", trusted_roles=(2,))
    env.discord.faults["audit_entries"] = Fault.LOST
    await env.deletes_channels(101, 102, 103)
    assert await env.nuke() is not None


async def test_only_the_owner_and_whom_they_name_change_the_settings(env: NukesEnv) -> None:
    change = env.settings.change
    with pytest.raises(UserError, match="owner"):
        await change(HARBOUR_MASTER, "nukes", "enabled", False)
    named = Actor(GUILD, env.discord.enter(123456789012345678, "keeper"), "keeper")
    with pytest.raises(UserError, match="owner"):
        await change(named, "nukes", "keepers", str(named.user_id))
    with pytest.raises(UserError, match="owner"):
        await env.incidents.shadows.begin(HARBOUR_MASTER, "nukes", 7)
    await change(QUEEN, "nukes", "keepers", str(named.user_id))
    assert not is_on(await change(named, "nukes", "enabled", False))


async def test_while_it_is_on_only_keepers_change_what_it_rests_on(env: NukesEnv) -> None:
    change = env.settings.change
    choices = ("cases", "quarantine_role_id", 20), ("cases", "enabled", False)
    for feature, name, value in (*choices, ("incidents", "may_undo", "managers")):
        with pytest.raises(UserError, match="owner"):
            await change(HARBOUR_MASTER, feature, name, value)
    await change(HARBOUR_MASTER, "cases", "letters", False)
    await change(QUEEN, "cases", "quarantine_role_id", 20)
    await change(QUEEN, "nukes", "enabled", False)
    assert not is_on(await change(HARBOUR_MASTER, "cases", "enabled", False))


async def test_in_shadow_nothing_is_done(env: NukesEnv) -> None:
    await env.incidents.shadows.begin(QUEEN, "nukes", 7)
    await env.deletes_channels(101, 102, 103)
    await env.sweep()
    assert env.discord.roles_of(MODERATOR) == {2}
    assert 101 not in env.discord.plans
    found = await env.nuke()
    assert found is not None
    assert (await env.detected(), found.taken) == ([], "none")
    assert "would have been put in quarantine" in await env.said()


async def test_a_dangerous_grant_is_said_once(env: NukesEnv) -> None:
    await env.permits(10, ADMIN_BIT)
    await env.permits(11, SEND)
    act = env.act("grant", SECOND, granted=(1,))
    await env.nukes.seen(act)
    await env.nukes.seen(act)
    page = await env.incidents.page(GUILD, 1, feature="nukes")
    titles = [one.title for one in page.rows]
    assert len(titles) == 2
    assert "the role **Friend** dangerous permissions: Administrator" in titles[1]
    assert f"<@{SECOND}>" in titles[0]


async def test_the_height_of_the_bot_s_role_is_said_once_for_each_change(env: NukesEnv) -> None:
    roles = env.discord.role_plans

    async def said() -> int:
        page = await env.incidents.page(GUILD, 1, feature="nukes")
        return len(page.rows)

    for _ in range(2):
        await env.nukes.heights.look(GUILD)
    assert await said() == 1  # the role at the top is an administrator's
    await env.again()
    await env.nukes.heights.look(GUILD)
    assert await said() == 1
    assert "too low" in dict(await env.nukes.lines(GUILD))["My role"]
    roles[1] = replace(roles[1], permissions=0)
    await env.nukes.heights.look(GUILD)
    assert await said() == 2
