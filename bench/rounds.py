"""Interleaved rounds: every contestant in a fresh process, against a fresh receiver, in turn."""

import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.load import Lost

ROOT = Path(__file__).parent.parent
LEFT = ROOT / ".bench"
LONGEST = 900.0  # seconds of one contestant


@dataclass(frozen=True, slots=True)
class Result:
    """One contestant in one round: its numbers by name, or why there are none."""

    name: str
    numbers: Mapping[str, float] = field(default_factory=dict[str, float])
    not_measured: str | None = None


Round = Mapping[str, Result]


def play(
    names: Sequence[str], *, rounds: int, options: Sequence[str], tell: Callable[[str], None]
) -> list[Round]:
    """The results, round by round, each round in the order of `names`."""
    LEFT.mkdir(exist_ok=True)
    played: list[Round] = []
    with TemporaryDirectory(prefix="run-", dir=LEFT) as folder:
        for number in range(rounds):
            results: dict[str, Result] = {}
            for name in names:
                tell(f"round {number + 1} of {rounds}: {name}")
                results[name] = once(name, Path(folder), options)
            played.append(results)
    return played


def once(name: str, folder: Path, options: Sequence[str]) -> Result:
    """One contestant, once, as far as it is believed."""
    with receiver() as (port, counted):
        outcome = _run(name, folder, ("--port", str(port), *options))
        return believed(name, outcome, counted(bool(outcome.get("sent"))))


def believed(name: str, outcome: Mapping[str, Any], seen: Mapping[str, Any]) -> Result:
    """Its numbers; it raises where the receiver saw less than the contestant claims."""
    if "not_measured" in outcome:
        return Result(name, not_measured=outcome["not_measured"])
    numbers: dict[str, float] = outcome["numbers"]
    if outcome["sent"]:
        return Result(name, numbers | latencies(outcome["sent"], seen["moments"]))
    if outcome["delivered"] and outcome["delivered"] != seen["unique"]:
        claimed, unique = outcome["delivered"], seen["unique"]
        raise Lost(f"{name} claims {claimed} deliveries, the receiver saw {unique}")
    return Result(name, numbers)


def latencies(sent: Mapping[str, int], received: Mapping[str, int]) -> dict[str, float]:
    """Milliseconds from event to receipt: the median, one in a hundred, the longest."""
    if lost := sent.keys() - received.keys():
        raise Lost(f"{len(lost)} of {len(sent)} events never arrived")
    took = sorted((received[id] - moment) / 1e6 for id, moment in sent.items())
    return {"p50": _percentile(took, 50), "p99": _percentile(took, 99), "longest": took[-1]}


def _percentile(ordered: Sequence[float], share: int) -> float:
    return ordered[math.ceil(len(ordered) * share / 100) - 1]


def _run(name: str, folder: Path, options: Sequence[str]) -> dict[str, Any]:
    """What the contestant reports; whatever it started ends with it."""
    report = folder / "outcome.json"
    command = [sys.executable, "-m", "bench.contestant", name, *options]
    command += ["--folder", str(folder), "--outcome", str(report)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            _, errors = process.communicate(timeout=LONGEST)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        raise RuntimeError(f"{name} failed:\n{errors[-4000:]}")
    return json.loads(report.read_text(encoding="ascii"))


@contextmanager
def receiver() -> Generator[tuple[int, Callable[[bool], dict[str, Any]]]]:
    """A receiver's port, and what ends it and tells what it counted, with moments or without."""
    command = [sys.executable, "-m", "bench.receiver"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, output = process.stdin, process.stdout

        def counted(with_moments: bool) -> dict[str, Any]:
            asked.write("moments\n" if with_moments else "\n")
            asked.close()
            return json.loads(output.readline())

        try:
            yield int(output.readline()), counted
        finally:
            process.kill()
