"""Answers to a guild's own questions, and the one message that is made of them: pure."""

import hashlib
from collections.abc import Sequence
from itertools import zip_longest

from bot.features.appeals.model import MESSAGE_LIMIT, BadMessage, clean_message
from bot.texts import _
from bot.user_text import clean_paragraphs

QUESTIONS = 5
QUESTION_LIMIT = 100  # characters
BETWEEN = "\n\n"  # no answer holds it, so that a message can be taken apart again


def mark(questions: Sequence[str]) -> str:
    """Mark of these questions, by which a form says which ones it asked; empty without any."""
    return hashlib.sha256("\n".join(questions).encode()).hexdigest()[:16] if questions else ""


def room(questions: Sequence[str]) -> int:
    """Characters of each answer: its share of what the questions leave of a message."""
    if not questions:
        return MESSAGE_LIMIT
    between = len(questions) + len(BETWEEN) * (len(questions) - 1)
    return (MESSAGE_LIMIT - between - sum(map(len, questions))) // len(questions)


def spread(texts: Sequence[str], places: int) -> list[str]:
    """What was typed, in as many places: of one too many, the rest goes into the last."""
    kept = list(texts[:places]) + [""] * (places - len(texts))
    rest = [kept[-1], *texts[places:]]
    return [*kept[:-1], "\n".join(text for text in rest if text)]


def message_of(questions: Sequence[str], texts: Sequence[str], asked: str) -> str:
    """The message as it is kept; BadMessage says what does not fit, and of which answer.

    Each question is a line, its answer the lines below it, with an empty line before the next
    question. An answer keeps its lines, but none that is empty.
    """
    if asked != mark(questions):
        words = _("The staff have changed what they ask. Your words are still here: look at them.")
        raise BadMessage(words, None)
    if not questions:
        return clean_message(texts[0] if texts else "")
    pairs = zip_longest(questions, texts[: len(questions)], fillvalue="")
    limit = room(questions)
    return BETWEEN.join(
        f"{question}\n{_answer(text, place, limit)}" for place, (question, text) in enumerate(pairs)
    )


def _answer(text: str, place: int, limit: int) -> str:
    answer = "\n".join(line for line in clean_paragraphs(text).split("\n") if line)
    if not answer:
        raise BadMessage(_("Answer this question."), place)
    if len(answer) > limit:
        words = _("Use at most {limit} characters; these are {count}.")
        raise BadMessage(words.format(limit=limit, count=len(answer)), place)
    return answer
