"""The threat review names tests: each of them is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
REVIEW = ROOT / "docs/decisions/0011-threats.md"
NAMED = re.compile(r"((?:unit|integration|e2e|contract|chaos)/[\w/]+\.py)::(test_\w+)")
ROW = re.compile(r"^\| (?!Tries |---)(.+?) \| (.+?) \| (.+?) \|$", re.M)


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_every_test_named_here_exists() -> None:
    named = NAMED.findall(REVIEW.read_text(encoding="utf-8"))

    assert len(named) > 30
    assert [
        f"{file}::{test}" for file, test in named if test not in functions_of(ROOT / "tests" / file)
    ] == []


def test_every_attack_names_the_test_that_shows_the_defence() -> None:
    rows = ROW.findall(REVIEW.read_text(encoding="utf-8"))

    assert len(rows) > 25
    assert [attack for attack, _defence, shown in rows if not NAMED.search(shown)] == []
