"""Where and what was measured: the machine, the versions, the commit."""

import os
import platform
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.rounds import ROOT

PACKAGES = ("aiohttp", "uvloop", "aiosqlite", "asyncpg", "SQLAlchemy", "pydantic")


def about() -> dict[str, object]:
    """Everything that a figure depends on and that this process can see."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _said(("git", "-c", "safe.directory=*", "describe", "--always", "--dirty")),
        "machine": {
            "cores": os.cpu_count(),
            "processor": _processor(),
            "memory": _memory(),
            "system": platform.platform(),
            "load": os.getloadavg(),
        },
        "versions": {
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            **{name: version(name) for name in PACKAGES},
            "redis-server": _redis(),
        },
    }


def _said(command: Sequence[str]) -> str | None:
    """What a program says of itself; None where there is no such program, or it will not."""
    if shutil.which(command[0]) is None:
        return None
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def _redis() -> str | None:
    found = re.search(r"v=([\d.]+)", _said(("redis-server", "--version")) or "")
    return found.group(1) if found else None


def _processor() -> str:
    """Its name, where Linux tells it."""
    file = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", file.read_text()) if file.exists() else None
    return found.group(1) if found else platform.machine()


def _memory() -> int:
    """Bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
