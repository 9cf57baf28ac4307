"""`herald check` on open files: how many there may be, and what they are enough for."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from tests.e2e.cli.program import ROOT


@pytest.mark.parametrize(
    ("files", "level", "told"),
    [
        (1024, "ok", "1024 may be open: 256 requests under way, 384 connections at rest"),
        (800, "warn", "256 requests under way, 160 connections at rest, so connections are"),
        (500, "warn", "116 requests under way, 0 connections at rest (delivery.max_in_flight is"),
    ],
)
@pytest.mark.thorough("each starts the program")
async def test_how_many_files_may_be_open(
    tmp_path: Path, files: int, level: str, told: str
) -> None:
    limited = f'ulimit -n {files} && exec "$0" -m bot check --json'
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", limited, sys.executable),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HERALD_WEB__PORT": "0"},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    findings = {one["name"]: one for one in json.loads(said)["findings"]}
    found = findings["open files"]
    assert found["level"] == level
    assert told in found["text"]
    assert ("hard limit of 896 or more: LimitNOFILE=" in found["mend"]) == (level == "warn")
