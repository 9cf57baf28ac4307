"""Scams on both engines: found, dealt with once, told, learnt from; what is harmless is not."""

import asyncio
import random
import sys
from functools import cache
from typing import cast

import pytest

from bot.features.scams import SCAMS
from bot.features.scams.detections import Detections
from bot.features.scams.intake import Intake
from bot.scanner.pool import ScanFailed
from bot.scanner.scan import Scan
from tests.integration.scams.scams_env import (
    GULL,
    HARBOUR_MASTER,
    OTTER,
    QUEEN,
    ScamsEnv,
    ScansHere,
)
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import BOT, OWNER, Fault
from tests.support.scam_pictures import (
    chart,
    photo,
    png,
    with_code,
)

LOGIN = "https://discord.com/ra/Xy7pLm2QwErTyUiOpAsDfGhJkLzXcVbN_-1234567890"
DAY = 86_400.0


@cache
def login(seed: int = 1) -> bytes:
    """A picture with a code that takes an account over."""
    chance = random.Random(seed)
    return png(with_code(photo(chance), LOGIN, chance))


@cache
def calm(seed: int = 7) -> bytes:
    return png(chart(random.Random(seed)))


async def test_a_login_code_is_deleted_the_account_timed_out_and_everybody_told(
    env: ScamsEnv,
) -> None:
    message = await env.post(calm(), login())
    await env.sweep()

    (found,) = await env.detections()
    assert env.deleted == {message.message_id}
    assert env.discord.people[OTTER].timed_out_until is not None
    assert await env.events() == [
        {
            "detection_id": found.id,
            "user_id": str(OTTER),
            "channel_id": "70",
            "message_id": str(message.message_id),
            "confidence": "high",
            "category": "login_qr_code",
            "action_taken": "delete_and_timeout",
        }
    ]
    assert await env.cases() == ["timeout"]
    (log,) = env.said("Scam pictures")
    assert "A scam (sure): a QR code that takes accounts over" in log.text
    assert "1 message in <#70> was deleted" in log.below[0]
    assert "(case 1)" in log.below[0]
    (card,) = env.said("Is this a scam?")
    assert card.picture is not None
    assert "hands over the account" in card.text
    titles = [post.title for to, post in env.discord.letters if to == OTTER]
    assert titles.count("Your account may be taken over") == 1

    await env.incidents.undo.begin(HARBOUR_MASTER, found.incident_id)
    await env.incidents.sweep.sweep()
    assert env.discord.people[OTTER].timed_out_until is None


async def test_what_is_harmless_is_left_alone(env: ScamsEnv) -> None:
    await env.choose("scams", sensitivity="high")
    chance = random.Random(3)
    menu = png(with_code(photo(chance), "https://example.com/menu", chance))
    await env.post(calm(), menu, png(photo(chance)))
    await env.sweep()
    assert (await env.detections(), await env.told(), env.deleted) == ([], [], set())


async def test_of_many_pictures_the_first_four_are_looked_at(env: ScamsEnv) -> None:
    await env.post(*[calm()] * 4, login())
    assert await env.detections() == []
    await env.post(*[calm()] * 3, login(), calm())
    assert len(await env.detections()) == 1


async def test_a_burst_goes_whole_and_is_one_incident(env: ScamsEnv) -> None:
    """Two came before the first was looked at, one comes after it was dealt with."""
    waiting = [env.message(login(), channel_id=70 + n) for n in range(3)]
    for one in waiting:
        env.hear(one)
    harmless = env.message(calm(), channel_id=70, user_id=GULL)
    env.hear(harmless)
    for one in waiting:
        await env.look(one)
    late = await env.post(calm(), channel_id=75)
    await env.sweep()

    (found,) = await env.detections()
    assert {spot.message_id for spot in found.spots} == {one.message_id for one in (*waiting, late)}
    assert env.deleted == {one.message_id for one in (*waiting, late)}
    assert len(await env.events()) == 1
    assert await env.cases() == ["timeout"]
    assert len(env.said("Scam pictures")) == len(env.said("Is this a scam?")) == 1

    env.clock.advance(61)
    later = await env.post(calm(), channel_id=70)
    assert later.message_id not in env.deleted


@pytest.mark.thorough("many pictures")
async def test_a_burst_without_content_is_only_shown(env: ScamsEnv) -> None:
    """How a message came punishes nobody; of a picture in three channels staff may say more."""
    for channel in range(70, 74):
        await env.post(calm(channel), channel_id=channel)
    await env.sweep()
    (found,) = await env.detections()
    assert (found.acts, found.category, found.action_taken) == (False, "burst", "flag")
    assert (env.deleted, await env.cases()) == (set(), [])
    assert env.discord.people[OTTER].timed_out_until is None
    assert [one["confidence"] for one in await env.events()] == ["low"]
    assert not [post for _to, post in env.discord.letters if "taken over" in post.title]

    await env.choose("scams", sensitivity="low")
    for channel in range(70, 74):
        await env.post(calm(channel), channel_id=channel, user_id=GULL)
    assert len(await env.detections()) == 1


@pytest.mark.thorough("many pictures")
async def test_nobody_acts_on_the_owner_the_exempt_and_those_above(env: ScamsEnv) -> None:
    env.discord.enter(1002, roles={1})
    await env.choose("scams", exempt_role_ids=(11,), exempt_users="1001")
    await env.post(login(), user_id=OWNER, is_owner=True)
    await env.post(login(), user_id=1002)
    for user_id, roles in ((GULL, {10}), (OTTER, {11})):
        await env.scams.intake.heard(
            env.message(login(), user_id=user_id, role_ids=frozenset(roles))
        )
    for own in ({"is_own": True, "user_id": BOT}, {"is_bot": True}, {"is_system": True}):
        await env.scams.intake.heard(env.message(login(), **own))
    assert env.scams.intake.waiting == 0
    found = await env.detections()
    assert [(one.user_id, one.acts, one.action_taken) for one in found] == [
        (OWNER, False, "flag"),
        (1002, False, "flag"),
    ]
    assert env.deleted == set()
    why = [(await env.incidents.drawn(GUILD, one.incident_id)).incident.why for one in found]
    assert "owner" in why[0].spared[0]
    assert "as high as mine" in why[1].spared[0]


async def test_in_shadow_it_is_only_said(env: ScamsEnv) -> None:
    await env.incidents.shadows.begin(QUEEN, "scams", 3)
    await env.post(login())
    await env.sweep()
    assert (env.deleted, await env.cases(), env.discord.letters) == (set(), [], [])
    assert await env.events() == []
    (log,) = env.said("Scam pictures")
    assert "would have been deleted" in log.below[0]
    assert "would have been timed out" in log.below[0]


async def test_what_discord_refuses_is_said_and_the_rest_is_done(env: ScamsEnv) -> None:
    env.discord.faults["delete_messages 70"] = Fault.REFUSES
    first = env.message(login(), channel_id=70)
    second = env.message(login(), channel_id=71)
    for one in (first, second):
        env.hear(one)
    await env.look(first)
    await env.sweep()
    assert env.deleted == {second.message_id}
    (log,) = env.said("Scam pictures")
    assert "what stands in <#70> could not be deleted" in log.below[0]
    assert [one["action_taken"] for one in await env.events()] == ["delete_and_timeout"]


async def test_no_answer_is_tried_again_and_told_once(env: ScamsEnv) -> None:
    env.discord.faults["delete_messages"] = Fault.LOST
    message = await env.post(login())
    assert env.deleted == set()
    del env.discord.faults["delete_messages"]
    await env.sweep(61)
    assert env.deleted == {message.message_id}
    assert len(await env.events()) == 1
    assert await env.cases() == ["timeout"]


async def test_a_message_told_twice_and_two_at_once_are_one(env: ScamsEnv) -> None:
    message = env.message(login())
    await asyncio.gather(env.look(message), env.look(message))
    await env.look(message)
    assert len(await env.detections()) == len(await env.events()) == 1


async def test_what_is_broken_or_gone_is_counted_and_hurts_nothing(env: ScamsEnv) -> None:
    message = env.message(b"no picture at all", calm()[:40], login())
    env.shelf.files[message.files[1].url] = b"\x89PNG\r\n\x1a\n" + b"x" * 40
    await env.look(message)
    counts = env.tools.counts
    assert counts["unscanned_messages"] == 1
    assert counts["scanned"] == 1
    assert len(await env.detections()) == 1
    status = dict(await env.scams.status(GUILD))
    assert "1 looked at; of 1 messages some picture was not" in status.values()


async def test_without_the_extra_vision_it_says_so_and_codes_are_found_as_before(
    env: ScamsEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)
    env.renew()
    assert not env.tools.reads
    status = dict(await env.scams.status(GUILD))
    assert status["Words in pictures"] == (
        "not read: the extra “vision” is not installed, or switched off"
    )
    await env.post(login())
    assert [one.category for one in await env.detections()] == ["login_qr_code"]


class NoTimeToRead(ScansHere):
    """Scanner whose reader of words never comes to an end."""

    async def scan(self, content: bytes, *, reads: bool = False, dense: bool = False) -> Scan:
        if reads:
            raise ScanFailed("time")
        return await super().scan(content, dense=dense)


async def test_a_picture_whose_words_take_too_long_is_looked_at_without_them(env: ScamsEnv) -> None:
    """Else so much small print on it would hide its code."""
    env.tools.reads, env.tools.pool = True, NoTimeToRead()
    assert "Words in pictures" not in dict(await env.scams.status(GUILD))
    await env.post(login())
    assert [one.category for one in await env.detections()] == ["login_qr_code"]
    assert (env.tools.counts["unread"], env.tools.counts["scanned"]) == (1, 1)
    status = dict(await env.scams.status(GUILD))
    assert status["Words in pictures"].startswith("took too long on 1 ")
    await env.post(b"none")
    assert env.tools.counts["unread"] == 1


async def test_a_full_line_drops_and_counts(env: ScamsEnv) -> None:
    intake, counts = env.scams.intake, env.tools.counts
    for number in range(5):
        await intake.heard(env.message(b""))
        await intake.heard(env.message(b"", user_id=2_000 + number))
    assert (intake.waiting, counts["dropped"]) == (8, 2)  # no more than three of one
    for number in range(10):
        await intake.heard(env.message(b"", user_id=3_000 + number))
    assert (intake.waiting, counts["dropped"]) == (16, 4)  # nor more than that of a server
    (worker,) = intake.tasks(1)
    worker.start()
    await intake.idle()
    await worker.stop()
    await intake.heard(env.message(b""))
    assert (intake.waiting, counts["dropped"]) == (1, 4)

    ports, nobody = env.parts[SCAMS].ports, cast("Detections", None)
    short = Intake(ports, env.scams.inspection, detections=nobody, limit=2)
    for number in range(3):
        await short.heard(env.message(b"", user_id=4_000 + number))
    assert (short.waiting, counts["dropped"]) == (2, 5)


async def test_old_findings_go_and_open_ones_of_yesterday_stay(env: ScamsEnv) -> None:
    await env.post(login())
    pruned = env.parts.core.config.audit.keep_days
    env.clock.advance((pruned + 1) * DAY)
    await env.post(login(), user_id=GULL)
    old = env.parts[SCAMS].prunes["scams"]
    assert sum([gone async for gone in old.prune(env.clock.now())]) == 1
    assert [one.user_id for one in await env.detections()] == [GULL]
