"""Deliverer: `herald run --roles deliver`, as compose.yaml has it, in one of its lives."""

import asyncio
import json
import signal
from pathlib import Path

from bot.config import Config
from tests.chaos.fleet_processes import commands
from tests.e2e.cli.program import begin, ended

STARTED = b"herald.started"


def settings_of(config: Config) -> str:
    """The file that tells a program of its own what was chosen there."""
    chosen = config.model_dump(mode="json", exclude_unset=True)
    lines = list[str]()
    for section, values in chosen.items():
        lines += [f"[{section}]", *(f"{name} = {json.dumps(to)}" for name, to in values.items())]
    return "\n".join(lines)


class Deliverer:
    """It sends what others write, and writes nothing that it was not asked for by a delivery."""

    def __init__(self, config: Config, folder: Path) -> None:
        self._config, self._folder = config, folder

    async def begin(self, seconds: float) -> None:
        """Return when it says that it has started."""
        self._folder.mkdir()
        (self._folder / "config.toml").write_text(settings_of(self._config))
        self._process = await begin(self._folder, *commands()["deliver-0"])
        assert self._process.stderr is not None
        said = list[bytes]()
        async with asyncio.timeout(seconds):
            while not said or STARTED not in said[-1]:
                said.append(await self._process.stderr.readline())
                assert said[-1], f"it ended before it had started: {said}"

    async def kill(self) -> None:
        """Wherever it is."""
        self._process.kill()
        await self._process.communicate()

    async def end(self) -> tuple[int, str]:
        """Ask it to; its return code, and what it said since it had started."""
        self._process.send_signal(signal.SIGTERM)
        done = await ended(self._process)
        return done.code, "\n".join(done.err)
