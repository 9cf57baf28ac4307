"""What a webhook may be called, and what is shown of what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.features.endpoints.model import NAME_LIMIT, clean_name, shown_url
from bot.user_text import repeated

ONE_LINE = "A name is one line without invisible characters: type it again by hand."
LENGTH = "Use a name of 1 to 40 characters."
PLAIN = "Leave out ` @ < and > : a name is plain text."


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("backend", "backend"),
        ("  the   back end ", "the back end"),
        ("x" * 40, "x" * 40),
        (" " * 50 + "x", "x"),
        ("Übermaß", "Übermaß"),
        ("U\u0308ber", "Über"),
        ("tickets 🎫 *bold*", "tickets 🎫 *bold*"),
    ],
)
def test_a_name_is_trimmed_and_composed(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", LENGTH),
        ("   ", LENGTH),
        ("x" * 41, LENGTH),
        ("two\nlines", ONE_LINE),
        ("tab\tbed", ONE_LINE),
        ("nul\0", ONE_LINE),
        ("zero\u200bwidth", ONE_LINE),
        ("right\u202eleft", ONE_LINE),
        ("lone\ud800", ONE_LINE),
        ("`code`", PLAIN),
        ("@everyone", PLAIN),
        ("<#123>", PLAIN),
        ("a > b", PLAIN),
    ],
)
def test_a_name_that_could_mislead_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        clean_name(typed)
    assert str(refused.value) == sentence


@given(st.text(max_size=60))
def test_a_name_that_passes_passes_again_unchanged(typed: str) -> None:
    try:
        name = clean_name(typed)
    except UserError:
        return
    assert clean_name(name) == name
    assert 1 <= len(name) <= NAME_LIMIT
    assert name.isprintable()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/hook", "https://a.example/hook"),
        ("https://a.example/", "https://a.example/"),
        ("https://a.example/h?token=abc", "https://a.example/h?token=…"),
        ("https://a.example:8443/h?a=1&b=2=3", "https://a.example:8443/h?a=…&b=…"),
        ("https://a.example/h?abc", "https://a.example/h?…"),
        ("https://a.example/h?a=1&abc", "https://a.example/h?a=…&…"),
        ("https://[2606:4700::1]/h?a=1", "https://[2606:4700::1]/h?a=…"),
    ],
)
def test_the_values_of_a_query_are_never_shown(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_what_is_repeated_is_short_and_plain() -> None:
    assert repeated("member.join") == "member.join"
    assert repeated("<@1> `x`\n") == "1 x"
    assert repeated("y" * 51) == "y" * 49 + "…"
