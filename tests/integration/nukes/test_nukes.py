"""Nukes: counted per person and per thing, stopped, told once, and put back object by object."""

from dataclasses import replace

import pytest

from bot.acts import Actor
from bot.errors import UserError
from bot.features.incidents.settings import IncidentsSettings
from bot.features.nukes.model import RepairState
from bot.features.nukes.settings import NukesSettings
from bot.structure import Overwrite
from tests.integration.nukes.nukes_env import (
    ADMIN_BIT,
    BAN_BIT,
    HARBOUR_MASTER,
    LOG,
    QUEEN,
    SEND,
    NukesEnv,
)
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import BOT, MODERATOR, OWNER, SECOND, Fault


async def test_an_admin_s_channels_come_back_as_they_were(env: NukesEnv) -> None:
    before = env.shape()
    await env.deletes_channels(101, 102)
    assert await env.nuke() is None
    await env.deletes_channels(100, 103, log_first=True)
    await env.sweep()
    channels, roles, _held = env.shape()
    assert (channels, roles) == (before[0], before[1])
    assert env.discord.roles_of(MODERATOR) == {21}
    (told,) = await env.detected()
    assert told == {
        "incident_id": 1,
        "actor_id": str(MODERATOR),
        "action_class": "channel_delete",
        "count": 3,
        "window_seconds": 30,
        "action_taken": "quarantine",
        "reverted": True,
    }


async def test_roles_come_back_with_who_held_them_and_what_channels_said(env: NukesEnv) -> None:
    for one in range(1000, 1003):
        env.discord.enter(one, roles={10, 11})
    before = env.shape()
    for role_id in (10, 11, 20):
        await env.deletes_role(role_id, log_first=role_id != 10)
    await env.sweep()
    channels, roles, held = env.shape()
    assert (channels, roles) == (before[0], before[1])
    assert all(held[one] == before[2][one] for one in range(1000, 1003))
    assert [one["reverted"] for one in await env.detected()] == [True]


async def test_permissions_and_overwrites_are_as_they_were_unless_changed_since(
    env: NukesEnv,
) -> None:
    before = env.shape()
    await env.says(101, Overwrite(10, deny=SEND))
    await env.says(102, Overwrite(10, deny=SEND))
    for role_id in (10, 11, 12):
        await env.permits(role_id, ADMIN_BIT)
    # Somebody else has mended two of them before the bot could.
    env.discord.role_plans[12] = replace(env.discord.role_plans[12], permissions=BAN_BIT)
    plan = env.discord.plans[102]
    by_hand = Overwrite(10, allow=1 << 15)
    env.discord.plans[102] = replace(plan, overwrites=(by_hand, plan.overwrite(GUILD)))
    await env.sweep()
    assert env.discord.role_plans[10].permissions == 0
    assert env.discord.role_plans[12].permissions == BAN_BIT
    assert env.discord.plans[102].overwrite(10) == by_hand
    assert env.discord.plans[101].overwrite(10) == Overwrite(10, allow=SEND)
    kept = [one.target_id for one in await env.repairs() if one.state is RepairState.KEPT]
    assert kept == [12, 102]
    assert before[1] != env.shape()[1]
    assert "somebody has changed it since" in await env.said()


async def test_a_bulk_ban_counts_its_people_and_is_lifted(env: NukesEnv) -> None:
    people = [env.discord.enter(one) for one in range(1000, 1006)]
    await env.bans(*people[:4])
    assert await env.nuke() is None
    await env.bans(*people[4:])
    await env.sweep()
    assert env.discord.banned == {}
    assert env.discord.roles_of(MODERATOR) == {21}


async def test_a_prune_counts_everybody_it_removes(env: NukesEnv) -> None:
    await env.does("kick", 0, count=40)
    await env.sweep()
    (told,) = await env.detected()
    assert (told["action_class"], told["count"], told["reverted"]) == ("kick", 40, False)
    assert "cannot be brought back" in await env.said()


async def test_an_entry_that_is_told_again_counts_once(env: NukesEnv) -> None:
    env.nukes.remains.channel_gone(env.discord.plans.pop(101))
    act = env.act("channel_delete", 101)
    for _ in range(5):
        await env.nukes.seen(act)
    assert await env.nuke() is None


async def test_slowly_is_no_nuke_and_neither_is_each_a_little(env: NukesEnv) -> None:
    for one in range(101, 107):
        await env.deletes_channels(one)
        env.clock.advance(16)
    await env.does("channel_delete", 1, by=SECOND)
    await env.does("role_delete", 1)
    assert await env.nuke() is None


async def test_what_is_done_through_the_bot_counts_against_who_asked(env: NukesEnv) -> None:
    people = [env.discord.enter(one) for one in range(1000, 1006)]
    await env.orders("ban", *people[:5])
    # The log ascribes the same bans to the bot, which did them: they count once.
    for one in people[:5]:
        await env.does("ban", one, by=BOT)
    await env.sweep()
    (told,) = await env.detected()
    assert (told["actor_id"], told["count"]) == (str(MODERATOR), 5)
    assert env.discord.banned == {}
    assert env.discord.roles_of(MODERATOR) == {21}


async def test_who_has_stolen_the_token_locks_the_bot_s_commands(env: NukesEnv) -> None:
    env.discord.unexplained = True
    before = await env.tears_down(by=BOT)
    (told,) = await env.detected()
    assert (told["action_taken"], told["reverted"]) == ("commands_locked", True)
    assert env.shape() == before
    assert env.discord.banned == {}
    assert env.nukes.lock_reason(GUILD, MODERATOR) is not None
    assert env.nukes.lock_reason(GUILD, OWNER) is None
    await env.again()
    assert env.nukes.lock_reason(GUILD, SECOND) is not None
    with pytest.raises(UserError):
        await env.nukes.unlock(HARBOUR_MASTER)
    await env.nukes.unlock(QUEEN)
    assert env.nukes.lock_reason(GUILD, SECOND) is None


async def test_the_owner_s_account_is_beyond_reach_and_it_is_said(env: NukesEnv) -> None:
    before = env.shape()
    await env.deletes_channels(101, 102, 103, by=OWNER)
    await env.sweep()
    (told,) = await env.detected()
    assert (told["action_taken"], told["reverted"]) == ("none", True)
    assert "owner" in await env.said()
    assert env.shape()[0] == before[0]
    assert env.discord.roles_of(OWNER) == {1}


async def test_a_bot_is_removed_and_who_added_it_is_named(env: NukesEnv) -> None:
    bot = env.discord.enter(1234, "nuker", roles={12}, is_bot=True)
    env.discord.added_by[bot] = SECOND
    channels, roles, held = await env.tears_down(by=bot)
    assert bot not in env.discord.people
    del held[bot]
    assert env.shape() == (channels, roles, held)
    assert env.discord.banned == {}
    assert f"<@{bot}> was added by <@{SECOND}>" in await env.said()
    assert [one["action_taken"] for one in await env.detected()] == ["kick"]


async def test_without_a_role_for_quarantine_all_roles_go_and_come_back(env: NukesEnv) -> None:
    await env.choose("cases", quarantine_role_id=None)
    env.discord.people[MODERATOR].role_ids |= {10, 11}
    await env.deletes_channels(101, 102, 103)
    await env.sweep()
    assert env.discord.roles_of(MODERATOR) == set()
    assert [one["action_taken"] for one in await env.detected()] == ["strip_roles"]
    found = await env.nuke()
    assert found is not None
    await env.incidents.undo.begin(QUEEN, found.incident_id)
    await env.incidents.sweep.sweep()
    assert env.discord.roles_of(MODERATOR) == {2, 10, 11}


@pytest.mark.parametrize(
    ("permissions", "failure"),
    [("moderate_members", "Manage Roles"), ("manage_roles", "Moderator")],
)
async def test_roles_come_back_only_for_who_could_give_them(
    env: NukesEnv, permissions: str, failure: str
) -> None:
    await env.choose("nukes", reaction="strip_roles")
    await env.deletes_channels(101, 102, 103)
    await env.sweep()
    found = await env.nuke()
    assert found is not None
    held = frozenset({"moderate_members", permissions})
    helper = Actor(GUILD, env.discord.enter(1000, roles={10}, permissions=held), "helper")
    await env.incidents.undo.begin(helper, found.incident_id)
    await env.incidents.sweep.sweep()
    assert env.discord.roles_of(MODERATOR) == set()
    page = await env.incidents.measures(GUILD, found.incident_id, 1)
    assert failure in (next(one.failure for one in page.rows if one.kind == "roles") or "")


async def test_a_role_above_the_bot_s_is_said_and_the_rest_is_taken(env: NukesEnv) -> None:
    env.discord.people[MODERATOR].role_ids |= {1, 10}
    await env.deletes_channels(101, 102, 103)
    await env.sweep()
    assert env.discord.roles_of(MODERATOR) == {1}
    assert "Nothing could be done" in await env.said()


async def test_what_follows_is_put_back_and_told_no_second_time(env: NukesEnv) -> None:
    before = env.shape()
    await env.deletes_channels(101, 102, 103)
    await env.sweep()
    env.clock.advance(60)
    await env.deletes_channels(104)
    await env.sweep()
    assert env.shape()[0] == before[0]
    assert len(await env.detected()) == 1
    env.clock.advance(400)
    await env.deletes_channels(105)
    await env.sweep()
    assert 105 not in env.discord.plans
    assert "quay-4" not in [one.name for one in env.discord.plans.values()]


async def test_what_they_made_goes_again(env: NukesEnv) -> None:
    before = env.shape()
    for number in range(5):
        plan = replace(env.discord.plans[101], channel_id=9000 + number, name="hacked")
        env.discord.plans[9000 + number] = plan
        await env.does("channel_create", 9000 + number, target_name="hacked")
    await env.sweep()
    assert env.shape()[0] == before[0]


async def test_settings_name_what_was_made_in_its_place(env: NukesEnv) -> None:
    await env.choose("nukes", trusted_roles=(11, 10))
    await env.deletes_channels(LOG, 101, 102)
    await env.deletes_role(10)
    await env.sweep()
    log = next(one for one, plan in env.discord.plans.items() if plan.name == "log")
    assert (await env.settings.get(GUILD, IncidentsSettings)).log_channel_id == log
    friend = next(one for one, plan in env.discord.role_plans.items() if plan.name == "Friend")
    assert (await env.settings.get(GUILD, NukesSettings)).trusted_roles == (11, friend)
    assert "incidents.log_channel_id" in (await env.said()).replace("\\", "")


async def test_without_an_answer_it_is_tried_again(env: NukesEnv) -> None:
    before = env.shape()
    env.discord.faults["make_channel"] = Fault.LATE
    await env.deletes_channels(101, 102, 103)
    await env.sweep()
    assert await env.detected() == []
    env.discord.faults.clear()
    await env.sweep(61)
    assert env.shape()[0] == before[0]
    assert len(await env.detected()) == 1
