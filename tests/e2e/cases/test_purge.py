"""`/purge`: which messages go, how far it has come, what it cannot do."""

from collections.abc import AsyncGenerator
from datetime import datetime

import discord
import pytest

from bot.app import COGS
from bot.client import HeraldClient
from bot.clock import ManualClock
from bot.config import DiscordConfig
from tests.e2e.cases.scene import Scene, running, said
from tests.support.emitter_setup import config_for
from tests.support.features import with_core
from tests.support.receiver import Receiver


class Hurried(ManualClock):
    """Three seconds pass with every look at it."""

    def now(self) -> datetime:
        self.advance(3)
        return super().now()


@pytest.fixture
async def reading(sqlite_url: str, clock: ManualClock, receiver: Receiver) -> AsyncGenerator[Scene]:
    """A bot that may see what messages hold."""
    config = config_for(sqlite_url)
    sees = config.model_copy(update={"discord": DiscordConfig(message_content=True)})
    async with running(sees, clock, receiver) as scene:
        yield scene


def left(scene: Scene) -> list[str]:
    return [message.content for message in scene.world.channel.history()]


async def test_the_newest_that_fit_go_and_are_audited(scene: Scene) -> None:
    for count in range(4):
        await scene.otter.send(scene.world.channel, f"noise {count}")
        await scene.pilot.send(scene.world.channel, f"talk {count}")
    result = await scene.does("purge", count=3, user=scene.otter)
    assert said(result) == "3 messages are deleted."
    assert left(scene) == ["noise 0", "talk 0", "talk 1", "talk 2", "talk 3"]
    told = await scene.world.told(scene.receiver)
    audited = [data for kind, data in told if kind == "security.audit_entry"]
    assert audited[-1]["event_type"] == "messages.purged"
    assert audited[-1]["actor_id"] == str(scene.moderator.id)


async def test_filters_by_content(reading: Scene) -> None:
    for text in ("plain", "see https://example.org/x", "BOATS for sale"):
        await reading.otter.send(reading.world.channel, text)
    await reading.otter.send(reading.world.channel, "a picture", attachments=[("boat.png", b"png")])
    assert "1 message is deleted." in said(await reading.does("purge", count=9, links=True))
    assert "1 message is deleted." in said(await reading.does("purge", count=9, contains="boats"))
    assert "1 message is deleted." in said(await reading.does("purge", count=9, attachments=True))
    assert left(reading) == ["plain"]


async def test_without_the_intent_content_filters_say_what_is_missing(scene: Scene) -> None:
    await scene.otter.send(scene.world.channel, "boats")
    for chosen in ({"contains": "boats"}, {"links": True}, {"attachments": True}):
        refused = await scene.does("purge", count=9, **chosen)
        scene.refused(refused, "tick Message Content Intent in Discord's developer portal")
    assert left(scene) == ["boats"]


async def test_between_two_messages(scene: Scene) -> None:
    sent: list[discord.Message] = []
    for count in range(5):
        sent.append(await scene.otter.send(scene.world.channel, f"{count}"))
        await scene.world.env.advance_time(1)
    first, last = sent[0], sent[-1]
    result = await scene.does("purge", count=9, before=str(last.id), after=first.jump_url)
    assert said(result) == "3 messages are deleted."
    assert left(scene) == ["0", "4"]
    refused = await scene.does("purge", count=9, before="yesterday")
    scene.refused(refused, "Write how long ago, such as 2h or 1d12h")


async def test_bots_only_and_never_what_is_pinned(scene: Scene) -> None:
    await scene.does("warn", user=scene.otter, reason="Spam")
    await scene.otter.send(scene.log, "what for?")
    backend, rules = scene.world.env.backend, await scene.pilot.send(scene.log, "rules")
    backend.set_pinned(scene.log.id, rules.id, True, actor_id=scene.pilot.id)
    result = await scene.moderator.slash(scene.log, "purge", count=1, bots=True)
    assert said(result) == "1 message is deleted."
    assert "what for?" in [message.content for message in scene.cards()]
    await scene.moderator.slash(scene.log, "purge", count=9)
    assert [message.content for message in scene.cards()] == ["rules"]


async def test_how_far_it_has_come_is_told(scene: Scene) -> None:
    parts = with_core(scene.world.app.parts, clock=Hurried(scene.world.env.now()))
    scene.world.app.client = HeraldClient(parts, COGS)
    await scene.world.env.restart_bot(scene.world.app.client)
    await scene.world.env.settle()
    for count in range(120):
        scene.world.env.backend.create_message(
            scene.world.channel.id, scene.otter.id, f"noise {count}"
        )
    result = await scene.does("purge", count=1000)
    assert said(result) == "120 messages are deleted."
    assert "100 messages are deleted …" in scene.world.env.transcript()
    assert left(scene) == []


async def test_what_is_too_old_is_said(scene: Scene) -> None:
    await scene.otter.send(scene.world.channel, "old")
    await scene.sweep(15 * 86_400)
    result = await scene.does("purge", count=9)
    assert "0 messages are deleted. Older ones fit too" in said(result)
    assert left(scene) == ["old"]


async def test_where_the_bot_may_not_delete_it_says_what_is_missing(scene: Scene) -> None:
    await scene.otter.send(scene.world.channel, "noise")
    me = scene.world.guild.me
    assert me is not None
    scene.world.env.backend.edit_role(
        scene.guild_id,
        me.top_role.id,
        {"permissions": discord.Permissions(view_channel=True, read_message_history=True).value},
    )
    await scene.world.env.settle()
    result = await scene.does("purge", count=9)
    assert "I need the permission Manage Messages" in said(result)
    assert left(scene) == ["noise"]


async def test_whoever_may_not_delete_messages_here(scene: Scene) -> None:
    await scene.world.allow(scene.otter, "purge")
    refused = await scene.otter.slash(scene.world.channel, "purge", count=9)
    scene.refused(refused, "You need the permission **Manage Messages** for that.")
