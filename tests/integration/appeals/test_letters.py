"""The letter to the person: what came of it, once, where Discord lets it through."""

from datetime import timedelta
from typing import Any

import pytest

from bot.acts import Outcome
from bot.features.appeals.messages import LETTER
from tests.integration.appeals.appeals_env import (
    DAY,
    HOUR,
    LEASE,
    PUBLIC_URL,
    AppealsBench,
)
from tests.support.fake_acts import Fault


async def came_of_it(bench: AppealsBench) -> list[Outcome | None]:
    """What came of each letter."""
    return [one.outcome for one in await bench.posts(LETTER)]


@pytest.mark.parametrize(("decision", "words"), [("approved", "approved"), ("denied", "denied")])
async def test_the_person_is_told_what_came_of_it(
    bench: AppealsBench, decision: Any, words: str
) -> None:
    case, _token, one = await bench.appealed("timeout")
    await bench.decide(one, decision, "_Because_")
    await bench.sweep_appeals()
    letter = bench.letters_to(case.user_id)[-1]
    assert (letter.title, letter.pings) == ("The \\*Harbour\\*", ())
    assert letter.text == f"Your appeal in The \\*Harbour\\* was {words}."
    assert letter.fields == (("Reason", "\\_Because\\_"),)
    if decision == "denied":
        url = letter.buttons[0].url or ""
        page = await bench.appeals.look(url.removeprefix(f"{PUBLIC_URL}/appeals/"))
        assert page.number == case.number
    else:
        assert letter.buttons == ()
    assert await came_of_it(bench) == [Outcome.SENT]
    await bench.sweep_appeals(after=LEASE)
    assert len(bench.letters_to(case.user_id)) == 2


async def test_the_person_is_told_that_it_ended(bench: AppealsBench) -> None:
    case, _token, _one = await bench.appealed("mute", duration=HOUR)
    await bench.sweep(after=HOUR)
    await bench.sweep_appeals()
    assert "is closed" in bench.letters_to(case.user_id)[-1].text


async def test_who_takes_no_letters_reads_it_on_the_page(bench: AppealsBench) -> None:
    """Somebody banned may share no server with the bot."""
    case, token, one = await bench.appealed("ban")
    await bench.decide(one, "denied", "No.")
    await bench.sweep_appeals()
    assert await came_of_it(bench) == [Outcome.REFUSED]
    assert len(bench.letters_to(case.user_id)) == 1
    assert (await bench.appeals.look(token)).decision_reason == "No."
    await bench.sweep_appeals(after=LEASE)
    assert [name for name, _about in bench.discord.calls].count("tell") == 2


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.LATE])
async def test_a_letter_without_an_answer_is_there_once(bench: AppealsBench, fault: Fault) -> None:
    """It is looked for before it is sent again."""
    case, _token, one = await bench.appealed("mute")
    bench.discord.faults["tell"] = fault
    await bench.decide(one)
    await bench.sweep_appeals()
    assert await came_of_it(bench) == [Outcome.LATE]
    bench.discord.faults.clear()
    await bench.sweep_appeals(after=LEASE)
    assert await came_of_it(bench) == [Outcome.SENT]
    assert len(bench.letters_to(case.user_id)) == 2


async def test_a_letter_of_days_ago_is_not_sent(bench: AppealsBench) -> None:
    case, _token, one = await bench.appealed("mute")
    await bench.decide(one)
    await bench.again()
    await bench.sweep_appeals(after=DAY + timedelta(seconds=1))
    assert await came_of_it(bench) == [Outcome.LATE]
    assert len(bench.letters_to(case.user_id)) == 1
