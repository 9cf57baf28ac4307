"""Dialect `standard`: Standard Webhooks 1.0 over the envelope and the schedule of `phantom`."""

import base64
import binascii
import hmac
import secrets

from bot.dialects.base import Answer, Judgement, OutgoingAttempt
from bot.dialects.phantom import Phantom

PREFIX = "whsec_"
KEY_BYTES = range(24, 65)  # source: the specification's chapter on signatures
GONE_STATUS = 410


class Standard(Phantom):
    """Header `webhook-signature: v1,<base64>` over `<id>.<timestamp>.<body>`."""

    name = "standard"
    signs_twice = True

    def headers(self, outgoing: OutgoingAttempt) -> dict[str, str]:
        """The timestamp is this attempt's; a secret that waits signs beside the one in use."""
        event_id, stamp = str(outgoing.event_id), str(outgoing.sent_at)
        message = f"{event_id}.{stamp}.".encode() + outgoing.body
        keys = [outgoing.secret, *([outgoing.next_secret] if outgoing.next_secret else [])]
        return {
            "webhook-id": event_id,
            "webhook-timestamp": stamp,
            "webhook-signature": " ".join(_signature(key, message) for key in keys),
            "User-Agent": self._user_agent,
            "Content-Type": "application/json",
        }

    def judge(self, answer: Answer) -> Judgement:
        """As `phantom`; 410 says that nobody will ever listen there again."""
        return Judgement.GONE if answer.status == GONE_STATUS else super().judge(answer)

    def new_secret(self) -> str:
        """`whsec_` and 32 random bytes in base64; the decoded bytes are the key."""
        return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()

    def takes_secret(self, secret: str) -> bool:
        """Whether it is `whsec_` and base64 of 24 to 64 bytes."""
        if not secret.startswith(PREFIX):
            return False
        try:
            return len(_key(secret)) in KEY_BYTES
        except (binascii.Error, ValueError):
            return False


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)


def _signature(secret: str, message: bytes) -> str:
    # hmac.digest lets other threads in, and would wait for the database at every request.
    digest = hmac.new(_key(secret), message, "sha256").digest()
    return f"v1,{base64.b64encode(digest).decode()}"
