"""Dialect standard: the specification's own signatures, secrets and the end that 410 means."""

import base64
import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from bot.dialects import build_dialects
from bot.dialects.base import Answer, Judgement, OutgoingAttempt

DIALECTS = build_dialects()
STANDARD, PHANTOM = DIALECTS["standard"], DIALECTS["phantom"]
ID = UUID("0b9f1c1e-5a0f-4c58-9c44-2c9a3f0f8a11")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SENT_AT = 1_780_000_000


def letter(
    body: bytes = b"{}",
    secret: str = SECRET,
    *,
    next_secret: str | None = None,
    sent_at: int = SENT_AT,
) -> OutgoingAttempt:
    return OutgoingAttempt(ID, "member.joined", ID, 9, 3, body, secret, sent_at, next_secret)


def as_specified(secret: str, body: bytes, sent_at: int) -> str:
    """What the specification's own package signs."""
    # It drops the zone of a moment, and takes what is left for UTC.
    moment = datetime.fromtimestamp(sent_at, UTC)
    return Webhook(secret).sign(str(ID), moment, body.decode())


def test_the_headers_are_these_and_no_others() -> None:
    headers = STANDARD.headers(letter())

    assert headers == {
        "webhook-id": str(ID),
        "webhook-timestamp": "1780000000",
        "webhook-signature": as_specified(SECRET, b"{}", SENT_AT),
        "User-Agent": "Herald-Webhooks/1.0",
        "Content-Type": "application/json",
    }
    assert {name.lower() for name in headers} == STANDARD.reserved_headers()


@given(
    body=st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    key=st.binary(min_size=24, max_size=64),
    sent_at=st.integers(1, 2**32),
)
def test_it_signs_as_the_specifications_package_does(body: str, key: bytes, sent_at: int) -> None:
    secret = "whsec_" + base64.b64encode(key).decode()
    assert STANDARD.takes_secret(secret)
    signed = STANDARD.headers(letter(body.encode(), secret, sent_at=sent_at))
    assert signed["webhook-signature"] == as_specified(secret, body.encode(), sent_at)


def test_during_a_rotation_both_secrets_sign() -> None:
    other = STANDARD.new_secret()
    signed = STANDARD.headers(letter(next_secret=other))["webhook-signature"]
    wanted = [as_specified(secret, b"{}", SENT_AT) for secret in (SECRET, other)]
    assert signed.split(" ") == wanted


def test_the_other_dialects_sign_once_during_a_rotation() -> None:
    for name in ("phantom", "vektor"):
        dialect = DIALECTS[name]
        assert not dialect.signs_twice
        assert dialect.headers(letter(next_secret="whsec_next")) == dialect.headers(letter())


def test_a_secret_is_base64_of_32_random_bytes() -> None:
    secrets = {STANDARD.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    for secret in secrets:
        assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
        assert len(base64.b64decode(secret[6:])) == 32
        assert STANDARD.takes_secret(secret)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "hello",
        SECRET.removeprefix("whsec_"),
        "whsec_kpw3v0fVnmNqdVhJcIx2Zb0hW0T1Hq8gYJt2xQ5uR7A",  # unpadded
        "whsec_" + base64.b64encode(bytes(23)).decode(),
        "whsec_" + base64.b64encode(bytes(65)).decode(),
        "whsec_" + "ü" * 32,
        "whsec_" + "-_" * 16,
    ],
)
def test_a_secret_without_a_key_in_it_is_not_taken(secret: str) -> None:
    assert not STANDARD.takes_secret(secret)


@given(status=st.integers(0, 1000).filter(lambda status: status != 410))
def test_it_judges_like_phantom(status: int) -> None:
    assert STANDARD.judge(Answer(status, 1)) is PHANTOM.judge(Answer(status, 1))


def test_410_is_gone() -> None:
    assert STANDARD.judge(Answer(410, 1)) is Judgement.GONE
    assert PHANTOM.judge(Answer(410, 1)) is Judgement.FAILED
    assert STANDARD.judge(Answer(None, 1, "blocked_address")) is Judgement.FAILED
    assert STANDARD.schedule == PHANTOM.schedule
    assert STANDARD.disables_itself
    assert STANDARD.heeds_retry_after
