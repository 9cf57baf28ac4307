"""The direct message and the entry in the log: before or after, once, and what became of them."""

import asyncio
import re
from datetime import timedelta

import pytest

from bot.acts import Outcome
from bot.catalogue.cases import CaseType
from bot.errors import UserError
from bot.features.cases.messages import DIRECT, LOG
from bot.features.cases.model import Case
from bot.features.cases.records import Changes
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv
from tests.support.fake_acts import Fault, ProcessDied

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def order_of(env: CasesEnv, first: str, second: str) -> list[str]:
    return [name for name, _about in env.discord.calls if name in (first, second)]


@pytest.mark.parametrize(("kind", "call"), [("ban", "ban"), ("kick", "kick")])
async def test_who_is_removed_is_written_to_before(
    env: CasesEnv, kind: CaseType, call: str
) -> None:
    otter = env.someone()
    done = await env.done(kind, otter, reason="Advertising")
    assert order_of(env, "tell", call) == ["tell", call]
    assert done.told is Outcome.SENT
    ((to, letter),) = env.discord.letters
    assert (to, letter.title, letter.fields) == (
        otter,
        "The \\*Harbour\\*",
        (("Reason", "Advertising"),),
    )


@pytest.mark.parametrize("kind", ["warn", "timeout", "mute"])
async def test_who_stays_is_written_to_afterwards(env: CasesEnv, kind: CaseType) -> None:
    otter = env.someone()
    lasts = HOUR if kind == "timeout" else None
    done = await env.done(kind, otter, duration=lasts)
    assert order_of(env, "tell", "change_roles" if kind == "mute" else "timeout")[-1] == "tell"
    assert (done.told, len(env.discord.letters)) == (Outcome.SENT, 1)


@pytest.mark.parametrize(
    ("fault", "told"), [(Fault.REFUSES, Outcome.REFUSED), (Fault.LOST, Outcome.LATE)]
)
@pytest.mark.parametrize("kind", ["ban", "warn"])
async def test_what_became_of_the_letter_is_stored_and_logged(
    env: CasesEnv, kind: CaseType, fault: Fault, told: Outcome
) -> None:
    await env.choose(log_channel_id=5)
    env.discord.faults["tell"] = fault
    done = await env.done(kind, env.someone())
    assert done.told is told
    assert [one.outcome for one in await env.posts(DIRECT)] == [told]
    assert ("Direct message", "could not be delivered") in env.discord.lines[1].fields


@pytest.mark.thorough("waits for a deadline")
async def test_a_letter_may_take_three_seconds_and_no_more(env: CasesEnv) -> None:
    otter = env.someone()
    env.discord.faults["tell"] = Fault.HANGS
    began = asyncio.get_running_loop().time()
    done = await env.done("ban", otter)
    took = asyncio.get_running_loop().time() - began
    assert (done.told, otter in env.discord.banned) == (Outcome.LATE, True)
    assert 2.5 < took < 6


async def test_no_letter_goes_to_bots_or_where_letters_are_off(env: CasesEnv) -> None:
    assert (await env.done("kick", env.someone(is_bot=True))).told is None
    assert (await env.done("warn", env.someone(is_bot=True))).told is None
    await env.choose(letters=False)
    assert (await env.done("warn", env.someone())).told is None
    assert await env.posts(DIRECT) == []
    assert env.discord.letters == []


async def test_a_letter_carries_the_way_to_appeal_and_the_end(env: CasesEnv) -> None:
    async def link(case: Case) -> str:
        return f"https://example.com/appeals/{case.number}"

    env.process.ports.appeal_link = link
    await env.order("tempban", env.someone(), duration=HOUR)
    ((_to, letter),) = env.discord.letters
    assert [press.url for press in letter.buttons] == ["https://example.com/appeals/1"]
    assert letter.fields == (("Ends", "<t:1779625938:f> (<t:1779625938:R>)"),)


async def test_each_case_has_a_line_in_the_log_that_is_kept_up_to_date(env: CasesEnv) -> None:
    await env.choose(log_channel_id=5)
    otter = env.someone()
    done = await env.done("tempban", otter, reason="Advertising", duration=HOUR)
    (record,) = await env.posts(LOG)
    assert (record.channel_id, record.message_id, done.logged) == (5, 1, Outcome.SENT)
    line = env.discord.lines[1]
    assert line.title == f"Case 1: otter\\_{otter} was banned for a time"
    assert ("Reason", "Advertising") in line.fields
    assert line.pings == ()
    await env.order("unban", otter)
    await env.sweep(after=MINUTE)
    assert ("State", "lifted") in env.discord.lines[1].fields
    assert len(env.discord.lines) == 2


async def test_a_line_that_got_no_answer_is_owed_and_sent_later(env: CasesEnv) -> None:
    await env.choose(log_channel_id=5)
    env.discord.faults["send"] = Fault.LOST
    done = await env.done("warn", env.someone())
    assert done.logged is Outcome.LATE
    env.discord.faults.clear()
    await env.again()
    await env.sweep(after=MINUTE)
    assert len(env.discord.lines) == 1
    await env.sweep(after=MINUTE)
    assert len(env.discord.lines) == 1
    assert [(one.outcome, one.is_owed) for one in await env.posts(LOG)] == [(Outcome.SENT, False)]


async def test_a_channel_that_is_gone_is_said_and_tried_again_for_a_day(env: CasesEnv) -> None:
    await env.choose(log_channel_id=5)
    env.discord.faults["send"] = Fault.REFUSES
    done = await env.done("warn", env.someone())
    assert done.logged is Outcome.REFUSED
    assert env.discord.calls.count(("send", 5)) == 1
    await env.choose(log_channel_id=6)
    env.discord.faults.clear()
    await env.sweep(after=MINUTE)
    assert [env.discord.calls.count(("send", channel)) for channel in (5, 6)] == [1, 1]
    env.discord.faults["send"] = Fault.REFUSES
    await env.done("warn", env.someone())
    await env.sweep(after=25 * HOUR)
    env.discord.calls.clear()
    await env.sweep(after=25 * HOUR)
    assert env.discord.calls == []


async def test_an_entry_that_somebody_deleted_is_posted_anew(env: CasesEnv) -> None:
    await env.choose(log_channel_id=5)
    case = await env.order("warn", env.someone())
    env.discord.lines.clear()
    await env.process.book.edit(HARBOUR_MASTER, case.number, Changes(reason="Spam"))
    assert dict(env.discord.lines[2].fields)["Reason"] == "Spam"


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.LATE])
async def test_a_letter_without_an_answer_arrives_once(env: CasesEnv, fault: Fault) -> None:
    """Looked for first; and the log no longer says that it could not be delivered."""
    await env.choose(log_channel_id=5)
    env.discord.faults["tell"] = fault
    done = await env.done("warn", env.someone())
    assert done.told is Outcome.LATE
    assert "Direct message" in dict(env.discord.lines[1].fields)
    env.discord.faults.clear()
    await env.sweep(after=MINUTE)
    assert len(env.discord.letters) == 1
    assert [one.outcome for one in await env.posts(DIRECT)] == [Outcome.SENT]
    await env.sweep(after=MINUTE)
    assert "Direct message" not in dict(env.discord.lines[1].fields)


@pytest.mark.parametrize("kind", ["ban", "kick"])
async def test_a_letter_before_what_discord_refused_is_taken_back(
    env: CasesEnv, kind: CaseType
) -> None:
    env.discord.faults[kind] = Fault.REFUSES
    with pytest.raises(UserError, match="is void"):
        await env.order(kind, env.someone())
    assert order_of(env, "tell", "untell") == ["tell", "untell"]
    assert env.discord.letters == []


async def test_a_letter_that_a_crash_kept_back_is_sent_unless_it_is_late(env: CasesEnv) -> None:
    for wait, letters in ((MINUTE, 1), (2 * HOUR, 1)):
        env.discord.faults["tell"] = Fault.CRASH_BEFORE
        with pytest.raises(ProcessDied):
            await env.order("warn", env.someone())
        env.discord.faults.clear()
        await env.again()
        await env.sweep(after=wait)
        assert len(env.discord.letters) == letters


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
async def test_hostile_reasons_stay_text(env: CasesEnv, reason: str) -> None:
    await env.choose(log_channel_id=5)
    otter = env.someone()
    case = await env.order("warn", otter, reason=reason)
    stored = case.reason or ""
    assert not set(stored) & {"\u202e", "\u2066", "\x00", "\x1b", "\n"}
    ((_kind, data),) = await env.told(otter)
    assert data["reason"] == stored
    shown = dict(env.discord.lines[1].fields)["Reason"]
    assert re.search(r"(?<!\\)[<\[*|`#]", shown) is None
    assert shown.replace("\\", "") == stored.replace("\\", "")
    assert env.discord.lines[1].pings == ()


async def test_a_server_s_name_is_text_too(env: CasesEnv) -> None:
    await env.order("warn", env.someone())
    assert env.discord.letters[0][1].text == "You were warned in The \\*Harbour\\*."
