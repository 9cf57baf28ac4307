"""Interleaved rounds: every contestant in a fresh process, against a fresh receiver, in turn."""

import json
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LONGEST = 600.0  # seconds of one contestant


@dataclass(frozen=True, slots=True)
class Entry:
    """One contestant and its share of the deliveries: a slow one needs fewer to show its rate."""

    name: str
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Result:
    """One contestant in one round."""

    name: str
    rate: float  # deliveries a second
    disk_bytes: float | None


def play(
    entries: Sequence[Entry], *, rounds: int, deliveries: int, tell: Callable[[str], None]
) -> list[list[Result]]:
    """The results, round by round, each round in the order of `entries`."""
    played: list[list[Result]] = []
    for number in range(rounds):
        results: list[Result] = []
        for entry in entries:
            tell(f"round {number + 1} of {rounds}: {entry.name}")
            results.append(once(entry.name, max(round(deliveries * entry.share), 1)))
        played.append(results)
    return played


def once(name: str, deliveries: int) -> Result:
    """One contestant, once; it raises where the receiver saw less than the contestant claims."""
    with receiver() as (port, counted):
        command = [sys.executable, "-m", "bench.contestant", name]
        command += ["--port", str(port), "--deliveries", str(deliveries)]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{name} failed:\n{done.stderr[-4000:]}")
        outcome: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        seen = counted()
    if seen["unique"] != outcome["delivered"]:
        raise RuntimeError(f"{name} claims {outcome['delivered']}, the receiver saw {seen}")
    return Result(name, deliveries / outcome["seconds"], outcome["disk_bytes"])


@contextmanager
def receiver() -> Generator[tuple[int, Callable[[], dict[str, int]]]]:
    """A receiver's port, and what ends it and tells what it counted."""
    command = [sys.executable, "-m", "bench.receiver"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ends, output = process.stdin, process.stdout

        def counted() -> dict[str, int]:
            ends.close()
            return json.loads(output.readline())

        try:
            yield int(output.readline()), counted
        finally:
            process.kill()
