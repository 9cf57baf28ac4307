"""`/webhook doctor`: what the admin reads about receivers that are well, and that are not."""

from typing import Any

import pytest
from aiohttp import web

from bot.clock import ManualClock
from bot.dialects import build_dialects
from tests.e2e.endpoints.scene import COGS, Scene, answer, said, secret_in
from tests.support import doctor_receivers
from tests.support.doctor_receivers import Came, Receiver, answering
from tests.support.emitter_setup import add_endpoint, config_for
from tests.support.messages import TEXT, within
from tests.support.simulated import simulated

TITLES = (
    "signed event",
    "time to answer",
    "wrong signature",
    "no signature",
    "old time stamp",
    "same event twice",
    "large event",
    "any text",
    "new keys",
    "five at once",
)
GOOD, BAD, SKIPPED = "✅", "❌", "⏭️"


async def examine(scene: Scene, receiver: Receiver, **options: Any) -> str:
    """Add the receiver as `backend`, and have it examined."""
    url, dialect = receiver.url, receiver.dialect
    chosen = {"events": "member.*", **options}
    created = await scene.webhook("create", name="backend", url=url, dialect=dialect, **chosen)
    receiver.secret = secret_in(said(created))
    return said(await scene.webhook("doctor", name="backend"))


def graded(text: str) -> dict[str, str]:
    """The sign of each finding; how fast this machine is just now is no fault."""
    lines = [line for line in text.splitlines() if ":** " in line]
    return {
        line.partition("**")[2].partition(":**")[0]: GOOD
        if line.startswith("⚠️") and "answered after" in line
        else line.partition(" **")[0]
        for line in lines
    }


@pytest.mark.parametrize("dialect", build_dialects())
async def test_a_good_receiver_is_well(scene: Scene, dialect: str) -> None:
    async with Receiver(dialect) as receiver:
        text = await examine(scene, receiver)
    timeless = {"old time stamp": SKIPPED} if dialect == "vektor" else {}
    assert graded(text) == {**dict.fromkeys(TITLES, GOOD), **timeless}
    assert text.startswith("**backend** ")
    assert "✅ **signed event:** answered HTTP 204" in text


async def test_a_credulous_receiver_needs_mending(scene: Scene) -> None:
    async with Receiver(believes=doctor_receivers.anybody) as receiver:
        text = await examine(scene, receiver)
    assert text.startswith("**backend** needs mending.\n")
    faults = {title: sign for title, sign in graded(text).items() if sign != GOOD}
    assert faults == dict.fromkeys(("wrong signature", "no signature", "old time stamp"), BAD)
    assert "-# Answer 401 to what is not signed: now anybody can make up events." in text


async def test_what_a_receiver_says_is_made_harmless(scene: Scene) -> None:
    hostile = "\x1b[31m**@everyone** <@1> https://discord.gg/x ```" + "y" * 500
    async with Receiver(takes=answering(400, hostile)) as receiver:
        text = await examine(scene, receiver)
    (line,) = [line for line in text.splitlines() if "Its answer" in line]
    assert "␛[31m\\*\\*@\u200beveryone\\*\\* <\u200b@\u200b1> https:\u200b//" in line
    assert len(line) < 200
    assert graded(text)["large event"] == SKIPPED
    assert text.count("Mend “signed event” first.") == 8


async def test_it_leaves_an_entry_and_changes_nothing(scene: Scene) -> None:
    async with Receiver(takes=answering(500)) as receiver:
        await examine(scene, receiver)
        before = await scene.rows()
    assert [entry["event_type"] for entry in before["audit_entry"]] == [
        "endpoint.created",
        "endpoint.examined",
    ]
    assert before["delivery"] == []
    assert [(row["state"], row["failures"]) for row in before["endpoint"]] == [("active", 0)]


async def test_again_within_a_minute_is_refused(scene: Scene) -> None:
    async with Receiver() as receiver:
        await examine(scene, receiver)
        count = len(receiver.came)
        text = said(await scene.webhook("doctor", name="backend"))
        assert len(receiver.came) == count
    assert text.startswith("“backend” was examined just now; you can examine it again in ")


async def test_one_that_is_paused_is_examined_and_told_so(scene: Scene) -> None:
    async with Receiver() as receiver:
        await scene.create(url=receiver.url)
        receiver.secret = scene.receiver.secret
        await scene.webhook("pause", name="backend")
        text = said(await scene.webhook("doctor", name="backend"))
    assert "It receives nothing now and that stays so: only the doctor asked." in text
    assert graded(text)["signed event"] == GOOD
    assert (await scene.rows())["endpoint"][0]["state"] == "paused"


async def test_while_a_new_secret_waits_it_says_which_one_signed(scene: Scene) -> None:
    async with Receiver() as receiver:
        await scene.create(url=receiver.url)
        receiver.secret = scene.receiver.secret
        asked = await scene.webhook("rotate", name="backend")
        await scene.admin.click(answer(asked), label="Keep the old one until I switch")
        text = said(await scene.webhook("doctor", name="backend"))
    assert "A new secret waits; requests are signed with the old one." in text
    assert graded(text)["signed event"] == GOOD


async def test_the_findings_are_shown_as_they_come(sqlite_url: str) -> None:
    clock = ManualClock()
    seen: list[str] = []

    async def take(_receiver: Receiver, came: Came) -> web.Response:
        messages = world.env.backend.messages.get(world.channel.id, {}).values()
        parts = (part for message in messages for part in within(message.components))
        seen.extend(part["content"] for part in parts if part["type"] == TEXT)
        clock.advance(2.5)
        return web.Response()

    def believes(came: Came) -> bool:
        return doctor_receivers.believes(came, now=clock.now().timestamp())

    async with (
        simulated(config_for(sqlite_url), clock, cogs=COGS) as world,
        Receiver(believes=believes, takes=take) as receiver,
    ):
        await add_endpoint(
            world.app.emitter,
            receiver.url,
            guild_id=world.guild.id,
            patterns=("member.*",),
            secret=receiver.secret,
        )
        done = await world.manager.slash(world.channel, "webhook doctor", name="backend")
        assert len(graded(said(done))) == len(TITLES)
    heads = list(dict.fromkeys(text.splitlines()[0] for text in seen))
    assert heads == [
        "Next: time to answer …",
        "Next: large event …",
        "Next: any text …",
        "Next: new keys …",
        "Next: five at once …",
    ]
    assert {len(graded(text)) for text in seen} == {1, 6, 7, 8, 9}


async def test_nobody_elses(scene: Scene) -> None:
    async with Receiver() as receiver:
        await scene.create(url=receiver.url)
        other = scene.env.create_guild("Elsewhere")
        owner = other.add_member(other.owner)
        channel = other.create_text_channel("staff")
        assert said(await owner.slash(channel, "webhook doctor", name="backend")) == (
            "There is no webhook “backend” here; /webhook list shows those there are."
        )
        command = scene.env.backend.find_command("webhook", scene.guild.id, type=1)
        assert command is not None
        scene.guild.set_command_permissions(int(command["id"]), {scene.member: True})
        refused = await scene.member.slash(scene.channel, "webhook doctor", name="backend")
        assert "Manage Server" in said(refused)
        assert receiver.came == []
