"""The receiver's own check, against values computed by hand and every way to get it wrong."""

import hmac
import json

import pytest

from bot.demo.contracts import (
    contract_of,
    fault_in_signature,
    faults_in_envelope,
    id_of,
    read_envelope,
    type_of,
)
from tests.unit.demo.signed_requests import (
    BODY,
    ENVELOPE,
    HEADERS,
    NOW,
    SECRET,
    STANDARD_SECRET,
    VEKTOR,
    VEKTOR_HEADERS,
    signed,
    signed_vektor,
    standard_headers,
)

WHOLE = json.dumps(ENVELOPE).encode()
WHOLE_VEKTOR = json.dumps(VEKTOR).encode()


def check(header: str | None, body: bytes = BODY) -> str | None:
    headers = {} if header is None else {"Phantom-Signature": header}
    return fault_in_signature(headers, body, secrets=["whsec_older", SECRET], now=NOW)


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


@pytest.mark.parametrize("header", ["", "v1=abc", f"t={NOW}", "t=soon,v1=abc", "t=²,v1=a"])
def test_a_shapeless_header_is_refused(header: str) -> None:
    assert "Phantom-Signature header" in str(check(header))


@pytest.mark.parametrize("stamp", ["9" * 5_000, "99999999999"])
def test_an_endless_timestamp_is_refused(stamp: str) -> None:
    assert "too far away" in str(check(f"t={stamp},v1=ab"))


def test_a_request_without_any_signature_is_told_which_are_known() -> None:
    told = str(check(None))
    for name in ("Phantom-Signature", "X-Signature", "webhook-signature"):
        assert name in told


def test_of_two_signatures_the_last_counts() -> None:
    good = signed().partition("v1=")[2]
    assert check(f"t={NOW},v1=00,v1={good}") is None
    assert check(f"t={NOW},v1={good},v1=00") is not None


def test_vektor_signs_the_body_alone() -> None:
    headers = {"X-Signature": signed_vektor(WHOLE_VEKTOR)}
    for now in (NOW, NOW + 10**6):
        assert fault_in_signature(headers, WHOLE_VEKTOR, secrets=[SECRET], now=now) is None
    assert fault_in_signature(headers, BODY, secrets=[SECRET], now=NOW) is not None
    assert fault_in_signature(headers, WHOLE_VEKTOR, secrets=["other"], now=NOW) is not None


@pytest.mark.parametrize("header", ["", "sha256", "sha256=", "sha1=abc", "=", "ü=ü"])
def test_a_shapeless_vektor_header_is_refused(header: str) -> None:
    fault = fault_in_signature({"X-Signature": header}, BODY, secrets=[SECRET], now=NOW)
    assert "form sha256=" in str(fault)


def test_standard_takes_one_good_signature_of_several() -> None:
    headers = standard_headers(WHOLE)
    good = headers["webhook-signature"]
    for value in (good, f"v1,AAAA {good}", f"{good} v2,AAAA", f"v1a,x {good}"):
        several = {**headers, "webhook-signature": value}
        assert fault_in_signature(several, WHOLE, secrets=[STANDARD_SECRET], now=NOW) is None


def test_standard_knows_nothing_but_base64_secrets() -> None:
    headers = standard_headers(WHOLE)
    fault = fault_in_signature(headers, WHOLE, secrets=["no base64!", "whsec_"], now=NOW)
    assert "whsec_<base64>" in str(fault)
    both = ["no base64!", STANDARD_SECRET]
    assert fault_in_signature(headers, WHOLE, secrets=both, now=NOW) is None


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "another"},
        {"webhook-id": ""},
        {"webhook-timestamp": str(NOW + 1)},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "9" * 4_000},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v2,AAAA"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,ü"},
    ],
)
def test_standard_refuses_what_was_changed(change: dict[str, str]) -> None:
    headers = {**standard_headers(WHOLE), **change}
    assert fault_in_signature(headers, WHOLE, secrets=[STANDARD_SECRET], now=NOW) is not None


@pytest.mark.parametrize("away", [-301, 301])
def test_standard_refuses_another_time(away: int) -> None:
    headers = standard_headers(WHOLE, at=NOW + away)
    fault = fault_in_signature(headers, WHOLE, secrets=[STANDARD_SECRET], now=NOW)
    assert "300 s are allowed" in str(fault)


SPELLED = {
    "phantom": ({**HEADERS, "Phantom-Signature": "t=1,v1=0"}, ENVELOPE),
    "vektor": ({**VEKTOR_HEADERS, "X-Signature": "sha256=0"}, VEKTOR),
    "standard": (standard_headers(b""), ENVELOPE),
}


@pytest.mark.parametrize("dialect", SPELLED)
def test_a_documented_envelope_keeps_every_promise(dialect: str) -> None:
    headers, envelope = SPELLED[dialect]
    contract = contract_of(headers)
    assert contract is not None
    assert contract.name == dialect
    assert faults_in_envelope(headers, json.dumps(envelope).encode()) == []


@pytest.mark.parametrize(
    ("dialect", "name"),
    [
        (dialect, name)
        for dialect, (headers, _) in SPELLED.items()
        for name in headers
        if "ignature" not in name and name != "webhook-timestamp"
    ],
)
def test_each_header_is_compared(dialect: str, name: str) -> None:
    headers, envelope = SPELLED[dialect]
    body = json.dumps(envelope).encode()
    without = {key: value for key, value in headers.items() if key != name}
    assert any(name in fault for fault in faults_in_envelope(without, body))
    if name not in ("X-Webhook-Id", "X-Idempotency-Key"):
        wrong = {**headers, name: "something else"}
        assert any(name in fault for fault in faults_in_envelope(wrong, body))


@pytest.mark.parametrize("dialect", SPELLED)
def test_keys_out_of_order_are_noticed(dialect: str) -> None:
    headers, envelope = SPELLED[dialect]
    backwards = json.dumps(dict(reversed(envelope.items()))).encode()
    assert "order" in faults_in_envelope(headers, backwards)[0]


def test_times_in_another_form_are_noticed() -> None:
    zulu = {**ENVELOPE, "created_at": "2026-05-24T11:32:18Z"}
    for dialect in ("phantom", "standard"):
        assert "+00:00" in faults_in_envelope(SPELLED[dialect][0], json.dumps(zulu).encode())[0]
    whole = {**VEKTOR, "timestamp": "2026-05-24T11:32:18Z"}
    faults = faults_in_envelope(SPELLED["vektor"][0], json.dumps(whole).encode())
    assert "milliseconds" in faults[0]


def test_what_a_request_says_of_itself() -> None:
    for dialect, (event_id, kind) in {
        "phantom": (ENVELOPE["id"], "member.joined"),
        "vektor": (VEKTOR_HEADERS["X-Idempotency-Key"], "member.join"),
        "standard": (ENVELOPE["id"], "member.joined"),
    }.items():
        headers, envelope = SPELLED[dialect]
        assert id_of(headers) == event_id
        assert type_of(headers, json.dumps(envelope).encode()) == kind
    assert (id_of({}), type_of({}, b"")) == ("", "")


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b"{", b"[" * 100_000])
def test_what_is_no_object_is_no_envelope(body: bytes) -> None:
    assert read_envelope(body) is None
    for headers, _ in SPELLED.values():
        assert faults_in_envelope(headers, body) == ["the body is not a JSON object"]
