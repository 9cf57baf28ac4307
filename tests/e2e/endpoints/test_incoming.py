"""`/webhook incoming`: made, shown, limited, renewed and deleted, by whoever manages the server."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from simcord.results import ResponseMessage
from sqlalchemy import text

from bot.features.incoming import INCOMING
from bot.features.incoming.actions import NAMES
from bot.features.incoming.signature import PushRequest, signed
from tests.e2e.endpoints.scene import Scene, answer, custom_id, said, ticked
from tests.support.messages import text_of

PUBLIC = "https://herald.example"
ADDRESS = re.compile(rf"```\n{PUBLIC}/in/([0-9a-f-]{{36}})\n```")
SECRET = re.compile(r"```\n(whsec_[\w-]{43})\n```")


@pytest.fixture
def reached(scene: Scene) -> Scene:
    """The scene of a bot that has a public address."""
    scene.app.parts[INCOMING].ports.public_url = PUBLIC
    return scene


async def added(scene: Scene, **options: str) -> tuple[str, str]:
    """The id and the secret of a new one."""
    chosen = {"name": "shop", "actions": "*", **options}
    told = said(await scene.webhook("incoming create", **chosen))
    address, secret = ADDRESS.search(told), SECRET.search(told)
    assert address is not None, told
    assert secret is not None, told
    return address[1], secret[1]


async def push(scene: Scene, uuid: str, secret: str, **asked: Any) -> int:
    body = json.dumps({"action": "ADD_XP", "userId": "5", "amount": 1, **asked}).encode()
    request = PushRequest(uuid, body, signed(secret, body))
    return (await scene.app.parts[INCOMING].door.push(request)).status


async def shown(scene: Scene) -> ResponseMessage:
    return answer(await scene.webhook("incoming show", name="shop"))


async def entries(scene: Scene) -> list[Mapping[str, Any]]:
    return (await scene.rows())["audit_entry"]


async def test_the_secret_is_shown_once_and_opens_the_door(reached: Scene) -> None:
    uuid, secret = await added(reached)
    assert await push(reached, uuid, secret) == 404  # let in; nobody is called 5
    for command, options in (("list", {}), ("show", {"name": "SHOP"})):
        told = said(await reached.webhook(f"incoming {command}", **options))
        assert "shop" in told
        assert secret not in told
    assert secret not in str(await reached.rows())
    (entry,) = await entries(reached)
    assert entry["event_type"] == "incoming.created"
    assert entry["actor_id"] == reached.admin.id


async def test_what_is_ticked_is_what_it_may_do(reached: Scene) -> None:
    uuid, secret = await added(reached, actions="add_xp, ADD_ROLE")
    assert await push(reached, uuid, secret, action="SEND_MESSAGE") == 403
    message = await shown(reached)
    assert ticked(message) == [["ADD_ROLE", "ADD_XP"], ["30"]]
    await reached.admin.select(message, ["ADD_ROLE"], custom_id=custom_id(message, ":allow:"))
    assert await push(reached, uuid, secret) == 403
    await reached.admin.select(message, [*NAMES], custom_id=custom_id(message, ":allow:"))
    assert await push(reached, uuid, secret) == 404
    await reached.admin.select(message, ["5"], custom_id=custom_id(message, ":rate:"))
    assert ticked(message) == [[*NAMES], ["5"]]
    assert [await push(reached, uuid, secret) for _ in range(6)] == [404] * 5 + [429]


async def test_a_new_secret_ends_the_old_one(reached: Scene) -> None:
    uuid, secret = await added(reached)
    told = said(await reached.webhook("incoming rotate", name="shop"))
    renewed = SECRET.search(told)
    assert renewed is not None
    assert await push(reached, uuid, secret) == 401
    assert await push(reached, uuid, renewed[1]) == 404
    asked = answer(await reached.admin.click(await shown(reached), label="Rotate secret"))
    await reached.admin.click(asked, label="Make a new secret")
    assert (again := SECRET.search(asked.content)) is not None
    assert await push(reached, uuid, renewed[1]) == 401
    assert await push(reached, uuid, again[1]) == 404


async def test_deleted_it_is_nothing_also_by_an_old_button(reached: Scene) -> None:
    uuid, secret = await added(reached)
    first = answer(await reached.webhook("incoming delete", name="shop"))
    await reached.admin.click(first, label="Keep it")
    assert first.content == "**shop** stays as it is."
    asked = answer(await reached.admin.click(await shown(reached), label="Delete"))
    second = answer(await reached.webhook("incoming delete", name="shop"))
    await reached.restart()
    await reached.admin.click(asked, label="Delete it")
    assert "is deleted" in asked.content
    assert await push(reached, uuid, secret) == 401
    assert "not there any more" in said(await reached.admin.click(second, label="Delete it"))
    assert "none yet" in said(await reached.webhook("incoming list"))


async def test_refusals_say_what_to_do(reached: Scene) -> None:
    await added(reached)
    for options, words in (
        ({"name": "SHOP", "actions": "*"}, "already"),
        ({"name": "a", "actions": "BAN_EVERYBODY"}, "Choose from these actions: ADD_BALANCE"),
        ({"name": "<@5>", "actions": "*"}, "Leave out"),
    ):
        assert words in said(await reached.webhook("incoming create", **options))
    assert "/webhook incoming list" in said(await reached.webhook("incoming show", name="@a"))
    reached.app.parts[INCOMING].ports.public_url = None
    told = said(await reached.webhook("incoming create", name="b", actions="*"))
    assert "web.public_url" in told


async def test_whoever_lost_the_right_presses_in_vain(reached: Scene) -> None:
    uuid, secret = await added(reached)
    message = await shown(reached)
    reached.lose_rights(reached.admin)
    for label in ("Rotate secret", "Delete"):
        assert "Manage Server" in said(await reached.admin.click(message, label=label))
    assert await push(reached, uuid, secret) == 404


async def test_another_servers_is_not_found(reached: Scene) -> None:
    await added(reached)
    message = await shown(reached)
    async with reached.app.emitter.database.transaction() as tx:
        await tx.execute(text("UPDATE incoming_webhook SET guild_id = guild_id + 1"))
    assert "not there any more" in said(await reached.admin.click(message, label="Delete"))
    assert "There is no incoming webhook" in said(
        await reached.webhook("incoming show", name="shop")
    )


async def test_the_panel_shows_what_was_done_last(reached: Scene) -> None:
    uuid, secret = await added(reached)
    assert "Nothing was pushed" in text_of(await shown(reached))
    body = json.dumps(
        {"action": "SEND_MESSAGE", "channelId": str(reached.channel.id), "message": "Hello @here"}
    ).encode()
    request = PushRequest(uuid, body, signed(secret, body))
    result = await reached.app.parts[INCOMING].door.push(request)
    assert result.status == 200
    sent = reached.channel.last_message
    assert sent is not None
    assert sent.content == "Hello @here"
    assert "✅ `SEND_MESSAGE`" in text_of(await shown(reached))
