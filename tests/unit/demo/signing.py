"""A signed request as the rules describe it, made with nothing of Herald."""

import hashlib
import hmac
from typing import Any

SECRET = "whsec_example"
NOW = 1_779_622_338
BODY = b'{"id":"1"}'
ENVELOPE: dict[str, Any] = {
    "id": "b7e0c7f4-3f0b-4c5c-9d57-2d5a2a1f6c11",
    "type": "member.joined",
    "created_at": "2026-05-24T11:32:18+00:00",
    "guild_id": "123456789012345678",
    "livemode": True,
    "data": {},
}
HEADERS: dict[str, str] = {
    "Phantom-Event-Id": ENVELOPE["id"],
    "Idempotency-Key": ENVELOPE["id"],
    "Phantom-Event-Type": "member.joined",
    "Content-Type": "application/json",
}


def signed(body: bytes = BODY, *, secret: str = SECRET, at: int = NOW) -> str:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
