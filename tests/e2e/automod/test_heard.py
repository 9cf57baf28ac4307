"""What the rules hear: messages, edits, forwards, webhooks, voice channels, threads, joins."""

import discord
import pytest
from simcord.backend import serializers
from simcord.enums import MessageType

from tests.e2e.automod.scene import AutomodScene
from tests.e2e.cases.scene import said


async def test_a_message_goes_and_the_log_says_why(automod: AutomodScene) -> None:
    await automod.add(actions="delete, timeout 10m")
    world = automod.world
    await world.member.send(world.channel, "hello")
    sent = await world.member.send(world.channel, "get FR\u200bEE NITRO")
    await automod.settle()
    assert automod.standing() == ["hello"]
    ((kind, data),) = await automod.told()
    assert kind == "automod.triggered"
    assert data == {
        "rule_id": 1,
        "category": "keywords",
        "user_id": str(world.member.id),
        "channel_id": str(world.channel.id),
        "message_id": str(sent.id),
        "action_taken": "delete_and_timeout",
        "native_rule_id": None,
    }
    (log,) = await automod.logged()
    assert "is the keyword “free nitro”" in log
    assert "timed out for 10 minutes" in log
    await world.restart()
    captain = world.guild.add_member(world.env.create_user("captain"), roles=[automod.moderators])
    await world.env.settle()
    post = automod.log.last_message
    assert post is not None
    assert "(category: keywords)" in said(await captain.click(post, label="Why?"))
    undone = await captain.click(post, label="Undo")
    assert "I undo that" in said(undone)


async def test_edits_forwards_voice_channels_and_webhooks_are_read(automod: AutomodScene) -> None:
    await automod.add(bots=True)
    world = automod.world
    voice = world.guild.create_voice_channel("cabin")
    elsewhere = world.guild.create_text_channel("elsewhere")
    await world.env.settle()
    first = await world.member.send(world.channel, "harmless")
    await world.member.edit(first, "free nitro")
    await automod.settle(60)
    assert automod.standing() == []
    await automod.choose("automod", enabled=False)
    shown = await world.member.send(elsewhere, "free nitro")
    await automod.choose("automod", enabled=True)
    await world.member.forward(shown, world.channel)
    await automod.settle(60)
    await world.member.send(voice, "free nitro")
    await automod.settle(60)
    await world.guild.create_webhook(world.channel).send("free nitro")
    await automod.settle(60)
    assert (automod.standing(), automod.standing(voice)) == ([], [])
    assert len(await automod.told()) == 4


@pytest.mark.parametrize("minutes", [1, 60 * 24 * 400])
async def test_what_was_edited_once_is_not_judged_again_by_a_pin_or_a_preview(
    automod: AutomodScene, minutes: int
) -> None:
    await automod.add(fields={"words": "boats", "how": "whole_word"})
    world = automod.world
    sent = await world.member.send(world.channel, "ahoy")
    await world.member.edit(sent, "free nitro")  # as long as no rule is about it
    await automod.settle(minutes * 60)
    await automod.add(actions="delete, ban")
    backend = world.env.backend
    message = backend.get_message(world.channel.id, sent.id)
    message.pinned = True  # of which Discord tells as of an edit, like of previews
    backend.emit("MESSAGE_UPDATE", dict(serializers.message_payload(backend, message)))
    await automod.settle()
    assert automod.standing() == ["free nitro"]
    assert await automod.told() == []
    backend.clock.advance(minutes * 60)
    await world.member.edit(sent, "free nitro!")
    await automod.settle()
    assert automod.standing() == []


async def test_the_name_of_a_thread_is_read(automod: AutomodScene) -> None:
    await automod.add()
    world = automod.world
    thread = world.env.backend.create_thread(world.channel.id, "Nets", world.member.id)
    await world.env.settle()
    guild = world.app.client.get_guild(world.guild.id)
    assert guild is not None
    found = guild.get_thread(thread.id)
    assert found is not None
    await found.edit(name="free nitro")
    await automod.settle(60)
    assert thread.name == "Nets"
    bad = world.env.backend.create_thread(world.channel.id, "free nitro", world.member.id)
    await automod.settle(60)
    assert bad.id not in world.env.backend.channels
    told = [(data["message_id"], data["channel_id"]) for _kind, data in await automod.told()]
    assert told == [(None, str(thread.id)), (None, str(bad.id))]


async def test_the_bots_own_messages_and_discords_trigger_nothing(automod: AutomodScene) -> None:
    await automod.add(bots=True, actions="delete, alert")
    world = automod.world
    channel = world.app.client.get_channel(world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    sent = await channel.send("free nitro")
    world.guild.create_system_message(
        world.channel, MessageType.PINS_ADD, author=world.member, referenced_message=sent
    )
    await automod.settle()
    assert await automod.told() == []


async def test_who_joins_with_a_new_account_is_met(automod: AutomodScene) -> None:
    await automod.add("new_account", {"days": "30"}, actions="kick")
    world = automod.world
    newcomer = world.guild.add_member(world.env.create_user("newcomer"))
    await automod.settle()
    ((_kind, data),) = await automod.told()
    assert (data["user_id"], data["action_taken"]) == (str(newcomer.id), "kick")
    assert newcomer.member is None


async def test_discords_own_rule_is_told_once_under_a_number_of_ours(
    automod: AutomodScene,
) -> None:
    world = automod.world
    assert (
        "lies at Discord now"
        in (
            await automod.add(actions="delete, alert"),
            await automod.does("push", rule=1),
        )[1]
    )
    guild = world.app.client.get_guild(world.guild.id)
    assert guild is not None
    (native,) = await guild.fetch_automod_rules()
    assert native.trigger.keyword_filter == ["free nitro"]
    await automod.does("rule disable", rule=1)
    await world.member.send(world.channel, "free nitro")
    await automod.settle()
    ((_kind, data),) = await automod.told()
    assert (data["rule_id"], data["native_rule_id"]) == (1, str(native.id))
    assert data["action_taken"] == "delete"
    own = await guild.create_automod_rule(
        name="Theirs",
        event_type=native.event_type,
        trigger=type(native.trigger)(type=native.trigger.type, keyword_filter=["boats"]),
        actions=native.actions,
        enabled=True,
        reason="by hand",
    )
    for _time in range(2):
        await world.member.send(world.channel, "boats")
    await automod.settle(20)
    await world.member.send(world.channel, "boats")
    told = [data for _kind, data in await automod.told()][1:]
    assert [(one["rule_id"], one["native_rule_id"]) for one in told] == [(2, str(own.id))] * 2
