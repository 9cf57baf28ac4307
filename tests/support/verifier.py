"""What is wrong with a request of the dialects vektor and standard, by the published rules."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping

TOLERANCE = 300


def problem_vektor(headers: Mapping[str, str], body: bytes, secret: str) -> str | None:
    """What is wrong; None when it may be believed."""
    wanted = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    given = headers["X-Signature"].encode()
    return None if hmac.compare_digest(wanted.encode(), given) else "wrong signature"


def problem_standard(headers: Mapping[str, str], body: bytes, secret: str, now: int) -> str | None:
    """What is wrong; None when it may be believed. One good signature of several is enough."""
    stamp = headers["webhook-timestamp"]
    if abs(now - int(stamp)) > TOLERANCE:
        return f"timestamp {stamp} is too far from {now}"
    key = base64.b64decode(secret.removeprefix("whsec_"))
    message = f"{headers['webhook-id']}.{stamp}.".encode() + body
    digest = base64.b64encode(hmac.new(key, message, hashlib.sha256).digest())
    given = headers["webhook-signature"].encode().split(b" ")
    believed = any(hmac.compare_digest(b"v1," + digest, one) for one in given)
    return None if believed else "wrong signature"


def told(headers: Mapping[str, str], body: bytes) -> tuple[str, str, int]:
    """What a request says of itself: its id, its event, and when it was signed (0: it is not)."""
    if "X-Signature" in headers:
        return headers["X-Idempotency-Key"], headers["X-Event"], 0
    if "webhook-id" in headers:
        return headers["webhook-id"], json.loads(body)["type"], int(headers["webhook-timestamp"])
    stamp = headers["Phantom-Signature"].partition("t=")[2].partition(",")[0]
    return headers["Phantom-Event-Id"], headers["Phantom-Event-Type"], int(stamp)
