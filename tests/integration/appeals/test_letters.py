"""The letter to the person: what came of it, once, where Discord lets it through."""

from datetime import timedelta
from typing import Any

import pytest

from bot.acts import Outcome
from bot.features.appeals.messages import DIRECT
from tests.integration.appeals.appeals_env import (
    DAY,
    HOUR,
    LEASE,
    PUBLIC_URL,
    AppealsEnv,
)
from tests.support.fake_acts import Fault


async def came_of_it(env: AppealsEnv) -> list[Outcome | None]:
    """What came of each letter."""
    return [one.outcome for one in await env.posts(DIRECT)]


@pytest.mark.parametrize(("decision", "words"), [("approved", "approved"), ("denied", "denied")])
async def test_the_person_is_told_what_came_of_it(
    env: AppealsEnv, decision: Any, words: str
) -> None:
    case, _token, one = await env.appealed("timeout")
    await env.decide(one, decision, "_Because_")
    await env.sweep_appeals()
    letter = env.letters_to(case.user_id)[-1]
    assert (letter.title, letter.pings) == ("The \\*Harbour\\*", ())
    assert letter.text == f"Your appeal in The \\*Harbour\\* was {words}."
    assert letter.fields == (("Reason", "\\_Because\\_"),)
    if decision == "denied":
        url = letter.buttons[0].url or ""
        page = await env.appeals.look(url.removeprefix(f"{PUBLIC_URL}/appeals/"))
        assert page.number == case.number
    else:
        assert letter.buttons == ()
    assert await came_of_it(env) == [Outcome.SENT]
    await env.sweep_appeals(after=LEASE)
    assert len(env.letters_to(case.user_id)) == 2


async def test_the_person_is_told_that_it_ended(env: AppealsEnv) -> None:
    case, _token, _one = await env.appealed("mute", duration=HOUR)
    await env.sweep(after=HOUR)
    await env.sweep_appeals()
    assert "is closed" in env.letters_to(case.user_id)[-1].text


async def test_who_takes_no_letters_reads_it_on_the_page(env: AppealsEnv) -> None:
    """Somebody banned may share no server with the bot."""
    case, token, one = await env.appealed("ban")
    await env.decide(one, "denied", "No.")
    await env.sweep_appeals()
    assert await came_of_it(env) == [Outcome.REFUSED]
    assert len(env.letters_to(case.user_id)) == 1
    assert (await env.appeals.look(token)).decision_reason == "No."
    await env.sweep_appeals(after=LEASE)
    assert [name for name, _about in env.discord.calls].count("tell") == 2


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.LATE])
async def test_a_letter_without_an_answer_is_there_once(env: AppealsEnv, fault: Fault) -> None:
    """It is looked for before it is sent again."""
    case, _token, one = await env.appealed("mute")
    env.discord.faults["tell"] = fault
    await env.decide(one)
    await env.sweep_appeals()
    assert await came_of_it(env) == [Outcome.LATE]
    env.discord.faults.clear()
    await env.sweep_appeals(after=LEASE)
    assert await came_of_it(env) == [Outcome.SENT]
    assert len(env.letters_to(case.user_id)) == 2


async def test_a_letter_of_days_ago_is_not_sent(env: AppealsEnv) -> None:
    case, _token, one = await env.appealed("mute")
    await env.decide(one)
    await env.again()
    await env.sweep_appeals(after=DAY + timedelta(seconds=1))
    assert await came_of_it(env) == [Outcome.LATE]
    assert len(env.letters_to(case.user_id)) == 1
