"""`herald` as people run it: a process of its own, in a folder of its own."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
DEADLINE = 60.0


@dataclass(frozen=True, slots=True)
class Ended:
    """What a program said, and how it ended."""

    code: int
    out: list[str]
    err: list[str]

    @property
    def sentences(self) -> list[str]:
        """What it told a person on standard error."""
        return [line for line in self.err if line.startswith("herald: ")]


async def begin(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> Process:
    """Start it in `folder`, with no settings but those given."""
    (folder / "tmp").mkdir(exist_ok=True)
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("HERALD_")}
    own = {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp"), "COLUMNS": "100"}
    own["HERALD_WEB__PORT"] = "0"  # whatever else runs on this machine
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env={**inherited, **own, **(environment or {})},
        stdout=PIPE,
        stderr=PIPE,
    )


async def ended(process: Process) -> Ended:
    """Wait for its end."""
    async with asyncio.timeout(DEADLINE):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode().splitlines(), err.decode().splitlines())


async def herald(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> Ended:
    """Run it to its end."""
    return await ended(await begin(folder, *arguments, environment=environment))


def left_over(folder: Path) -> list[str]:
    """What a program left where temporary things go."""
    return sorted(path.name for path in (folder / "tmp").iterdir())
