"""Walkthrough: what it was told to serve has to serve until it is stopped."""

import os
from pathlib import Path

import pytest

from tools.walkthrough import Shell


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell()


def serve(shell: Shell, recipe: str) -> None:
    Path("Makefile").write_text(f"demo:\n\t@echo $$PPID > pid; echo http://there; {recipe}\n")
    shell.type("make demo")


def test_what_serves_until_it_is_stopped_ends_well(shell: Shell) -> None:
    serve(shell, "exec sleep 60")
    shell.close()


def test_what_ended_before_is_a_failure_though_make_says_the_same(shell: Shell) -> None:
    serve(shell, "exit 1")
    os.waitid(os.P_PID, int(Path("pid").read_text()), os.WEXITED | os.WNOWAIT)
    with pytest.raises(RuntimeError, match="make demo” ended with 2 before it was stopped"):
        shell.close()
