"""`/webhook delivery stats enable`: every attempt, the picture, what was missed."""

import pytest
from aiohttp import web
from PIL import Image

from bot.delivery import health
from tests.e2e.endpoints.scene import Scene, answer, custom_id, labels, said
from tests.support.emitter_setup import joined
from tests.support.receiver import Receiver, status

HOSTILE = b"\x1b[31m```\n@everyone <@1> **a**\x00\xff"


async def hostile(_receiver: Receiver, _request: web.Request) -> web.StreamResponse:
    """Answer with everything that could do harm where it is shown."""
    return web.Response(status=400, body=HOSTILE)


async def joins(scene: Scene, count: int = 1) -> None:
    clock = scene.app.emitter.clock
    for user_id in range(count):
        await scene.app.emitter.outbox.record(joined(clock, user_id, guild_id=scene.guild.id))


async def test_the_delivery_that_was_typed_leads_however_old_it_is(scene: Scene) -> None:
    await scene.create()
    await joins(scene, 30)
    await scene.receiver.has(30)
    await scene.sent()

    async def suggested(command: str, typed: str) -> list[int]:
        found = await scene.admin.autocomplete(
            scene.channel, f"webhook {command}", "delivery", typed, name="backend"
        )
        return [choice["value"] for choice in found]

    assert (await suggested("delivery", "1"))[:3] == [1, 21, 19]
    assert (await suggested("delivery", "2"))[0] == 2
    assert await suggested("redeliver", "2") == []
    assert await suggested("delivery", "9" * 18) == []


async def test_every_attempt_is_shown_and_a_failed_one_goes_out_again(scene: Scene) -> None:
    await scene.create()
    scene.receiver.behave = hostile
    await joins(scene)
    await scene.receiver.has(1)
    await scene.sent()
    found = await scene.admin.autocomplete(
        scene.channel, "webhook delivery", "delivery", "", name="backend"
    )
    assert [choice["value"] for choice in found] == [1]
    shown = await scene.webhook("delivery", name="backend", delivery=1)
    text = said(shown)
    assert "❌ failed · `member.joined`" in text
    assert "attempt 1 · <t:" in text
    assert "HTTP 400" in text
    assert "␛[31m" in text
    assert "@everyone" not in text
    assert text.count("```") == 2
    assert "␀�" in text
    await scene.restart()
    scene.receiver.behave = status(200)
    told = await scene.admin.click(answer(shown), label="Redeliver")
    assert said(told) == "1 delivery goes out again, from its first attempt."
    await scene.receiver.has(2)
    await scene.sent()
    refused = await scene.admin.click(answer(shown), label="Redeliver")
    assert said(refused) == "Delivery 1 arrived already."
    listed = answer(await scene.webhook("deliveries", name="backend"))
    look = custom_id(listed, "webhook:look")
    again = await scene.admin.select(listed, ["1"], custom_id=look)
    assert labels(answer(again)) == {}
    picker = custom_id(answer(again), "webhook:answer")
    await scene.admin.select(answer(again), ["1"], custom_id=picker)
    assert "␛[31m" in said(again)


async def test_many_attempts_are_turned_page_by_page(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PROBE_STEP_MS", 1)  # who fails so often is soon asked less often
    await scene.create()
    scene.receiver.behave = status(400)
    await joins(scene)
    for number in range(1, 8):
        await scene.receiver.has(number)
        await scene.sent()
        if number < 7:
            await scene.webhook("redeliver", name="backend", delivery=1)
    shown = await scene.webhook("delivery", name="backend", delivery=1)
    assert said(shown).count("HTTP 400") == 5
    assert labels(answer(shown)) == {"Newer": False, "Older": True, "Redeliver": True}
    await scene.admin.click(answer(shown), label="Older")
    assert said(shown).count("HTTP 400") == 2
    assert labels(answer(shown)) == {"Newer": True, "Older": False, "Redeliver": True}


async def test_an_unknown_delivery_is_refused(scene: Scene) -> None:
    await scene.create()
    rows = await scene.rows()
    assert said(await scene.webhook("delivery", name="backend", delivery=9)) == (
        "“backend” has no delivery 9; /webhook deliveries shows those it has."
    )
    assert (
        said(
            await scene.webhook(
                "redeliver", name="backend", all_failed=True, include_delivered=True
            )
        )
        == "Delivered ones go out again only with a time: fill in `since` too."
    )
    assert await scene.rows() == rows


async def test_delivered_ones_go_out_again_when_ticked(scene: Scene) -> None:
    await scene.create()
    await joins(scene, 2)
    await scene.receiver.has(2)
    await scene.sent()
    told = await scene.webhook("redeliver", name="backend", since="1h", include_delivered=True)
    assert said(told) == "2 deliveries go out again, from their first attempt."
    await scene.receiver.has(4)
    assert len(set(scene.receiver.ids())) == 2


async def test_enabling_offers_what_was_missed(scene: Scene) -> None:
    await scene.create(events="member.*")
    await scene.webhook("disable", name="backend")
    await joins(scene, 3)
    panel = await scene.webhook("show", name="backend")
    assert "**Missed:** 3" in said(panel)
    offered = answer(await scene.admin.click(answer(panel), label="Enable"))
    assert offered.content.startswith("**backend** missed 3 events since <t:")
    await scene.restart()
    await scene.admin.click(offered, label="Choose types")
    types = custom_id(offered, "webhook:types")
    await scene.admin.select(offered, ["member.joined"], custom_id=types)
    assert offered.content == "3 deliveries go out again, from their first attempt."
    await scene.receiver.has(3)
    await scene.sent()
    await scene.webhook("disable", name="backend")
    await joins(scene, 2)
    first = answer(await scene.webhook("enable", name="backend"))
    second = answer(
        await scene.admin.click(
            answer(await scene.webhook("show", name="backend")), label="What was missed"
        )
    )
    await scene.admin.click(first, label="Drop")
    assert first.content == "2 missed events of **backend** are dropped."
    rows = await scene.rows()
    refused = await scene.admin.click(second, label="Replay all")
    assert said(refused) == "“backend” has missed nothing that is still kept."
    await scene.admin.click(second, label="Choose types")
    assert second.content == "**backend** has missed nothing that is still kept."
    assert await scene.rows() == rows


async def test_statistics_are_a_picture_with_words(scene: Scene) -> None:
    await scene.create()
    await joins(scene, 2)
    await scene.receiver.has(2)
    await scene.sent()
    told = await scene.webhook("stats", name="backend", time=168)
    assert said(told).startswith("**backend**: 2 delivered, 0 failed in the last 168 hours; ")
    (picture,) = answer(told).attachments
    assert picture.filename == "stats.png"
    assert picture.description is not None
    assert picture.description.startswith("backend, last 168 hours: 2 delivered, 0 failed;")
    panel = answer(await scene.webhook("show", name="backend"))
    pressed = await scene.admin.click(panel, label="Stats")
    (picture,) = answer(pressed).attachments
    assert Image.MIME["PNG"] == picture.content_type
