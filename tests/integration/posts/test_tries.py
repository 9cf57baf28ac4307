"""What was refused, or got no answer: said, tried again while it is fresh, and never sent twice."""

from datetime import timedelta

import pytest
import structlog

from bot.acts import Outcome
from bot.posts.store import Addressee
from tests.integration.posts.posts_env import DAY, HERE, LEASE, NOTE, SIGN, Signs
from tests.support.crash_at_await import ends_in_death
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import MODERATOR, Fault

MINUTE = timedelta(minutes=1)
MOMENT = timedelta(milliseconds=1)
TO_MODERATOR = Addressee(GUILD, user_id=MODERATOR)


@pytest.mark.parametrize("mended", ["channel", "permission", "choice"])
async def test_a_refusal_is_said_once_and_tried_until_it_is_mended(
    signs: Signs, mended: str
) -> None:
    if mended == "choice":
        signs.channel = None
    else:
        signs.discord.faults["send"] = Fault.REFUSES
    await signs.write("open")
    with structlog.testing.capture_logs() as logs:
        await signs.sweep()
        await signs.sweep(after=LEASE)
    words = "no channel is chosen" if mended == "choice" else "Missing Permissions"
    assert [(log["event"], log["error"]) for log in logs] == [("post.not_sent", words)]
    assert [(one.outcome, one.failure) for one in signs.settled] == [(Outcome.REFUSED, words)]
    assert await signs.posts.pay(SIGN, 1) is Outcome.REFUSED
    signs.channel = 6 if mended == "channel" else 5
    signs.discord.faults.clear()
    await signs.sweep(after=LEASE)
    assert list(signs.shown.values()) == ["open"]
    assert signs.discord.calls[-1] == ("send", signs.channel)
    assert (signs.settled[-1].outcome, signs.settled[-1].failure) == (Outcome.SENT, None)
    assert signs.called("find") == 0  # a refusal says that nothing was sent


@pytest.mark.parametrize("fault", [Fault.REFUSES, Fault.LOST])
@pytest.mark.thorough("days of a schedule", but="*REFUSES")
async def test_it_is_tried_ever_more_rarely_and_given_up_once_it_is_old(
    signs: Signs, fault: Fault
) -> None:
    signs.discord.faults["send"] = fault
    await signs.write("open")
    old = signs.clock.now() + DAY
    await signs.sweep()
    while signs.clock.now() < old:
        tried, wait = signs.called("send"), await signs.wait()
        await signs.sweep(after=wait - MOMENT)
        assert signs.called("send") == tried
        await signs.sweep(after=MOMENT)
        assert signs.called("send") == tried + 1
    assert 40 < signs.called("send") < 90
    await signs.sweep(after=DAY)
    record = await signs.record()
    assert record is not None
    assert not record.is_owed
    signs.discord.faults.clear()
    await signs.sweep(after=DAY)
    assert signs.shown == {}
    await signs.write("open again")  # owed anew, it is as fresh as new
    await signs.sweep()
    assert list(signs.shown.values()) == ["open again"]


async def test_who_takes_no_direct_message_takes_none_later(signs: Signs) -> None:
    signs.discord.faults["tell"] = Fault.REFUSES
    await signs.write("hello", kind=NOTE, to=TO_MODERATOR)
    await signs.sweep()
    signs.discord.faults.clear()
    await signs.sweep(after=LEASE)
    assert signs.called("tell") == 1
    assert await signs.posts.pay(NOTE, 1) is Outcome.REFUSED


async def test_who_has_left_is_not_written_to(signs: Signs) -> None:
    await signs.write("hello", kind=NOTE, to=TO_MODERATOR)
    signs.discord.people.pop(MODERATOR)
    await signs.sweep()
    assert signs.called("tell") == 0
    assert [one.outcome for one in signs.settled] == [Outcome.REFUSED]


async def test_a_direct_message_that_is_late_is_not_sent(signs: Signs) -> None:
    await signs.write("hello", kind=NOTE, to=TO_MODERATOR)
    await signs.sweep(after=DAY + MINUTE)
    assert signs.discord.letters == []
    assert [one.outcome for one in signs.settled] == [Outcome.LATE]
    await signs.write("open", 2)
    await signs.sweep(after=DAY + MINUTE)
    assert signs.shown == {1: "open"}  # a channel is nobody's evening


@pytest.mark.parametrize("kind", [SIGN, NOTE])
@pytest.mark.parametrize("fault", [Fault.LOST, Fault.LATE, Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
async def test_what_nobody_knows_of_is_looked_for_and_there_once(
    signs: Signs, kind: str, fault: Fault
) -> None:
    to = HERE if kind == SIGN else TO_MODERATOR
    signs.discord.faults["send" if kind == SIGN else "tell"] = fault
    await signs.write("hello", kind=kind, to=to)
    is_fatal = fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)
    assert await ends_in_death(signs.sweep()) is is_fatal
    signs.discord.faults.clear()
    signs.posts = signs.process()
    await signs.sweep(after=LEASE)
    assert signs.called("find" if kind == SIGN else "find_told") == 1
    texts = [post.text for _to, post in signs.discord.letters] + list(signs.shown.values())
    assert texts == ["hello"]
    record = await signs.record(kind=kind)
    assert record is not None
    assert (record.outcome, record.tries) == (Outcome.SENT, 0)


async def test_it_is_found_though_it_has_changed_since(signs: Signs) -> None:
    """By what was sent when no answer came, not by what it is now."""
    signs.discord.faults["send"] = Fault.LATE
    await signs.write("open")
    await signs.sweep()
    signs.discord.faults.clear()
    await signs.write("closed")
    await signs.sweep()
    assert signs.called("find") == 0  # what got no answer keeps its time
    await signs.sweep(after=LEASE)
    assert signs.shown == {1: "closed"}


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
async def test_so_is_what_a_process_sent_that_died_of_it(signs: Signs, fault: Fault) -> None:
    signs.discord.faults["send"] = fault
    await signs.write("open")
    assert await ends_in_death(signs.sweep())
    signs.discord.faults.clear()
    signs.posts = signs.process()
    await signs.write("closed")
    await signs.sweep(after=LEASE)
    assert signs.shown == {1: "closed"}


async def test_where_it_cannot_look_it_does_not_send_again(signs: Signs) -> None:
    signs.discord.faults["send"] = Fault.LATE
    await signs.write("open")
    await signs.sweep()
    signs.discord.faults = {"find": Fault.REFUSES}
    await signs.sweep(after=LEASE)
    await signs.sweep(after=LEASE)
    assert (signs.called("find"), signs.called("send")) == (2, 1)
    signs.discord.faults.clear()
    await signs.sweep(after=LEASE)
    assert (signs.called("find"), signs.called("send")) == (3, 1)
    assert signs.shown == {1: "open"}


async def test_two_that_read_the_same_are_two_messages(signs: Signs) -> None:
    """What is found may be another's: each message is one's."""
    await signs.write("open", 1)
    await signs.sweep()
    signs.discord.faults["send"] = Fault.LOST
    await signs.write("open", 2)
    await signs.sweep()
    signs.discord.faults.clear()
    await signs.sweep(after=LEASE)
    assert signs.shown == {1: "open", 2: "open"}


async def test_a_guild_that_is_out_of_sight_is_waited_for(signs: Signs) -> None:
    signs.discord.is_there = False
    await signs.write("open")
    await signs.sweep()
    assert signs.discord.calls == []
    signs.discord.is_there = True
    await signs.sweep(after=LEASE)
    assert signs.shown == {1: "open"}
