"""`/webhook list show pause resume enable disable`, and who may not use them."""

import pytest

from bot.features.endpoints import ENDPOINTS
from tests.e2e.endpoints.scene import Scene, answer, labels, said

OFF = "“backend” is switched off; use /webhook enable."
NOT_ALLOWED = (
    "You need the permission **Manage Server** for that. "
    "Somebody who manages this server can give it to one of your roles."
)
BY_NAME = (
    "show",
    "test",
    "pause",
    "resume",
    "enable",
    "disable",
    "deliveries",
    "delete",
    "edit",
    "events",
    "rotate",
    "stats",
)


async def test_each_change_is_told_stored_and_audited(scene: Scene) -> None:
    await scene.create()
    steps = [
        ("pause", "**backend** is paused: events are held until you resume it."),
        ("resume", "**backend** receives again; what was held goes out now, oldest first."),
        ("disable", "**backend** is switched off: nothing is sent until you enable it."),
        (
            "enable",
            "**backend** is switched on; what was queued goes out now.",
        ),
    ]
    states: list[str] = []
    for command, sentence in steps:
        assert said(await scene.webhook(command, name="BACKEND")) == sentence
        states.append((await scene.rows())["endpoint"][0]["state"])
    assert states == ["paused", "active", "disabled", "active"]
    entries = (await scene.rows())["audit_entry"]
    assert [entry["event_type"] for entry in entries] == [
        "endpoint.created",
        "endpoint.paused",
        "endpoint.resumed",
        "endpoint.disabled",
        "endpoint.enabled",
    ]
    assert {entry["target_id"] for entry in entries} == {"1"}


@pytest.mark.parametrize(
    ("before", "command", "sentence"),
    [
        ("pause", "pause", "“backend” is paused already."),
        (None, "resume", "“backend” is not paused: it receives events already."),
        (None, "enable", "“backend” is switched on already."),
        ("pause", "enable", "“backend” is paused; use /webhook resume."),
        ("disable", "pause", OFF),
        ("disable", "resume", OFF),
        ("disable", "test", OFF),
        ("disable", "disable", "“backend” is switched off already."),
    ],
)
async def test_a_change_that_does_not_fit_is_refused(
    scene: Scene, before: str | None, command: str, sentence: str
) -> None:
    await scene.create()
    if before is not None:
        await scene.webhook(before, name="backend")
    rows = await scene.rows()
    assert said(await scene.webhook(command, name="backend")) == sentence
    assert await scene.rows() == rows


@pytest.mark.parametrize("command", BY_NAME)
async def test_another_servers_webhook_is_as_unknown_as_none(scene: Scene, command: str) -> None:
    await scene.create()
    other = scene.env.create_guild("Elsewhere")
    channel = other.create_text_channel("staff")
    owner = other.add_member(other.owner)
    rows = await scene.rows()
    sentences = [
        said(await owner.slash(channel, f"webhook {command}", name=name))
        for name in ("backend", "nothing")
    ]
    text = "There is no webhook “{}” here; /webhook list shows those there are."
    assert sentences == [text.format("backend"), text.format("nothing")]
    assert await scene.rows() == rows


async def test_a_member_who_may_not_manage_the_server_is_refused(scene: Scene) -> None:
    await scene.create()
    # The server's staff can show the command to anyone; the bot must not rely on its hiding.
    command = scene.env.backend.find_command("webhook", scene.guild.id, type=1)
    assert command is not None
    scene.guild.set_command_permissions(int(command["id"]), {scene.member: True})
    rows = await scene.rows()
    url = scene.receiver.url()
    options = {name: {"name": "backend"} for name in (*BY_NAME, "redeliver")}
    for name, given in {**options, "list": {}, "create": {"name": "mine", "url": url}}.items():
        refused = await scene.member.slash(scene.channel, f"webhook {name}", **given)
        assert said(refused) == NOT_ALLOWED, name
    typed = scene.member.autocomplete
    assert await typed(scene.channel, "webhook show", "name", "") == []
    found = await typed(scene.channel, "webhook redeliver", "delivery", "1", name="backend")
    assert found == []
    assert await scene.rows() == rows


async def test_the_list_says_how_each_one_stands(scene: Scene) -> None:
    assert said(await scene.webhook("list")) == (
        "Webhooks of this server\nThere are none yet. /webhook create adds one."
    )
    await scene.create("zebra", events="member.joined member.left member.banned member.unbanned")
    await scene.webhook("pause", name="zebra")
    await scene.create("_apple_", events="*")
    apple, zebra = said(await scene.webhook("list")).splitlines()[1:]
    assert apple == "🟢 active **\\_apple\\_** · phantom · `*` · last success never"
    assert zebra == (
        "⏸️ paused **zebra** · phantom · `member.banned, member.joined, member.le…` "
        "· last success never"
    )


async def test_a_success_is_shown_with_its_time(scene: Scene) -> None:
    await scene.create()
    await scene.webhook("test", name="backend")
    await scene.receiver.has(1)
    await scene.sent()
    (endpoint,) = await scene.app.parts[ENDPOINTS].service.list(scene.guild.id)
    assert endpoint.delivered_at is not None
    stamp = f"<t:{int(endpoint.delivered_at.timestamp())}:R>"
    assert said(await scene.webhook("list")).endswith(f"last success {stamp}")
    assert f"**Last success:** {stamp}" in said(await scene.webhook("show", name="backend"))


async def test_show_hides_the_values_of_the_query(scene: Scene) -> None:
    await scene.create(url=scene.receiver.url("/hook?token=abc"))
    shown = await scene.webhook("show", name="backend")
    assert f"`{scene.receiver.url('/hook?token=…')}`" in said(shown)
    assert labels(answer(shown)) == {
        "Test": True,
        "Pause": True,
        "Disable": True,
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
