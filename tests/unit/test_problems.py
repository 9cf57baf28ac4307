"""Problems with what was typed: said in the reader's language, pydantic's as well as ours."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from pydantic import BaseModel, Field, ValidationError

from bot.dialects.vektor import Vektor
from bot.errors import UserError
from bot.features.endpoints.event_choices import lacking
from bot.features.giveaways import proof
from bot.features.tickets.types import TypeChoices
from bot.problems import SAID, said
from tests.support.pseudo_locales import accented, spoken

TYPED = re.compile(
    r"Mon?\b[^⟧]*?(?=[“”⟧])|Europe/\w+|Mon-Fri|[a-z]+\.[a-z_]+|vektor|algorithm|JSON|'[a-z]+'"
)
"""What stands there as it was typed, and names in any language."""
REFUSED: dict[str, Callable[[], object]] = {
    **{
        typed: partial(TypeChoices().changed, "hours", typed)
        for typed in ("Mo 9-17", "Mon 17:00-9:00", "Mon 9-17 9:00-9:01 Europe/Nowhere")
    },
    "long": partial(TypeChoices().changed, "about", "5" * 2000),
    "a choice": partial(TypeChoices().changed, "place", "5"),
    "a switch": partial(TypeChoices().changed, "has_transcript", "5"),
    "no proof": partial(proof.read, '{"a":1}'),
    "no JSON": partial(proof.read, "5{"),
}


def left(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]{2,}", TYPED.sub("", text))


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_speaks_the_reader_s_language(name: str) -> None:
    with spoken(accented), pytest.raises(UserError) as refused:
        REFUSED[name]()
    assert left(str(refused.value)) == []


def test_events_that_a_dialect_lacks_are_named_in_it() -> None:
    with spoken(accented):
        assert left(str(lacking(Vektor("test"), "ticket.opened"))) == []


class Asked(BaseModel):
    number: int = Field(ge=1, le=2)


@pytest.mark.parametrize("typed", [0, 3, "x", 1.5, None, [], "1.5"])
def test_every_problem_is_in_words_of_ours(typed: object) -> None:
    with pytest.raises(ValidationError) as refused:
        Asked.model_validate({"number": typed})
    (found,) = refused.value.errors()
    assert found["msg"] not in said(found)
    with spoken(accented):
        assert left(said(found)) == []


def test_texts_name_only_what_pydantic_tells() -> None:
    assert all(not re.search(r"{(?!ge|le|lt|max_length|expected)", text) for text in SAID.values())
