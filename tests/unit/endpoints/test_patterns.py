"""Which events an endpoint may subscribe to, and how they are typed."""

from collections.abc import Sequence

import pytest

from bot.catalogue import SUBSCRIBABLE
from bot.errors import UserError
from bot.features.endpoints.model import (
    AREAS,
    EVERYTHING,
    event_groups,
    parse_patterns,
    suggest_patterns,
)


@pytest.mark.parametrize(
    ("typed", "patterns"),
    [
        ("*", ("*",)),
        ("member.*", ("member.*",)),
        ("member.joined", ("member.joined",)),
        (" Member.Left ,member.joined;member.left\n", ("member.joined", "member.left")),
        ("member.joined security.audit_entry", ("member.joined", "security.audit_entry")),
        ("member.* member.joined", ("member.*",)),
        ("member.* security.audit_entry", ("member.*", "security.audit_entry")),
        ("member.* * security.*", ("*",)),
        (["member.joined", "member.left"], ("member.joined", "member.left")),
    ],
)
def test_patterns_are_read_sorted_and_without_doubles(
    typed: str | Sequence[str], patterns: tuple[str, ...]
) -> None:
    assert parse_patterns(typed) == patterns


@pytest.mark.parametrize(
    ("typed", "beginning"),
    [
        ("", "Choose at least one event: write * for all, or for example case.*."),
        (" , ;", "Choose at least one event: write * for all, or for example case.*."),
        ([], "Choose at least one event: write * for all, or for example case.*."),
        ("member.join", "There is no event “member.join”. Did you mean “member.joined”? You can"),
        ("members.*", "There is no event “members.*”. Did you mean “member.*”? You can write: *,"),
        ("member", "There is no event “member”. Did you mean “member."),
        ("member*", "There is no event “member*”. Did you mean “member.*”?"),
        ("giveaway.*.*", "There is no event “giveaway.*.*”. Did you mean “giveaway.*”?"),
        ("*.joined", "There is no event “*.joined”. Did you mean “member.joined”?"),
        ("qqq", "There is no event “qqq”. You can write: *, "),
        ("member.joined, m[a-z]*", "There is no event “m[a-z]*”."),
        ("test.ping", "“test.ping” needs no subscription: /webhook test sends it."),
        ("test.*", "There is no event “test.*”."),
    ],
)
def test_what_nobody_emits_is_refused_with_the_nearest_name(
    typed: str | Sequence[str], beginning: str
) -> None:
    with pytest.raises(UserError) as refused:
        parse_patterns(typed)
    assert str(refused.value).startswith(beginning)


def test_every_event_is_in_one_of_the_two_groups() -> None:
    people, others = event_groups()
    assert others[0] == EVERYTHING
    assert sorted([*people, *others[1:]]) == sorted(SUBSCRIBABLE)
    assert {name.partition(".")[0] for name in people} <= {"automod", "case", "member"}
    # What a select of Discord holds.
    assert 1 <= len(people) <= 25
    assert 1 <= len(others) <= 25


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", [EVERYTHING, *AREAS]),
        ("sec", ["security.*", "security.raid_detected"]),
        (
            "member.joined, sec",
            ["member.joined, security.*", "member.joined, security.raid_detected"],
        ),
        ("member.joined ", ["member.joined, *", "member.joined, case.*"]),
        ("member.joined,member.j", []),
        ("qqq", []),
    ],
)
def test_a_suggestion_completes_the_last_word(typed: str, first: list[str]) -> None:
    found = suggest_patterns(typed)
    assert found[: len(first)] == first
    assert bool(found) == bool(first)


@pytest.mark.parametrize("typed", ["", "m", "member.joined, ", "SEC", "*"])
def test_every_suggestion_can_be_used(typed: str) -> None:
    for text in suggest_patterns(typed):
        assert parse_patterns(text)
