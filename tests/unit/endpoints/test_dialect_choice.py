"""Which events can be chosen in which dialect, and what is said of the others."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from bot.catalogue import SUBSCRIBABLE
from bot.dialects import build_dialects
from bot.errors import UserError
from bot.features.endpoints.event_choices import covered, fitting, has, offered, suits
from bot.features.endpoints.model import AREAS, event_groups
from bot.features.endpoints.ports import is_gone
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import EndpointState

DIALECTS = build_dialects()
VEKTOR = DIALECTS["vektor"]
SIX = [
    "trade.completed",
    "duel.finished",
    "member.joined",
    "member.left",
    "economy.balance_changed",
    "case.created",
]


@pytest.mark.parametrize("dialect", ["phantom", "standard"])
def test_everything_is_offered_where_everything_is_had(dialect: str) -> None:
    assert offered(dialect) == event_groups()
    assert all(has(dialect, name) for name in (*SUBSCRIBABLE, "test.ping"))
    every = ["*", *AREAS, *SUBSCRIBABLE]
    assert fitting(DIALECTS[dialect], every) == tuple(sorted(every))


def test_vektor_offers_its_six_and_all_of_them() -> None:
    people, others = offered("vektor")
    assert sorted([*people, *others]) == sorted(["*", *SIX])
    assert [name for name in (*SUBSCRIBABLE, "test.ping") if has("vektor", name)] == [
        name for name in SUBSCRIBABLE if name in [*SIX, "member.banned"]
    ]


@pytest.mark.parametrize("pattern", ["*", "member.*", "case.*", "duel.*", *SIX])
def test_a_pattern_that_takes_in_one_of_the_six_is_allowed(pattern: str) -> None:
    assert fitting(VEKTOR, [pattern]) == (pattern,)


def test_a_ban_and_a_departure_are_one_event_of_vektor() -> None:
    assert fitting(VEKTOR, ["member.banned"]) == ("member.left",)
    assert fitting(VEKTOR, ["member.banned", "member.joined", "member.left"]) == (
        "member.joined",
        "member.left",
    )
    assert covered(VEKTOR, ["member.banned"]) == ("member.left",)
    assert [suits("vektor", one) for one in ("member.left", "member.banned")] == [True, False]


@pytest.mark.parametrize("pattern", ["ticket.*", "member.unbanned", "case.updated", "security.*"])
def test_a_pattern_that_takes_in_none_is_refused_with_the_six(pattern: str) -> None:
    with pytest.raises(UserError) as refused:
        fitting(VEKTOR, ["member.joined", pattern])
    told = str(refused.value)
    assert told.startswith(f"The dialect vektor does not have “{pattern}”; its events are: ")
    assert all(name in told for name in SIX)
    assert "case.created (sent as moderation.action)" in told


def test_what_patterns_take_in() -> None:
    assert covered(VEKTOR, ["*"]) == tuple(SIX)
    assert covered(VEKTOR, ["member.*"]) == ("member.joined", "member.left")
    assert covered(VEKTOR, ["ticket.*"]) == ()
    assert covered(DIALECTS["phantom"], ["ticket.*"]) == ("ticket.*",)


def test_suggestions_that_suit() -> None:
    assert suits("vektor", "member.*")
    assert suits("vektor", "ticket.opened, case.created")
    assert not suits("vektor", "case.created, ticket.opened")
    assert suits("phantom", "ticket.opened")
    assert suits("no such dialect", "ticket.opened")


def test_only_a_410_in_standard_means_gone() -> None:
    moment = datetime(2026, 5, 24, tzinfo=UTC)
    off = EndpointState.AUTO_DISABLED
    endpoint = Endpoint(
        1, UUID(int=1), 2, "n", "https://a/", "standard", off, 3, moment, moment, 1,
        None, "HTTP 410", ("*",), b"",
    )  # fmt: skip
    assert is_gone(endpoint)
    assert not is_gone(replace(endpoint, dialect="phantom"))
    assert not is_gone(replace(endpoint, last_error="HTTP 404"))
