"""The guard: what a rule asks for is done in order, told once, and spares whom it must."""

from datetime import timedelta
from typing import Any

import pytest

from bot.acts import ActUnknown, Gone
from bot.clock import to_snowflake
from bot.features.automod.guard import Joined
from bot.features.automod.terms import (
    ChannelSpamTerms,
    KeywordTerms,
    LinkTerms,
    NewAccountTerms,
    SpamTerms,
)
from bot.rooms import RoomPlan
from tests.integration.automod.automod_env import (
    HERON,
    LOG,
    NOTICES,
    OTTER,
    PIER,
    QUEEN,
    AutomodEnv,
)
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import BOT, MODERATOR, OWNER, Fault


async def test_what_a_rule_asks_for_is_done_in_order_and_told_once(env: AutomodEnv) -> None:
    rule = await env.rule(actions="delete, warn, timeout 10m, alert")
    message_id = await env.says("get your FR\u200bEE nìtro here")
    assert env.deleted == [message_id]
    assert await env.triggered() == [
        {
            "rule_id": rule.id,
            "category": "keywords",
            "user_id": str(OTTER),
            "channel_id": str(PIER),
            "message_id": str(message_id),
            "action_taken": "delete_and_warn_and_timeout_and_alert",
            "native_rule_id": None,
        }
    ]
    assert [data["type"] for _kind, data in await env.cases()] == ["warn", "timeout"]
    log, alert = await env.log()
    assert "“FR\N{REPLACEMENT CHARACTER}EE nìtro” is the keyword “free nitro”" in log.text
    assert "1 message was deleted" in log.below[0]
    assert f"<@{OTTER}> was timed out for 10 minutes (case 2)" in log.below[0]
    assert "Found" in alert.text
    assert (await env.rulebook.known(GUILD, rule.id)).hits == 1


async def test_a_message_that_is_told_again_is_dealt_with_once(env: AutomodEnv) -> None:
    await env.rule(actions="delete, warn")
    await env.rule(SpamTerms(messages=3, duplicates=None, seconds=60), actions="timeout 10m")
    for text, message_id in (("free nitro", 7), ("free nitro", 7), ("hello", 8), ("hello", 8)):
        await env.says(text, message_id=message_id)
    assert env.deleted == [7]
    assert [data["message_id"] for data in await env.triggered()] == ["7"]
    assert [data["type"] for _kind, data in await env.cases()] == ["warn"]


async def test_a_deletion_that_gets_no_answer_is_asked_for_again(env: AutomodEnv) -> None:
    await env.rule()
    delete, tries = env.discord.delete_messages, list[object]()

    async def unanswered(*place: Any, **more: Any) -> None:
        tries.append(place)
        if len(tries) == 1:
            raise ActUnknown("no answer")
        await delete(*place, **more)

    env.discord.delete_messages = unanswered
    message_id = await env.says()
    assert env.deleted == [message_id]
    (told,) = await env.triggered()
    assert told["action_taken"] == "delete"


async def test_what_finds_nothing_or_is_the_bots_own_is_left_alone(env: AutomodEnv) -> None:
    await env.rule(actions="delete, ban")
    await env.says("hello there")
    await env.says(is_own=True, user_id=BOT)
    await env.says(is_system=True)
    await env.says(is_bot=True)  # unless the rule is for bots, too
    assert (env.deleted, await env.triggered(), await env.log()) == ([], [], [])


async def test_owner_staff_exempt_roles_and_who_stands_above_are_spared(env: AutomodEnv) -> None:
    await env.rule(actions="delete, kick")
    await env.choose("automod", exempt_role_ids=(11,))
    env.discord.enter(70, roles={1})  # above the bot
    await env.says(user_id=OWNER, is_owner=True)
    await env.says(user_id=MODERATOR)
    await env.says(user_id=HERON, role_ids=frozenset({11}))
    await env.says(user_id=70)
    assert await env.triggered() == []
    await env.choose("automod", spare_staff=False)
    await env.says(user_id=MODERATOR)
    (told,) = await env.triggered()
    assert told["action_taken"] == "delete_and_kick"


async def test_one_burst_is_one_alert_and_one_infraction(env: AutomodEnv) -> None:
    await env.rule(SpamTerms(messages=3, duplicates=None), "delete, timeout 1h, alert")
    ids = [await env.says(f"message {number}") for number in range(6)]
    assert sorted(env.deleted) == ids  # those before the third as well
    assert [data["type"] for _kind, data in await env.cases()] == ["timeout"]
    told = [one["action_taken"] for one in await env.triggered()]
    assert told == ["delete_and_timeout_and_alert", "delete", "delete", "delete"]
    log, _alert = await env.log()
    assert log.below[0].count("deleted") == 4
    assert "Messages in 10 s" in str((await env.incidents.known(GUILD, 1)).why)
    env.clock.advance(60)
    for number in range(3):
        await env.says(f"again {number}")
    assert len(await env.cases()) == 2


async def test_a_burst_brings_a_second_infraction_only_where_it_is_severer(
    env: AutomodEnv,
) -> None:
    await env.rule(actions="delete, warn")
    await env.rule(KeywordTerms(words=("worse",)), "delete, ban")
    await env.says()
    await env.says()
    await env.says("worse")
    assert [data["type"] for _kind, data in await env.cases()] == ["warn", "ban"]
    assert [one["rule_id"] for one in await env.triggered()] == [1, 1, 2]


async def test_the_severest_rule_acts_where_several_find_something(env: AutomodEnv) -> None:
    mild = await env.rule(actions="delete")
    severe = await env.rule(actions="mute")
    await env.says()
    (told,) = await env.triggered()
    assert (told["rule_id"], told["action_taken"]) == (severe.id, "mute")
    why = (await env.incidents.known(GUILD, 1)).why
    assert f"So did the rules {mild.id}" in why.rule


async def test_channels_are_counted_and_a_refusal_is_said(env: AutomodEnv) -> None:
    await env.rule(ChannelSpamTerms(), "delete, ban")
    env.discord.enter(70, roles={1})
    env.discord.undeletable = frozenset({3})
    for number in range(3):
        await env.says("hi", place=(600 + number,))
    (told,) = await env.triggered()
    assert told["action_taken"] in {"delete_and_ban", "ban"}
    assert sorted(env.deleted)[:2] == [1, 2]


async def test_in_shadow_nothing_is_done_and_no_event_told(env: AutomodEnv) -> None:
    await env.rule(actions="delete, ban 7d")
    await env.incidents.shadows.begin(QUEEN, "automod", 3)
    for _number in range(3):
        await env.says()
    assert (env.deleted, await env.triggered(), await env.cases()) == ([], [], [])
    (log,) = [post for post in await env.log() if "shadow" in post.text]
    assert "1 message would have been deleted" in log.below[0]
    assert "would have been banned for 7 days" in log.below[0]


async def test_undo_lifts_what_was_done_to_the_person(env: AutomodEnv) -> None:
    await env.rule(actions="delete, timeout 1h")
    await env.says()
    await env.log()
    await env.incidents.undo.begin(QUEEN, 1)
    await env.sweep()
    types = [data["type"] for _kind, data in await env.cases()]
    assert types == ["timeout", "untimeout"]


async def test_who_joins_with_a_new_account_is_met(env: AutomodEnv) -> None:
    rule = await env.rule(NewAccountTerms(days=7), "kick")
    young = to_snowflake(env.clock.now() - timedelta(days=6))
    old = to_snowflake(env.clock.now() - timedelta(days=8))
    for user_id in (young, old):
        env.discord.enter(user_id)
        await env.guard.joined(Joined(GUILD, user_id))
    (told,) = await env.triggered()
    assert (told["rule_id"], told["user_id"], told["channel_id"]) == (rule.id, str(young), None)
    assert told["action_taken"] == "kick"


async def test_own_invites_are_let_through_and_others_are_not(env: AutomodEnv) -> None:
    await env.rule(LinkTerms())
    env.discord.leads_to = {"ours": GUILD, "theirs": GUILD + 1}
    await env.says("come to discord.gg/ours")
    assert await env.triggered() == []
    await env.says("come to discord.gg/ours or discord.gg/theirs")
    await env.says("come to https://discord.com/invite/expired", user_id=HERON)
    assert len(await env.triggered()) == 2


async def test_more_own_invites_than_are_asked_about_hide_no_other(env: AutomodEnv) -> None:
    await env.rule(LinkTerms())
    ours = [f"ours{number}" for number in range(6)]
    env.discord.leads_to = {**dict.fromkeys(ours, GUILD), "theirs": GUILD + 1}
    await env.says(" ".join(f"discord.gg/{code}" for code in (*ours, "theirs")))
    assert len(await env.triggered()) == 1


async def test_names_of_threads_are_put_back_or_go(env: AutomodEnv) -> None:
    await env.rule(actions="delete, warn")
    env.discord.made_at = env.clock.now()
    room = await env.discord.make_room(GUILD, RoomPlan("Nets", PIER, is_thread=True), reason="")
    named: dict[str, Any] = {"message_id": None, "place": (room, PIER)}
    await env.guard.heard(env.message(is_edit=True, **named), old_name="Nets")
    assert (await env.discord.room(GUILD, room)).name == "Nets"
    # Not again, though the old name were no better: the bot's own act triggers no rule.
    await env.guard.heard(env.message("Nets", is_edit=True, **named), old_name="free nitro")
    await env.guard.heard(env.message(**named))
    with pytest.raises(Gone):
        await env.discord.room(GUILD, room)
    told = await env.triggered()
    assert [one["message_id"] for one in told] == [None, None]
    assert len(await env.cases()) == 1  # of an edit nobody knows whose it was


async def test_who_named_a_thread_is_looked_up_before_anything_is_done(env: AutomodEnv) -> None:
    await env.rule(actions="warn")
    await env.choose("automod", exempt_role_ids=(10,))
    named: dict[str, Any] = {"message_id": None, "is_known": False}
    await env.guard.heard(env.message(**named))
    env.discord.faults["member"] = Fault.LOST
    env.discord.people[HERON].role_ids.clear()
    await env.guard.heard(env.message(user_id=HERON, **named))
    assert await env.triggered() == []
    del env.discord.faults["member"]
    await env.guard.heard(env.message(user_id=HERON, **named))
    assert len(await env.triggered()) == 1


async def test_an_alert_that_reaches_nobody_is_not_told_as_one(env: AutomodEnv) -> None:
    await env.choose("automod", alert_channel_id=None)
    await env.rule(actions="delete, alert")
    await env.says()
    (told,) = await env.triggered()
    assert told["action_taken"] == "delete"


async def test_a_refusal_of_discord_is_said_and_not_told_as_done(env: AutomodEnv) -> None:
    await env.rule(actions="delete, mute")
    env.discord.faults["delete_messages"] = Fault.REFUSES
    env.discord.faults["change_roles"] = Fault.REFUSES
    await env.says()
    (told,) = await env.triggered()
    assert told["action_taken"] == "log_only"
    (log,) = await env.log()
    assert "a message could not be deleted" in log.below[0]
    assert "was not muted" in log.below[0]


async def test_a_webhook_is_nobody_who_could_be_warned(env: AutomodEnv) -> None:
    await env.rule(actions="delete, warn", bots=True)
    await env.says(is_bot=True, is_webhook=True, user_id=4242)
    (told,) = await env.triggered()
    assert told["action_taken"] == "delete"


@pytest.mark.thorough("a flood")
async def test_a_flood_of_a_webhook_goes_with_one_alert_and_meets_nobody(env: AutomodEnv) -> None:
    await env.rule(SpamTerms(messages=4, duplicates=None), "delete, timeout 1h, alert", bots=True)
    webhook: dict[str, Any] = {"is_bot": True, "is_webhook": True, "user_id": 4242}
    first = [await env.says(f"drop {number}", **webhook) for number in range(4)]
    assert sorted(env.deleted) == first
    flood = [await env.says(f"flood {number}", **webhook) for number in range(100)]
    calm = await env.says("drop 1")  # of a person, who is no part of it
    assert sorted(env.deleted) == [*first, *flood]
    assert calm not in env.deleted
    assert await env.cases() == []
    _log, alert = await env.log()
    assert "4242" in alert.text
    told = [one["action_taken"] for one in await env.triggered()]
    assert told == ["delete_and_alert", *["delete"] * 100]


@pytest.mark.parametrize("on", [True, False])
async def test_switched_off_nothing_is_heard(env: AutomodEnv, on: bool) -> None:
    await env.rule()
    await env.choose("automod", enabled=on)
    await env.says()
    assert bool(env.deleted) is on
    assert LOG != NOTICES
