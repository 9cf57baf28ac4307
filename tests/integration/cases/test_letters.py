"""The direct message and the entry in the log: before or after, once, and what became of them."""

import asyncio
import re
from datetime import timedelta

import pytest

from bot.acts import Outcome
from bot.catalogue.cases import CaseType
from bot.errors import UserError
from bot.features.cases.messages import LETTER, LOG
from bot.features.cases.model import Case
from bot.features.cases.records import Changes
from tests.integration.cases.cases_env import HARBOUR_MASTER, Bench
from tests.support.fake_acts import Fault, ProcessDied

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def order_of(bench: Bench, first: str, second: str) -> list[str]:
    return [name for name, _about in bench.discord.calls if name in (first, second)]


@pytest.mark.parametrize(("kind", "call"), [("ban", "ban"), ("kick", "kick")])
async def test_who_is_removed_is_written_to_before(bench: Bench, kind: CaseType, call: str) -> None:
    otter = bench.someone()
    done = await bench.done(kind, otter, reason="Advertising")
    assert order_of(bench, "tell", call) == ["tell", call]
    assert done.told is Outcome.SENT
    ((to, letter),) = bench.discord.letters
    assert (to, letter.title, letter.fields) == (
        otter,
        "The \\*Harbour\\*",
        (("Reason", "Advertising"),),
    )


@pytest.mark.parametrize("kind", ["warn", "timeout", "mute"])
async def test_who_stays_is_written_to_afterwards(bench: Bench, kind: CaseType) -> None:
    otter = bench.someone()
    lasts = HOUR if kind == "timeout" else None
    done = await bench.done(kind, otter, duration=lasts)
    assert order_of(bench, "tell", "change_roles" if kind == "mute" else "timeout")[-1] == "tell"
    assert (done.told, len(bench.discord.letters)) == (Outcome.SENT, 1)


@pytest.mark.parametrize(
    ("fault", "told"), [(Fault.REFUSES, Outcome.REFUSED), (Fault.LOST, Outcome.LATE)]
)
@pytest.mark.parametrize("kind", ["ban", "warn"])
async def test_what_became_of_the_letter_is_stored_and_logged(
    bench: Bench, kind: CaseType, fault: Fault, told: Outcome
) -> None:
    await bench.choose(log_channel_id=5)
    bench.discord.faults["tell"] = fault
    done = await bench.done(kind, bench.someone())
    assert done.told is told
    assert [one.outcome for one in await bench.posts(LETTER)] == [told]
    assert ("Direct message", "could not be delivered") in bench.discord.lines[1].fields


async def test_a_letter_may_take_three_seconds_and_no_more(bench: Bench) -> None:
    otter = bench.someone()
    bench.discord.faults["tell"] = Fault.HANGS
    began = asyncio.get_running_loop().time()
    done = await bench.done("ban", otter)
    took = asyncio.get_running_loop().time() - began
    assert (done.told, otter in bench.discord.banned) == (Outcome.LATE, True)
    assert 2.5 < took < 6


async def test_no_letter_goes_to_bots_or_where_letters_are_off(bench: Bench) -> None:
    assert (await bench.done("kick", bench.someone(is_bot=True))).told is None
    assert (await bench.done("warn", bench.someone(is_bot=True))).told is None
    await bench.choose(letters=False)
    assert (await bench.done("warn", bench.someone())).told is None
    assert await bench.posts(LETTER) == []
    assert bench.discord.letters == []


async def test_a_letter_carries_the_way_to_appeal_and_the_end(bench: Bench) -> None:
    async def link(case: Case) -> str:
        return f"https://example.com/appeals/{case.number}"

    bench.process.ports.appeal_link = link
    await bench.order("tempban", bench.someone(), duration=HOUR)
    ((_to, letter),) = bench.discord.letters
    assert [press.url for press in letter.buttons] == ["https://example.com/appeals/1"]
    assert letter.fields == (("Ends", "<t:1779625938:f> (<t:1779625938:R>)"),)


async def test_each_case_has_a_line_in_the_log_that_is_kept_up_to_date(bench: Bench) -> None:
    await bench.choose(log_channel_id=5)
    otter = bench.someone()
    done = await bench.done("tempban", otter, reason="Advertising", duration=HOUR)
    (record,) = await bench.posts(LOG)
    assert (record.channel_id, record.message_id, done.logged) == (5, 1, Outcome.SENT)
    line = bench.discord.lines[1]
    assert line.title == f"Case 1: otter\\_{otter} was banned for a time"
    assert ("Reason", "Advertising") in line.fields
    assert line.pings == ()
    await bench.order("unban", otter)
    await bench.sweep(after=MINUTE)
    assert ("State", "lifted") in bench.discord.lines[1].fields
    assert len(bench.discord.lines) == 2


async def test_a_line_that_got_no_answer_is_owed_and_sent_later(bench: Bench) -> None:
    await bench.choose(log_channel_id=5)
    bench.discord.faults["send"] = Fault.LOST
    done = await bench.done("warn", bench.someone())
    assert done.logged is Outcome.LATE
    bench.discord.faults.clear()
    await bench.again()
    await bench.sweep(after=MINUTE)
    assert len(bench.discord.lines) == 1
    await bench.sweep(after=MINUTE)
    assert len(bench.discord.lines) == 1
    assert [(one.outcome, one.is_owed) for one in await bench.posts(LOG)] == [(Outcome.SENT, False)]


async def test_a_channel_that_is_gone_is_said_and_tried_again_for_a_day(bench: Bench) -> None:
    await bench.choose(log_channel_id=5)
    bench.discord.faults["send"] = Fault.REFUSES
    done = await bench.done("warn", bench.someone())
    assert done.logged is Outcome.REFUSED
    assert bench.discord.calls.count(("send", 5)) == 1
    await bench.choose(log_channel_id=6)
    bench.discord.faults.clear()
    await bench.sweep(after=MINUTE)
    assert [bench.discord.calls.count(("send", channel)) for channel in (5, 6)] == [1, 1]
    bench.discord.faults["send"] = Fault.REFUSES
    await bench.done("warn", bench.someone())
    await bench.sweep(after=25 * HOUR)
    bench.discord.calls.clear()
    await bench.sweep(after=25 * HOUR)
    assert bench.discord.calls == []


async def test_an_entry_that_somebody_deleted_is_posted_anew(bench: Bench) -> None:
    await bench.choose(log_channel_id=5)
    case = await bench.order("warn", bench.someone())
    bench.discord.lines.clear()
    await bench.process.book.edit(HARBOUR_MASTER, case.number, Changes(reason="Spam"))
    assert dict(bench.discord.lines[2].fields)["Reason"] == "Spam"


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.LATE])
async def test_a_letter_without_an_answer_arrives_once(bench: Bench, fault: Fault) -> None:
    """Looked for first; and the log no longer says that it could not be delivered."""
    await bench.choose(log_channel_id=5)
    bench.discord.faults["tell"] = fault
    done = await bench.done("warn", bench.someone())
    assert done.told is Outcome.LATE
    assert "Direct message" in dict(bench.discord.lines[1].fields)
    bench.discord.faults.clear()
    await bench.sweep(after=MINUTE)
    assert len(bench.discord.letters) == 1
    assert [one.outcome for one in await bench.posts(LETTER)] == [Outcome.SENT]
    await bench.sweep(after=MINUTE)
    assert "Direct message" not in dict(bench.discord.lines[1].fields)


@pytest.mark.parametrize("kind", ["ban", "kick"])
async def test_a_letter_before_what_discord_refused_is_taken_back(
    bench: Bench, kind: CaseType
) -> None:
    bench.discord.faults[kind] = Fault.REFUSES
    with pytest.raises(UserError, match="is void"):
        await bench.order(kind, bench.someone())
    assert order_of(bench, "tell", "untell") == ["tell", "untell"]
    assert bench.discord.letters == []


async def test_a_letter_that_a_crash_kept_back_is_sent_unless_it_is_late(bench: Bench) -> None:
    for wait, letters in ((MINUTE, 1), (2 * HOUR, 1)):
        bench.discord.faults["tell"] = Fault.CRASH_BEFORE
        with pytest.raises(ProcessDied):
            await bench.order("warn", bench.someone())
        bench.discord.faults.clear()
        await bench.again()
        await bench.sweep(after=wait)
        assert len(bench.discord.letters) == letters


@pytest.mark.parametrize(
    "reason",
    [
        "@everyone <@123> <#5> [free](https://example.com)",
        "z\u0351\u036b\u0343\u036aa\u0302\u036bl\u0301g\u0300o",
        "\u202eevil\u2066 \u05e9\u05dc\u05d5\u05dd",
        "=1+1\x00\x1b[31m\nnew line",
        "`code` **bold** ||spoiler|| # heading",
    ],
)
async def test_hostile_reasons_stay_text(bench: Bench, reason: str) -> None:
    await bench.choose(log_channel_id=5)
    otter = bench.someone()
    case = await bench.order("warn", otter, reason=reason)
    stored = case.reason or ""
    assert not set(stored) & {"\u202e", "\u2066", "\x00", "\x1b", "\n"}
    ((_kind, data),) = await bench.told(otter)
    assert data["reason"] == stored
    shown = dict(bench.discord.lines[1].fields)["Reason"]
    assert re.search(r"(?<!\\)[<\[*|`#]", shown) is None
    assert shown.replace("\\", "") == stored.replace("\\", "")
    assert bench.discord.lines[1].pings == ()


async def test_a_server_s_name_is_text_too(bench: Bench) -> None:
    await bench.order("warn", bench.someone())
    assert bench.discord.letters[0][1].text == "You were warned in The \\*Harbour\\*."
