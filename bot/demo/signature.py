"""What a receiver checks, written from the published rules alone: nothing of the sender is used."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

TOLERANCE_SECONDS = 300
ENVELOPE = ["id", "type", "created_at", "guild_id", "livemode", "data"]


def fault_in_signature(
    header: str | None, body: bytes, *, secrets: Iterable[str], now: int
) -> str | None:
    """Why the signature does not hold, or None where it does; `now` in unix seconds."""
    if not header:
        return "there is no Phantom-Signature header"
    fields: dict[str, str] = {}
    for part in header.split(","):
        name, _, value = part.partition("=")
        fields[name] = value
    stamp, signature = fields.get("t", ""), fields.get("v1", "")
    if not (stamp.isascii() and stamp.isdigit() and signature):
        return "the Phantom-Signature header has not the form t=…,v1=…"
    age = now - int(stamp)
    if abs(age) > TOLERANCE_SECONDS:
        return f"the timestamp is {age} s away; {TOLERANCE_SECONDS} s are allowed"
    message = stamp.encode() + b"." + body
    for secret in secrets:
        expected = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
        if hmac.compare_digest(expected.encode(), signature.encode()):
            return None
    return "it was not made with a secret that this receiver knows"


def read_envelope(body: bytes) -> dict[str, Any] | None:
    """The body as the object it should be; None where it is no JSON object."""
    try:
        value: object = json.loads(body)
    except ValueError:
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def faults_in_envelope(headers: Mapping[str, str], body: bytes) -> list[str]:
    """Every promise about body and headers that this request breaks."""
    envelope = read_envelope(body)
    if envelope is None:
        return ["the body is not a JSON object"]
    promises = {
        "the keys of the body are not the documented ones in their order": list(envelope)
        == ENVELOPE,
        "Phantom-Event-Id is not the id in the body": headers.get("Phantom-Event-Id")
        == envelope.get("id"),
        "Idempotency-Key is not the id in the body": headers.get("Idempotency-Key")
        == envelope.get("id"),
        "Phantom-Event-Type is not the type in the body": headers.get("Phantom-Event-Type")
        == envelope.get("type"),
        "Content-Type is not application/json": headers.get("Content-Type") == "application/json",
        "created_at is not UTC written as +00:00": str(envelope.get("created_at")).endswith(
            "+00:00"
        ),
    }
    return [fault for fault, holds in promises.items() if not holds]
