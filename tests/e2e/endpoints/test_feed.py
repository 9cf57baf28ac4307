"""A feed from the command to the first page, and without a public address."""

import re
from collections.abc import AsyncGenerator

import aiohttp
import pytest
from simcord.results import InteractionResult

from bot.app import App
from bot.client import HeraldClient
from bot.clock import SystemClock
from bot.config import WebConfig
from tests.e2e.endpoints.scene import COGS, Scene, answer, labels, said
from tests.support.emitter_setup import config_for, joined

ORIGIN = "https://herald.example"


@pytest.fixture
async def app(sqlite_url: str) -> AsyncGenerator[App]:
    """The bot with a public address."""
    config = config_for(sqlite_url, settle_linger_ms=0)
    web = WebConfig(port=0, public_url=ORIGIN)
    opened = await App.open(config.model_copy(update={"web": web}), SystemClock())
    opened.client = HeraldClient(opened.client.parts, COGS)
    await opened.start()
    await opened.parts.core.posts.stop()
    yield opened
    await opened.stop()


async def read(scene: Scene, address: str, token: str) -> tuple[int, list[str]]:
    """Ask as a program does, on this machine; the ids of the events."""
    assert scene.app.web is not None
    url = address.replace(ORIGIN, f"http://127.0.0.1:{scene.app.web.ports[0]}")
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as asks, asks.get(url, headers=headers) as told:
        events = (await told.json()).get("events", [])
        return told.status, [one["id"] for one in events]


def answered(result: InteractionResult) -> str:
    """What the message became that had the button."""
    assert result.response is not None
    return result.response.content


def token_in(text: str) -> str:
    found = re.search(r"```\n(feed_[\w-]{43})\n```", text)
    assert found is not None, text
    return found.group(1)


async def test_a_feed_is_opened_read_renewed_and_closed(scene: Scene) -> None:
    await scene.create()
    asked = await scene.webhook("feed", name="backend")
    assert said(asked).startswith("**backend** has no feed.")
    assert labels(answer(asked)) == {"Open the feed": True}
    opened = await scene.admin.click(answer(asked), label="Open the feed")
    shown = answered(opened)
    token = token_in(shown)
    (address,) = re.findall(r'"(https://\S+)\?limit=100"', shown)
    event_id = await scene.app.emitter.outbox.record(
        joined(scene.app.emitter.clock, 7, guild_id=scene.guild.id)
    )
    assert await read(scene, address, token) == (200, [str(event_id)])
    assert token not in str(await scene.rows())

    panel = await scene.webhook("show", name="backend")
    again = await scene.admin.click(answer(panel), label="Feed")
    assert f"```\n{address}\n```" in said(again)
    renewed = await scene.admin.click(answer(again), label="New token")
    assert await read(scene, address, token) == (401, [])
    token = token_in(answered(renewed))
    assert (await read(scene, address, token))[0] == 200

    again = await scene.webhook("feed", name="backend")
    await scene.admin.click(answer(again), label="Close the feed")
    assert await read(scene, address, token) == (401, [])
    types = [row["event_type"] for row in (await scene.rows())["audit_entry"]]
    assert types[-3:] == ["endpoint.feed_opened"] * 2 + ["endpoint.feed_closed"]
    await scene.sent()


async def test_nobody_may_open_one_who_may_not_manage_the_server(scene: Scene) -> None:
    await scene.create()
    asked = await scene.webhook("feed", name="backend")
    scene.lose_rights(scene.admin)
    refused = await scene.admin.click(answer(asked), label="Open the feed")
    assert "Manage Server" in str(refused.followups) + str(refused.response)
    assert (await scene.rows())["endpoint"][0]["feed_hash"] is None
