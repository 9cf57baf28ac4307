"""The doctor against real receivers: a good one passes, each fault is found and nothing else."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from bot.clock import SystemClock
from bot.delivery.doctor import GuardedDoor
from bot.delivery.failures import Deadlines
from bot.delivery.guard import Guard
from bot.dialects import build_dialects
from bot.features.endpoints.doctor_grades import Grade, Patience, ProbeFinding
from bot.features.endpoints.doctor_probes import AT_ONCE, PROBES, Doctor
from bot.features.endpoints.doctor_requests import ProbedEndpoint
from tests.integration.delivery.local_sender import HOME, at_home
from tests.support import doctor_receivers
from tests.support.doctor_receivers import Came, Receiver, answering, when

DIALECTS = build_dialects()
NAMES = [probe.name for probe in PROBES]
FAIL, WARN, SKIPPED = Grade.FAIL, Grade.WARN, Grade.SKIPPED
UNTRIED = dict.fromkeys(NAMES[2:], SKIPPED)
UNHURRIED = Patience(slow=30.0, too_slow=60.0)
REQUESTS = {"phantom": 17, "standard": 17, "vektor": 15}


@dataclass(slots=True)
class Watch:
    """What was told on the way."""

    told: list[tuple[int, str | None]] = field(default_factory=list[tuple[int, str | None]])

    async def __call__(self, findings: Sequence[ProbeFinding], title: str | None) -> None:
        self.told.append((len(findings), title))


async def examine(
    receiver: Receiver,
    *,
    url: str | None = None,
    patience: Patience = UNHURRIED,
    watch: Watch | None = None,
    total: float = 10.0,
) -> dict[str, ProbeFinding]:
    """Every finding by its probe."""
    limits = Deadlines(connect=min(total, 5.0), total=total)
    door = GuardedDoor(Guard(HOME, at_home), limits)
    probed = ProbedEndpoint(url or receiver.url, DIALECTS[receiver.dialect], 81, receiver.secret)
    doctor = Doctor(door, SystemClock(), patience=patience)
    findings = await doctor.examine(probed, watch or Watch())
    assert [finding.probe for finding in findings] == NAMES
    return {finding.probe: finding for finding in findings}


def blemishes(findings: Mapping[str, ProbeFinding]) -> dict[str, Grade]:
    """Everything that did not pass, but for what the dialect does not have."""
    found = {name: finding.grade for name, finding in findings.items()}
    if "signs no time" in findings["stale"].seen:
        assert found.pop("stale") is SKIPPED
    return {name: grade for name, grade in found.items() if grade is not Grade.PASS}


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_receiver_made_of_the_published_code_passes(dialect: str) -> None:
    watch = Watch()
    async with Receiver(dialect) as receiver:
        findings = await examine(receiver, watch=watch)
    assert blemishes(findings) == {}
    assert {f.mend for f in findings.values()} == {""}
    assert (findings["stale"].grade is SKIPPED) == (dialect == "vektor")
    assert len(receiver.came) == REQUESTS[dialect]
    assert {came.method for came in receiver.came} == {"POST"}
    steps = [(number, probe.title) for number, probe in enumerate(PROBES)]
    assert watch.told == [*steps, (len(PROBES), None)]


def is_known(receiver: Receiver, came: Came) -> bool:
    return receiver.known(came)


def is_large(_receiver: Receiver, came: Came) -> bool:
    return len(came.body) > 64 * 1024


def is_strange(_receiver: Receiver, came: Came) -> bool:
    return "a_key_of_tomorrow" in json.loads(came.body)["data"]


def has_unknown_word(_receiver: Receiver, came: Came) -> bool:
    data = json.loads(came.body)["data"]
    return data.get("type", data.get("action", "ban")) not in ("ban", "tempban", "mute")


def is_beyond_the_first_plane(_receiver: Receiver, came: Came) -> bool:
    return any(ord(one) > 0xFFFF for one in json.dumps(json.loads(came.body), ensure_ascii=False))


TIMED = ("phantom", "standard")
TOO_TRUSTING: list[tuple[doctor_receivers.Believes, tuple[str, ...], dict[str, Grade]]] = [
    (doctor_receivers.anybody, TIMED, {"forged": FAIL, "unsigned": FAIL, "stale": FAIL}),
    (doctor_receivers.anybody, ("vektor",), {"forged": FAIL, "unsigned": FAIL}),
    (doctor_receivers.unsigned_too, tuple(DIALECTS), {"unsigned": FAIL}),
    (doctor_receivers.timeless, TIMED, {"stale": FAIL}),
    (doctor_receivers.early_too, TIMED, {"stale": WARN}),
]
TOO_STRICT: list[tuple[doctor_receivers.Believes, tuple[str, ...], dict[str, Grade]]] = [
    (doctor_receivers.rewritten(ascii_only=True), tuple(DIALECTS), {"text": FAIL}),
    (doctor_receivers.rewritten(ascii_only=False), tuple(DIALECTS), {"text": WARN}),
    (doctor_receivers.nobody, tuple(DIALECTS), {"signed": FAIL, **UNTRIED}),
]


@pytest.mark.parametrize(
    ("dialect", "believes", "found"),
    [
        (dialect, believes, found)
        for believes, dialects, found in (*TOO_TRUSTING, *TOO_STRICT)
        for dialect in dialects
    ],
)
async def test_who_believes_too_much_or_too_little(
    dialect: str, believes: doctor_receivers.Believes, found: dict[str, Grade]
) -> None:
    async with Receiver(dialect, believes=believes) as receiver:
        assert blemishes(await examine(receiver)) == found


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("takes", "found"),
    [
        (when(is_known, 409), {"duplicate": WARN}),
        (when(is_known, 500), {"duplicate": WARN}),
        (when(is_large, 413), {"large": WARN}),
        (when(is_strange, 422), {"unforeseen": FAIL}),
        (when(has_unknown_word, 500), {"unforeseen": FAIL}),
        (when(is_beyond_the_first_plane, 500), {"text": FAIL}),
        (answering(302, headers={"Location": "/elsewhere"}), {"signed": FAIL, **UNTRIED}),
        (answering(500), {"signed": FAIL, **UNTRIED}),
        (answering(200, "x" * 70_000), {"signed": WARN}),
    ],
)
async def test_who_takes_too_little(
    dialect: str, takes: doctor_receivers.Takes, found: dict[str, Grade]
) -> None:
    async with Receiver(dialect, takes=takes) as receiver:
        assert blemishes(await examine(receiver)) == found


async def test_a_receiver_that_hangs_is_asked_once() -> None:
    async with Receiver(takes=doctor_receivers.hang) as receiver:
        findings = await examine(receiver, total=0.3)
        assert len(receiver.came) == 1
    assert blemishes(findings) == {"signed": FAIL, "time": SKIPPED, **UNTRIED}
    assert findings["signed"].seen == "no answer (timeout: status: no answer within 0.3 s)"
    assert findings["large"].mend == "Mend “signed event” first."


async def test_five_are_sent_in_the_same_moment() -> None:
    met = asyncio.Barrier(AT_ONCE)

    async def take(receiver: Receiver, _came: Came) -> doctor_receivers.Response:
        if len(receiver.came) > REQUESTS["phantom"] - AT_ONCE:
            await met.wait()
        return doctor_receivers.Response()

    async with Receiver(takes=take) as receiver:
        assert blemishes(await examine(receiver, total=5.0)) == {}


async def test_nobody_there() -> None:
    async with Receiver() as gone:
        pass
    findings = await examine(gone)
    assert findings["signed"].seen == "no answer (connection: connect: connection refused)"
    assert findings["signed"].mend.startswith("Is it running")


async def test_a_refused_address_is_never_dialled() -> None:
    async with Receiver() as receiver:
        findings = await examine(receiver, url=receiver.url.replace("127.0.0.1", "127.1"))
        metadata = await examine(receiver, url="http://169.254.169.254/latest")
        assert receiver.came == []
    assert findings["signed"].seen.startswith("no answer (blocked_address:")
    assert metadata["signed"].seen.startswith("no answer (blocked_address: blocked")


async def test_slow_answers_are_told_by_the_patience_given() -> None:
    async with Receiver() as receiver:
        slow = await examine(receiver, patience=Patience(slow=-1.0))
        too_slow = await examine(receiver, patience=Patience(slow=-1.0, too_slow=-1.0))
    assert blemishes(slow) == {"time": WARN, "together": WARN}
    assert "From -1 s on other receivers are served first." in slow["time"].mend
    assert blemishes(too_slow) == {"time": FAIL, "together": FAIL}


async def test_what_a_receiver_says_is_kept_and_cut() -> None:
    text = "\x1b[31m@everyone **no**" + "x" * 1000
    async with Receiver(takes=answering(400, text)) as receiver:
        findings = await examine(receiver)
    assert findings["signed"].answer == text.encode()[:200]


async def test_a_breakdown_over_a_forgery_is_no_refusal() -> None:
    async with Receiver(refuses=answering(500, "Traceback")) as receiver:
        findings = await examine(receiver)
    assert blemishes(findings) == {"forged": WARN, "unsigned": WARN, "stale": WARN}
    assert findings["forged"].seen == "answered HTTP 500 to a changed signature"
    assert findings["forged"].answer == b"Traceback"


async def test_who_takes_only_so_many_requests_is_not_called_broken() -> None:
    def is_late(receiver: Receiver, _came: Came) -> bool:
        return len(receiver.came) > 7

    async with Receiver(takes=when(is_late, 429)) as receiver:
        findings = await examine(receiver)
    # The eighth request is the duplicate, the ninth the large one.
    limited = dict.fromkeys(NAMES[5:], WARN)
    assert blemishes(findings) == limited
    assert findings["large"].mend == (
        "It takes only so many requests; wait a minute and examine it again."
    )


async def test_gone_switches_a_standard_endpoint_off_whatever_it_answers() -> None:
    async with Receiver("standard", takes=when(is_known, 410)) as receiver:
        findings = await examine(receiver)
    assert blemishes(findings) == {"duplicate": FAIL}
    assert findings["duplicate"].mend.endswith("This answer switches the webhook off at once.")
