"""Labels in every language that is shipped: none is too long for where Discord shows it.

They are read from the code, whole: what is drawn has been cut to the limit already.
"""

import ast
from collections.abc import Iterator

import pytest

from bot.client import limits
from bot.texts import gettext, translated, use
from tools import house

MOST = {
    ("Button", "label"): limits.BUTTON,
    ("Option", "label"): limits.OPTION,
    ("Option", "about"): limits.OPTION,
    ("Select", "placeholder"): limits.PLACEHOLDER,
    ("TextField", "heading"): limits.LABEL,
    ("TextField", "about"): limits.LABEL_ABOUT,
    ("Modal", "title"): limits.MODAL_TITLE,
}
"""By what is made, and the name of its part."""
PLACES = {
    "Button": ("label",),
    "Option": ("label", "value", "about"),
    "Select": ("custom_id", "options", "placeholder"),
    "TextField": ("custom_id", "heading", "about"),
    "Modal": ("title",),
}
"""Which part stands where."""


def _made(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """What is made there; a modal by what its class begins with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(
            isinstance(base, ast.Name) and base.id == "HeraldModal" for base in node.bases
        ):
            yield from (
                ("Modal", one)
                for one in ast.walk(node)
                if isinstance(one, ast.Call)
                and isinstance(one.func, ast.Attribute)
                and one.func.attr == "__init__"
            )
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in PLACES:
                yield name, node


def _texts(node: ast.expr) -> Iterator[str]:
    """Every marked text that the value may be."""
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "_":
            yield from (
                part.value
                for part in one.args
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )


def _labels() -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {key: set() for key in MOST}
    for path in house.files(".py"):
        if path.relative_to(house.ROOT).parts[0] not in ("bot", "cogs"):
            continue
        for what, call in _made(ast.parse(path.read_text(encoding="utf-8"))):
            given = dict(zip(PLACES[what], call.args, strict=False))
            given |= {one.arg: one.value for one in call.keywords if one.arg}
            for part, value in given.items():
                if (what, part) in found:
                    found[what, part].update(_texts(value))
    return found


@pytest.fixture(scope="module")
def labels() -> dict[tuple[str, str], set[str]]:
    return _labels()


@pytest.mark.parametrize("language", ["en", *sorted(translated())])
def test_no_label_is_too_long(language: str, labels: dict[tuple[str, str], set[str]]) -> None:
    assert sum(map(len, labels.values())) > 100
    assert all(labels.values())
    with use(language):
        long = {
            text: (*key, len(gettext(text)))
            for key, texts in labels.items()
            for text in texts
            if len(gettext(text)) > MOST[key]
        }
    assert long == {}
