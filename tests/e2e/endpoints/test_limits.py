"""Filter and limits from the panel and the command, in the simulated Discord."""

from simcord.results import InteractionResult

from tests.e2e.endpoints.scene import Scene, answer, labels, said
from tests.support.emitter_setup import joined
from tests.support.receiver import status

EDITED = "**backend** is edited; /webhook show shows it as it is now."
GONE = "That webhook is not there any more; /webhook list shows those there are."
CHANGED = "Somebody changed “backend” just now; look at it again, then decide."
REASON = "it compares a text with something else"


async def modal(scene: Scene, **typed: str) -> InteractionResult:
    """The modal of `/webhook edit`, filled in where something was typed."""
    asked = await scene.webhook("edit", name="backend", part="limits")
    return await scene.admin.submit_modal(asked, typed)


async def happens(scene: Scene, user_id: int) -> str | None:
    """Somebody joins; the event's id."""
    fact = joined(scene.app.emitter.clock, user_id, guild_id=scene.guild.id)
    event_id = await scene.app.emitter.outbox.record(fact)
    return None if event_id is None else str(event_id)


async def test_the_panels_button_sets_what_the_panel_then_shows(scene: Scene) -> None:
    await scene.create()
    shown = await scene.webhook("show", name="backend")
    assert "Filter:" not in said(shown)
    assert "Rate limit" not in said(shown)
    await scene.restart()
    asked = await scene.admin.click(answer(shown), label="Filter and limits")
    typed = {"filter": "data.user_id == '7' && data.account_age_days > `3`", "rate_limit": "60"}
    told = await scene.admin.submit_modal(asked, typed)
    assert said(told) == (
        f"{EDITED}\n"
        "Of the documented examples the filter would let through: nothing; keep out: "
        "`member.joined`, `member.left`, `member.banned`, `member.unbanned`.\n"
        "It keeps out every example. If that is not what you want, look at the spelling."
    )
    shown = await scene.webhook("show", name="backend")
    assert f"**Filter:**\n```\n{typed['filter']}\n```" in said(shown)
    assert "**Rate limit:** 60 attempts a minute" in said(shown)
    assert "Balance threshold" not in said(shown)
    again = await scene.admin.click(answer(shown), label="Filter and limits")
    assert typed["filter"] in str(again.modal)

    assert await happens(scene, 8) is None
    wanted = await happens(scene, 7)
    assert await scene.receiver.has(1) == [wanted]
    await scene.sent()


async def test_the_preview_says_what_passes_and_what_fails(scene: Scene) -> None:
    await scene.create()
    told = await modal(scene, filter="data.kind == 'left' || data.reason > `1`")
    assert said(told) == (
        f"{EDITED}\n"
        "Of the documented examples the filter would let through: `member.left`; keep out: "
        "`member.joined`, `member.unbanned`.\n"
        f"It fails on these, which are sent all the same: `member.banned` ({REASON})."
    )
    told = await modal(scene, filter='data.kind == "left"')
    assert said(told).endswith(
        "Text stands in single quotes; in double quotes stands the name of a field."
    )
    assert said(await modal(scene)) == EDITED


async def test_a_filter_that_fails_is_on_the_panel(scene: Scene) -> None:
    await scene.create()
    await modal(scene, filter="data.username > `5`")
    assert await happens(scene, 7) is not None
    await scene.app.emitter.outbox.reports.drained()
    shown = said(await scene.webhook("show", name="backend"))
    assert "⚠️ The filter fails since <t:" in shown
    assert f"{REASON} (`member.joined`). Such events are sent." in shown
    await scene.receiver.has(1)
    await scene.sent()


async def test_the_threshold_of_the_dialect_that_has_one(scene: Scene) -> None:
    await scene.create(dialect="vektor", events="economy.*")
    assert said(await modal(scene, threshold="2.50")) == EDITED
    assert "**Balance threshold:** 2.50" in said(await scene.webhook("show", name="backend"))
    rows = await scene.rows()
    for threshold, beginning in (("2.505", "“2.505” can be read as 2505"), ("1e3", "Write")):
        assert said(await modal(scene, threshold=threshold)).startswith(beginning)
    assert await scene.rows() == rows


async def test_what_cannot_be_is_refused_and_nothing_changes(scene: Scene) -> None:
    await scene.create()
    rows = await scene.rows()
    for typed, beginning in (
        ({"filter": "data.delta > 10"}, "The filter cannot be read from character 14"),
        ({"threshold": "5"}, "Only webhooks of the dialect vektor have a balance threshold."),
        ({"rate_limit": "6001"}, "Write how many attempts a minute"),
    ):
        assert said(await modal(scene, **typed)).startswith(beginning)
    assert await scene.rows() == rows


async def test_who_is_late_is_told_and_who_lost_the_right_is_refused(scene: Scene) -> None:
    await scene.create()
    shown = answer(await scene.webhook("show", name="backend"))
    asked = [await scene.admin.click(shown, label="Filter and limits") for _ in range(3)]
    assert said(await scene.admin.submit_modal(asked[0], {"rate_limit": "5"})) == EDITED
    rows = await scene.rows()
    late = await scene.admin.submit_modal(asked[1], {"rate_limit": "6"})
    assert said(late) == CHANGED
    scene.lose_rights(scene.admin)
    refused = await scene.admin.submit_modal(asked[2], {"rate_limit": "7"})
    assert said(refused).startswith("You need the permission **Manage Server**")
    assert await scene.rows() == rows


async def test_a_modal_of_a_deleted_webhook_finds_nothing(scene: Scene) -> None:
    await scene.create()
    asked = await scene.webhook("edit", name="backend", part="limits")
    deletion = answer(await scene.webhook("delete", name="backend"))
    await scene.admin.click(deletion, label=next(iter(labels(deletion))))
    rows = await scene.rows()
    assert said(await scene.admin.submit_modal(asked, {"rate_limit": "5"})) == GONE
    assert await scene.rows() == rows


async def test_a_panel_full_of_everything_still_fits(scene: Scene) -> None:
    path = "/" + "p" * 900
    await scene.create(name="*" * 40, url=scene.receiver.url(path), events="member.*")
    endpoint = scene.app.emitter.lanes.index.all()[0]
    asked = await scene.webhook("edit", name=endpoint.name)
    headers = "\n".join(f"X-{n}{'x' * 90}: 1" for n in range(10))
    text = {"name": endpoint.name, "description": "*" * 200, "headers": headers}
    await scene.admin.submit_modal(asked, text)
    asked = await scene.webhook("edit", name=endpoint.name, part="limits")
    filler = " || ".join(["type == '*'"] * 30)
    long = f"data.username > `5` || {filler}"
    assert said(await scene.admin.submit_modal(asked, {"filter": long, "rate_limit": "6000"}))
    await happens(scene, 7)
    await scene.app.emitter.outbox.reports.drained()
    shown = await scene.webhook("show", name=endpoint.name)
    assert long in said(shown)
    assert len(said(shown)) < 4000
    await scene.sent()


async def test_timeout_and_order_from_the_panel_and_the_command(scene: Scene) -> None:
    await scene.create()
    shown = await scene.webhook("show", name="backend")
    asked = await scene.admin.click(answer(shown), label="Timeout and order")
    typed = {"seconds": "25", "in_flight": "2", "in_order": "no"}
    assert said(await scene.admin.submit_modal(asked, typed)) == EDITED
    shown = said(await scene.webhook("show", name="backend"))
    assert "**Timeout:** 25 s for an attempt" in shown
    assert "**Requests:** 2 at once" in shown

    asked = await scene.webhook("edit", name="backend", part="terms")
    assert "25" in str(asked.modal)
    refused = await scene.admin.submit_modal(asked, {"seconds": "31"})
    assert said(refused).startswith("Write how many whole seconds an attempt may take")
    asked = await scene.webhook("edit", name="backend", part="terms")
    ordered = await scene.admin.submit_modal(asked, {"in_order": "yes"})
    assert said(ordered) == EDITED
    assert "**In order:** one at a time" in said(await scene.webhook("show", name="backend"))
    scene.receiver.behave = status(500)
    await happens(scene, 7)
    await scene.sent()
    shown = said(await scene.webhook("show", name="backend"))
    assert "**In order:** the first of its queue has failed and is tried again <t:" in shown


async def test_without_a_public_address_there_is_no_feed(scene: Scene) -> None:
    await scene.create()
    assert "can set web.public_url" in said(await scene.webhook("feed", name="backend"))
