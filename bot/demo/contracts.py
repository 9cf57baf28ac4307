"""Contracts of the three dialects as a receiver knows them, from docs/receivers.md alone."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, Protocol, cast

TOLERANCE_SECONDS = 300
PHANTOM_KEYS = ["id", "type", "created_at", "guild_id", "livemode", "data"]
VEKTOR_KEYS = ["event", "guildId", "timestamp", "data"]
COUNT = re.compile("[1-9][0-9]{0,2}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
STRANGER = "it was not made with a secret that this receiver knows"

Headers = Mapping[str, str]


class Contract(Protocol):
    """Promises of one dialect about a request."""

    name: str
    signature: str  # the header that tells the dialect
    id: str  # the header that a receiver tells one delivery from another by
    type: str  # the header that names the event; empty where the body alone does

    def fault(self, headers: Headers, body: bytes, secrets: Iterable[str], now: int) -> str | None:
        """Why the signature does not hold; None where it does. `now` in Unix seconds."""
        ...

    def promises(self, headers: Headers, envelope: Mapping[str, Any]) -> dict[str, bool]:
        """Every other promise: what is said where it is broken, and whether it is kept."""
        ...


class PhantomContract:
    name = "phantom"
    signature = "Phantom-Signature"
    id = "Phantom-Event-Id"
    type = "Phantom-Event-Type"

    def fault(self, headers: Headers, body: bytes, secrets: Iterable[str], now: int) -> str | None:
        parts = (part.partition("=") for part in headers[self.signature].split(","))
        fields = {name: value for name, _, value in parts}
        stamp, given = fields.get("t", ""), fields.get("v1", "")
        if not (stamp.isascii() and stamp.isdigit() and given):
            return "the Phantom-Signature header has not the form t=…,v1=…"
        message = stamp.encode() + b"." + body
        digests = (hmac.new(one.encode(), message, hashlib.sha256).hexdigest() for one in secrets)
        return _too_far(stamp, now) or _stranger(digests, [given])

    def promises(self, headers: Headers, envelope: Mapping[str, Any]) -> dict[str, bool]:
        event_id, kind = envelope.get("id"), envelope.get("type")
        return _envelope(envelope) | {
            "Phantom-Event-Id is not the id in the body": headers.get(self.id) == event_id,
            "Idempotency-Key is not the id in the body": headers.get("Idempotency-Key") == event_id,
            "Phantom-Event-Type is not the type in the body": headers.get(self.type) == kind,
        }


class VektorContract:
    name = "vektor"
    signature = "X-Signature"
    id = "X-Idempotency-Key"
    type = "X-Event"

    def fault(self, headers: Headers, body: bytes, secrets: Iterable[str], now: int) -> str | None:
        algorithm, _, given = headers[self.signature].partition("=")
        if algorithm != "sha256" or not given:
            return "the X-Signature header has not the form sha256=…"
        digests = (hmac.new(one.encode(), body, hashlib.sha256).hexdigest() for one in secrets)
        return _stranger(digests, [given])

    def promises(self, headers: Headers, envelope: Mapping[str, Any]) -> dict[str, bool]:
        return {
            "the keys of the body are not the documented ones in their order": list(envelope)
            == VEKTOR_KEYS,
            "X-Event is not the event in the body": headers.get("X-Event") == envelope.get("event"),
            "X-Webhook-Id is missing": bool(headers.get("X-Webhook-Id")),
            "X-Idempotency-Key is missing": bool(headers.get(self.id)),
            "X-Attempt is not a number from 1": bool(COUNT.fullmatch(headers.get("X-Attempt", ""))),
            "timestamp is not UTC with milliseconds and Z": bool(
                MOMENT.fullmatch(str(envelope.get("timestamp")))
            ),
        }


class StandardContract:
    name = "standard"
    signature = "webhook-signature"
    id = "webhook-id"
    type = ""

    def fault(self, headers: Headers, body: bytes, secrets: Iterable[str], now: int) -> str | None:
        stamp, event_id = headers.get("webhook-timestamp", ""), headers.get(self.id, "")
        given = [one[3:] for one in headers[self.signature].split(" ") if one.startswith("v1,")]
        if not (stamp.isascii() and stamp.isdigit() and event_id and given):
            return "webhook-id, webhook-timestamp and a v1 in webhook-signature must all be there"
        message = f"{event_id}.{stamp}.".encode() + body
        keys = [key for key in map(_decoded, secrets) if key is not None]
        if not keys:
            return "no secret that this receiver knows has the form whsec_<base64>"
        digests = (
            base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
            for key in keys
        )
        return _too_far(stamp, now) or _stranger(digests, given)

    def promises(self, headers: Headers, envelope: Mapping[str, Any]) -> dict[str, bool]:
        same = headers.get(self.id) == envelope.get("id")
        return _envelope(envelope) | {"webhook-id is not the id in the body": same}


CONTRACTS: tuple[Contract, ...] = (PhantomContract(), VektorContract(), StandardContract())


def contract_of(headers: Headers) -> Contract | None:
    """The dialect that a request is written in, told by its signature's header."""
    return next((one for one in CONTRACTS if headers.get(one.signature) is not None), None)


def fault_in_signature(
    headers: Headers, body: bytes, *, secrets: Iterable[str], now: int
) -> str | None:
    """Why the signature does not hold, or None where it does; `now` in Unix seconds."""
    contract = contract_of(headers)
    if contract is None:
        names = ", ".join(one.signature for one in CONTRACTS)
        return f"there is no header with a signature; known are {names}"
    return contract.fault(headers, body, secrets, now)


def faults_in_envelope(headers: Headers, body: bytes) -> list[str]:
    """Every promise about body and headers that this request breaks."""
    envelope = read_envelope(body)
    if envelope is None:
        return ["the body is not a JSON object"]
    contract = contract_of(headers) or CONTRACTS[0]
    promises = contract.promises(headers, envelope)
    is_json = headers.get("Content-Type") == "application/json"
    promises["Content-Type is not application/json"] = is_json
    return [fault for fault, kept in promises.items() if not kept]


def id_of(headers: Headers) -> str:
    """What tells this delivery from another; empty where nothing does."""
    contract = contract_of(headers) or CONTRACTS[0]
    return headers.get(contract.id, "")


def type_of(headers: Headers, body: bytes) -> str:
    """The event's name as the dialect spells it; empty where it is not told."""
    contract = contract_of(headers) or CONTRACTS[0]
    if not contract.type:
        return str((read_envelope(body) or {}).get("type", ""))
    return headers.get(contract.type, "")


def read_envelope(body: bytes | str) -> dict[str, Any] | None:
    """The body as the object it should be; None where it is no JSON object."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _envelope(envelope: Mapping[str, Any]) -> dict[str, bool]:
    return {
        "the keys of the body are not the documented ones in their order": list(envelope)
        == PHANTOM_KEYS,
        "created_at is not UTC written as +00:00": str(envelope.get("created_at")).endswith(
            "+00:00"
        ),
    }


def _too_far(stamp: str, now: int) -> str | None:
    if len(stamp) > len("1780000000"):
        return f"the timestamp is too far away; {TOLERANCE_SECONDS} s are allowed"
    age = now - int(stamp)
    if abs(age) <= TOLERANCE_SECONDS:
        return None
    return f"the timestamp is {age} s away; {TOLERANCE_SECONDS} s are allowed"


def _stranger(digests: Iterable[str], given: Sequence[str]) -> str | None:
    """None where one of the signatures is one of those that the secrets make."""
    pairs = product(digests, given)
    known = any(hmac.compare_digest(digest.encode(), one.encode()) for digest, one in pairs)
    return None if known else STRANGER


def _decoded(secret: str) -> bytes | None:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True) or None
    except (binascii.Error, ValueError):
        return None
