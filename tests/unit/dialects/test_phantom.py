"""Dialect phantom, by the letter of the wire."""

import hashlib
import hmac
import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialects import build_dialects
from bot.dialects.base import OutgoingAttempt
from tests.support.receiver import problem

PHANTOM = build_dialects()["phantom"]
EVENT = UUID("0b9f1c1e-5a0f-4c58-9c44-2c9a3f0f8a11")
SECRET = "whsec_kpw3v0fVnmNqdVhJcIx2Zb0hW0T1Hq8gYJt2xQ5uR7A"
SENT_AT = 1_780_000_000


def letter(body: bytes = b"{}", secret: str = SECRET, sent_at: int = SENT_AT) -> OutgoingAttempt:
    endpoint = UUID("2f5c1a1e-0000-4c58-9c44-2c9a3f0f8a22")
    return OutgoingAttempt(EVENT, "member.joined", endpoint, 9, 3, body, secret, sent_at)


def test_the_headers_are_these_and_no_others() -> None:
    digest = hmac.new(SECRET.encode(), b"1780000000.{}", hashlib.sha256).hexdigest()

    assert PHANTOM.headers(letter()) == {
        "Phantom-Signature": f"t=1780000000,v1={digest}",
        "Phantom-Event-Id": str(EVENT),
        "Phantom-Event-Type": "member.joined",
        "Idempotency-Key": str(EVENT),
        "User-Agent": "Phantom-Webhooks/1.0 (+https://phantombot.gg)",
        "Content-Type": "application/json",
    }


def test_a_signature_that_was_computed_elsewhere() -> None:
    """By `printf '1780000000.{}' | openssl dgst -sha256 -hmac whsec_test`."""
    signed = PHANTOM.headers(letter(secret="whsec_test"))["Phantom-Signature"]

    assert signed == f"t=1780000000,v1={ELSEWHERE}"


ELSEWHERE = "b609026af9e57aacaa80bc40f33504841d55b898bf7a94ef9c45d964ea2171a4"


@given(body=st.binary(max_size=500), sent_at=st.integers(1, 2**34), secret=st.text(min_size=1))
def test_what_is_signed_verifies_and_what_is_altered_does_not(
    body: bytes, sent_at: int, secret: str
) -> None:
    secret = secret.encode("utf-8", "replace").decode()
    headers = PHANTOM.headers(letter(body, secret, sent_at))

    assert problem(headers, body, secret, sent_at) is None
    assert problem(headers, body + b" ", secret, sent_at) == "wrong signature"
    assert problem(headers, body, secret + "x", sent_at) == "wrong signature"
    assert problem(headers, body, secret, sent_at + 301) is not None
    assert headers["Phantom-Signature"].count("v1=") == 1


@pytest.mark.parametrize(
    "garbage", ["", "t=", "v1=", "t=1,v1=", "v1=ab", ",,=,", "t=ü,v1=ü", f"t={'9' * 5_000},v1=0"]
)
def test_garbage_in_the_header_is_not_believed(garbage: str) -> None:
    assert problem({"Phantom-Signature": garbage}, b"{}", SECRET, SENT_AT) is not None


def test_a_secret_is_long_random_and_safe_in_a_url() -> None:
    secrets = {PHANTOM.new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert all(re.fullmatch(r"whsec_[A-Za-z0-9_-]{43}", secret) for secret in secrets)


def test_the_schedule_is_sixteen_hours_and_seven_attempts() -> None:
    schedule = PHANTOM.schedule

    assert schedule.max_attempts == 7
    waits = [schedule.wait_before(attempt) for attempt in range(2, 8)]
    assert waits == [5, 30, 180, 1_800, 14_400, 43_200]


def test_every_header_is_reserved() -> None:
    assert {name.lower() for name in PHANTOM.headers(letter())} == PHANTOM.reserved_headers()


def test_the_user_agent_is_a_setting() -> None:
    dialect = build_dialects("Elsewhere/1.0")["phantom"]

    assert dialect.headers(letter())["User-Agent"] == "Elsewhere/1.0"


def test_the_first_dialect_is_the_default() -> None:
    assert next(iter(build_dialects())) == "phantom"
