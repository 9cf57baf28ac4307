"""Every event in every dialect, as Herald sends it, with everything that varies held still."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from bot.catalogue import EVENTS, Event
from bot.dialects import build_dialects
from bot.dialects.base import Envelope, OutgoingAttempt

DIALECTS = build_dialects()
ID = UUID("0b9f1c1e-5a0f-4c58-9c44-2c9a3f0f8a11")
ENDPOINT = UUID("2f5c1a1e-77aa-4c58-9c44-2c9a3f0f8a22")
GUILD = 123456789012345678
MOMENT = datetime(2026, 5, 24, 11, 32, 18, 987_654, tzinfo=UTC)
SENT_AT = 1_780_000_000
SECRETS = {
    "phantom": "whsec_kpw3v0fVnmNqdVhJcIx2Zb0hW0T1Hq8gYJt2xQ5uR7A",
    "vektor": "whsec_-Jm_5Zk0gk0mS2Zl8hQ5mJ4f8dQ8r3v2tq0ySzBqjXw",
    "standard": "whsec_" + base64.b64encode(bytes(range(200, 232))).decode(),
}
OTHERS = {
    "phantom": "whsec_other",
    "vektor": "whsec_other",
    "standard": "whsec_" + base64.b64encode(bytes(range(32))).decode(),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A request, what a receiver knows, and whether it should believe it."""

    about: str
    dialect: str
    secret: str
    headers: Mapping[str, str]
    body: bytes
    now: int
    valid: bool

    def as_json(self) -> dict[str, Any]:
        """What a verifier in another language reads."""
        return {
            "dialect": self.dialect,
            "secret": self.secret,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": base64.b64encode(self.body).decode(),
            "now": self.now,
        }


def rendered(dialect: str, event: Event, *, is_test: bool = False) -> bytes | None:
    """The body; None where the dialect does not have the event."""
    return DIALECTS[dialect].render(Envelope(ID, event, MOMENT, is_test=is_test))


def bodies(dialect: str, *, is_test: bool = False) -> dict[str, bytes]:
    """The body of every event's example that the dialect has, by our type."""
    found = {kind.type: rendered(dialect, kind.sample(GUILD), is_test=is_test) for kind in EVENTS}
    return {name: body for name, body in found.items() if body is not None}


def headers(
    dialect: str,
    event_type: str,
    body: bytes,
    *,
    secret: str | None = None,
    next_secret: str | None = None,
    attempt: int = 1,
    sent_at: int = SENT_AT,
) -> dict[str, str]:
    """The headers of one attempt."""
    secret = secret or SECRETS[dialect]
    letter = OutgoingAttempt(
        ID, event_type, ENDPOINT, 9, attempt, body, secret, sent_at, next_secret
    )
    return DIALECTS[dialect].headers(letter)


def believable(dialect: str, *, sent_at: int = SENT_AT) -> list[Case]:
    """Every event as it is sent, those that a test sends, and one during a rotation."""
    sent = [*bodies(dialect).items(), *bodies(dialect, is_test=True).items()]
    cases = [
        Case(
            f"{name} as sent",
            dialect,
            SECRETS[dialect],
            headers(dialect, name, body, sent_at=sent_at),
            body,
            sent_at,
            valid=True,
        )
        for name, body in sent
    ]
    name, body = sent[0]
    both = headers(dialect, name, body, next_secret=OTHERS[dialect], sent_at=sent_at)
    twice = DIALECTS[dialect].signs_twice
    for about, secret, valid in (
        ("the secret in use, while another waits", SECRETS[dialect], True),
        ("the secret that waits", OTHERS[dialect], twice),
    ):
        cases.append(Case(about, dialect, secret, both, body, sent_at, valid))
    return cases


def doubtful(dialect: str, *, sent_at: int = SENT_AT) -> list[Case]:
    """Requests that somebody changed, held back or made up."""
    name, body = next(iter(bodies(dialect).items()))
    good = headers(dialect, name, body, sent_at=sent_at)
    stamped = dialect != "vektor"
    cases = [
        Case("299 s late", dialect, SECRETS[dialect], good, body, sent_at + 299, valid=True),
        Case("299 s early", dialect, SECRETS[dialect], good, body, sent_at - 299, valid=True),
        Case("301 s late", dialect, SECRETS[dialect], good, body, sent_at + 301, not stamped),
        Case("301 s early", dialect, SECRETS[dialect], good, body, sent_at - 301, not stamped),
        Case("one byte more", dialect, SECRETS[dialect], good, body + b" ", sent_at, valid=False),
        Case("no body", dialect, SECRETS[dialect], good, b"", sent_at, valid=False),
        Case("another secret", dialect, OTHERS[dialect], good, body, sent_at, valid=False),
    ]
    for about, wrong in _mutations(dialect, good, sent_at):
        cases.append(Case(about, dialect, SECRETS[dialect], wrong, body, sent_at, valid=False))
    return cases


def _mutations(
    dialect: str, good: dict[str, str], sent_at: int
) -> list[tuple[str, dict[str, str]]]:
    header = {
        "phantom": "Phantom-Signature",
        "vektor": "X-Signature",
        "standard": "webhook-signature",
    }[dialect]
    value = good[header]
    without = {name: text for name, text in good.items() if name != header}
    garbage = ["", "=", ",", ",,=,,", "t=,v1=", "sha256=", "v1,", "v1", "v1,!!!!", "v1,QUFB"]
    garbage += [f"t={'9' * 4_000},v1=0", "t=soon,v1=maybe", "sha256=zz", "sha256=" + "ü" * 32]
    garbage += [f"t={sent_at},v1={'ü' * 32}", f"t={sent_at}", value[:-2], value.swapcase()[:-3]]
    garbage += [value[:-3] + ("A" if value[-3] != "A" else "B") + value[-2:]]
    found = [(f"{header}: {text[:40]}", {**good, header: text}) for text in garbage]
    found.append((f"no {header}", without))
    if dialect == "phantom":
        found.append(
            ("another time", {**good, header: value.replace(f"t={sent_at}", f"t={sent_at + 1}")})
        )
    if dialect == "standard":
        for name in ("webhook-id", "webhook-timestamp"):
            others = {key: text for key, text in good.items() if key != name}
            found += [(f"no {name}", others), (f"{name} changed", {**good, name: str(sent_at + 1)})]
            found += [(f"{name}: words", {**good, name: "soon"})]
            found += [(f"{name}: endless", {**good, name: "9" * 4_000})]
    return found
