"""`herald trigger` against real receivers: what it prints, and how it ends."""

import re
import signal
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.e2e.cli.program import begin, ended, herald, left_over
from tests.support.receiver import SECRET, Receiver, hang, status

LINE = re.compile(r"[0-9a-f-]{36}  attempt (\d)  (HTTP \d{3}|no answer)\s+\d+ ms  (.+)")


@pytest.fixture
async def strict() -> AsyncGenerator[Receiver]:
    """A receiver on the machine's own clock that answers 400 to a wrong signature."""
    async with Receiver() as running:
        yield running


def verdicts(lines: list[str]) -> list[str]:
    """The last column of every delivery's line."""
    return [match.group(3) for line in lines if (match := LINE.fullmatch(line))]


async def test_a_sample_is_delivered_and_verified(strict: Receiver, tmp_path: Path) -> None:
    done = await herald(
        tmp_path,
        *("trigger", "member.joined", "--to", strict.url(), "--secret", SECRET),
        installed=True,
    )
    assert (done.code, done.err) == (0, [])
    assert verdicts(done.out) == ["delivered"]
    assert [(one.type, one.path) for one in strict.requests] == [("member.joined", "/hook")]
    assert done.out[0].startswith(strict.requests[0].id)
    assert left_over(tmp_path) == []


async def test_the_server_and_the_secret_may_be_given_otherwise(
    strict: Receiver, tmp_path: Path
) -> None:
    done = await herald(
        tmp_path,
        *("trigger", "test.ping", "--to", strict.url(), "--guild", "4242"),
        environment={"HERALD_TRIGGER_SECRET": SECRET},
    )
    assert done.code == 0
    assert strict.requests[0].json["guild_id"] == "4242"


async def test_a_wrong_secret_ends_with_1(strict: Receiver, tmp_path: Path) -> None:
    done = await herald(
        tmp_path, "trigger", "member.joined", "--to", strict.url(), "--secret", "whsec_other"
    )
    assert done.code == 1
    assert strict.requests == []
    assert verdicts(done.out) == ["failed for good"]
    assert "HTTP 400" in done.out[0]
    assert strict.refused == ["wrong signature"]


async def test_twenty_samples_are_twenty_events(strict: Receiver, tmp_path: Path) -> None:
    done = await herald(
        tmp_path,
        *("trigger", "member.banned", "--to", strict.url(), "--secret", SECRET, "--count", "20"),
    )
    assert done.code == 0
    assert verdicts(done.out) == ["delivered"] * 20
    assert done.out[-1] == "20 of 20 delivered"
    assert len(set(strict.ids())) == 20
    assert {line[:36] for line in done.out[:-1]} == set(strict.ids())


async def test_a_failing_receiver_ends_with_1_at_the_first_attempt(
    strict: Receiver, tmp_path: Path
) -> None:
    strict.behave = status(500)
    done = await herald(
        tmp_path,
        *("trigger", "member.joined", "--to", strict.url(), "--secret", SECRET),
        *("--attempts", "1"),
    )
    assert done.code == 1
    assert verdicts(done.out) == ["failed, would be tried again"]
    assert len(strict.requests) == 1


async def test_many_samples_do_not_wait_for_the_probes_of_a_failing_receiver(
    strict: Receiver, tmp_path: Path
) -> None:
    strict.behave = status(503)
    done = await herald(
        tmp_path,
        *("trigger", "member.joined", "--to", strict.url(), "--secret", SECRET, "--count", "60"),
    )
    assert done.code == 1
    tried = len(verdicts(done.out))
    assert 5 <= tried < 60
    assert done.sentences == [
        f"herald: the receiver keeps failing: {60 - tried} of 60 were not tried"
    ]
    assert done.out[-1] == "0 of 60 delivered"


@pytest.mark.thorough("waits for a second attempt")
async def test_a_second_attempt_is_waited_for_when_asked(strict: Receiver, tmp_path: Path) -> None:
    process = await begin(
        tmp_path,
        *("trigger", "member.joined", "--to", strict.url(), "--secret", SECRET),
        *("--attempts", "2"),
    )
    strict.behave = status(500)
    await strict.has(1)
    strict.behave = status(200)
    done = await ended(process)
    assert done.code == 0
    assert verdicts(done.out) == ["failed, would be tried again", "delivered"]
    assert len(set(strict.ids())) == 1
    assert len(strict.requests) == 2


async def test_nobody_there_ends_with_1(tmp_path: Path) -> None:
    async with Receiver() as gone:
        url = gone.url()
    done = await herald(tmp_path, "trigger", "member.joined", "--to", url, "--secret", SECRET)
    assert done.code == 1
    assert "no answer" in done.out[0]
    assert "connection refused" in done.out[0]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["member.join", "--to", "http://127.0.0.1:1/"], "Did you mean “member.joined”?"),
        (["nothing.alike", "--to", "http://127.0.0.1:1/"], "The events are: case.created"),
        (
            ["member.left", "--to", "http://127.0.0.1:1/", "--dialect", "fantom"],
            "Did you mean “phantom”? The dialects are: phantom, vektor, standard.",
        ),
        (
            ["member.unbanned", "--to", "http://127.0.0.1:1/", "--dialect", "vektor"],
            "The dialect vektor does not have “member.unbanned”; its events are: trade.completed",
        ),
        (
            ["test.ping", "--to", "http://127.0.0.1:1/", "--dialect", "vektor"],
            "case.created (sent as moderation.action).",
        ),
        (["member.left", "--to", "ftp://127.0.0.1/"], "starts with https://"),
        (["member.left", "--to", "http://169.254.169.254/"], "blocked: private address"),
        (["member.left", "--to", "http://me@127.0.0.1/"], "before the @ sign"),
        (["member.left", "--to", "http://127.1/"], "four plain numbers"),
    ],
)
async def test_bad_input_is_explained(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    done = await herald(tmp_path, "trigger", *arguments, "--secret", SECRET)
    assert done.code == 2
    assert done.out == []
    assert len(done.err) == 1
    assert sentence in done.sentences[0]
    assert left_over(tmp_path) == []


async def test_a_secret_without_a_key_in_it_is_explained(tmp_path: Path) -> None:
    done = await herald(
        tmp_path,
        *("trigger", "member.left", "--to", "http://127.0.0.1:1/", "--dialect", "standard"),
        *("--secret", "hello"),
    )
    assert done.code == 2
    assert "The dialect standard cannot sign with that secret" in done.sentences[0]
    assert "hello" not in done.sentences[0]


async def test_every_event_of_vektor_can_be_sent(strict: Receiver, tmp_path: Path) -> None:
    done = await herald(
        tmp_path,
        *("trigger", "trade.completed", "--to", strict.url(), "--secret", SECRET),
        *("--dialect", "vektor", "--count", "2"),
    )
    assert (done.code, done.out[-1]) == (0, "2 of 2 delivered")
    assert {one.type for one in strict.requests} == {"trade.complete"}
    assert {line[:36] for line in done.out[:-1]} == set(strict.ids())
    assert strict.requests[0].json["data"]["tradeId"] == "trade_test"


async def test_a_receiver_that_is_gone_ends_with_1(strict: Receiver, tmp_path: Path) -> None:
    strict.behave = status(410)
    done = await herald(
        tmp_path,
        *("trigger", "member.joined", "--to", strict.url(), "--secret", SECRET),
        *("--dialect", "standard", "--count", "4"),  # too few to count as failing
    )
    assert done.code == 1
    assert done.out[-1] == "0 of 4 delivered"
    assert set(verdicts(done.out)) == {"failed for good"}


async def test_a_missing_secret_is_explained(tmp_path: Path) -> None:
    done = await herald(tmp_path, "trigger", "member.left", "--to", "http://127.0.0.1:1/")
    assert done.code == 2
    assert "--secret" in done.sentences[0]
    assert "HERALD_TRIGGER_SECRET" in done.sentences[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_cleanly(
    strict: Receiver, tmp_path: Path, number: signal.Signals
) -> None:
    strict.behave = hang
    process = await begin(
        tmp_path, "trigger", "member.joined", "--to", strict.url(), "--secret", SECRET
    )
    await strict.until(lambda: strict.in_flight["/hook"] == 1)
    assert left_over(tmp_path) != []
    process.send_signal(number)
    done = await ended(process)
    assert done.code == 1
    assert done.sentences == ["herald: stopped: no verdict on 1 of 1"]
    assert "Traceback" not in "".join(done.err)
    assert left_over(tmp_path) == []
