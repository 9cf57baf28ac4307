"""The receiver's own check, against values computed by hand and every way to get it wrong."""

import hmac
import json

import pytest

from bot.demo.signature import fault_in_signature, faults_in_envelope, read_envelope
from tests.unit.demo.signing import BODY, ENVELOPE, HEADERS, NOW, SECRET, signed


def check(header: str | None, body: bytes = BODY) -> str | None:
    return fault_in_signature(header, body, secrets=["whsec_older", SECRET], now=NOW)


def test_a_known_signature_holds() -> None:
    # printf '1779622338.{"id":"1"}' | openssl dgst -sha256 -hmac whsec_example
    expected = hmac.digest(b"whsec_example", b'1779622338.{"id":"1"}', "sha256").hex()
    assert check(f"t=1779622338,v1={expected}") is None


@pytest.mark.parametrize("away", [-300, 0, 300])
def test_a_timestamp_within_five_minutes_holds(away: int) -> None:
    assert check(signed(at=NOW + away)) is None


@pytest.mark.parametrize("away", [-301, 301])
def test_a_timestamp_further_away_is_refused(away: int) -> None:
    assert "300 s are allowed" in str(check(signed(at=NOW + away)))


def test_a_changed_body_is_refused() -> None:
    assert "secret" in str(check(signed(), b'{"id":"2"}'))


def test_another_secret_is_refused() -> None:
    assert "secret" in str(check(signed(secret="whsec_wrong")))


def test_the_timestamp_is_part_of_what_is_signed() -> None:
    signature = signed().partition(",")[2]
    assert "secret" in str(check(f"t={NOW + 1},{signature}"))


@pytest.mark.parametrize("header", [None, "", "v1=abc", f"t={NOW}", "t=soon,v1=abc", "t=²,v1=a"])
def test_an_absent_or_shapeless_header_is_refused(header: str | None) -> None:
    assert "Phantom-Signature header" in str(check(header))


def test_of_two_signatures_the_last_counts() -> None:
    good = signed().partition("v1=")[2]
    assert check(f"t={NOW},v1=00,v1={good}") is None
    assert check(f"t={NOW},v1={good},v1=00") is not None


def test_a_documented_envelope_keeps_every_promise() -> None:
    assert faults_in_envelope(HEADERS, json.dumps(ENVELOPE).encode()) == []


@pytest.mark.parametrize("name", list(HEADERS))
def test_each_header_is_compared(name: str) -> None:
    wrong = {**HEADERS, name: "something else"}
    assert any(name in fault for fault in faults_in_envelope(wrong, json.dumps(ENVELOPE).encode()))


def test_keys_out_of_order_and_times_with_z_are_noticed() -> None:
    backwards = dict(reversed(ENVELOPE.items()))
    assert "order" in faults_in_envelope(HEADERS, json.dumps(backwards).encode())[0]
    zulu = {**ENVELOPE, "created_at": "2026-05-24T11:32:18Z"}
    assert "+00:00" in faults_in_envelope(HEADERS, json.dumps(zulu).encode())[0]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b"{"])
def test_what_is_no_object_is_no_envelope(body: bytes) -> None:
    assert read_envelope(body) is None
    assert faults_in_envelope(HEADERS, body) == ["the body is not a JSON object"]
