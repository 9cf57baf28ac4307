"""Walkthrough of the pages for newcomers: their commands, word for word, one after the other.

`python -m tools.walkthrough PAGE…` runs what stands in their blocks of `sh` in this folder, which
is to be a clean clone. A command that serves until it is stopped is stopped at the end.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import IO, cast

SKIPPED = {
    "make run": "it needs a token of Discord's",
    "docker ": "it needs Docker",
    ".venv/bin/herald check": "it ends with 1 where there is no token of Discord's",
}
SERVING = {"make demo": "http://", ".venv/bin/herald listen": "http://"}
"""Commands that serve, and what they print once they do."""

STOPPED = (0, 2, 130, -signal.SIGINT)  # in good order, by make, by bash, by nobody who heard it
BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
EXPORT = re.compile(r"export (\w+)=(\S+)")


def commands(page: str) -> Iterator[str]:
    """Each command of the page's blocks, without what a `#` says about it."""
    for block in BLOCK.findall(page):
        for line in block.splitlines():
            if command := line.split(" #")[0].strip():
                yield command


class Shell:
    """What a newcomer types, and what is still running of it."""

    def __init__(self) -> None:
        self._around = dict(os.environ)
        # What a shell runs behind it ignores Ctrl+C, and so would everything that this one types.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._serving: list[tuple[str, subprocess.Popen[str]]] = []

    def type(self, command: str) -> None:
        """Run it; RuntimeError where it fails."""
        reason = next((why for what, why in SKIPPED.items() if command.startswith(what)), None)
        if reason:
            print(f"-- skipped: {command} ({reason})", flush=True)
            return
        print(f"$ {command}", flush=True)
        if exported := EXPORT.fullmatch(command):
            self._around[exported[1]] = exported[2]
            return
        plain = command.removesuffix("&").strip()
        for name, words in SERVING.items():
            if plain == name or (command.endswith("&") and plain.startswith(name)):
                self._serve(plain, words)
                return
        ended = subprocess.run(["bash", "-c", command], env=self._around, check=False)
        if ended.returncode:
            raise RuntimeError(f"“{command}” ended with {ended.returncode}")

    def close(self) -> None:
        """Press Ctrl+C in all that serves, the newest first; each runs till then and ends well."""
        wrong = list[str]()
        while self._serving:
            command, process = self._serving.pop()
            is_running = process.poll() is None
            if is_running:
                os.killpg(process.pid, signal.SIGINT)
            code = process.wait(60)
            print(f"-- stopped: {command} (exit code {code})", flush=True)
            if not is_running:
                wrong.append(f"“{command}” ended with {code} before it was stopped")
            elif code not in STOPPED:
                wrong.append(f"“{command}” ended with {code} when it was stopped")
        if wrong:
            raise RuntimeError("; ".join(wrong))

    def _serve(self, command: str, words: str) -> None:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            env=self._around,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._serving.append((command, process))
        said = cast("IO[str]", process.stdout)
        for line in said:
            print(line, end="", flush=True)
            if words in line:
                Thread(target=_drain, args=(said,), daemon=True).start()
                return
        raise RuntimeError(f"“{command}” did not come up")


def _drain(said: IO[str]) -> None:
    """Read on to the end, lest it waits for a reader."""
    with said:
        said.read()


def main(pages: Sequence[str]) -> None:
    """Walk through the pages in turn."""
    for page in pages:
        print(f"== {page}", flush=True)
        with closing(Shell()) as shell:
            for command in commands(Path(page).read_text(encoding="utf-8")):
                shell.type(command)


if __name__ == "__main__":
    main(sys.argv[1:])
