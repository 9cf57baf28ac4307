"""What is owed is sent once, drawn as its subject is, and says what became of it."""

import asyncio
from datetime import timedelta

import pytest

from bot.acts import Outcome
from bot.posts.store import Addressee
from tests.integration.posts.posts_env import COUNT, HERE, LEASE, NOTE, SIGN, Signs
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import MODERATOR, Fault, ProcessDied
from tests.support.loops import turn
from tests.support.patience import PATIENCE

MINUTE = timedelta(minutes=1)
TO_MODERATOR = Addressee(GUILD, user_id=MODERATOR)


async def test_it_is_drawn_as_its_subject_is_when_it_is_sent(signs: Signs) -> None:
    await signs.write("open")
    signs.words[1] = "closed"
    await signs.sweep()
    assert signs.shown == {1: "closed"}
    record = await signs.record()
    assert record is not None
    assert (record.outcome, record.message_id, record.is_owed) == (Outcome.SENT, 1, False)
    await signs.sweep(after=LEASE)
    assert signs.called("send") == 1


async def test_a_server_that_another_process_hears_of_is_asked_for(signs: Signs) -> None:
    signs.discord.is_known, signs.discord.faults["know"] = False, Fault.LOST
    await signs.write("open")
    await signs.sweep()
    assert signs.called("send") == 0
    del signs.discord.faults["know"]
    await signs.sweep(after=LEASE)
    assert signs.shown == {1: "open"}


async def test_it_is_edited_in_place_when_that_changes(signs: Signs) -> None:
    await signs.write("open")
    await signs.sweep()
    await signs.write("closed")
    await signs.sweep()
    assert signs.shown == {1: "closed"}
    assert (signs.called("send"), signs.called("redraw")) == (1, 1)


async def test_what_its_transaction_takes_back_was_never_owed(signs: Signs) -> None:
    async def fail() -> None:
        async with signs.database.transaction() as tx:
            await signs.posts.owe(tx, SIGN, 1, HERE)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await fail()
    assert await signs.record() is None


async def test_one_that_somebody_deleted_is_posted_anew(signs: Signs) -> None:
    await signs.write("open")
    await signs.sweep()
    signs.discord.lines.clear()
    await signs.write("closed")
    await signs.sweep()
    assert signs.shown == {2: "closed"}
    await signs.write("open")
    await signs.sweep()
    assert signs.shown == {2: "open"}


async def test_who_waits_for_it_pays_it_before_any_sweep(signs: Signs) -> None:
    async with signs.database.transaction() as tx:
        signs.words[1] = "open"
        await signs.posts.owe(tx, SIGN, 1, HERE, soon=False)
    await signs.sweep()
    assert signs.shown == {}  # it is left to the caller for a minute
    assert await signs.posts.pay(SIGN, 1) is Outcome.SENT
    assert await signs.posts.pay(SIGN, 1) is Outcome.SENT
    assert signs.called("send") == 1


async def test_what_the_caller_did_not_pay_is_paid_a_minute_later(signs: Signs) -> None:
    async with signs.database.transaction() as tx:
        signs.words[1] = "open"
        await signs.posts.owe(tx, SIGN, 1, HERE, soon=False)
    await signs.sweep(after=MINUTE)
    assert signs.shown == {1: "open"}
    assert signs.called("find") == 0  # nobody had tried


async def test_a_commit_wakes_the_sweep(signs: Signs) -> None:
    signs.posts.start()
    await signs.write("open")
    async with asyncio.timeout(PATIENCE):
        while not signs.shown:
            await turn()
    await signs.posts.stop()


async def test_a_direct_message_is_edited_too(signs: Signs) -> None:
    await signs.write("hello", kind=NOTE, to=TO_MODERATOR)
    await signs.sweep()
    await signs.write("good-bye", kind=NOTE, to=TO_MODERATOR)
    await signs.sweep()
    assert [(to, post.text) for to, post in signs.discord.letters] == [(MODERATOR, "good-bye")]


async def test_what_changes_while_it_is_drawn_is_drawn_again(signs: Signs) -> None:
    signs.discord.faults["send"] = Fault.HANGS
    await signs.write("open")
    sweep = asyncio.create_task(signs.sweep())
    await signs.discord.called.wait()
    await signs.write("closed")
    await signs.sweep()  # somebody has it
    assert signs.called("redraw") == 0
    signs.discord.let_go.set()
    await sweep
    assert signs.shown == {1: "closed"}


async def test_one_that_changes_often_is_drawn_at_its_pace(signs: Signs) -> None:
    await signs.write("0", kind=COUNT)
    await signs.sweep()
    for number in range(1, 4):
        await signs.write(str(number), kind=COUNT)
        await signs.sweep(after=timedelta(seconds=1))
        await signs.posts.pay(COUNT, 1)
    assert signs.shown == {1: "0"}
    await signs.sweep(after=timedelta(seconds=2))
    assert signs.shown == {1: "3"}
    assert signs.called("redraw") == 1


async def test_what_is_gone_has_a_last_drawing_and_then_no_row(signs: Signs) -> None:
    await signs.write("open")
    await signs.sweep()
    await signs.drop()
    await signs.sweep()
    assert signs.shown == {1: "taken away by queen"}
    assert await signs.record() is None


@pytest.mark.parametrize("by", ["queen", None])
async def test_what_was_never_sent_leaves_nothing(signs: Signs, by: str | None) -> None:
    await signs.write("open")
    await signs.drop(by=by)
    assert await signs.record() is None
    await signs.sweep(after=LEASE)
    assert signs.discord.calls == []


async def test_without_last_words_what_was_said_stays(signs: Signs) -> None:
    await signs.write("open")
    await signs.sweep()
    await signs.drop(by=None)
    await signs.sweep()
    assert (signs.shown, await signs.record()) == ({1: "open"}, None)


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.REFUSES, None])
async def test_a_last_drawing_that_failed_is_tried_again(signs: Signs, fault: Fault | None) -> None:
    await signs.write("open")
    await signs.sweep()
    if fault is None:
        signs.discord.lines.clear()
    else:
        signs.discord.faults["redraw"] = fault
    await signs.drop()
    await signs.sweep()
    assert list(signs.shown.values()) == ([] if fault is None else ["open"])
    signs.discord.faults.clear()
    await signs.sweep(after=LEASE)
    assert list(signs.shown.values()) == ([] if fault is None else ["taken away by queen"])
    assert await signs.record() is None


async def test_a_last_drawing_that_stays_refused_is_given_up(signs: Signs) -> None:
    await signs.write("open")
    await signs.sweep()
    signs.discord.faults["redraw"] = Fault.REFUSES
    await signs.drop()
    await signs.sweep()
    assert await signs.record() is not None
    await signs.sweep(after=timedelta(days=2))
    assert (signs.shown, await signs.record()) == ({1: "open"}, None)


@pytest.mark.parametrize("fault", [Fault.LATE, Fault.LOST, Fault.HANGS])
async def test_what_goes_while_it_is_sent_says_so_too(signs: Signs, fault: Fault) -> None:
    signs.discord.faults["send"] = fault
    await signs.write("open")
    sweep = asyncio.create_task(signs.sweep())
    if fault is Fault.HANGS:
        await signs.discord.called.wait()
        await signs.drop()
        signs.discord.let_go.set()
    await sweep
    if fault is not Fault.HANGS:
        await signs.drop()
    signs.discord.faults.clear()
    await signs.sweep(after=LEASE)
    there = [] if fault is Fault.LOST else ["taken away by queen"]
    assert list(signs.shown.values()) == there
    assert await signs.record() is None


async def test_a_subject_without_words_has_nothing_said_of_it(signs: Signs) -> None:
    await signs.write("open")
    signs.words.clear()
    await signs.sweep()
    assert (signs.shown, await signs.record()) == ({}, None)


async def test_what_was_sent_by_itself_is_kept_once(signs: Signs) -> None:
    """In one row, which says what came of it last: it is kept before it is sent, and after."""
    for came in ({"tries": 1}, {"outcome": Outcome.SENT, "message_id": 7, "tries": 0}):
        async with signs.database.transaction() as tx:
            await signs.posts.keep(tx, NOTE, 1, TO_MODERATOR, **came)
    assert await signs.posts.pay(NOTE, 1) is Outcome.SENT
    record = await signs.record(kind=NOTE)
    assert record is not None
    assert (record.message_id, record.tries, record.is_owed) == (7, 0, False)
    await signs.sweep(after=LEASE)
    assert signs.discord.calls == []


async def test_what_is_owed_by_now_is_not_taken_for_sent(signs: Signs) -> None:
    await signs.write("hello", kind=NOTE, to=TO_MODERATOR)
    async with signs.database.transaction() as tx:
        came = {"outcome": Outcome.SENT, "message_id": 7}
        await signs.posts.keep(tx, NOTE, 1, TO_MODERATOR, **came)
    await signs.sweep()
    assert [post.text for _to, post in signs.discord.letters] == ["hello"]


async def test_one_that_cannot_be_drawn_keeps_no_other_back(signs: Signs) -> None:
    await signs.write("open", 1)
    await signs.write("open", 2)
    signs.discord.faults["send"] = Fault.CRASH_BEFORE
    with pytest.raises(ProcessDied):
        await signs.posts.pay(SIGN, 1)
    signs.discord.faults.clear()
    await signs.sweep()
    assert len(signs.shown) == 1
    await signs.sweep(after=LEASE)
    assert len(signs.shown) == 2


async def test_a_process_speaks_for_its_own_features(signs: Signs) -> None:
    """Another's are said by another, who may be connected as somebody else."""
    signs.posts.start(["other"])
    await signs.write("open")
    for _ in range(20):
        await turn()
    await signs.sweep()
    assert signs.discord.calls == []
    await signs.posts.stop()
    signs.posts.start(["test"])
    async with asyncio.timeout(PATIENCE):
        while not signs.shown:
            await turn()
    await signs.posts.stop()
