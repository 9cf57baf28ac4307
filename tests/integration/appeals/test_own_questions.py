"""Questions of the guild's own: what is asked, what is kept, what receivers get."""

import pytest

from bot.features.appeals.answers import mark
from bot.features.appeals.model import BadMessage, PageState
from tests.integration.appeals.appeals_env import MESSAGE, AppealsEnv

ASKED = ("What *happened*?", "Anything <else>?")


@pytest.fixture
async def env(env: AppealsEnv) -> AppealsEnv:
    await env.prefer("question_2", ASKED[0])
    await env.prefer("question_4", ASKED[1])
    return env


async def test_the_answers_are_one_message_everywhere(env: AppealsEnv) -> None:
    case, token = await env.punished()
    assert (await env.appeals.look(token)).questions == ASKED
    page = await env.appeals.submit(token, "I was loud.", "@everyone No.", asked=mark(ASKED))
    message = "What *happened*?\nI was loud.\n\nAnything <else>?\n@everyone No."
    assert (page.state, page.message) == (PageState.OPEN, message)
    kind, data = (await env.told(case.user_id))[-1]
    assert (kind, list(data)) == ("case.appealed", ["case_id", "appeal_id", "user_id", "message"])
    assert data["message"] == message
    await env.sweep_appeals()
    (card,) = env.discord.lines.values()
    assert card.text.startswith("What \\*happened\\*?\nI was loud.")
    assert card.pings == ()


async def test_what_was_asked_before_a_change_is_not_taken_for_what_is_asked_now(
    env: AppealsEnv,
) -> None:
    _case, token = await env.punished()
    await env.prefer("question_2", "And now?")
    with pytest.raises(BadMessage, match="changed what they ask"):
        await env.appeals.submit(token, "a", "b", asked=mark(ASKED))
    await env.prefer("question_2", None)
    await env.prefer("question_4", None)
    with pytest.raises(BadMessage, match="changed what they ask"):
        await env.appeals.submit(token, "a", "b", asked=mark(ASKED))
    assert await env.appeal_rows() == []
    assert (await env.appeals.submit(token, MESSAGE)).message == MESSAGE
