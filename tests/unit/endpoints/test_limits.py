"""Filter, threshold and rate limit as they are typed, and each refusal in its own words."""

from dataclasses import replace

import pytest

from bot.catalogue import SUBSCRIBABLE
from bot.dialects import build_dialects
from bot.errors import UserError
from bot.features.endpoints.limits import (
    Preview,
    clean_filter,
    parse_rate,
    parse_threshold,
    preview,
    shown_amount,
)
from bot.outbox.filters import FUNCTIONS
from tests.unit.outbox.test_fan_out import endpoint

PHANTOM, VEKTOR, _STANDARD = build_dialects().values()
AMOUNT = "cannot be read as a number: write digits alone, such as 250."
PLACES = "Write at most 2 digits after the point, such as 25.00."
MINUS = "Leave out the minus: a negative number does not work here."
EITHER = "“2.505” can be read as 2505 or as 2.505: write it without a separator."
MOST = "The most is 1\u202f000\u202f000\u202f000.00."
SHORT = "Write the number out in digits, such as 1000 in place of 1k or 1e3."
RATE = "Write how many attempts a minute it gets at most, from 1 to 6000, or leave it empty."
NUMBERS = "Numbers stand between backticks: `` `10` ``."
CURLY = "\N{LEFT DOUBLE QUOTATION MARK}"
QUOTES = "Text stands in straight single quotes: 'ban'."
LOGIC = "Write && for “and”, || for “or”, ! for “not”."
LOOK = "Look at what is before it: an operator or a bracket is missing, or one is too many."


@pytest.mark.parametrize(
    ("typed", "hundredths", "shown"),
    [
        ("", 0, "0"),
        ("0", 0, "0"),
        (" 2.50 ", 250, "2.50"),
        ("2.5", 250, "2.50"),
        ("2,50", 250, "2.50"),
        ("1 000", 100_000, "1000"),
        ("0.01", 1, "0.01"),
        ("1000", 100_000, "1000"),
        ("007", 700, "7"),
        ("1000000000.00", 10**11, "1000000000"),
    ],
)
def test_an_amount_is_kept_in_hundredths(typed: str, hundredths: int, shown: str) -> None:
    assert parse_threshold(typed, "vektor") == hundredths
    assert shown_amount(hundredths) == shown
    assert parse_threshold(shown, "vektor") == hundredths


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-1", MINUS),
        ("2.505", EITHER),
        ("2505.505", PLACES),
        ("1000000000.01", MOST),
        ("10000000000", MOST),
        ("9" * 20, MOST),
        ("9" * 5000, AMOUNT),
        ("NaN", AMOUNT),
        ("Infinity", AMOUNT),
        ("1e3", SHORT),
        ("5.", AMOUNT),
        ("0x10", AMOUNT),
    ],
)
def test_what_is_no_amount_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_threshold(typed, "vektor")
    assert str(refused.value).endswith(sentence)


@pytest.mark.parametrize("dialect", ["phantom", "standard"])
def test_a_threshold_elsewhere_is_refused_and_points_to_the_filter(dialect: str) -> None:
    assert parse_threshold("0.00", dialect) == 0
    with pytest.raises(UserError) as refused:
        parse_threshold("5", dialect)
    example = "type != 'economy.balance_changed' || abs(data.delta) >= `1000`"
    assert str(refused.value) == (
        "Only webhooks of the dialect vektor have a balance threshold. Leave it empty and use the "
        f"filter: `` {example} ``"
    )
    assert clean_filter(example) == example


@pytest.mark.parametrize(
    ("typed", "rate"), [("", None), (" ", None), ("1", 1), (" 60 ", 60), ("6000", 6000)]
)
def test_a_rate_is_attempts_a_minute(typed: str, rate: int | None) -> None:
    assert parse_rate(typed) == rate


@pytest.mark.parametrize("typed", ["0", "6001", "-1", "1.5", "ten", "60/min", "9" * 5000, "\u0661"])
def test_what_is_no_rate_is_refused(typed: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_rate(typed)
    assert str(refused.value) == RATE


def test_a_filter_is_kept_on_one_line() -> None:
    assert clean_filter("  data.kind\r\n\t== 'left'\n") == "data.kind   == 'left'"
    assert clean_filter(" \n ") == ""


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "data.delta > 10",
            f"The filter cannot be read from character 14 on: `` 10 ``. {NUMBERS}",
        ),
        ("data.delta > -5", f"The filter cannot be read from character 14 on: `` -5 ``. {NUMBERS}"),
        (
            "data.a and data.b",
            f"The filter cannot be read from character 8 on: `` and data.b ``. {LOGIC}",
        ),
        ("not data.a", f"The filter cannot be read from character 5 on: `` data.a ``. {LOGIC}"),
        ("data.a)", f"The filter cannot be read from character 7 on: `` ) ``. {LOOK}"),
        (
            "data.type = 'ban'",
            "Character 11 of the filter cannot be read: `` = 'ban' ``. Write == to compare.",
        ),
        (
            f"data.type == {CURLY}ban",
            f"Character 14 of the filter cannot be read: `` {CURLY}ban ``. {QUOTES}",
        ),
        ("a == - 5", f"Character 6 of the filter cannot be read: `` - 5 ``. {NUMBERS}"),
        ("a # b", "Character 3 of the filter cannot be read: `` # b ``."),
        ("a == 'ban", "The quote at character 6 of the filter is never closed: `` 'ban ``."),
        (
            "a == `ban`",
            (
                "Text in a filter stands in single quotes, such as 'ban'; between backticks stands "
                "JSON, such as `` `10` ``."
            ),
        ),
        (
            "data.type ==",
            (
                "The filter ends too soon: a value or a closing bracket is missing after "
                "`` data.type == ``."
            ),
        ),
        (
            "lenght(data.roles)",
            (
                "A filter has no function lenght(). Did you mean “length”? There are: "
                f"{', '.join(FUNCTIONS)}."
            ),
        ),
        ("join(',', a)", f"A filter has no function join(). There are: {', '.join(FUNCTIONS)}."),
        ("length()", "length() in the filter is given too little or too much."),
        ("&a", "A filter has no use for a single &: write && for “and”."),
        (
            "x" * 501,
            (
                "The filter has 501 characters and 500 are the limit. Shorten it: what the chosen "
                "events say already need not be asked again."
            ),
        ),
        (
            "!" * 90 + "a",
            (
                "The filter puts more than 64 parts into one another. Shorten it: take out "
                "brackets, [*] or some of what is joined by || and &&."
            ),
        ),
        ("a == 'b\u200bc'", "A filter holds no invisible characters: type it again by hand."),
        ("a == 'b\0c'", "A filter holds no invisible characters: type it again by hand."),
    ],
)
def test_what_cannot_be_a_filter_is_refused_in_plain_words(typed: str, sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        clean_filter(typed)
    assert str(refused.value) == sentence


def test_a_preview_tells_what_the_filter_does_with_the_examples() -> None:
    members = replace(
        endpoint(1), patterns=("member.*",), filter="data.kind == 'left' || data.reason > `1`"
    )
    assert preview(members, PHANTOM) == Preview(
        passes=("member.left",),
        kept=("member.joined", "member.unbanned"),
        failed={"member.banned": "it compares a text with something else"},
    )
    assert preview(endpoint(1), PHANTOM) is None


def test_a_preview_covers_every_event_that_the_endpoint_gets() -> None:
    found = preview(replace(endpoint(1), filter="`true`"), PHANTOM)
    assert found == Preview(SUBSCRIBABLE, (), {})
    of_vektor = preview(replace(endpoint(1, "vektor"), filter="`false`"), VEKTOR)
    assert of_vektor is not None
    assert set(of_vektor.kept) == set(VEKTOR.events or ())
