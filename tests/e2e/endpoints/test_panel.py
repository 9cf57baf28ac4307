"""The buttons under `/webhook show` and `/webhook delete`, also after a restart."""

from datetime import datetime, timedelta

from simcord.results import ResponseMessage
from sqlalchemy import update

from bot.acts import Actor
from bot.features.endpoints import ENDPOINTS
from bot.outbox.tables import endpoint
from tests.e2e.endpoints.scene import Scene, answer, labels, said
from tests.support.messages import text_of
from tests.support.receiver import status

GONE = "That webhook is not there any more; /webhook list shows those there are."
NOT_ALLOWED = (
    "You need the permission **Manage Server** for that. "
    "Somebody who manages this server can give it to one of your roles."
)


async def shown(scene: Scene) -> ResponseMessage:
    """The panel of `backend`."""
    return answer(await scene.webhook("show", name="backend"))


async def state(scene: Scene) -> str:
    return str((await scene.rows())["endpoint"][0]["state"])


async def test_the_panels_buttons_work_before_and_after_a_restart(scene: Scene) -> None:
    await scene.create()
    panel = await shown(scene)
    await scene.admin.click(panel, label="Pause")
    assert await state(scene) == "paused"
    assert "⏸️ paused" in text_of(panel)
    await scene.restart()
    await scene.admin.click(panel, label="Resume")
    assert await state(scene) == "active"
    await scene.admin.click(panel, label="Disable")
    assert await state(scene) == "disabled"
    assert labels(panel) == {
        "Test": False,
        "Pause": False,
        "Enable": True,
        "Edit": True,
        "Events": True,
        "Filter and limits": True,
        "Rotate secret": True,
        "Deliveries": True,
        "Stats": True,
        "Delete": True,
        "Timeout and order": True,
        "Feed": True,
    }
    await scene.admin.click(panel, label="Enable")
    assert await state(scene) == "active"
    tested = await scene.admin.click(panel, label="Test")
    assert said(tested).startswith("`test.ping` is on its way to **backend**")
    await scene.receiver.has(1)
    listed = await scene.admin.click(panel, label="Deliveries")
    assert "**#1** `test.ping`" in said(listed)


async def test_an_old_panel_is_refused_in_the_words_of_the_command(scene: Scene) -> None:
    await scene.create()
    panel = await shown(scene)
    await scene.webhook("pause", name="backend")
    rows = await scene.rows()
    refused = await scene.admin.click(panel, label="Pause")
    assert said(refused) == "“backend” is paused already."
    assert await scene.rows() == rows


async def test_who_lost_manage_server_loses_the_buttons_too(scene: Scene) -> None:
    await scene.create()
    panel = await shown(scene)
    asked = answer(await scene.webhook("delete", name="backend"))
    listed = answer(await scene.webhook("deliveries", name="backend"))
    picker = answer(await scene.webhook("create", name="mine", url=scene.receiver.url()))
    rows = await scene.rows()
    scene.lose_rights(scene.admin)
    pressed = [(panel, label) for label in labels(panel)]
    pressed += [(asked, label) for label in labels(asked)]
    pressed.append((picker, "Create"))
    for message, label in pressed:
        assert said(await scene.admin.click(message, label=label)) == NOT_ALLOWED, label
    assert (
        said(await scene.admin.select(listed, ["failed"], custom_id="webhook:state:1"))
        == NOT_ALLOWED
    )
    assert await scene.rows() == rows


async def test_a_button_for_another_servers_webhook_finds_nothing(scene: Scene) -> None:
    await scene.create()
    panel = await shown(scene)
    asked = answer(await scene.webhook("delete", name="backend"))
    listed = answer(await scene.webhook("deliveries", name="backend"))
    # What a forged custom id would come to: the number is another server's.
    await scene.give_away(1, guild_id=scene.guild.id + 1)
    rows = await scene.rows()
    for message in (panel, asked):
        for label in labels(message):
            assert said(await scene.admin.click(message, label=label)) == GONE, label
    assert said(await scene.admin.select(listed, ["failed"], custom_id="webhook:state:1")) == GONE
    assert await scene.rows() == rows


async def test_deleting_asks_first_and_names_what_is_dropped(scene: Scene) -> None:
    await scene.create()
    await scene.webhook("pause", name="backend")
    for _ in range(2):
        await scene.webhook("test", name="backend")
    asked = await scene.webhook("delete", name="backend")
    assert said(asked) == (
        "Delete **backend**? 2 deliveries that wait will be dropped. This cannot be undone."
    )
    assert labels(answer(asked)) == {"Delete it and drop 2 deliveries": True, "Keep it": True}
    await scene.admin.click(answer(asked), label="Keep it")
    assert said(asked) == "**backend** stays as it is."
    assert answer(asked).components == []
    assert len((await scene.rows())["endpoint"]) == 1
    again = await scene.webhook("delete", name="backend")
    await scene.restart()
    await scene.admin.click(answer(again), label="Delete it and drop 2 deliveries")
    assert said(again) == "**backend** is deleted."
    rows = await scene.rows()
    assert (rows["endpoint"], rows["subscription"], rows["delivery"]) == ([], [], [])
    entry = rows["audit_entry"][-1]
    assert entry["event_type"] == "endpoint.deleted"
    assert '"dropped": 2' in entry["context"]


async def test_of_two_clicks_on_delete_one_deletes(scene: Scene) -> None:
    await scene.create()
    first = answer(await scene.webhook("delete", name="backend"))
    second = answer(await scene.webhook("delete", name="backend"))
    label = "Delete it and drop 0 deliveries"
    await scene.admin.click(first, label=label)
    assert first.content == "**backend** is deleted."
    rows = await scene.rows()
    assert said(await scene.admin.click(second, label=label)) == GONE
    assert await scene.rows() == rows
    assert scene.app.emitter.lanes.index.all() == []


async def test_a_name_of_a_deleted_one_is_free_again(scene: Scene) -> None:
    await scene.create()
    actor = Actor(scene.guild.id, scene.admin.id, "harbour_master")
    await scene.app.parts[ENDPOINTS].service.delete(actor, 1)
    await scene.create("BACKEND")
    assert [row["id"] for row in (await scene.rows())["endpoint"]] == [2]


async def test_a_pause_that_the_receiver_asked_for_is_shown_until_it_is_over(scene: Scene) -> None:
    await scene.create()
    assert "Waits" not in text_of(await shown(scene))
    scene.receiver.behave = status(429, {"Retry-After": "4"})
    await scene.webhook("test", name="backend")
    await scene.receiver.has(1)
    await scene.sent()
    assert (await scene.rows())["endpoint"][0]["retry_at"] is not None
    now = scene.app.emitter.clock.now()
    until = await waits(scene, now + timedelta(hours=1))
    line = f"**Waits:** its receiver asked for a pause; nothing is sent before <t:{until}:f>"
    assert line in text_of(await shown(scene))
    await waits(scene, now - timedelta(seconds=1))
    assert "Waits" not in text_of(await shown(scene))


async def waits(scene: Scene, until: datetime) -> int:
    """Have its receiver want nothing before that moment; the moment in seconds."""
    async with scene.app.emitter.database.transaction() as tx:
        await tx.execute(update(endpoint).values(retry_at=until))
    return int(until.timestamp())
