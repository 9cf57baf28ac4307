"""Answers to a guild's own questions: the message that they make, and how it is taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.features.appeals.answers import (
    BETWEEN,
    QUESTION_LIMIT,
    QUESTIONS,
    mark,
    message_of,
    room,
    spread,
)
from bot.features.appeals.model import MESSAGE_LIMIT, BadMessage
from bot.features.appeals.settings import AppealsSettings

ASKED = ("What happened?", "Why should we lift it?")


def test_each_question_stands_above_its_answer() -> None:
    message = message_of(ASKED, ["I was\r\n\r\n\r\nloud.", " Sorry. "], mark(ASKED))
    assert message == "What happened?\nI was\nloud.\n\nWhy should we lift it?\nSorry."


@given(
    st.lists(
        st.text(st.characters(categories=["L", "P"]), min_size=1, max_size=QUESTION_LIMIT),
        min_size=1,
        max_size=QUESTIONS,
    ),
    st.data(),
)
def test_a_message_can_be_taken_apart_whatever_is_answered(
    questions: list[str], data: st.DataObject
) -> None:
    answers = [
        data.draw(st.text(st.sampled_from("ab \n\r\u200b"), max_size=40)) + "x" for _ in questions
    ]
    message = message_of(questions, answers, mark(questions))
    parts = message.split(BETWEEN)
    assert [part.partition("\n")[0] for part in parts] == questions
    assert all(part.partition("\n")[2].endswith("x") for part in parts)


@pytest.mark.parametrize("count", range(1, QUESTIONS + 1))
def test_the_longest_answers_fill_a_message_and_one_more_is_refused(count: int) -> None:
    questions = tuple("Q" * (QUESTION_LIMIT - 1) + str(number) for number in range(count))
    limit = room(questions)
    message = message_of(questions, ["a" * limit] * count, mark(questions))
    assert MESSAGE_LIMIT - count < len(message) <= MESSAGE_LIMIT
    longer = ["a" * limit] * (count - 1) + ["a" * (limit + 1)]
    with pytest.raises(BadMessage, match=f"at most {limit} characters") as refused:
        message_of(questions, longer, mark(questions))
    assert refused.value.place == count - 1


@pytest.mark.parametrize(
    ("texts", "place"), [(["", "b"], 0), (["a", " \n\u200b"], 1), (["a"], 1), ([], 0)]
)
def test_every_question_is_answered(texts: list[str], place: int) -> None:
    with pytest.raises(BadMessage, match="Answer this question") as refused:
        message_of(ASKED, texts, mark(ASKED))
    assert refused.value.place == place


@pytest.mark.parametrize(
    ("questions", "asked"), [(ASKED, ""), (ASKED, mark(ASKED[:1])), ((), mark(ASKED))]
)
def test_answers_to_other_questions_are_not_taken(questions: tuple[str, ...], asked: str) -> None:
    with pytest.raises(BadMessage, match="have changed what they ask"):
        message_of(questions, ["a", "b"], asked)


def test_nothing_typed_is_lost_where_there_are_other_places() -> None:
    assert spread([], 2) == ["", ""]
    assert spread(["a"], 3) == ["a", "", ""]
    assert spread(["a", "b", "c"], 2) == ["a", "b\nc"]
    assert spread(["a", "", "c"], 1) == ["a\nc"]


def test_questions_are_lines_in_their_order_and_can_be_emptied() -> None:
    settings = AppealsSettings()
    assert settings.questions == ()
    settings = settings.changed("question_3", " Why\n here? ").changed("question_1", "Who?")
    assert settings.questions == ("Who?", "Why here?")
    assert settings.changed("question_1", None).questions == ("Why here?",)
    assert settings.changed("question_1", " \u202e ").questions == ("Why here?",)
    assert settings.changed("question_5", "x" * QUESTION_LIMIT).questions[-1] == "x" * 100
    with pytest.raises(UserError, match="does not fit Question 2"):
        settings.changed("question_2", "x" * (QUESTION_LIMIT + 1))
