"""Languages: the first that the visitor asks for and we have, and English else."""

import pytest

from bot.texts import direction, translated
from bot.web.languages import chosen

KNOWN = ["de", "pt_BR", "ar"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE-at,en;q=0.5", "de"),
        ("pt-BR,pt;q=0.9", "pt-br"),
        ("pt", "en"),
        ("fr, de;q=0.8, en;q=0.9", "en"),
        ("fr, de;q=0.9, en;q=0.8", "de"),
        ("en;q=0.5, de;q=0.5", "en"),
        ("de;q=0, en", "en"),
        ("de;q=0", "en"),
        ("de; q = 0.7", "de"),
        ("ar;q=.5, de;q=0.4", "ar"),
        ("de;level=1;q=0.4, ar;q=0.3", "de"),
        ("de;", "de"),
        ("fr, *", "en"),
        ("", "en"),
        (",,;q=,", "en"),
        ("de;q=nan", "en"),
        ("de;q=many", "en"),
        ("../de", "en"),
        ("x" * 5000, "en"),
        ("fr," * 5000 + "de", "en"),
    ],
)
def test_the_language_is_chosen_by_the_header(accepted: str, language: str) -> None:
    assert chosen(accepted, KNOWN) == language


def test_right_to_left_languages_turn_the_page() -> None:
    assert [direction(name) for name in ("ar", "he", "fa-ir", "de", "en")] == [
        *("rtl", "rtl", "rtl", "ltr", "ltr")
    ]


def test_only_languages_with_a_translation_are_known() -> None:
    assert all(chosen(name.replace("_", "-"), translated()) != "en" for name in translated())
