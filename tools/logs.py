"""Page of the log's lines, docs/logs.md: read from the code that writes them."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/logs.md"
LEVELS = ("debug", "info", "warning", "error", "critical")
ALWAYS = frozenset({"exc_info"})
HEAD = """# Lines of the log

Written by `make logs` from the code. `logging.format = "json"` writes one object a line,
`"console"` lines for people; `logging.level` leaves out what is less. Each line has `timestamp`
(UTC), `level`, `logger` (the part of Herald, or the library), `event` (the name below) and the
fields beside it; an error has `exception` too. Secrets, tokens, signatures and passwords are
removed wherever they stand; ids are Discord's.

| Line | Level | Fields |
|---|---|---|
"""


@dataclass(slots=True)
class LogLine:
    """One name under which the log tells something."""

    levels: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)


def lines() -> dict[str, LogLine]:
    """All of them, by name."""
    found = defaultdict[str, LogLine](LogLine)
    for folder in ("bot", "cogs"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for level, call in _calls(ast.parse(file.read_text(encoding="utf-8"))):
                for name in _names(call.args[0]) if call.args else ():
                    found[name].levels.add(level)
                    found[name].fields |= {one.arg for one in call.keywords if one.arg} - ALWAYS
    return found


def page() -> str:
    """The page as it should be."""
    rows = [
        f"| `{name}` | {', '.join(sorted(line.levels, key=LEVELS.index))} | "
        f"{', '.join(f'`{one}`' for one in sorted(line.fields))} |"
        for name, line in sorted(lines().items())
    ]
    return HEAD + "\n".join(rows) + "\n"


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of = node.func.value
        if node.func.attr in LEVELS and isinstance(of, ast.Name) and of.id in ("_log", "log"):
            yield node.func.attr, node


def _names(node: ast.expr) -> Iterator[str]:
    """The names that an expression may be."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from _names(node.body)
        yield from _names(node.orelse)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print("wrote docs/logs.md")
