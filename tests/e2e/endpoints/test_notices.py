"""When a webhook is switched off by failures, people are told once, and can mend it there."""

import asyncio

import discord
import pytest
from simcord.builders import ChannelHandle, UserHandle
from sqlalchemy import select, text, update

from bot.acts import Actor
from bot.clock import to_ms
from bot.features.audit import AUDIT
from bot.features.endpoints import ENDPOINTS
from bot.features.settings import SETTINGS
from bot.features.settings.model import GeneralSettings
from bot.outbox.held_limits import RUN_UP, QueueBounds, WaitingDeliveries
from bot.posts.tables import post
from tests.e2e.endpoints.scene import Scene, said
from tests.support.emitter_setup import joined
from tests.support.loops import turn
from tests.support.messages import labels, text_of
from tests.support.old_deliveries import run
from tests.support.patience import PATIENCE
from tests.support.receiver import status
from tests.support.rows import add, plan

FAILURES = 4  # seen here; a fifth would be probed for, which takes its time
BEFORE = text("UPDATE endpoint SET failures = 26")


async def fail(scene: Scene) -> None:
    """Fail for good until the webhook is switched off."""
    async with scene.app.emitter.database.transaction() as tx:
        await tx.execute(BEFORE)
    scene.receiver.behave = status(400)
    clock = scene.app.emitter.clock
    for user_id in range(FAILURES):
        event = joined(clock, user_id, guild_id=scene.guild.id)
        await scene.app.emitter.outbox.record(event)
        await scene.sent()
    assert (await scene.rows())["endpoint"][0]["state"] == "auto_disabled"


async def count_out(scene: Scene) -> None:
    """Fail, and let people be told."""
    await fail(scene)
    await scene.app.parts.core.posts.sweep()
    await scene.env.settle()


async def choose_channel(scene: Scene, channel: ChannelHandle) -> None:
    actor = Actor(scene.guild.id, scene.admin.id, "harbour_master")
    await scene.app.parts[SETTINGS].service.change(
        actor, GeneralSettings.feature, "notice_channel_id", channel.id
    )


async def owed(scene: Scene) -> bool:
    return len(await owed_to(scene)) > 0


async def owed_to(scene: Scene) -> list[int | None]:
    """The people of the notices that are owed, None for the channel."""
    query = select(post.c.user_id).where(post.c.is_owed).order_by(post.c.id)
    async with scene.app.emitter.database.reading() as reading:
        return list((await reading.execute(query)).scalars())


async def sweep_later(scene: Scene) -> None:
    """What is tried again is tried now."""
    async with scene.app.emitter.database.transaction() as tx:
        await tx.execute(update(post).values(look_at=None))
    await scene.app.parts.core.posts.sweep()
    await scene.env.settle()


def account(scene: Scene) -> UserHandle:
    """The admin outside the server."""
    return UserHandle(scene.env, scene.env.backend.get_user(scene.admin.id))


def notices(channel: ChannelHandle, sign: str = "🔴") -> list[discord.Message]:
    return [message for message in channel.history() if sign in text_of(message)]


async def test_the_channel_and_the_person_are_told_once_with_the_last_error(scene: Scene) -> None:
    await scene.create(events="member.joined")
    await choose_channel(scene, scene.channel)
    await count_out(scene)
    (told,) = notices(scene.channel)
    assert text_of(told).startswith("🔴 The webhook **backend** of ")
    assert "was switched off after 30 failed attempts in a row. The last error: HTTP 400." in (
        text_of(told)
    )
    assert len(notices(account(scene).dm_channel)) == 1
    assert not await owed(scene)
    await sweep_later(scene)
    assert len(notices(scene.channel)) == 1
    assert {request.type for request in scene.receiver.requests} == {"member.joined"}


async def test_why_and_re_enable_answer_after_a_restart(scene: Scene) -> None:
    await scene.create(events="member.joined")
    await choose_channel(scene, scene.channel)
    await count_out(scene)
    (told,) = notices(scene.channel)
    await scene.restart()
    rows = await scene.rows()
    for label in ("Why?", "Re-enable"):
        refused = await scene.member.click(told, label=label)
        assert said(refused).startswith("You need the permission **Manage Server**")
    assert await scene.rows() == rows
    why = said(await scene.admin.click(told, label="Why?"))
    assert why.startswith("The last failed attempts of **backend**:\n#")
    assert why.count("HTTP 400") == FAILURES
    clock = scene.app.emitter.clock
    await scene.app.emitter.outbox.record(joined(clock, 99, guild_id=scene.guild.id))
    scene.receiver.behave = status(200)
    enabled = await scene.admin.click(told, label="Re-enable")
    assert "**backend** missed 1 event since" in said(enabled)
    endpoint = (await scene.rows())["endpoint"][0]
    assert (endpoint["state"], endpoint["failures"]) == ("active", 0)
    rows = await scene.rows()
    again = await scene.admin.click(told, label="Re-enable")
    assert said(again) == "“backend” is switched on already."
    assert await scene.rows() == rows


async def test_the_buttons_of_a_direct_message_know_their_server(scene: Scene) -> None:
    await scene.create(events="member.joined")
    await count_out(scene)
    (told,) = notices(account(scene).dm_channel)
    user = account(scene)
    why = await user.click(told, label="Why?")
    assert why.response is not None
    assert "HTTP 400" in text_of(why.response)
    rows = await scene.rows()
    scene.guild.remove_member(scene.admin)
    await scene.env.settle()
    refused = await user.click(told, label="Re-enable")
    assert refused.response is not None
    assert refused.response.content.startswith("You need the permission **Manage Server**")
    assert await scene.rows() == rows


async def test_what_is_owed_at_a_crash_is_told_at_the_next_start(scene: Scene) -> None:
    await scene.create(events="member.joined")
    await choose_channel(scene, scene.channel)
    await fail(scene)
    assert await owed(scene)
    assert notices(scene.channel) == []
    scene.app.parts.core.posts.start()
    async with asyncio.timeout(PATIENCE):
        while await owed(scene):
            await turn()
    assert len(notices(scene.channel)) == 1
    assert not await owed(scene)


async def test_who_has_left_is_not_written_to_and_the_channel_is_enough(scene: Scene) -> None:
    await scene.create(events="member.joined")
    await choose_channel(scene, scene.channel)
    scene.guild.remove_member(scene.admin)
    await scene.env.settle()
    await count_out(scene)
    assert len(notices(scene.channel)) == 1
    assert not await owed(scene)


async def test_who_closed_their_direct_messages_still_has_the_channel(scene: Scene) -> None:
    await scene.create(events="member.joined")
    await choose_channel(scene, scene.channel)
    scene.env.inject_error(
        "POST", "/users/@me/channels", status=403, code=50007, message="Cannot send messages"
    )
    await count_out(scene)
    assert len(notices(scene.channel)) == 1
    assert not await owed(scene)
    await sweep_later(scene)
    opened = [o for o in scene.env.backend.http_requests if o.path == "/users/@me/channels"]
    assert len(opened) == 1


async def test_where_nobody_can_be_told_it_is_logged_once(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    await scene.create(events="member.joined")
    scene.guild.remove_member(scene.admin)
    await scene.env.settle()
    await count_out(scene)
    await sweep_later(scene)
    assert capsys.readouterr().out.count("notice.nobody_reached") == 1
    assert await owed_to(scene) == [None]  # in case a channel is chosen yet
    await choose_channel(scene, scene.channel)
    await sweep_later(scene)
    assert len(notices(scene.channel)) == 1
    assert not await owed(scene)


async def test_a_notice_button_of_a_deleted_webhook_says_so(scene: Scene) -> None:
    await scene.create(events="member.joined")
    await choose_channel(scene, scene.channel)
    await count_out(scene)
    (told,) = notices(scene.channel)
    await scene.app.parts[ENDPOINTS].service.delete(Actor(scene.guild.id, scene.admin.id, "h"), 1)
    assert labels(told) == ["Why?", "Re-enable"]
    for label in labels(told):
        refused = await scene.admin.click(told, label=label)
        assert said(refused) == (
            "That webhook is not there any more; /webhook list shows those there are."
        )


async def test_a_queue_that_outgrew_its_bounds_is_told_of_in_the_channel_and_to_the_person(
    scene: Scene,
) -> None:
    await scene.create(events="member.joined")
    await choose_channel(scene, scene.channel)
    emitter, parts = scene.app.emitter, scene.app.parts
    bounds = QueueBounds(most=1)
    waiting = WaitingDeliveries(emitter.database, parts[AUDIT].service, queue=bounds)
    waiting.on_fell_out = parts[ENDPOINTS].notices.owe_overflow
    now = emitter.clock.now()
    await run(waiting.prune(now - RUN_UP))
    (endpoint,) = emitter.registry.index.all()
    await add(emitter.database, *(plan(endpoint, due_at=to_ms(now)) for _ in range(4)))

    assert await run(waiting.prune(now)) == 3
    await parts.core.posts.sweep()
    await scene.env.settle()

    for told in (scene.channel, account(scene).dm_channel):
        (said_there,) = [text_of(one) for one in told.history() if "🟠" in text_of(one)]
        assert "**backend** of " in said_there
        assert "its 3 oldest waiting deliveries have failed" in said_there
    assert not await owed(scene)


async def test_half_of_the_failures_tell_channel_and_owner_once(scene: Scene) -> None:
    await scene.create()
    await choose_channel(scene, scene.channel)
    async with scene.app.emitter.database.transaction() as tx:
        await tx.execute(text("UPDATE endpoint SET failures = 13"))
    scene.receiver.behave = status(400)
    for user_id in range(3):
        event = joined(scene.app.emitter.clock, user_id, guild_id=scene.guild.id)
        await scene.app.emitter.outbox.record(event)
        await scene.sent()
    await scene.app.parts.core.posts.sweep()
    await scene.env.settle()

    (told,) = notices(scene.channel, "🟠")
    assert "has failed 16 times in a row; after 30 it is switched off" in text_of(told)
    assert "The last error: HTTP 400." in text_of(told)
    assert labels(told) == ["Why?"]
    assert len(notices(account(scene).dm_channel, "🟠")) == 1
    assert await owed_to(scene) == []
