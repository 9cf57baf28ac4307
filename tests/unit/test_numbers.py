"""Numbers that people type: the right one or a sentence, in any script, and never a guess."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.numbers import parse_number, shown_number

NARROW, MOST = "\u202f", 10**9


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (" 250 ", 250),
        ("+250", 250),
        ("007", 7),
        ("1 000", 1000),
        (f"1{NARROW}000", 1000),
        ("1\xa0000\xa0000", 1_000_000),
        ("1'000", 1000),
        ("1’000", 1000),
        ("1_000", 1000),
        ("1,000,000", 1_000_000),
        ("1.000.000", 1_000_000),
        ("12,34,567", 1_234_567),
        ("1,00,000", 100_000),
        ("٢٥٠", 250),
        ("\u200f٢٥٠", 250),
        ("١٬٠٠٠", 1000),
        ("２５０", 250),
        ("２，５００，０００", 2_500_000),
        ("२५०", 250),
        ("25\u200b0", 250),
        ("1000000000", MOST),
    ],
)
def test_whole_numbers(text: str, number: int) -> None:
    assert parse_number(text, most=MOST) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2.5", 250),
        ("2,50", 250),
        ("2", 200),
        (".5", 50),
        ("0,05", 5),
        ("1,234.56", 123_456),
        ("1.234,56", 123_456),
        ("1 234,5", 123_450),
        ("1,00,000.25", 10_000_025),
        ("٢٫٥", 250),
        ("1234.5", 123_450),
    ],
)
def test_two_places(text: str, number: int) -> None:
    assert parse_number(text, decimals=2, most=MOST) == number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write a number, such as 250."),
        ("\u200b", "cannot be read as a number"),
        ("-5", "Leave out the minus"),
        ("\u22125", "Leave out the minus"),
        ("- 5", "cannot be read"),
        ("--5", "cannot be read"),
        ("+-5", "cannot be read"),
        ("0", "The least is 1."),
        ("-0", "The least is 1."),
        ("1000000001", "The most is 1\u202f000\u202f000\u202f000."),
        ("9" * 400, "The most is"),
        ("9" * 6000, "cannot be read"),
        ("2.5", "Write a whole number"),
        ("2.0", "Write a whole number"),
        ("٢٫٠٠٠", "Write a whole number"),
        ("1,500", "“1,500” can be read as 1500 or as 1.5: write it without a separator."),
        ("1.000", "“1.000” can be read as 1000 or as 1: write it without a separator."),
        ("١,٠٠٠", "can be read as 1000 or as 1:"),
        ("NaN", "cannot be read"),
        ("inf", "cannot be read"),
        ("Infinity", "cannot be read"),
        ("1e3", "Write the number out in digits"),
        ("1E+3", "Write the number out in digits"),
        ("1.5k", "Write the number out in digits"),
        ("2M", "Write the number out in digits"),
        ("0x10", "cannot be read"),
        ("1/2", "cannot be read"),
        ("½", "cannot be read"),
        ("5²", "cannot be read"),
        ("①", "cannot be read"),
        ("一千", "cannot be read"),
        ("1٢", "the same script"),
        ("1 00", "cannot be read"),
        ("1,000.000,00", "cannot be read"),
        ("1,000 000", "cannot be read"),
        ("0,500,000", "cannot be read"),
        ("5.", "cannot be read"),
        (".", "cannot be read"),
        ("1..5", "cannot be read"),
        ("$5", "cannot be read"),
        ("all", "cannot be read"),
        ("5 coins", "cannot be read"),
        ("5; DROP TABLE", "cannot be read"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    with pytest.raises(UserError, match=re.escape(said)):
        parse_number(text, most=MOST)


@pytest.mark.parametrize("text", ["1234.567", "1,234.567", "1000,500", "0.001"])
def test_too_many_places(text: str) -> None:
    with pytest.raises(UserError, match=r"at most 2 digits after the point, such as 25\.00"):
        parse_number(text, decimals=2)


def test_a_refusal_repeats_nothing_that_pings_or_formats() -> None:
    with pytest.raises(UserError) as refused:
        parse_number("<@&1> `@everyone` " + "x" * 90)
    assert not set("<>@`") & set(str(refused.value))
    assert len(str(refused.value)) < 150


def test_negative_ones_where_they_may_be() -> None:
    assert parse_number("\u22122.50", decimals=2, least=-1000) == -250
    assert parse_number("-1", least=-1) == -1
    with pytest.raises(UserError, match=r"The least is -10\.00"):
        parse_number("-11", decimals=2, least=-1000)


@given(st.integers(-MOST, MOST), st.sampled_from([0, 2]))
def test_what_is_shown_can_be_typed(number: int, decimals: int) -> None:
    shown = shown_number(number, decimals)
    assert parse_number(shown, decimals=decimals, least=-MOST) == number


@given(st.integers(1, 10**7), st.sampled_from("٠०０𝟎0"), st.sampled_from(["", " ", "'", "٬"]))
def test_any_script(number: int, zero: str, apart: str) -> None:
    typed = f"{number:,}".replace(",", apart)
    written = "".join(chr(ord(zero) + int(one)) if one.isdecimal() else one for one in typed)
    assert parse_number(written) == number


@given(st.text(alphabet="0123456789.,' -+٫٬٣eEkx", max_size=14), st.sampled_from([0, 2]))
def test_a_sentence_or_a_number_within_bounds(text: str, decimals: int) -> None:
    with suppress(UserError):
        assert 1 <= parse_number(text, decimals=decimals, most=MOST) <= MOST
