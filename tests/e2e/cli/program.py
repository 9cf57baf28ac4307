"""`herald` as people run it: a process of its own, in a folder of its own.

Most of them are forked from one that has imported everything; each command has a test that starts
the installed program itself.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.forked import Forked, forked

Herald = Process | Forked
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
    folder: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    installed: bool = False,
) -> Herald:
    """Start it in `folder`, with no settings but those given."""
    (folder / "tmp").mkdir(exist_ok=True)
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("HERALD_")}
    own = {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp"), "COLUMNS": "100"}
    own["HERALD_WEB__PORT"] = "0"  # whatever else runs on this machine
    whole = {**inherited, **own, **(environment or {})}
    if not installed:
        return await forked("bot", *arguments, cwd=folder, env=whole, stdout=PIPE, stderr=PIPE)
    program = Path(sys.executable).with_name("herald")
    return await asyncio.create_subprocess_exec(
        program, *arguments, cwd=folder, env=whole, stdout=PIPE, stderr=PIPE
    )


async def ended(process: Herald) -> Ended:
    """Wait for its end."""
    async with asyncio.timeout(DEADLINE):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode().splitlines(), err.decode().splitlines())


async def herald(
    folder: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    installed: bool = False,
) -> Ended:
    """Run it to its end."""
    begun = await begin(folder, *arguments, environment=environment, installed=installed)
    return await ended(begun)


def left_over(folder: Path) -> list[str]:
    """What a program left where temporary things go."""
    return sorted(path.name for path in (folder / "tmp").iterdir())
