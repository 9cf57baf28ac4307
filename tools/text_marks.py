"""Marks of texts: the house rules about what people read, which is looked up to be translated."""

import ast
import re
from collections.abc import Iterator
from types import UnionType
from typing import TypeGuard

from tools.house import dotted, nodes

TRANSLATED = {"_", "gettext", "ngettext", "N_"}
LOOKS_UP = re.compile(r"\b(?:_|N_|n?gettext)\(")
READ = {
    *("UserError", "NotFound", "ActRefused", "ActUnknown", "Gone", "RefusedAddress"),
    *("FilterFailed", "Answer", "void", "give_up"),
    *("Post", "Button", "Option", "Select", "TextField", "Choice", "Notice", "Measure", "Sanction"),
    *("answer", "reply", "redraw", "show", "describe", "command", "confirm", "ReasonModal"),
}
"""What people read what is given to."""
UNREAD = {"custom_id", "id", "url", "value", "name", "kind", "emoji", "key"}
"""What of it they do not."""
WORDS = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}")


def untranslatable(source: str) -> Iterator[str]:
    """Texts that are put together before they are looked up, or where none is collected."""
    for node in nodes(source) if LOOKS_UP.search(source) else ():
        if _looks_up(node, ast.JoinedStr | ast.BinOp):
            yield f'{node.lineno}: write _("… {{name}} …").format(name=…)'
        if isinstance(node, ast.JoinedStr):
            for inner in ast.walk(node):
                if _looks_up(inner, ast.Constant):
                    yield f"{inner.lineno}: name the text before: it is not collected from here"


def unmarked(source: str) -> Iterator[str]:
    """Words that people read, and that nobody can translate.

    They are given to what is read, or handed back as they stand; a constant that nobody reads, such
    as the sentence of an event, has a name.
    """
    for node in nodes(source):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in READ:
            given = [*node.args, *(one.value for one in node.keywords if one.arg not in UNREAD)]
        elif isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            given = [node.value]
        for text in (one for whole in given for one in _parts(whole)):
            written = _written(text)
            if WORDS.search(written) and not written.startswith("<"):
                yield f"{text.lineno}: people read this: write _(…)"


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """What may be meant by it: of a choice or a pair each, of what is filled in or joined all."""
    match node:
        case ast.IfExp(body=one, orelse=other):
            found = [one, other]
        case ast.Tuple(elts=found) | ast.BoolOp(values=found):
            pass
        case ast.GeneratorExp(elt=one) | ast.ListComp(elt=one):
            found = [one]
        case ast.Call(func=ast.Attribute(value=text, attr="format" | "join"), args=args):
            found = [text, *args]
        case _:
            yield node
            return
    for one in found:
        yield from _parts(one)


def _written(node: ast.expr) -> str:
    """What stands there in so many letters."""
    if isinstance(node, ast.JoinedStr):
        return "{}".join(_written(part) for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _looks_up(node: ast.AST, kinds: type[ast.AST] | UnionType) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in TRANSLATED
        and any(isinstance(argument, kinds) for argument in node.args[:2])
    )
