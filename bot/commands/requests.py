"""Requests that `herald listen` receives: counted, judged, and printed without their tricks."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rich.text import Text

from bot.demo.contracts import contract_of, faults_in_envelope, id_of, read_envelope, type_of

SHOWN = 16 * 1024
ID_SHOWN = 64
VERDICTS = {
    "take": "",
    "fail": "answered 500, as asked",
    "hang": "left without an answer, as asked",
    "redirect": "answered 302, as asked",
}
# Cc and Cf hold what a terminal acts upon: escapes, bells, text that runs backwards.
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """One request, with what the signature is worth; `fault` is None where it holds."""

    headers: Mapping[str, str]
    body: bytes
    fault: str | None
    checked: bool
    verdict: str

    @property
    def id(self) -> str:
        return id_of(self.headers)

    @property
    def type(self) -> str:
        return type_of(self.headers, self.body)

    @property
    def taken(self) -> bool:
        return self.verdict == "take" and self.fault is None


@dataclass(frozen=True, slots=True)
class RequestCount:
    """Count of the requests with one id, and which of them this is."""

    attempt: int
    duplicate: bool


@dataclass(slots=True)
class RequestHistory:
    """Requests that came so far."""

    requests: int = 0
    valid: int = 0
    duplicates: int = 0
    _attempts: Counter[str] = field(default_factory=Counter[str])
    _taken: set[str] = field(default_factory=set[str])

    def count(self, request: ReceivedRequest) -> RequestCount:
        """Count it; a duplicate is one whose id was answered with success before."""
        self.requests += 1
        self.valid += request.checked and request.fault is None
        self._attempts[request.id] += 1
        duplicate = bool(request.id) and request.id in self._taken
        self.duplicates += duplicate
        if request.taken:
            self._taken.add(request.id)
        return RequestCount(self._attempts[request.id], duplicate)


def lines_of(request: ReceivedRequest, count: RequestCount) -> Iterator[Text]:
    """A headline, what is wrong, and the body."""
    kind = harmless(request.type or "no type", ID_SHOWN)
    line = Text(f"{kind}  ", style="bold")
    line.append(harmless(request.id or "no id", ID_SHOWN), style="not bold")
    line.append(f"  attempt {count.attempt} seen here", style="not bold")
    if count.duplicate:
        line.append("  duplicate", style="yellow")
    yield line
    yield _signature(request)
    for fault in faults_in_envelope(request.headers, request.body):
        yield Text(f"  against the contract: {fault}", style="yellow")
    if note := VERDICTS[request.verdict]:
        yield Text(f"  {note}", style="yellow")
    yield Text(harmless(_pretty(request.body), SHOWN, keeps="\n"))


def harmless(text: str, limit: int, *, keeps: str = "") -> str:
    """The text with everything that a terminal would act upon spelled out, cut to `limit`."""
    shown = text if len(text) <= limit else f"{text[:limit]}…"
    return "".join(
        one if one in keeps or unicodedata.category(one) not in UNSEEN else _spelled(one)
        for one in shown
    )


def _signature(request: ReceivedRequest) -> Text:
    if not request.checked:
        return Text("  signature not verified: no secret was given", style="yellow")
    if request.fault is None:
        contract = contract_of(request.headers)
        return Text(f"  signature valid ({contract.name if contract else '?'})", style="green")
    return Text(f"  signature invalid: {harmless(request.fault, SHOWN)}", style="red")


def _pretty(body: bytes) -> str:
    envelope = read_envelope(body)
    if envelope is None:
        return body.decode("utf-8", errors="backslashreplace")
    return json.dumps(envelope, indent=2, ensure_ascii=False)


def _spelled(one: str) -> str:
    return f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\U{ord(one):08x}"
