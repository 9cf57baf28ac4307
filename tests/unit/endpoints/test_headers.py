"""An admin's own headers: what may be set, and each refusal in its own words."""

import pytest

from bot.dialects.phantom import Phantom
from bot.errors import UserError
from bot.features.endpoints.headers import KEPT, parse_headers, shown_headers

RESERVED = Phantom("x").reserved_headers()
NOT_YOURS = "The header “{}” is not yours to set; leave it out."
CARRIES = (
    "The value of “X-A” holds a character that a header cannot carry: use plain letters, digits "
    "and signs on one line."
)


def parse(text: str, known: dict[str, str] | None = None) -> dict[str, str]:
    return parse_headers(text, known or {}, RESERVED)


def refusal(text: str) -> str:
    with pytest.raises(UserError) as refused:
        parse(text)
    return str(refused.value)


def test_lines_become_headers() -> None:
    text = "Authorization: Bearer a:b\r\n\n  X-Team :\tmoderation \nX-Empty:"
    assert parse(text) == {"Authorization": "Bearer a:b", "X-Team": "moderation", "X-Empty": ""}
    assert parse(" \n ") == {}


def test_a_stored_value_is_kept_without_being_shown() -> None:
    stored = {"Authorization": "Bearer secret"}
    assert shown_headers(stored) == f"Authorization: {KEPT}"
    assert parse(f"authorization: {KEPT}\nX-A: 1", stored) == {
        "authorization": "Bearer secret",
        "X-A": "1",
    }
    assert parse("X-A: 1", stored) == {"X-A": "1"}
    assert refusal(f"X-A: {KEPT}") == "“X-A” has no value yet: write one instead of …."


@pytest.mark.parametrize(
    "name",
    [
        "Host",
        "CONTENT-LENGTH",
        "transfer-encoding",
        "Connection",
        "Expect",
        "TE",
        "Upgrade",
        "Accept-Encoding",
        "Cookie",
        "Phantom-Signature",
        "phantom-event-id",
        "PHANTOM-EVENT-TYPE",
        "Idempotency-Key",
        "user-agent",
        "Content-Type",
    ],
)
def test_names_that_frame_or_sign_the_request_are_refused(name: str) -> None:
    assert refusal(f"X-A: 1\n{name}: x") == NOT_YOURS.format(name)


@pytest.mark.parametrize(
    "value", ["a\rb", "a\x00b", "a\x0bb", "a\x7fb", "gru\u00df", "\U0001f600", "a\tb", "a\u2028b"]
)
def test_what_a_header_cannot_carry_is_refused(value: str) -> None:
    assert refusal(f"X-A: {value}") == CARRIES


@pytest.mark.parametrize(
    "name", ["", "X A", "X\x00A", "Bearer s3cr3t", "Gr\u00fc\u00df", "X(A)", "X/A"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    # Nothing of it is repeated: it may be a secret, and refusals are logged.
    assert refusal(f"X-Team: 1\n{name}: x") == (
        "Line 2 begins with no name for a header: use letters, digits and hyphens."
    )


def test_a_line_feed_begins_another_line_and_never_a_value() -> None:
    text = "X-A: 1\nHost: evil"
    assert refusal(text) == NOT_YOURS.format("Host")
    assert refusal("X-A: 1\nfoo") == (
        "Line 2 has no colon: write each header as a line such as X-Team: moderation."
    )


def test_names_stay_short_enough_to_be_edited() -> None:
    ten = "\n".join(f"{'x' * 390}{number}: 1" for number in range(10))
    assert len(shown_headers(parse(ten))) <= 4000
    assert "too long together" in refusal(ten.replace("x" * 390, "x" * 400))


def test_twice_too_long_and_too_many() -> None:
    assert refusal("X-A: 1\nx-a: 2") == "The header “x-a” is there twice; keep one of them."
    assert parse("X-A:" + "v" * 1020) == {"X-A": "v" * 1020}
    assert refusal("X-A:" + "v" * 1021) == (
        "The header “X-A” is too long: 1024 bytes are the limit."
    )
    ten = "\n".join(f"X-{number}: 1" for number in range(10))
    assert len(parse(ten)) == 10
    assert refusal(f"{ten}\nX-10: 1") == "Set at most 10 headers of your own."
