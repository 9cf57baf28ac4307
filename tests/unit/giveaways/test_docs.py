"""docs/giveaways.md: the program that it prints checks a proof, and finds what was changed."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.unit.giveaways.test_proof import document
from tools.house import ROOT

PAGE = (ROOT / "docs" / "giveaways.md").read_text(encoding="utf-8")


def verified(folder: Path, proof: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """By what the page prints, which knows nothing of the bot."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (folder / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    command = [sys.executable, "-I", "-c", code, "proof.json"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_what_the_page_prints_agrees_with_the_bot(tmp_path: Path) -> None:
    done = verified(tmp_path, document())
    assert (done.returncode, done.stdout) == (0, "The winners are the same.\n"), done.stderr


def test_it_finds_another_winner_and_another_list(tmp_path: Path) -> None:
    proof = document()
    proof["draws"][0]["winners"].reverse()
    assert verified(tmp_path, proof).returncode == 1
    proof = document()
    proof["entries"].pop()
    assert verified(tmp_path, proof).returncode == 1
