"""Questionnaire of a ticket type: its questions in their order, each change refused or made whole.

A question is named by its place and its mark, so that nobody changes another one than they saw.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from bot.errors import NotFound, UserError
from bot.features.tickets.types import OPTIONS, QUESTIONS, FormQuestion, QuestionKind
from bot.texts import N_, _
from bot.user_text import clean_line, clean_paragraphs

OPTION_LIMIT = 100  # characters (source: Discord's component reference, "Select Option")
Questionnaire = tuple[FormQuestion, ...]

KINDS = {
    QuestionKind.SHORT: N_("A line of text"),
    QuestionKind.LONG: N_("Several lines of text"),
    QuestionKind.CHOICE: N_("A menu of options"),
    QuestionKind.RADIO: N_("One of some buttons"),
    QuestionKind.BOXES: N_("Boxes to tick"),
    QuestionKind.FILES: N_("Files to hand in"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Place of a question in a form as somebody saw it; from 0."""

    number: int
    mark: str


def mark_of(question: FormQuestion) -> str:
    """Mark of a question, by which another at its place is told from it."""
    return f"{zlib.crc32(question.model_dump_json().encode()):08x}"


def made(text: str, about: str, kind: str, options: str, *, is_required: bool) -> FormQuestion:
    """A question as it was typed, an option a line; a UserError says what does not fit."""
    offered = tuple(
        dict.fromkeys(one for line in options.splitlines() if (one := clean_line(line)))
    )
    if len(offered) > OPTIONS:
        text_ = _("A question can have {count} options, one in each line.")
        raise UserError(text_.format(count=OPTIONS))
    if any(len(one) > OPTION_LIMIT for one in offered):
        raise UserError(_("An option can have {count} characters.").format(count=OPTION_LIMIT))
    try:
        question = FormQuestion(
            text=clean_line(text) if clean_paragraphs(text) else "",
            about=clean_line(about),
            kind=QuestionKind(kind),
            options=offered,
            is_required=is_required,
        )
    except ValidationError:
        raise UserError(_("A question needs a text that can be seen.")) from None
    return question if question.has_options else question.model_copy(update={"options": ()})


def refuse(form: Sequence[FormQuestion]) -> None:
    """A UserError for a form that Discord would not show, or that nobody could answer."""
    if len(form) > QUESTIONS:
        raise UserError(_("A form can have {count} questions.").format(count=QUESTIONS))
    texts = [one.text for one in form]
    if len({*texts}) < len(texts):
        raise UserError(_("Two questions read the same: change one."))
    for one in form:
        if one.has_options and not one.options:
            text = _("“{question}” has nothing to choose from: give it options.")
            raise UserError(text.format(question=one.text))


def answered(form: Questionnaire, given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Answers that came without the form, in its order; a UserError for one that does not fit.

    None is needed, as where the staff open a ticket for somebody; a box is an answer of its own.
    """
    answers = dict[str, list[str]]()
    for question, answer in given:
        answers.setdefault(question, []).append(answer)
    if strange := sorted(answers.keys() - {one.text for one in form}):
        raise UserError(_("The form does not ask “{question}”.").format(question=strange[0]))
    return {one.text: _fitting(one, answers[one.text]) for one in form if one.text in answers}


def _fitting(question: FormQuestion, chosen: Sequence[str]) -> str:
    if question.kind is QuestionKind.FILES:
        text = _("“{question}” asks for files: leave it out, and send them in the ticket.")
    elif question.has_options and not {*chosen} <= {*question.options}:
        text = _("“{question}” is answered with one of these: {options}.")
    elif len(chosen) > 1 and question.kind is not QuestionKind.BOXES:
        text = _("“{question}” has one answer.")
    else:
        return ", ".join(dict.fromkeys(chosen))
    raise UserError(text.format(question=question.text, options=", ".join(question.options)))


def found(form: Questionnaire, place: Place) -> FormQuestion:
    """The question there; NotFound where it is another by now."""
    if place.number < len(form) and mark_of(form[place.number]) == place.mark:
        return form[place.number]
    raise NotFound(_("That question was changed meanwhile. Look at the questions again."))


def added(form: Questionnaire, question: FormQuestion) -> Questionnaire:
    return (*form, question)


def replaced(form: Questionnaire, place: Place, question: FormQuestion) -> Questionnaire:
    found(form, place)
    return (*form[: place.number], question, *form[place.number + 1 :])


def removed(form: Questionnaire, place: Place) -> Questionnaire:
    found(form, place)
    return (*form[: place.number], *form[place.number + 1 :])


def raised(form: Questionnaire, place: Place) -> Questionnaire:
    """That question before the one that stands before it; the first goes to the end."""
    question = found(form, place)
    rest = removed(form, place)
    to = place.number - 1 if place.number else len(rest)
    return (*rest[:to], question, *rest[to:])
