"""What can be sent through a link, how often, and what of it is kept."""

import asyncio

import pytest

from bot.features.appeals.model import MESSAGE_LIMIT, BadMessage, CannotAppeal, PageState
from tests.integration.appeals.appeals_env import DAY, HOUR, MESSAGE, AppealsEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault


async def test_an_appeal_is_written_down_and_told_in_one_transaction(env: AppealsEnv) -> None:
    case, token = await env.punished()
    page = await env.appeals.submit(token, MESSAGE)
    assert (page.state, page.message) == (PageState.OPEN, MESSAGE)
    assert page == await env.appeals.look(token)
    (row,) = await env.appeal_rows()
    assert (row["state"], row["attempt"], row["case_id"]) == ("open", 1, case.id)
    assert (await env.told(case.user_id))[-1] == (
        "case.appealed",
        {
            "case_id": case.id,
            "appeal_id": row["id"],
            "user_id": str(case.user_id),
            "message": MESSAGE,
        },
    )


async def test_a_used_link_sends_nothing_twice(env: AppealsEnv) -> None:
    _case, token, one = await env.appealed()
    with pytest.raises(CannotAppeal, match="have not decided yet"):
        await env.appeals.submit(token, "Once more")
    await env.decide(one)
    with pytest.raises(CannotAppeal, match="approved already"):
        await env.appeals.submit(token, "Once more")
    assert [row["message"] for row in await env.appeal_rows()] == [MESSAGE]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a", "a"),
        ("a" * MESSAGE_LIMIT, "a" * MESSAGE_LIMIT),
        ("  a \r\n\r\n\r\n\r\n b\tc ", "a\n\nb c"),
        ("x" * MESSAGE_LIMIT + "   \n ", "x" * MESSAGE_LIMIT),
        ("<b>I am</b> <script>alert(1)</script> & co", None),
        ("@everyone <@123> [here](https://evil.example) `x`", None),
        ("a\u202eb\u2066c\u200bd\ufeff\u0000e", "abcd e"),
        ("Cafe\u0301", "Café"),
        ("👩\u200d👩\u200d👧 نص", None),
    ],
)
async def test_what_is_typed_is_kept_as_typed_but_for_what_hides(
    env: AppealsEnv, typed: str, kept: str | None
) -> None:
    case, token = await env.punished()
    page = await env.appeals.submit(token, typed)
    expected = typed if kept is None else kept
    assert page.message == expected
    assert (await env.told(case.user_id))[-1][1]["message"] == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   \n\t\r\n ",
        "\u200b\u200d\u2060\ufeff",
        "\u202e\u2066\u200f",
        "\u3164\u2800\u00a0",
        "\ufe0f",
        "\ud800",
        "a" * (MESSAGE_LIMIT + 1),
    ],
    ids=["empty", "spaces", "zero width", "bidi", "blank", "selector", "surrogate", "too long"],
)
@pytest.mark.fewer_on_postgresql("what is refused reaches no statement")
async def test_nothing_to_see_and_too_much_are_refused(env: AppealsEnv, typed: str) -> None:
    _case, token = await env.punished()
    with pytest.raises(BadMessage):
        await env.appeals.submit(token, typed)
    assert await env.appeal_rows() == []
    assert (await env.appeals.look(token)).state is PageState.MAY_APPEAL


async def test_nothing_typed_marks_up_or_pings_on_the_card(env: AppealsEnv) -> None:
    _case, token = await env.punished()
    await env.appeals.submit(token, "@everyone <@123> [here](https://evil.example) # x")
    await env.sweep_appeals()
    (card,) = env.discord.lines.values()
    assert card.pings == ()
    assert card.text == r"\@everyone \<\@123\> \[here\]\(https\:\/\/evil.example\) \# x"


async def test_three_attempts_thirty_days_apart(env: AppealsEnv) -> None:
    _case, token = await env.punished()
    for attempt in (1, 2, 3):
        page = await env.appeals.submit(token, f"Attempt {attempt}")
        assert page.attempts_left == 3 - attempt
        one = (await env.appeals.open_ones(GUILD)).rows[0]
        assert one.attempt == attempt
        env.clock.advance((5 * DAY).total_seconds())  # the wait begins with the decision
        await env.decide(one, "denied", f"No {attempt}")
        if attempt == 3:
            break
        page = await env.appeals.look(token)
        assert (page.state, page.until) == (PageState.TOO_SOON, env.clock.now() + 30 * DAY)
        env.clock.advance((30 * DAY).total_seconds() - 1)
        with pytest.raises(CannotAppeal, match="too early"):
            await env.appeals.submit(token, "Again")
        env.clock.advance(1)
    page = await env.appeals.look(token)
    assert (page.state, page.attempts_left, page.decision_reason) == (
        PageState.USED_UP,
        0,
        "No 3",
    )
    env.clock.advance((31 * DAY).total_seconds())
    with pytest.raises(CannotAppeal, match="cannot be appealed again"):
        await env.appeals.submit(token, "Again")
    assert len(await env.appeal_rows()) == 3


async def test_attempts_and_waiting_are_the_settings(env: AppealsEnv) -> None:
    await env.switch_on(attempts=2, wait_days=1, link_days=3)
    _case, token, one = await env.appealed()
    await env.decide(one, "denied", "No.")
    page = await env.appeals.look(token)
    assert (page.attempts_left, page.until) == (1, env.clock.now() + DAY)
    await env.prefer("attempts", value=1)
    assert (await env.appeals.look(token)).state is PageState.USED_UP


async def test_attempts_count_for_each_case(env: AppealsEnv) -> None:
    case, token, one = await env.appealed("timeout")
    await env.decide(one, "denied", "No.")
    other = await env.order("mute", case.user_id)
    assert (await env.appeals.look(token)).state is PageState.TOO_SOON
    page = await env.appeals.submit(await env.token(other), MESSAGE)
    assert (page.state, page.attempts_left) == (PageState.OPEN, 2)


async def test_fifty_sent_at_once_are_one(env: AppealsEnv) -> None:
    case, token = await env.punished()
    results = await asyncio.gather(
        *(env.appeals.submit(token, f"{MESSAGE} {n}") for n in range(50)), return_exceptions=True
    )
    refused = [one for one in results if isinstance(one, CannotAppeal)]
    assert len(refused) == 49
    assert len(await env.appeal_rows()) == len(await env.cards()) == 1
    assert (await env.about(case)).count("case.appealed") == 1


async def test_two_processes_at_once_are_one(env: AppealsEnv) -> None:
    """The case's row keeps them apart, not memory."""
    case, token = await env.punished()
    first = env.appeals
    await env.again(orderly=True)
    results = await asyncio.gather(
        *(one.submit(token, MESSAGE) for one in (first, env.appeals) * 5), return_exceptions=True
    )
    refused = [one for one in results if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [CannotAppeal] * 9
    assert (await env.about(case)).count("case.appealed") == 1


async def test_switched_off_between_link_and_submission(env: AppealsEnv) -> None:
    _case, token = await env.punished()
    await env.prefer("enabled", value=False)
    assert (await env.appeals.look(token)).state is PageState.SWITCHED_OFF
    with pytest.raises(CannotAppeal, match="takes no appeals"):
        await env.appeals.submit(token, MESSAGE)
    await env.switch_on()
    await env.appeals.submit(token, MESSAGE)
    await env.prefer("enabled", value=False)
    assert (await env.appeals.look(token)).state is PageState.OPEN
    (one,) = (await env.appeals.open_ones(GUILD)).rows
    await env.decide(one, "denied", "No.")
    page = await env.appeals.look(token)
    assert (page.state, page.decision_reason) == (PageState.DENIED, "No.")
    with pytest.raises(CannotAppeal, match="takes no appeals"):
        await env.appeals.submit(token, MESSAGE)


async def test_what_is_over_cannot_be_appealed(env: AppealsEnv) -> None:
    _case, token = await env.punished("tempban", duration=HOUR)
    env.clock.advance(3600)
    assert (await env.appeals.look(token)).state is PageState.ENDED
    with pytest.raises(CannotAppeal, match="ended already"):
        await env.appeals.submit(token, MESSAGE)
    await env.sweep()
    assert (await env.appeals.look(token)).state is PageState.ENDED


async def test_a_ban_is_asked_of_discord_when_the_appeal_is_sent(env: AppealsEnv) -> None:
    """It was lifted by hand, and nothing has told so yet."""
    case, token = await env.punished()
    env.discord.banned.pop(case.user_id)
    with pytest.raises(CannotAppeal, match="ended already"):
        await env.appeals.submit(token, MESSAGE)
    env.discord.banned[case.user_id] = "somebody else's"
    with pytest.raises(CannotAppeal, match="ended already"):
        await env.appeals.submit(token, MESSAGE)
    assert await env.appeal_rows() == []


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.REFUSES])
async def test_without_an_answer_of_discord_people_are_heard(env: AppealsEnv, fault: Fault) -> None:
    _case, token = await env.punished()
    env.discord.faults["ban_reason"] = fault
    assert (await env.appeals.submit(token, MESSAGE)).state is PageState.OPEN


async def test_a_case_that_ends_while_discord_is_asked_is_not_appealed(env: AppealsEnv) -> None:
    case, token = await env.punished()
    env.discord.faults["ban_reason"] = Fault.HANGS
    sent = asyncio.create_task(env.appeals.submit(token, MESSAGE))
    await env.discord.called.wait()
    env.discord.faults.clear()
    await env.order("unban", case.user_id)
    env.discord.let_go.set()
    with pytest.raises(CannotAppeal):
        await sent
    assert await env.appeal_rows() == []
