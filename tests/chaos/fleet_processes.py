"""The processes that compose.yaml's profile `fleet` runs, as plain subprocesses of a test."""

import asyncio
import importlib
import signal
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.fleet.store import ProcessSeen, everybody
from bot.storage.database import Database
from tests.e2e.cli.program import Ended, Herald, begin, ended
from tests.support.loops import turn
from tests.support.patience import PATIENCE

yaml: Any = importlib.import_module("yaml")  # it comes without types
COMPOSE = Path(__file__).parents[2] / "compose.yaml"
LEASE = 2.0  # seconds
SETTINGS = """\
[discord]
token = "{token}"
api_base = "{api}"
gateway_url = "{gateway}"

[database]
url = "{url}"

[secrets]
key_file = "{key_file}"

[guard]
allow_networks = ["127.0.0.0/8"]
allow_http = true

[web]
port = {port}
public_url = "https://herald.example"

[delivery]
lease_seconds = 5
lease_renew_seconds = 1
longest_timeout = 4.5
total_timeout = 4.5
connect_timeout = 3
jitter = 0

[members]
leave_hold_seconds = 0.1

[fleet]
lease_seconds = {lease}

[logging]
level = "WARNING"
"""


def commands() -> dict[str, list[str]]:
    """What each service of the profile runs; one that is there twice has a number."""
    found: dict[str, list[str]] = {}
    services: Mapping[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    for name, service in services.items():
        if "fleet" in service.get("profiles", ()) and "command" in service:
            count = service.get("deploy", {}).get("replicas", 1)
            for number in range(count):
                found[name if count == 1 else f"{name}-{number}"] = service["command"]
    return found


@dataclass
class Crew:
    """All of them; `servers` names for each the small Discord that it talks with."""

    folder: Path
    settings: Mapping[str, Mapping[str, Any]]
    database: Database
    running: dict[str, Herald] = field(default_factory=dict[str, Herald])

    async def start(self, name: str) -> None:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        told = SETTINGS.format(lease=LEASE, **self.settings[name])
        (folder / "config.toml").write_text(told)
        port = {"HERALD_WEB__PORT": str(self.settings[name]["port"])}
        self.running[name] = await begin(folder, *commands()[name], environment=port)

    async def kill(self, name: str) -> None:
        """In the middle of whatever it does."""
        process = self.running.pop(name)
        process.kill()
        await process.communicate()

    async def alive(self, count: int) -> list[ProcessSeen]:
        """Return when so many live, and no more."""
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self.database.reading() as reading:
                    found = await everybody(reading, round(LEASE * 1000))
                alive = [one for one in found if one.is_alive]
                if len(alive) == count:
                    return alive
                await turn()

    async def stop(self) -> dict[str, Ended]:
        """Ask all of them to end."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        return {name: await ended(process) for name, process in self.running.items()}


@asynccontextmanager
async def crew(
    folder: Path, settings: Mapping[str, Mapping[str, Any]], database: Database
) -> AsyncGenerator[Crew]:
    """None of them outlives the test."""
    made = Crew(folder, settings, database)
    try:
        yield made
    finally:
        for process in made.running.values():
            if process.returncode is None:
                process.kill()
