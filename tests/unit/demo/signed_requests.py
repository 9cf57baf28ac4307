"""A signed request as the rules describe it, made with nothing of Herald."""

import base64
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


VEKTOR: dict[str, Any] = {
    "event": "member.join",
    "guildId": "123456789012345678",
    "timestamp": "2026-05-24T11:32:18.000Z",
    "data": {},
}
VEKTOR_HEADERS: dict[str, str] = {
    "X-Webhook-Id": "2f5c1a1e-77aa-4c58-9c44-2c9a3f0f8a22",
    "X-Event": "member.join",
    "X-Attempt": "1",
    "X-Idempotency-Key": "d8d7fd0c-dd0d-55fd-8b38-11b7a4403cb7",
    "Content-Type": "application/json",
}
STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def signed_vektor(body: bytes, *, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def standard_headers(
    body: bytes, *, secret: str = STANDARD_SECRET, at: int = NOW, id: str = ENVELOPE["id"]
) -> dict[str, str]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        "Content-Type": "application/json",
    }
