"""`/webhook rotate edit events`, their buttons after a restart, and what is refused."""

import re

import pytest
from simcord.results import InteractionResult

from bot.client import open_forms
from tests.e2e.endpoints.scene import Scene, answer, custom_id, labels, said, secret_in, ticked
from tests.support.emitter_setup import joined

GONE = "That webhook is not there any more; /webhook list shows those there are."
CHANGED = "Somebody changed “backend” just now; look at it again, then decide."
WAITS = (
    "“backend” has a new secret that waits already: switch to it, or discard it first. "
    "/webhook rotate offers both."
)


async def happens(scene: Scene, user_id: int = 1) -> None:
    """One event, whose signature the receiver checks."""
    count = len(scene.receiver.requests)
    clock = scene.app.emitter.clock
    await scene.app.emitter.outbox.record(joined(clock, user_id, guild_id=scene.guild.id))
    await scene.receiver.has(count + 1)
    await scene.sent()


async def test_a_secret_is_switched_at_once(scene: Scene) -> None:
    await scene.create()
    asked = await scene.webhook("rotate", name="backend")
    assert labels(answer(asked)) == {
        "Switch at once": True,
        "Keep the old one until I switch": True,
    }
    await scene.restart()
    await scene.admin.click(answer(asked), label="Switch at once")
    scene.receiver.secret = secret_in(said(asked))
    assert said(asked).endswith("Requests are signed with it from now on.")
    assert labels(answer(asked)) == {}
    await happens(scene)
    told = await scene.webhook("rotate", name="backend", mode="at_once")
    scene.receiver.secret = secret_in(said(told))
    await happens(scene)


async def test_of_two_presses_one_makes_a_secret(scene: Scene) -> None:
    await scene.create()
    first = answer(await scene.webhook("rotate", name="backend"))
    second = answer(await scene.webhook("rotate", name="backend"))
    await scene.admin.click(first, label="Switch at once")
    rows = await scene.rows()
    assert said(await scene.admin.click(second, label="Switch at once")) == CHANGED
    assert await scene.rows() == rows


async def test_the_old_secret_is_kept_until_the_switch(scene: Scene) -> None:
    await scene.create()
    old = scene.receiver.secret
    told = await scene.webhook("rotate", name="backend", mode="keep_old")
    new = secret_in(said(told))
    assert "until you switch" in said(told)
    await happens(scene)
    assert "a new one waits since" in said(await scene.webhook("show", name="backend"))
    rows = await scene.rows()
    for mode in ("at_once", "keep_old"):
        refused = await scene.webhook("rotate", name="backend", mode=mode)
        assert said(refused) == WAITS
    assert await scene.rows() == rows
    offered = answer(await scene.webhook("rotate", name="backend"))
    await scene.restart()
    await scene.admin.click(offered, label="Switch to the new secret")
    scene.receiver.secret = new
    assert new != old
    await happens(scene, 2)
    rows = await scene.rows()
    refused = await scene.admin.click(answer(told), label="Discard the new secret")
    assert said(refused) == "That new secret of “backend” does not wait any more."
    assert await scene.rows() == rows


async def test_a_new_secret_can_be_discarded(scene: Scene) -> None:
    await scene.create()
    told = await scene.webhook("rotate", name="backend", mode="keep_old")
    await scene.admin.click(answer(told), label="Discard the new secret")
    assert said(told) == (
        "The new secret of **backend** is gone; requests are signed with the old one as before."
    )
    await happens(scene)


async def modal(scene: Scene, **typed: str) -> InteractionResult:
    """The modal, filled in where something was typed."""
    asked = await scene.webhook("edit", name="backend")
    return await scene.admin.submit_modal(asked, typed)


async def test_a_webhook_is_edited_in_a_modal_that_shows_no_secret(scene: Scene) -> None:
    await scene.create(url=scene.receiver.url("/hook?token=abc"))
    told = await modal(
        scene,
        name="backend",
        description="for the *team*",
        headers="Authorization: Bearer s3cr3t\nX-Team: moderation",
    )
    assert said(told) == "**backend** is edited; /webhook show shows it as it is now."
    await happens(scene)
    assert scene.receiver.requests[0].headers["Authorization"] == "Bearer s3cr3t"
    shown = await scene.webhook("show", name="backend")
    assert "`Authorization`, `X-Team`" in said(shown)
    assert "for the \\*team\\*" in said(shown)
    assert "s3cr3t" not in said(shown)
    again = await scene.admin.click(answer(shown), label="Edit")
    assert "Authorization: …" in str(again.modal)
    assert "s3cr3t" not in str(again.modal)
    assert "token" not in str(again.modal)
    await scene.admin.submit_modal(again, {"name": "backend", "headers": "X-Team: …"})
    await happens(scene)
    assert "Authorization" not in scene.receiver.requests[1].headers
    assert "s3cr3t" not in str((await scene.rows())["audit_entry"])


async def test_what_cannot_be_edited_is_refused_and_nothing_changes(scene: Scene) -> None:
    await scene.create()
    rows = await scene.rows()
    for typed, sentence in (
        ({"headers": "Host: x"}, "The header “Host” is not yours to set; leave it out."),
        (
            {"headers": "Phantom-Signature: x"},
            "The header “Phantom-Signature” is not yours to set; leave it out.",
        ),
        ({"url": "https://10.0.0.1/"}, "blocked: private address"),
    ):
        told = await modal(scene, **{"name": "backend", **typed})
        assert said(told).startswith(sentence)
    assert await scene.rows() == rows


async def test_of_two_who_edit_at_once_the_later_is_told(scene: Scene) -> None:
    await scene.create()
    mine = await scene.webhook("edit", name="backend")
    theirs = await scene.webhook("edit", name="backend")
    await scene.admin.submit_modal(theirs, {"name": "backend", "description": "theirs"})
    rows = await scene.rows()
    late = await scene.admin.submit_modal(mine, {"name": "backend", "description": "mine"})
    assert said(late) == CHANGED
    assert await scene.rows() == rows


async def test_events_are_ticked_in_selects_that_survive_a_restart(scene: Scene) -> None:
    await scene.create(events="member.joined")
    asked = await scene.webhook("events", name="backend")
    people, others = ticked(answer(asked))
    assert (people, others) == (["member.joined"], [])
    await scene.restart()
    half = custom_id(answer(asked), ":others")
    await scene.admin.select(answer(asked), ["security.audit_entry"], custom_id=half)
    assert said(asked).startswith(
        "**backend** gets these events: `member.joined`, `security.audit_entry`"
    )
    assert ticked(answer(asked)) == [["member.joined"], ["security.audit_entry"]]
    half = custom_id(answer(asked), ":people")
    await scene.admin.select(answer(asked), [], custom_id=half)
    assert ticked(answer(asked)) == [[], ["security.audit_entry"]]
    told = await scene.webhook("events", name="backend", events="member.* *")
    assert said(told) == "**backend** gets these events: `*`"


async def test_a_select_of_before_somebody_elses_change_overwrites_nothing(scene: Scene) -> None:
    await scene.create(events="member.joined")
    old = answer(await scene.webhook("events", name="backend"))
    await scene.webhook("events", name="backend", events="security.audit_entry")
    rows = await scene.rows()
    half = custom_id(old, ":people")
    refused = await scene.admin.select(old, ["member.left"], custom_id=half)
    assert said(refused) == CHANGED
    assert await scene.rows() == rows
    refused = await scene.webhook("events", name="backend", events="member.jumped")
    assert said(refused).startswith("There is no event “member.jumped”. Did you mean")
    assert await scene.rows() == rows


async def test_controls_of_a_deleted_webhook_say_so(scene: Scene) -> None:
    await scene.create()
    panel = answer(await scene.webhook("show", name="backend"))
    events = answer(await scene.webhook("events", name="backend"))
    secret = answer(await scene.webhook("rotate", name="backend"))
    kept = answer(await scene.webhook("rotate", name="backend", mode="keep_old"))
    edit = await scene.webhook("edit", name="backend")
    deletion = answer(await scene.webhook("delete", name="backend"))
    await scene.admin.click(deletion, label=next(iter(labels(deletion))))
    rows = await scene.rows()
    for message in (panel, secret, kept):
        for label in labels(message):
            assert said(await scene.admin.click(message, label=label)) == GONE, label
    for half in (":people", ":others"):
        chosen = custom_id(events, half)
        refused = await scene.admin.select(events, [], custom_id=chosen)
        assert said(refused) == GONE
    assert said(await scene.admin.submit_modal(edit, {"name": "backend"})) == GONE
    assert await scene.rows() == rows
    assert re.search("whsec_", str(rows["audit_entry"])) is None


@pytest.mark.parametrize("label", ["Switch at once", "Keep the old one until I switch"])
@pytest.mark.parametrize("status", [400, 503])  # refused, and lost
async def test_a_new_secret_that_was_not_shown_is_none(
    scene: Scene, label: str, status: int
) -> None:
    await scene.create()
    offered = answer(await scene.webhook("rotate", name="backend"))
    rows = await scene.rows()
    scene.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=status)
    failed = await scene.admin.click(offered, label=label)
    assert "Something went wrong on my side" in said(failed)
    assert await scene.rows() == rows
    await happens(scene)  # signed with the secret that the receiver has
    told = await scene.webhook("rotate", name="backend", mode="at_once")
    scene.receiver.secret = secret_in(said(told))
    await happens(scene, 2)


async def test_a_form_that_was_open_across_a_restart_gives_its_text_back(scene: Scene) -> None:
    await scene.create()
    asked = await scene.webhook("edit", name="backend")
    await scene.restart()
    lost = asked.modal
    assert lost is not None
    open_forms.shut(lost["custom_id"])  # in a process of its own it would not be known
    typed = {"name": "backend", "description": "for the `team`", "headers": "X-Team: moderation"}
    told = said(await scene.admin.submit_modal(asked, typed))
    assert told.startswith("I was restarted, or it took too long")
    assert "for the `" in told
    assert "X-Team: moderation" in told
    again = await scene.webhook("edit", name="backend")
    assert again.modal is not None
    open_forms.shut(again.modal["custom_id"])
    long = {**typed, "headers": "X-Team: " + "y" * 2000}
    told = said(await scene.admin.submit_modal(again, long))
    assert told.endswith("This is what you typed:")
    assert (await scene.rows())["endpoint"][0]["description"] is None


async def test_a_picker_from_before_a_restart_says_so(scene: Scene) -> None:
    asked = answer(await scene.webhook("create", name="backend", url=scene.receiver.url()))
    known = custom_id(asked, ":create")
    await scene.restart()
    open_forms.shut(known.removesuffix(":create"))
    told = said(await scene.admin.click(asked, label="Create"))
    assert "Nothing was done. Use the command or the button once more." in told
    assert (await scene.rows())["endpoint"] == []


async def test_commands_in_a_server_without_the_bot_say_what_to_do(scene: Scene) -> None:
    await scene.create()
    shown = answer(await scene.webhook("show", name="backend"))
    scene.env.backend.emit("GUILD_DELETE", {"id": str(scene.guild.id)})
    await scene.env.settle()
    for told in (
        await scene.webhook("list"),
        await scene.webhook("pause", name="backend"),
        await scene.admin.slash(scene.channel, "settings", feature="general"),
        await scene.admin.click(shown, label="Pause"),
    ):
        assert "I was added without the bot itself" in said(told)
        assert "scope=bot" in said(told)
    assert (await scene.rows())["endpoint"][0]["state"] == "active"
