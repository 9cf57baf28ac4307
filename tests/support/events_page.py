"""Page of events as a reader takes it: every promise in it, to be held against what is sent."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ROW = re.compile(r"^\| `(?P<key>\w+)` \| (?P<type>[^|]+) \| (?P<meaning>[^|]+) \|$", re.MULTILINE)
SENT = re.compile(r"One of ([^.]+)\.")
ANYTHING = "*"


@dataclass(frozen=True, slots=True, order=True)
class Promise:
    """A value that the page says a key has: one of a list, true or false, null, or anything."""

    event: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Section:
    """Section of one event: whether it is sent at all, what is said of it, what its keys hold."""

    event: str
    is_sent: bool
    sentences: tuple[str, ...]
    promises: frozenset[Promise]


def sections(page: str) -> list[Section]:
    """Every event of the page."""
    found = re.split(r"^## `(.+)`$", page, flags=re.MULTILINE)
    return [_section(name, text) for name, text in zip(found[1::2], found[2::2], strict=True)]


def _section(event: str, text: str) -> Section:
    prose, table = text.split("| Key | Type | Meaning |", 1)
    rows = list(ROW.finditer(table))
    clauses = [f"{row['key']}: {clause}" for row in rows for clause in _clauses(row["meaning"])]
    return Section(
        event,
        not prose.strip().startswith("*Not sent yet.*"),
        (*re.split(r"(?<=[.)]) (?=[A-Z`])", " ".join(prose.split())), *clauses),
        frozenset(one for row in rows for one in _promises(event, row)),
    )


def _clauses(meaning: str) -> list[str]:
    """What a key's meaning says beyond what it is: a cause, or when it is so."""
    return meaning.partition(" One of ")[0].rstrip(".").split("; ")[1:]


def _promises(event: str, row: re.Match[str]) -> Iterator[Promise]:
    key, kind = row["key"], row["type"]
    listed = SENT.search(row["meaning"])
    if listed is not None:
        values = re.findall(r"`([^`]+)`", listed[1])
    else:
        values = ["true", "false"] if kind.startswith("true or false") else [ANYTHING]
    for value in [*values, *(["null"] if "null" in kind else [])]:
        yield Promise(event, key, value)


def kept(told: Iterable[tuple[str, Mapping[str, Any]]]) -> set[Promise]:
    """The promises that these events keep."""
    return {
        one for kind, data in told for key, value in data.items() for one in _by(kind, key, value)
    }


def _by(event: str, key: str, value: object) -> Iterator[Promise]:
    match value:
        case None:
            yield Promise(event, key, "null")
        case bool():
            yield Promise(event, key, str(value).lower())
        case _:
            yield Promise(event, key, ANYTHING)
            if isinstance(value, str | int):
                yield Promise(event, key, str(value))
