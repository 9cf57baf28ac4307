"""Verifiers in four languages, written from the rules of the wire, agree on every request."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from bot.clock import SystemClock
from tests.contract.outgoing import DIALECTS, OTHERS, SECRETS, Case, believable, doubtful
from tests.support.node import FOLDER, NODE, need_package

VERIFIERS = Path(__file__).parent / "verifiers"
# Compiled once and run for a moment: neither optimised nor with a C compiler's help.
GO_RUN = ("go", "run", "-gcflags=all=-N -l")
ENVIRONMENT = {**os.environ, "CGO_ENABLED": "0"}
COMMANDS = {
    "node": [str(NODE), "verify.mjs"],
    "python": [sys.executable, "verify.py"],
    "php": ["php", "verify.php"],
    "go": [*GO_RUN, "verify.go"],
}


def need(program: str) -> None:
    """Skip the test where the language is not installed."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")


def judged(command: Sequence[str], cases: Sequence[Case]) -> list[bool]:
    """What the program believes, all in one process."""
    lines = "".join(json.dumps(case.as_json()) + "\n" for case in cases)
    ran = subprocess.run(
        command,
        input=lines.encode(),
        capture_output=True,
        cwd=VERIFIERS,
        env=ENVIRONMENT,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return [line == "true" for line in ran.stdout.decode().splitlines()]


def wrong(cases: Sequence[Case], answers: Sequence[bool]) -> list[str]:
    """The requests that were judged otherwise than they should be."""
    assert len(cases) == len(answers)
    return [
        f"{case.dialect}, {case.about}: {answer}"
        for case, answer in zip(cases, answers, strict=True)
        if answer is not case.valid
    ]


@pytest.mark.parametrize("language", COMMANDS)
@pytest.mark.thorough("compiles Go's library where it was never compiled", but="[!g]*")
def test_every_language_agrees(language: str) -> None:
    need(COMMANDS[language][0])
    cases = [case for name in DIALECTS for case in (*believable(name), *doubtful(name))]
    assert {case.valid for case in cases} == {True, False}
    assert wrong(cases, judged(COMMANDS[language], cases)) == []


def test_the_specifications_own_package_for_python_agrees() -> None:
    cases = now_cases()
    assert wrong(cases, [believed(case) for case in cases]) == []


def test_the_specifications_own_package_for_node_agrees() -> None:
    need_package("standardwebhooks")
    cases = now_cases()
    command = [str(NODE), "standardwebhooks.mjs", os.fspath(FOLDER)]
    assert wrong(cases, judged(command, cases)) == []


def now_cases() -> list[Case]:
    """Those of `standard`, sent now: both packages look at the machine's clock."""
    now = int(SystemClock().now().timestamp())
    timely = [*believable("standard", sent_at=now), *doubtful("standard", sent_at=now)]
    cases = [case for case in timely if case.now == now]
    for about, sent_at in (("too old", now - 302), ("too new", now + 330)):
        sent = believable("standard", sent_at=sent_at)[0]
        late = Case(about, "standard", sent.secret, sent.headers, sent.body, now, valid=False)
        cases.append(late)
    return cases


def believed(case: Case) -> bool:
    """Whether the package for Python takes it; any error of its own is a refusal."""
    try:
        Webhook(case.secret).verify(case.body, dict(case.headers))
    except (WebhookVerificationError, ValueError):
        return False
    return True


def test_both_secrets_of_a_rotation_are_taken_by_the_package() -> None:
    now = int(SystemClock().now().timestamp())
    rotating = [case for case in believable("standard", sent_at=now) if "wait" in case.about]
    assert {case.secret for case in rotating} == {SECRETS["standard"], OTHERS["standard"]}
    assert all(believed(case) for case in rotating)
