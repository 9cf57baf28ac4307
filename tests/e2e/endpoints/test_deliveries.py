"""`/webhook test deliveries redeliver`: what an endpoint was sent, and sending it again."""

from tests.e2e.endpoints.scene import Scene, answer, labels, said
from tests.support.emitter_setup import joined
from tests.support.receiver import status


async def fail(scene: Scene, count: int) -> None:
    """So many deliveries that fail for good."""
    scene.receiver.behave = status(400)
    for user_id in range(count):
        clock = scene.app.emitter.clock
        await scene.app.emitter.outbox.record(joined(clock, user_id, guild_id=scene.guild.id))
    await scene.receiver.has(count)
    await scene.sent()
    scene.receiver.behave = status(200)


def lines(text: str) -> list[str]:
    """The first line of every delivery, without the time."""
    return [line.rpartition(" · ")[0] for line in text.splitlines() if "**#" in line]


async def test_a_test_arrives_signed_and_is_listed(scene: Scene) -> None:
    await scene.create()
    told = said(await scene.webhook("test", name="backend"))
    await scene.receiver.has(1)
    (request,) = scene.receiver.requests
    assert told == (
        f"`test.ping` is on its way to **backend** (event `{request.id}`). "
        "/webhook deliveries shows what came of it."
    )
    assert request.type == "test.ping"
    data = request.json["data"]
    assert data["message"] == "harbour_master tried this webhook."
    assert data["sent_by_user_id"] == str(scene.admin.id)
    await scene.sent()
    shown = said(await scene.webhook("deliveries", name="backend"))
    assert lines(shown) == ["✅ **#1** `test.ping` · delivered · attempt 1: HTTP 200"]
    assert f"-# `{request.id}`" in shown


async def test_the_example_of_an_event_can_be_sent_to_one_that_does_not_want_it(
    scene: Scene,
) -> None:
    await scene.create(events="security.audit_entry")
    await scene.webhook("test", name="backend", event="member.joined")
    await scene.receiver.has(1)
    await scene.sent()
    assert scene.receiver.requests[0].type == "member.joined"
    assert scene.receiver.requests[0].json["guild_id"] == str(scene.guild.id)
    rows = await scene.rows()
    refused = await scene.webhook("test", name="backend", event="member.jumped")
    assert said(refused).startswith(
        "There is no event “member.jumped”. Did you mean “member.joined”?"
    )
    assert await scene.rows() == rows


async def test_a_test_of_a_paused_one_is_held_until_it_is_resumed(scene: Scene) -> None:
    await scene.create()
    await scene.webhook("pause", name="backend")
    told = said(await scene.webhook("test", name="backend"))
    assert told.endswith("It is paused, so the test waits until you resume it.")
    shown = said(await scene.webhook("deliveries", name="backend", state="held"))
    assert lines(shown) == ["⏸️ **#1** `test.ping` · held"]
    assert scene.receiver.requests == []
    await scene.webhook("resume", name="backend")
    await scene.receiver.has(1)


async def test_deliveries_are_turned_ten_at_a_time_and_sifted_by_state(scene: Scene) -> None:
    await scene.create()
    await fail(scene, 4)
    for _ in range(8):
        await scene.webhook("test", name="backend")
    await scene.receiver.has(12)
    await scene.sent()
    asked = await scene.webhook("deliveries", name="backend")
    assert numbers(said(asked)) == list(range(12, 2, -1))
    assert labels(answer(asked)) == {"Back": False, "Next": True}
    await scene.admin.click(answer(asked), label="Next")
    assert numbers(said(asked)) == [2, 1]
    assert labels(answer(asked)) == {"Back": True, "Next": False}
    await scene.restart()
    await scene.admin.click(answer(asked), label="Back")
    assert numbers(said(asked)) == list(range(12, 2, -1))
    await scene.admin.select(answer(asked), ["failed"], custom_id="webhook:state:1")
    assert numbers(said(asked)) == [4, 3, 2, 1]
    assert lines(said(asked))[0] == "❌ **#4** `member.joined` · failed · attempt 1: HTTP 400"
    await scene.admin.select(answer(asked), ["missed"], custom_id="webhook:state:1")
    assert "There is none in that state." in said(asked)


def numbers(text: str) -> list[int]:
    return [int(line.partition("**#")[2].partition("**")[0]) for line in lines(text)]


async def test_one_failed_delivery_goes_out_again_with_its_own_id(scene: Scene) -> None:
    await scene.create()
    await fail(scene, 2)
    first, second = scene.receiver.ids()
    found = await scene.admin.autocomplete(
        scene.channel, "webhook redeliver", "delivery", "", name="backend"
    )
    assert [(choice["name"], choice["value"]) for choice in found] == [
        ("#2 member.joined (HTTP 400)", 2),
        ("#1 member.joined (HTTP 400)", 1),
    ]
    told = said(await scene.webhook("redeliver", name="backend", delivery=2))
    assert told == "1 delivery goes out again, from its first attempt."
    assert await scene.receiver.has(3) == [first, second, second]
    entry = (await scene.rows())["audit_entry"][-1]
    assert entry["event_type"] == "endpoint.redelivered"
    assert '"count": 1' in entry["context"]


async def test_all_failed_or_those_since_a_time_go_out_again(scene: Scene) -> None:
    await scene.create()
    await fail(scene, 3)
    told = said(await scene.webhook("redeliver", name="backend", all_failed=True))
    assert told == "3 deliveries go out again, from their first attempt."
    await scene.receiver.has(6)
    await scene.sent()
    await scene.webhook("disable", name="backend")
    clock = scene.app.emitter.clock
    await scene.app.emitter.outbox.record(joined(clock, 9, guild_id=scene.guild.id))
    await scene.webhook("enable", name="backend")
    told = said(await scene.webhook("redeliver", name="backend", since="1h"))
    assert told == "1 delivery goes out again, from its first attempt."
    await scene.receiver.has(7)


async def test_what_is_sent_again_while_paused_is_said_to_be_held(scene: Scene) -> None:
    await scene.create()
    await fail(scene, 1)
    await scene.webhook("pause", name="backend")
    told = said(await scene.webhook("redeliver", name="backend", all_failed=True))
    assert told == (
        "1 delivery goes out again, from its first attempt. "
        "Until **backend** receives again, that is held."
    )
    assert len(scene.receiver.requests) == 1


async def test_what_cannot_be_sent_again_is_refused(scene: Scene) -> None:
    await scene.create()
    await scene.webhook("test", name="backend")
    await scene.receiver.has(1)
    await scene.sent()
    await scene.create("other")
    rows = await scene.rows()
    for options, sentence in (
        ({"delivery": 1}, "Delivery 1 arrived already."),
        (
            {"delivery": 77},
            "“backend” has no delivery 77; /webhook deliveries shows those it has.",
        ),
        (
            {"name": "other", "delivery": 1},
            "“other” has no delivery 1; /webhook deliveries shows those it has.",
        ),
        ({"all_failed": True}, "There is nothing to send again to “backend”."),
        ({}, "Choose one: a delivery, all failed ones, or since a time."),
        (
            {"delivery": 1, "since": "1h"},
            "Choose one: a delivery, all failed ones, or since a time.",
        ),
        (
            {"since": "yesterday"},
            (
                "Write how long ago, such as 2h or 1d12h, or a time such as 2026-05-24 11:30 "
                "(UTC), or give the link of a message."
            ),
        ),
        ({"since": "2999-01-01"}, "That time is still to come: name a past one."),
    ):
        given = {"name": "backend", **options}
        assert said(await scene.webhook("redeliver", **given)) == sentence
    assert await scene.rows() == rows
