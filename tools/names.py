"""Names of `bot` and `cogs`, held as one vocabulary; tests/unit/test_names.py runs the checks."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.house import ROOT, files

GLOSSARY = ROOT / "docs" / "architecture.md"
PRODUCT = ("bot/", "cogs/")

# A public name that stands for two things, with the reason why it may.
TWICE: dict[str, str] = {}
# A module called after an activity, with the reason why the field calls it so.
ACTIVITIES = {
    "bot/wiring.py": "dependency injection calls a composition root's work wiring",
}
# Words in -ing that are no activity, with the reason.
ADJECTIVES = {
    "incoming": "chat services call a webhook that takes something in an incoming webhook",
}
# First words of a docstring that do not name a thing.
NO_NOUN = {
    *("what", "whatever", "how", "who", "whoever", "whom", "whose", "which", "when", "where"),
    *("why", "it", "its", "the", "a", "an", "this", "these", "those", "everything", "everyone"),
    *("one", "all", "they", "we", "he", "his", "in", "by", "of", "on", "for", "from", "with"),
    *("without", "back", "before", "after", "under", "at", "as", "if"),
}
TYPE_VARIABLES = {"TypeVar", "ParamSpec", "TypeVarTuple"}

Named = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

_parsed = cache(ast.parse)


def sources(under: Sequence[str] = PRODUCT) -> dict[str, str]:
    """Python files by their place in the repository."""
    placed = {path.relative_to(ROOT).as_posix(): path for path in files(".py")}
    return {
        place: path.read_text(encoding="utf-8")
        for place, path in placed.items()
        if place.startswith(tuple(under))
    }


def twice(tree: Mapping[str, str]) -> dict[str, list[str]]:
    """Public classes and type aliases of one name, with the modules where they stand."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for place, source in tree.items():
        for name in _types(_parsed(source)):
            places[name].append(place)
    return {name: found for name, found in places.items() if len(found) > 1}


def _types(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            called = node.value.func if isinstance(node.value, ast.Call) else None
            is_variable = isinstance(called, ast.Name) and called.id in TYPE_VARIABLES
            if isinstance(target, ast.Name) and _is_camel(target.id) and not is_variable:
                yield target.id


def _is_camel(name: str) -> bool:
    return name[0].isupper() and name != name.upper()


def activities(tree: Mapping[str, str]) -> Iterator[str]:
    """Modules and folders that are called after what somebody does."""
    for place in tree:
        words = [part.removesuffix(".py") for part in place.split("/")]
        if any(word.endswith("ing") and word not in ADJECTIVES for word in words):
            yield place


def heading(place: str, source: str) -> Iterator[str]:
    """Docstring of a module that does not begin with the noun that its file is called by."""
    text = ast.get_docstring(_parsed(source))
    if not text:
        yield f"{place}: no docstring"
        return
    first = text.splitlines()[0]
    word = re.match(r"[\w'/`-]*", first)
    if word and word.group().lower() in NO_NOUN:
        yield f"{place}: begins with “{word.group()}”; begin with the noun"
    path = Path(place)
    name = path.parent.name if path.stem == "__init__" else path.stem.strip("_")
    head = re.split(r"[:;.,](?:\s|$)", first)[0].lower()
    stems = [part.rstrip("s")[:5] for part in name.split("_")]
    if not any(stem in head for stem in stems):
        yield f"{place}: “{head}” names nothing of “{name}”"


@dataclass(frozen=True, slots=True)
class Term:
    """Row of the glossary: where its word stands, and which never name anything in `where`."""

    say: str
    stands: tuple[str, ...]
    never: tuple[str, ...]
    where: tuple[str, ...]


def glossary(page: str) -> list[Term]:
    """Terms of the page's table, whose columns are: say, for, in the code, never."""
    table = re.search(r"^\| Say \|.*\n\|[-|]+\n((?:\|.*\n)+)", page, re.MULTILINE)
    return [_term(row) for row in table.group(1).splitlines()] if table else []


def _term(row: str) -> Term:
    say, _meaning, code, never = (cell.strip() for cell in row.strip("|").split("|"))
    words, _, where = never.partition(" in ")
    return Term(
        say,
        tuple(re.findall(r"`([\w.]+)`", code)),
        tuple(re.findall(r"[a-z]+", words)),
        tuple(re.findall(r"`([\w./]+)`", where)) or PRODUCT,
    )


def stands(dotted: str, tree: Mapping[str, str]) -> bool:
    """Whether a module, or a name that it defines, is there under that name."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        base = "/".join(parts[:length])
        found = next((one for one in (f"{base}.py", f"{base}/__init__.py") if one in tree), None)
        if found is not None:
            return _defines(_parsed(tree[found]).body, parts[length:])
    return False


def _defines(body: Sequence[ast.stmt], names: Sequence[str]) -> bool:
    if not names:
        return True
    for node in body:
        if isinstance(node, Named) and node.name == names[0]:
            return _defines(node.body, names[1:])
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(one, ast.Name) and one.id == names[0] for one in targets):
                return len(names) == 1
    return False


def banned(term: Term, tree: Mapping[str, str]) -> Iterator[str]:
    """Modules, classes, functions and aliases that say the term by a word it is never said by."""
    for place, source in tree.items():
        if not place.startswith(term.where):
            continue
        own = place.removeprefix("bot/").removeprefix("cogs/").removesuffix(".py")
        for name in (own, *_names(source)):
            for word in _words(name) & {*term.never, *(f"{one}s" for one in term.never)}:
                yield f"{place}: {name} says “{word}” for “{term.say}”"


@cache
def _names(source: str) -> tuple[str, ...]:
    """Types, classes and functions of a module, however deep they stand."""
    module = _parsed(source)
    return (*_types(module), *(node.name for node in ast.walk(module) if isinstance(node, Named)))


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name))
