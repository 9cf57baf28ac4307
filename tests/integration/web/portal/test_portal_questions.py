"""Own questions on the page: escaped, each its field, and nothing typed is lost."""

import html
import re
from datetime import timedelta

import pytest

from bot.features.appeals.answers import mark, room
from bot.web.forms import VALID
from tests.integration.web.portal.portal_env import Answer, PortalEnv, Visitor
from tests.support.fake_acts import Fault

ASKED = ("<b>What</b> happened?", 'Why "now" & here?')


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One engine will do: what is tested here never reaches it."""
    return sqlite_url


@pytest.fixture
async def portal(portal: PortalEnv) -> PortalEnv:
    await portal.choose(question_1=ASKED[0], question_2=ASKED[1])
    return portal


def typed(answer: Answer) -> list[str]:
    found = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL)
    return [html.unescape(text) for text in found]


async def test_each_question_is_the_label_of_its_field(portal: PortalEnv, visitor: Visitor) -> None:
    _case, path = await portal.punished()
    answer = await visitor.get(path)
    page = answer.page
    assert [one["name"] for one in page.all("textarea")] == ["answer1", "answer2"]
    assert [one["for"] for one in page.all("label")] == ["answer1", "answer2"]
    assert {one["maxlength"] for one in page.all("textarea")} == {str(room(ASKED))}
    assert all(question in page.words for question in ASKED)
    assert "<b>What" not in answer.text
    assert "What should the staff know?" not in page.words


async def test_the_answers_are_sent_and_shown_as_text(portal: PortalEnv, visitor: Visitor) -> None:
    case, path = await portal.punished()
    fields = {**await visitor.fill(path), "answer1": "<script>x</script>", "answer2": "Sorry."}
    assert (await visitor.post(path, fields)).status == 303
    (appeal,) = await portal.of(case)
    message = f"{ASKED[0]}\n<script>x</script>\n\n{ASKED[1]}\nSorry."
    assert appeal.message == message
    answer = await visitor.get(path)
    assert "<script>" not in answer.text
    assert " ".join(message.split()) in answer.page.words


async def test_the_answer_at_fault_is_named_and_the_others_are_kept(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    refused = await visitor.post(path, {**await visitor.fill(path), "answer1": "I <was> & am"})
    assert refused.status == 422
    assert typed(refused) == ["I <was> & am", ""]
    wrong = refused.page.all("textarea", **{"aria-invalid": "true"})
    assert [(one["name"], one["aria-describedby"]) for one in wrong] == [
        ("answer2", "hint problem")
    ]
    assert refused.page.all("a", href="#answer2")
    assert await portal.of(case) == []


async def test_questions_changed_meanwhile_keep_what_was_typed(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    fields = {**await visitor.fill(path), "answer1": "One", "answer2": "Two"}
    await portal.choose(question_1="Only this?", question_2=None)
    refused = await visitor.post(path, fields)
    assert refused.status == 422
    assert typed(refused) == ["One\nTwo"]
    assert "have changed what they ask" in refused.page.words
    assert refused.page.all("textarea", **{"aria-invalid": "true"}) == []
    await portal.choose(question_1=None)
    refused = await visitor.post(path, fields)
    assert (refused.status, typed(refused)) == (422, ["One\nTwo"])
    assert await portal.of(case) == []


async def test_a_message_typed_before_there_were_questions_is_kept(
    portal: PortalEnv, visitor: Visitor
) -> None:
    await portal.choose(question_1=None, question_2=None)
    _case, path = await portal.punished()
    fields = {**await visitor.fill(path), "message": "My side"}
    await portal.choose(question_1="What happened?", question_2="Why?")
    refused = await visitor.post(path, fields)
    assert (refused.status, typed(refused)) == (422, ["My side", ""])


async def test_a_form_that_is_not_ours_sends_no_answers(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    answers = {"answer1": "One", "answer2": "Two", "asked": mark(ASKED)}
    refused = await visitor.post(path, answers)
    assert (refused.status, typed(refused)) == (403, ["One", "Two"])
    fields = await visitor.fill(path)
    crossed = await visitor.post(path, {**fields, **answers}, Sec_Fetch_Site="cross-site")
    assert (crossed.status, typed(crossed)) == (403, ["", ""])
    portal.cases.clock.advance((VALID + timedelta(minutes=1)).total_seconds())
    old = await visitor.post(path, {**fields, **answers})
    assert (old.status, typed(old)) == (403, ["One", "Two"])
    assert await portal.of(case) == []


async def test_an_error_page_gives_all_answers_back(portal: PortalEnv, visitor: Visitor) -> None:
    _case, path = await portal.punished()
    fields = {**await visitor.fill(path), "answer1": "One", "answer2": "Two"}
    portal.cases.discord.is_connected = False
    answer = await visitor.post(path, fields)
    assert answer.status == 503
    assert "One Two" in answer.page.words


async def test_a_server_that_another_process_hears_of_is_asked_for(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    discord = portal.cases.discord
    discord.is_known = False
    fields = {**await visitor.fill(path), "answer1": "One", "answer2": "Two"}
    discord.is_known, discord.faults["know"] = False, Fault.LOST
    answer = await visitor.post(path, fields)
    assert answer.status == 503
    assert "One Two" in answer.page.words
    del discord.faults["know"]
    assert (await visitor.post(path, fields)).status == 303
    assert len(await portal.of(case)) == 1


async def test_the_longest_answers_in_any_script_are_taken(
    portal: PortalEnv, visitor: Visitor
) -> None:
    questions = {f"question_{number}": "\u6f22" * 99 + str(number) for number in range(1, 6)}
    await portal.choose(**questions)
    case, path = await portal.punished()
    limit = room(tuple(questions.values()))
    answers = {f"answer{number}": "\U0001f600" * limit for number in range(1, 6)}
    assert (await visitor.post(path, {**await visitor.fill(path), **answers})).status == 303
    assert len((await portal.of(case))[0].message) <= 2000


async def test_the_invite_is_a_link_while_it_works(portal: PortalEnv, visitor: Visitor) -> None:
    await portal.choose(question_1=None, question_2=None, invite_channel_id=8)
    case, path = await portal.punished()
    await visitor.send(path, "Sorry")
    assert "discord.gg" not in (await visitor.get(path)).text
    await portal.decide(case, "approved")
    (link,) = (await visitor.get(path)).page.all("a", href="https://discord.gg/code1")
    assert link["rel"] == "noreferrer"
    portal.cases.clock.advance(timedelta(days=7).total_seconds())
    assert "discord.gg" not in (await visitor.get(path)).text
