"""The second signal: a command that does not come to its end is ended."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from tests.e2e.cli.program import DEADLINE, ROOT

STUBBORN = """
import asyncio, pathlib, sys
from bot.commands.event_loop import in_loop

async def main(stop):
    print("begun", flush=True)
    await stop.asked.wait()
    print("asked", flush=True)
    await asyncio.Event().wait()

in_loop(main, last_act=lambda: pathlib.Path("last").touch())
"""


async def test_asked_twice_it_ends_at_once(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", STUBBORN),
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        stdout=PIPE,
        stderr=PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    async with asyncio.timeout(DEADLINE):
        assert await process.stdout.readline() == b"begun\n"
        process.send_signal(signal.SIGINT)
        assert await process.stdout.readline() == b"asked\n"
        process.send_signal(signal.SIGTERM)
        said = await process.stderr.read()
        assert await process.wait() == 128 + signal.SIGTERM
    assert b"asked twice" in said
    assert (tmp_path / "last").exists()
