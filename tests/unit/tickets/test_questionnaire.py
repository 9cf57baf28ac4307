"""The questions of a type: each change is made where it was meant, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotFound, UserError
from bot.features.tickets.questionnaire import (
    Place,
    added,
    found,
    made,
    mark_of,
    raised,
    refuse,
    removed,
    replaced,
)
from bot.features.tickets.types import FormQuestion, QuestionKind, TypeChoices

FORMS = st.lists(st.text("abcde", min_size=1, max_size=3), min_size=1, max_size=5, unique=True).map(
    lambda texts: tuple(FormQuestion(text=one) for one in texts)
)


def at(form: tuple[FormQuestion, ...], number: int) -> Place:
    return Place(number, mark_of(form[number]))


@given(form=FORMS, data=st.data())
def test_a_question_moves_up_and_around(
    form: tuple[FormQuestion, ...], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(form) - 1))
    moved = raised(form, at(form, number))
    assert sorted(one.text for one in moved) == sorted(one.text for one in form)
    assert moved[number - 1] == form[number]
    rest = [one for one in form if one != form[number]]
    assert [one for one in moved if one != form[number]] == rest


@given(form=FORMS, data=st.data())
def test_one_question_alone_is_changed_or_goes(
    form: tuple[FormQuestion, ...], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(form) - 1))
    other = FormQuestion(text="other", kind=QuestionKind.LONG)
    changed = replaced(form, at(form, number), other)
    assert changed[number] == other
    assert removed(changed, at(changed, number)) == removed(form, at(form, number))
    assert added(form, other)[:-1] == form


@pytest.mark.parametrize("number", [0, 1, 4])
def test_a_question_that_is_another_by_now_is_not_found(number: int) -> None:
    form = (FormQuestion(text="Which boat?"),)
    with pytest.raises(NotFound, match="changed meanwhile"):
        found(form, Place(number, "00000000"))
    same = FormQuestion(text="Which boat?", is_required=False)
    with pytest.raises(NotFound, match="changed meanwhile"):
        removed((same,), at(form, 0))


def test_a_question_is_kept_without_what_cannot_be_seen() -> None:
    question = made(" Which\x00 boat? ", "a\nb", "radio", "One\n\n Two \nOne", is_required=True)
    assert (question.text, question.about, question.options) == (
        "Which boat?",
        "a b",
        ("One", "Two"),
    )
    assert made("Why?", "", "long", "One\nTwo", is_required=True).options == ()


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ([FormQuestion(text=str(number)) for number in range(6)], "can have 5 questions"),
        ([FormQuestion(text="a"), FormQuestion(text="a")], "read the same"),
        ([FormQuestion(text="a", kind=QuestionKind.RADIO)], "nothing to choose from"),
    ],
)
def test_a_form_that_cannot_be_shown_is_refused(form: list[FormQuestion], told: str) -> None:
    with pytest.raises(UserError, match=told):
        refuse(form)


@pytest.mark.parametrize("emoji", ["", "🎫", "❤️", "🇩🇪", "1️⃣", "<:boat:123456789012345678>"])
def test_one_emoji_is_taken(emoji: str) -> None:
    assert TypeChoices().changed("emoji", emoji).emoji == emoji


@pytest.mark.parametrize("emoji", ["x", "🎫🎫", "🎫 ", ":ticket:", "<:boat:1>", "1"])
def test_what_is_no_emoji_is_refused(emoji: str) -> None:
    with pytest.raises(UserError, match="one emoji is needed, or none"):
        TypeChoices().changed("emoji", emoji)


@pytest.mark.parametrize("name", ["", " ", "\u200b", "\x00\x07"])
def test_a_name_that_nobody_sees_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="does not fit Name"):
        TypeChoices().changed("name", name)
