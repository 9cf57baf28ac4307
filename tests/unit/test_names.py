"""One word, one meaning: names, headings and the glossary are held against the tree."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence

import pytest

from tools import house, names

PAGES = ("README.md", "CONTRIBUTING.md", "docs/")

Check = Callable[[Mapping[str, str]], Iterable[str]]


@pytest.fixture(scope="module")
def tree() -> dict[str, str]:
    return names.sources()


@pytest.fixture(scope="module")
def page() -> str:
    return names.GLOSSARY.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("class Page: ...", "class Page: ..."),
        ("class Page: ...", "Page = list[int]"),
        ("Page = list[int]", "Page: TypeAlias = list[int]"),
        ("Page = NewType('Page', int)", "class Page: ..."),
    ],
)
def test_a_public_name_that_stands_twice_is_found(first: str, second: str) -> None:
    assert names.twice({"bot/a.py": first, "cogs/b.py": second}) == {
        "Page": ["bot/a.py", "cogs/b.py"]
    }


@pytest.mark.parametrize(
    "source", ["class _Page: ...", "T = TypeVar('T')", "LIMIT = 3", "log = f()"]
)
def test_what_is_private_or_no_type_may_stand_twice(source: str) -> None:
    assert names.twice({"bot/a.py": source, "cogs/b.py": source}) == {}


@pytest.mark.parametrize("place", ["bot/telling.py", "bot/sending/__init__.py"])
def test_a_module_called_after_an_activity_is_found(place: str) -> None:
    assert list(names.activities({place: ""})) == [place]


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("bot/queue.py", '"""What waits in the queue."""'),
        ("bot/queue.py", '"""The queue."""'),
        ("bot/queue.py", '"""Lanes that take turns: a queue."""'),
        ("bot/queue/__init__.py", ""),
    ],
)
def test_a_heading_without_its_noun_is_found(place: str, source: str) -> None:
    assert list(names.heading(place, source))


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("bot/fair_queue.py", '"""Fair queue: lanes that take turns."""'),
        ("bot/check.py", '"""`herald check`: looks at everything."""'),
        ("bot/web/pages/__init__.py", '"""Pages of appeals."""'),
    ],
)
def test_a_heading_with_its_noun_passes(place: str, source: str) -> None:
    assert list(names.heading(place, source)) == []


def test_a_banned_word_is_found_in_every_kind_of_name() -> None:
    [term] = names.glossary(
        "| Say | F | C | N |\n|---|---|---|---|\n| post | x | `bot.a` | letter |\n"
    )
    tree = {
        "bot/letters.py": "",
        "bot/a.py": "class LetterBox: ...\nLetters = list[str]\ndef _owed_letter(): ...",
        "bot/b.py": "class Lettered: ...\nletter = 1",
    }
    assert [found.partition(" says")[0] for found in names.banned(term, tree)] == [
        *("bot/letters.py: letters", "bot/a.py: LetterBox", "bot/a.py: Letters"),
        *("bot/a.py: LetterBox", "bot/a.py: _owed_letter"),
    ]


def test_a_word_that_the_code_has_not_is_found() -> None:
    tree = {
        "bot/a.py": "class Box:\n    size = 1\n    def open(self): ...",
        "bot/b/__init__.py": "",
    }
    there = ["bot.a", "bot.b", "bot.a.Box", "bot.a.Box.open", "bot.a.Box.size"]
    assert [one for one in there if not names.stands(one, tree)] == []
    missing = ["bot.c", "bot.a.Lid", "bot.a.Box.shut", "bot.a.Box.size.x", "bot.b.Box", "cogs"]
    assert [one for one in missing if names.stands(one, tree)] == []


def test_no_public_name_stands_twice_without_a_reason(tree: dict[str, str]) -> None:
    assert set(names.twice(tree)) == set(names.TWICE)
    assert all(len(reason.split()) > 3 for reason in names.TWICE.values())


def test_no_module_is_called_after_an_activity_without_a_reason(tree: dict[str, str]) -> None:
    unexplained = set(names.activities(tree)) - set(names.ACTIVITIES)
    assert unexplained == set()
    assert set(names.ACTIVITIES) <= set(tree)
    assert all(len(reason.split()) > 3 for reason in names.ACTIVITIES.values())


def test_every_module_begins_with_its_noun(tree: dict[str, str]) -> None:
    assert len(tree) > 200
    assert [one for place, source in tree.items() for one in names.heading(place, source)] == []


def test_every_word_of_the_glossary_stands_in_the_code(tree: dict[str, str], page: str) -> None:
    terms = names.glossary(page)
    assert len(terms) > 20
    assert len({term.say for term in terms}) == len(terms)
    assert [term.say for term in terms if not term.stands] == []
    assert [one for term in terms for one in term.stands if not names.stands(one, tree)] == []
    elsewhere = [term.say for term in terms if term.say not in " ".join(term.stands).lower()]
    assert elsewhere == []


def test_no_banned_word_names_anything(tree: dict[str, str], page: str) -> None:
    terms = names.glossary(page)
    assert {"message", "letter", "manager"} <= {word for term in terms for word in term.never}
    places = [where for term in terms for where in term.where]
    assert [where for where in places if not any(one.startswith(where) for one in tree)] == []
    assert [one for term in terms for one in names.banned(term, tree)] == []


def test_the_floors_on_the_page_are_those_that_are_held(page: str) -> None:
    settings = tomllib.loads((house.ROOT / "pyproject.toml").read_text())
    floors = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    shown = re.search(r"^```\n(bot\.__main__\n.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert shown is not None
    assert " ".join(shown.group(1).split()) == " ".join(floors)


def test_the_pages_name_nothing_that_is_not_there(tree: dict[str, str]) -> None:
    """Files by a path (`client/ui.py`), names by their module's (`storage/sweep.Sweep`)."""
    placed = [path.relative_to(house.ROOT).as_posix() for path in house.files()]
    pages = [place for place in placed if place.startswith(PAGES) and place.endswith(".md")]
    texts = {page: (house.ROOT / page).read_text(encoding="utf-8") for page in pages}
    files = _found(r"`((?:[\w.-]+/)*[\w-]+\.py)`", texts)
    names_there = _found(r"`((?:[a-z_]+/)+[a-z_]+\.[A-Za-z_]+)`", texts) - files
    assert len(files) > 20
    assert len(names_there) > 3
    missing = [
        one for one in files if not any(f"/{place}".endswith(f"/{one[1]}") for place in placed)
    ]
    missing += [one for one in names_there if not _is_in(tree, one[1], placed)]
    assert sorted(missing) == []


def _found(pattern: str, texts: Mapping[str, str]) -> set[tuple[str, str]]:
    return {(page, name) for page, text in texts.items() for name in re.findall(pattern, text)}


def _is_in(tree: Mapping[str, str], name: str, placed: Sequence[str]) -> bool:
    path, _, last = name.rpartition(".")
    modules = [place for place in tree if f"/{place}".endswith(f"/{path}.py")]
    dotted = [module.removesuffix(".py").replace("/", ".") for module in modules]
    is_file = any(f"/{place}".endswith(f"/{name}") for place in placed)
    return is_file or any(names.stands(f"{one}.{last}", tree) for one in dotted)
