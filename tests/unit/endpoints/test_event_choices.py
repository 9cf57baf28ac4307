"""Ticking one half of the events leaves the other half, and whole areas, as they were."""

import pytest

from bot.errors import UserError
from bot.features.endpoints.model import (
    AREAS,
    choose_half,
    chosen_of,
    clean_description,
    event_groups,
    parse_patterns,
)

PEOPLE, OTHERS = event_groups()
MEMBERS = tuple(name for name in PEOPLE if name.startswith("member."))


def chosen(patterns: tuple[str, ...], half: tuple[str, ...], *ticked: str) -> tuple[str, ...]:
    return parse_patterns(choose_half(patterns, half, ticked))


def test_an_area_ticks_its_events() -> None:
    assert "member.*" in AREAS
    assert chosen_of(("member.*",), PEOPLE) == frozenset(MEMBERS)
    assert chosen_of(("member.*",), OTHERS) == frozenset()
    assert chosen_of(("*",), OTHERS) == frozenset({"*"})
    assert chosen_of(("member.joined",), PEOPLE) == frozenset({"member.joined"})


def test_one_half_changes_and_the_other_stays() -> None:
    both = ("member.joined", "security.audit_entry")
    assert chosen(both, PEOPLE, "member.left") == ("member.left", "security.audit_entry")
    assert chosen(both, OTHERS) == ("member.joined",)
    assert chosen(both, OTHERS, "*") == ("*",)


def test_an_area_stays_while_all_of_it_is_ticked() -> None:
    patterns = ("member.*", "security.audit_entry")
    assert chosen(patterns, PEOPLE, *MEMBERS) == ("member.*", "security.audit_entry")
    assert chosen(patterns, PEOPLE, "member.joined") == ("member.joined", "security.audit_entry")


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(UserError, match=r"^Choose at least one event: "):
        chosen(("member.joined",), PEOPLE)


def test_a_description_is_one_line_of_at_most_200_characters() -> None:
    assert clean_description("  for\n the   bots ") == "for the bots"
    assert clean_description("x" * 200) == "x" * 200
    with pytest.raises(UserError, match=r"^Use a description of at most 200 characters\.$"):
        clean_description("x" * 201)
    with pytest.raises(UserError, match=r"^A description holds no invisible characters: "):
        clean_description("a\u202eb")
