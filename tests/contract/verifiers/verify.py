"""Judges the requests of standard input, a JSON object a line; nothing of Herald is used."""

import base64
import hashlib
import hmac
import json
import sys

TOLERANCE = 300


def phantom(secret: str, headers: dict[str, str], body: bytes, now: int) -> bool:
    """`Phantom-Signature: t=…,v1=…` over `t.body`."""
    fields = dict(
        part.split("=", 1)
        for part in headers.get("phantom-signature", "").split(",")
        if "=" in part
    )
    stamp = fields.get("t", "")
    message = f"{stamp}.".encode() + body
    wanted = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return fresh(stamp, now) and same(wanted, fields.get("v1", ""))


def vektor(secret: str, headers: dict[str, str], body: bytes, now: int) -> bool:
    """`X-Signature: sha256=…` over the body."""
    wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return same(f"sha256={wanted}", headers.get("x-signature", ""))


def standard(secret: str, headers: dict[str, str], body: bytes, now: int) -> bool:
    """`webhook-signature: v1,…` over `id.timestamp.body`; one of several is enough."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    stamp, event_id = headers.get("webhook-timestamp", ""), headers.get("webhook-id", "")
    message = f"{event_id}.{stamp}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
    signatures = headers.get("webhook-signature", "").split(" ")
    return fresh(stamp, now) and any(same(f"v1,{wanted}", one) for one in signatures)


def fresh(stamp: str, now: int) -> bool:
    """Whether it is Unix seconds of the last or the next five minutes."""
    numeric = stamp.isascii() and stamp.isdigit() and len(stamp) <= 12
    return numeric and abs(now - int(stamp)) <= TOLERANCE


def same(wanted: str, given: str) -> bool:
    """Whether they are equal; it takes as long when they are not."""
    return hmac.compare_digest(wanted.encode(), given.encode())


for line in sys.stdin.buffer:
    one = json.loads(line)
    check = {"phantom": phantom, "vektor": vektor, "standard": standard}[one["dialect"]]
    believed = check(one["secret"], one["headers"], base64.b64decode(one["body"]), one["now"])
    sys.stdout.write("true\n" if believed else "false\n")
