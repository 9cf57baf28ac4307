"""The dialects as people meet them: choosing, testing, DEAD deliveries, rotation and 410."""

import pytest
from simcord.builders import UserHandle
from sqlalchemy import text

from tests.e2e.endpoints.scene import Scene, answer, said, secret_in
from tests.support.emitter_setup import joined
from tests.support.messages import components_of, text_of
from tests.support.receiver import status

SIX = (
    "trade.completed (sent as trade.complete), duel.finished (sent as duel.finish), member.joined "
    "(sent as member.join), member.left (sent as member.leave), economy.balance_changed (sent as "
    "balance.change), case.created (sent as moderation.action)."
)
JOINED = "member.joined"
OTHERS = ["*", "economy.balance_changed", "trade.completed", "duel.finished"]


async def happens(scene: Scene, user_id: int = 1) -> None:
    """Somebody joins, and the webhook is told."""
    count = len(scene.receiver.requests)
    clock = scene.app.emitter.clock
    await scene.app.emitter.outbox.record(joined(clock, user_id, guild_id=scene.guild.id))
    await scene.receiver.has(count + 1)
    await scene.sent()


@pytest.mark.parametrize(
    ("dialect", "check"),
    [
        ("vektor", "its header `X-Signature` must be `sha256=` and the HMAC-SHA256"),
        ("standard", "give this secret to any library for Standard Webhooks"),
    ],
)
async def test_each_dialect_says_how_to_check_and_its_secret_signs(
    scene: Scene, dialect: str, check: str
) -> None:
    told = said(await scene.create(dialect=dialect))
    assert check in told
    await happens(scene)
    assert scene.receiver.requests[0].type == ("member.join" if dialect == "vektor" else JOINED)
    assert f"**Dialect:** {dialect}" in said(await scene.webhook("show", name="backend"))


async def test_an_unknown_dialect_is_refused_with_those_there_are(scene: Scene) -> None:
    refused = await scene.webhook(
        "create", name="a", url=scene.receiver.url(), events="*", dialect="fantom"
    )
    assert said(refused) == ("There is no dialect “fantom”; there are: phantom, vektor, standard.")


async def test_vektor_is_offered_its_six_events_and_refused_others(scene: Scene) -> None:
    asked = await scene.webhook(
        "create", name="backend", url=scene.receiver.url(), dialect="vektor"
    )
    people, others = (row["components"][0] for row in answer(asked).components[:2])
    offered = [[option["value"] for option in half["options"]] for half in (people, others)]
    assert offered == [["case.created", "member.joined", "member.left"], OTHERS]
    await scene.admin.select(answer(asked), ["member.left"], custom_id=people["custom_id"])
    await scene.admin.click(answer(asked), label="Create")
    assert "X-Signature" in answer(asked).content

    rows = await scene.rows()
    refused = await scene.webhook("events", name="backend", events="ticket.*")
    assert said(refused) == f"The dialect vektor does not have “ticket.*”; its events are: {SIX}"
    refused = await scene.webhook("test", name="backend", event="test.ping")
    assert said(refused) == f"The dialect vektor does not have “test.ping”; its events are: {SIX}"
    assert await scene.rows() == rows


async def test_the_events_of_a_vektor_webhook_are_picked_among_the_six(scene: Scene) -> None:
    await scene.create(dialect="vektor", events="member.*")
    asked = answer(await scene.webhook("events", name="backend"))
    selects = [item for item in components_of(asked) if item["type"] == 3]
    assert [option["value"] for option in selects[1]["options"]] == OTHERS
    await scene.admin.select(asked, ["duel.finished"], custom_id=selects[1]["custom_id"])
    patterns = [row["pattern"] for row in (await scene.rows())["subscription"]]
    assert patterns == ["duel.finished", "member.*"]
    asked = answer(await scene.webhook("events", name="backend"))
    people = next(item for item in components_of(asked) if item["type"] == 3)
    both = ["member.joined", "member.left"]  # all that vektor has of the area, so it stays whole
    await scene.admin.select(asked, both, custom_id=people["custom_id"])
    patterns = [row["pattern"] for row in (await scene.rows())["subscription"]]
    assert patterns == ["duel.finished", "member.*"]


async def test_what_is_suggested_fits_the_dialect(scene: Scene) -> None:
    await scene.create(dialect="vektor", events="member.*")

    async def suggested(command: str, option: str, typed: str, **others: str) -> list[str]:
        found = await scene.admin.autocomplete(
            scene.channel, f"webhook {command}", option, typed, **others
        )
        return [choice["value"] for choice in found]

    assert await suggested("create", "dialect", "") == ["phantom", "vektor", "standard"]
    members = ["member.*", "member.joined", "member.left"]
    assert await suggested("create", "events", "member", dialect="vektor") == members
    assert "member.banned" in await suggested("create", "events", "member", dialect="phantom")
    assert await suggested("events", "events", "member", name="backend") == members
    assert await suggested("test", "event", "member", name="backend") == members[1:]
    assert await suggested("test", "event", "ping", name="backend") == []


async def test_a_test_of_vektor_names_each_sample_that_it_sends(scene: Scene) -> None:
    await scene.create(dialect="vektor", events="member.*")
    lines = said(await scene.webhook("test", name="backend")).split("\n")
    await scene.receiver.has(2)
    await scene.sent()
    keys = {request.type: request.id for request in scene.receiver.requests}
    assert lines == [
        f"`member.joined` is on its way to **backend** (event `{keys['member.join']}`).",
        f"`member.left` is on its way to **backend** (event `{keys['member.leave']}`).",
        "/webhook deliveries shows what came of it.",
    ]
    names = {request.type: request.json["data"]["username"] for request in scene.receiver.requests}
    assert names == {"member.join": "new_member", "member.leave": "former_member"}


async def test_what_vektor_gave_up_is_shown_as_dead_and_goes_out_again(scene: Scene) -> None:
    await scene.create(dialect="vektor")
    scene.receiver.behave = status(404)
    await happens(scene)
    scene.receiver.behave = status(200)
    async with scene.app.emitter.database.transaction() as tx:
        await tx.execute(text("UPDATE delivery SET state = 3, attempt = 5"))
    shown = await scene.webhook("deliveries", name="backend", state="failed")
    key = scene.receiver.requests[0].id
    assert "❌ **#1** `member.joined` · DEAD · attempt 5: HTTP 404" in said(shown)
    assert f"-# `{key}`" in said(shown)
    (states, *_others) = [item for item in components_of(answer(shown)) if item["type"] == 3]
    assert "DEAD" in [option["label"] for option in states["options"]]
    detail = said(await scene.webhook("delivery", name="backend", delivery=1))
    assert "❌ DEAD · `member.joined`" in detail
    assert key in detail
    await scene.webhook("redeliver", name="backend", delivery=1)
    assert await scene.receiver.has(2) == [key, key]


async def test_standard_signs_with_both_secrets_until_the_switch(scene: Scene) -> None:
    await scene.create(dialect="standard")
    told = await scene.webhook("rotate", name="backend", mode="keep_old")
    assert said(told).endswith(
        "Requests are signed with both until you switch: give it to your program first."
    )
    panel = said(await scene.webhook("show", name="backend"))
    assert "requests are signed with both until you switch" in panel
    again = said(await scene.webhook("rotate", name="backend"))
    assert again.endswith("; requests are signed with both until you switch.")
    await happens(scene)
    scene.receiver.secret = secret_in(said(told))
    await happens(scene, 2)
    await scene.admin.click(answer(told), label="Switch to the new secret")
    await happens(scene, 3)
    (request,) = scene.receiver.requests[-1:]
    assert request.headers["webhook-signature"].count("v1,") == 1


async def test_410_switches_off_and_tells_why(scene: Scene) -> None:
    await scene.create(dialect="standard")
    scene.receiver.behave = status(410)
    await happens(scene)
    entry = (await scene.rows())["audit_entry"][-1]
    assert entry["event_type"] == "endpoint.auto_disabled"
    assert entry["summary"] == (
        "The webhook “backend” was switched off because its receiver answered 410 Gone."
    )
    await scene.app.parts.core.posts.sweep()
    await scene.env.settle()
    account = UserHandle(scene.env, scene.env.backend.get_user(scene.admin.id))
    (notice,) = [m for m in account.dm_channel.history() if "🔴" in text_of(m)]
    assert "answered 410 Gone, which says that it wants nothing more" in text_of(notice)
    panel = said(await scene.webhook("show", name="backend"))
    assert "🔴 switched off, because its receiver answered 410 Gone" in panel
    scene.receiver.behave = status(200)
    await scene.webhook("enable", name="backend")
    await happens(scene, 2)
