"""The direct message and the line in the log: before or after, once, and what became of them."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.catalogue.cases import CaseType
from bot.features.cases.model import Case, Told
from bot.features.cases.paying import Paying
from tests.integration.cases.cases_env import Bench
from tests.support.fake_acts import Fault, ProcessDied

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def order_of(bench: Bench, first: str, second: str) -> list[str]:
    return [name for name, _about in bench.discord.calls if name in (first, second)]


@pytest.mark.parametrize(("kind", "call"), [("ban", "ban"), ("kick", "kick")])
async def test_who_is_removed_is_written_to_before(bench: Bench, kind: CaseType, call: str) -> None:
    otter = bench.someone()
    case = await bench.order(kind, otter, reason="Advertising")
    assert order_of(bench, "tell", call) == ["tell", call]
    assert case.told is Told.SENT
    ((to, letter),) = bench.discord.letters
    assert (to, letter.title, letter.fields) == (
        otter,
        "The *Harbour*",
        (("Reason", "Advertising"),),
    )


@pytest.mark.parametrize("kind", ["warn", "timeout", "mute"])
async def test_who_stays_is_written_to_afterwards(bench: Bench, kind: CaseType) -> None:
    otter = bench.someone()
    lasts = HOUR if kind == "timeout" else None
    case = await bench.order(kind, otter, duration=lasts)
    assert order_of(bench, "tell", "change_roles" if kind == "mute" else "timeout")[-1] == "tell"
    assert (case.told, len(bench.discord.letters)) == (Told.SENT, 1)


@pytest.mark.parametrize(("fault", "told"), [(Fault.REFUSES, Told.CLOSED), (Fault.LOST, Told.LATE)])
@pytest.mark.parametrize("kind", ["ban", "warn"])
async def test_what_became_of_the_letter_is_stored_and_logged(
    bench: Bench, kind: CaseType, fault: Fault, told: Told
) -> None:
    await bench.choose(log_channel_id=5)
    bench.discord.faults["tell"] = fault
    case = await bench.order(kind, bench.someone())
    assert case.told is told
    assert (await bench.row(case)).told is told
    assert ("Direct message", "could not be delivered") in bench.discord.lines[1].fields


async def test_a_letter_may_take_three_seconds_and_no_more(bench: Bench) -> None:
    otter = bench.someone()
    bench.discord.faults["tell"] = Fault.HANGS
    began = asyncio.get_running_loop().time()
    case = await bench.order("ban", otter)
    took = asyncio.get_running_loop().time() - began
    assert (case.told, otter in bench.discord.banned) == (Told.LATE, True)
    assert 2.5 < took < 6


async def test_no_letter_goes_to_bots_or_where_letters_are_off(bench: Bench) -> None:
    assert (await bench.order("kick", bench.someone(is_bot=True))).told is Told.NONE
    assert (await bench.order("warn", bench.someone(is_bot=True))).told is Told.NONE
    await bench.choose(letters=False)
    assert (await bench.order("warn", bench.someone())).told is Told.NONE
    assert bench.discord.letters == []


async def test_a_letter_carries_the_way_to_appeal_and_the_end(bench: Bench) -> None:
    async def link(case: Case) -> str:
        return f"https://example.com/appeals/{case.number}"

    bench.cases.paying = Paying(replace(bench.process.tools, appeal_link=link))
    await bench.order("tempban", bench.someone(), duration=HOUR)
    ((_to, letter),) = bench.discord.letters
    assert [press.url for press in letter.buttons] == ["https://example.com/appeals/1"]
    assert letter.fields == (("Ends", "<t:1779625938:f> (<t:1779625938:R>)"),)


async def test_each_case_has_a_line_in_the_log_that_is_kept_up_to_date(bench: Bench) -> None:
    await bench.choose(log_channel_id=5)
    otter = bench.someone()
    case = await bench.order("tempban", otter, reason="Advertising", duration=HOUR)
    assert (case.log_channel_id, case.log_message_id, case.logged) == (5, 1, Told.SENT)
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
    case = await bench.order("warn", bench.someone())
    assert case.logged is Told.OWED
    bench.discord.faults.clear()
    await bench.again()
    await bench.sweep(after=MINUTE)
    assert len(bench.discord.lines) == 1
    await bench.sweep(after=MINUTE)
    assert len(bench.discord.lines) == 1
    assert (await bench.row(case)).logged is Told.SENT


async def test_a_channel_that_is_gone_is_not_asked_for_ever(bench: Bench) -> None:
    await bench.choose(log_channel_id=5)
    bench.discord.faults["send"] = Fault.REFUSES
    case = await bench.order("warn", bench.someone())
    assert case.logged is Told.CLOSED
    await bench.sweep(after=MINUTE)
    assert bench.discord.calls.count(("send", 5)) == 1


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
