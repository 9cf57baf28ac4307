"""`herald doctor` as people run it, against real receivers: what it prints, and how it ends."""

import asyncio
import json
import os
import pty
import re
import signal
import socket
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.dialects import build_dialects
from tests.e2e.cli.program import DEADLINE, ROOT, Ended, begin, ended, herald, left_over
from tests.support import doctor_receivers
from tests.support.doctor_receivers import SECRETS, Came, Receiver, answering, when

TITLES = (
    "signed event",
    "time to answer",
    "wrong signature",
    "no signature",
    "old time stamp",
    "same event twice",
    "large event",
    "any text",
    "new keys",
    "five at once",
)
UNTRIED = dict.fromkeys(TITLES[2:], "SKIPPED")


async def doctor(folder: Path, receiver: Receiver, *more: str) -> Ended:
    """Examine it with the secret that it knows."""
    given = ("--to", receiver.url, "--secret", receiver.secret, "--dialect", receiver.dialect)
    return await herald(folder, "doctor", *given, *more)


def graded(done: Ended) -> dict[str, str]:
    """The grade of each line, by its title; how fast this machine is just now is no fault."""
    lines = (re.sub("^WARN (.*)answered after", r"PASS \\1answered after", one) for one in done.out)
    found = (re.match(r"(PASS|WARN|FAIL|SKIPPED) +(.{16})  \S", line) for line in lines)
    return {match[2].strip(): match[1] for match in found if match}


@pytest.mark.parametrize("dialect", build_dialects())
async def test_a_good_receiver_is_well(dialect: str, tmp_path: Path) -> None:
    async with Receiver(dialect) as receiver:
        done = await doctor(tmp_path, receiver)
    timeless = {"old time stamp": "SKIPPED"} if dialect == "vektor" else {}
    assert graded(done) == {**dict.fromkeys(TITLES, "PASS"), **timeless}
    assert done.out[0] == f"Examining {receiver.url} ({dialect})"
    assert done.out[1].startswith("PASS     signed event      answered HTTP 204")
    assert done.out[-1].endswith("1 skipped") == bool(timeless)
    assert (done.code, done.err) == (0, [])
    assert left_over(tmp_path) == []


def is_known(receiver: Receiver, came: Came) -> bool:
    return receiver.known(came)


@pytest.mark.parametrize(
    ("manners", "found", "sentence"),
    [
        (
            {"believes": doctor_receivers.unsigned_too},
            {"no signature": "FAIL"},
            "took a request without a signature",
        ),
        (
            {"believes": doctor_receivers.rewritten(ascii_only=True)},
            {"any text": "FAIL"},
            "verify the bytes of the body as they came",
        ),
        (
            {"takes": answering(307, headers={"Location": "https://elsewhere.example/"})},
            {"signed event": "FAIL", **UNTRIED},
            "redirect to elsewhere.example, not followed",
        ),
        ({"takes": when(is_known, 409)}, {"same event twice": "WARN"}, "fails for good"),
    ],
    ids=["unsigned", "rewritten", "redirect", "duplicates"],
)
async def test_each_fault_is_found_and_ends_with_1_unless_it_is_a_warning(
    manners: dict[str, Any], found: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    async with Receiver(**manners) as receiver:
        done = await doctor(tmp_path, receiver)
    assert {title: grade for title, grade in graded(done).items() if grade != "PASS"} == found
    assert done.code == int("FAIL" in found.values())
    assert sentence in "\n".join(done.out)


async def test_a_receiver_that_hangs_is_waited_for_as_long_as_it_is_told(tmp_path: Path) -> None:
    async with Receiver(takes=doctor_receivers.hang) as receiver:
        done = await doctor(tmp_path, receiver, "--timeout", "0.5")
    assert graded(done) == {"signed event": "FAIL", "time to answer": "SKIPPED", **UNTRIED}
    assert "no answer within 0.5 s" in done.out[1]
    assert done.code == 1


async def test_a_wrong_secret_refuses_all(tmp_path: Path) -> None:
    async with Receiver(believes=doctor_receivers.nobody) as receiver:
        done = await doctor(tmp_path, receiver)
        assert len(receiver.came) == 1
    assert done.code == 1
    assert graded(done) == {"signed event": "FAIL", "time to answer": "PASS", **UNTRIED}
    assert "not tried | Mend “signed event” first." in done.out[3]
    assert done.out[-1] == "FAIL: 1 passed, 1 failed, 8 skipped"


async def test_machines_read_json_with_the_same_findings(tmp_path: Path) -> None:
    async with Receiver(takes=answering(500, "\x1b[2J\r\nwhy\n")) as receiver:
        done = await doctor(tmp_path, receiver, "--json")
    told = json.loads("\n".join(done.out))
    assert (told["ok"], told["overall"], told["url"]) == (False, "FAIL", receiver.url)
    assert [finding["title"] for finding in told["findings"]] == list(TITLES)
    first = told["findings"][0]
    assert (first["probe"], first["grade"]) == ("signed", "FAIL")
    assert (first["seen"], first["answer"]) == ("answered HTTP 500", "\x1b[2J\r\nwhy")
    assert "\x1b" not in done.out[0]
    assert done.code == 1


async def test_what_a_receiver_says_acts_on_no_terminal(tmp_path: Path) -> None:
    async with Receiver(takes=answering(400, "\x1b[31m\u202e[red]" + "x" * 900)) as receiver:
        done = await doctor(tmp_path, receiver)
    line = done.out[1]
    assert r"its answer: \u001b[31m\u202e[red]xxx" in line
    assert not re.search("[\x00-\x1f\x7f\u202e]", "".join(done.out))
    assert len(line) < 600


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--to", "http://127.0.0.1:1/", "--dialect", "fantom"], "Did you mean “phantom”?"),
        (["--to", "http://127.0.0.1:1/", "--dialect", "standard"], "cannot sign with that secret"),
        (["--to", "http://169.254.169.254/"], "blocked: private address"),
        (["--to", "ftp://127.0.0.1/"], "starts with https://"),
    ],
)
async def test_bad_input_is_explained(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    done = await herald(tmp_path, "doctor", *arguments, "--secret", "short")
    assert done.code == 2
    assert len(done.err) == 1
    assert sentence in done.sentences[0]


async def test_the_secret_may_come_from_the_environment_and_must_come(tmp_path: Path) -> None:
    async with Receiver() as receiver:
        given = ("doctor", "--to", receiver.url)
        secret = {"HERALD_DOCTOR_SECRET": SECRETS["phantom"]}
        assert (await herald(tmp_path, *given, environment=secret, installed=True)).code == 0
        missing = await herald(tmp_path, *given)
    assert missing.code == 2
    assert "HERALD_DOCTOR_SECRET" in missing.sentences[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    async with Receiver(takes=doctor_receivers.hang) as receiver:
        given = ("--to", receiver.url, "--secret", receiver.secret)
        process = await begin(tmp_path, "doctor", *given)
        await receiver.begun()
        process.send_signal(number)
        done = await ended(process)
    assert done.code == 1
    assert done.sentences == ["herald: stopped before the last probe"]
    assert "Traceback" not in "".join(done.err)


async def test_a_terminal_shows_a_table_and_what_is_under_way(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    async with Receiver(takes=doctor_receivers.hang) as receiver:
        given = ("doctor", "--to", receiver.url, "--secret", receiver.secret, "--timeout", "0.5")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *given),
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "COLUMNS": "60", "TERM": "xterm", "PATH": os.defpath},
            stdout=theirs,
        )
        os.close(theirs)
        async with asyncio.timeout(DEADLINE):
            shown = await asyncio.to_thread(_all_of, ours)
            assert await process.wait() == 1
    assert "1 of 10: signed event" in shown
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    lines = [line.strip() for line in plain.splitlines()]
    assert any(re.match(r"FAIL +signed event +no answer \(timeout: ", line) for line in lines)
    assert "answer within 0.5 s)" in lines
    assert lines[-1] == "FAIL: 1 failed, 9 skipped"


def _all_of(terminal: int) -> str:
    """What was written until the other side was closed."""
    pieces: list[bytes] = []
    try:
        while piece := os.read(terminal, 65_536):
            pieces.append(piece)
    except OSError:  # how a terminal says that nobody is there any more
        return b"".join(pieces).decode()
    finally:
        os.close(terminal)
    return b"".join(pieces).decode()


async def test_it_goes_through_the_proxy_of_the_settings_that_are_named(tmp_path: Path) -> None:
    """So does the trigger: what they say of the proxy shows that both came by it."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        nobody = taken.getsockname()[1]
    (tmp_path / "config.toml").write_text(f'[egress]\nproxy = "http://127.0.0.1:{nobody}"\n')
    to = ("--to", "https://127.0.0.1:1/", "--secret", "whsec_s", "--config", "config.toml")
    examined = await herald(tmp_path, "doctor", *to)
    sent = await herald(tmp_path, "trigger", "member.joined", *to)
    for done in (examined, sent):
        assert done.code == 1
        assert "Herald's own proxy cannot be reached" in " ".join(done.out)
