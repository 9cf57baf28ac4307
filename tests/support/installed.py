"""Programs of other people's that a test needs, found on this machine."""

import os
import shutil
import sys
from pathlib import Path

import pytest

# Debian puts servers where only root's path leads.
WHERE = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def installed(program: str) -> str:
    """Where it is; skips the test where it is not, unless HERALD_REQUIRE_PROGRAMS=1."""
    found = shutil.which(program, path=WHERE)
    if found is None:
        if os.environ.get("HERALD_REQUIRE_PROGRAMS") == "1":
            pytest.fail(f"HERALD_REQUIRE_PROGRAMS=1, and {program} was not found")
        pytest.skip(f"{program} is not installed")
    return found
