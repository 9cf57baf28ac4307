"""Bidirectional order: where the parts of a line stand when scripts of both directions meet.

Unicode's Standard Annex 9, whose rules the comments name, for one line without embeddings and
isolates: their controls are not drawn. Pillow would do it too, but only within one font.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

STRONG = ("L", "R")
NUMBERS = ("EN", "AN")

T = TypeVar("T")


def levels(characters: Sequence[str]) -> list[int]:
    """The embedding level of each: odd ones go from right to left."""
    kinds = [unicodedata.bidirectional(character) or "L" for character in characters]
    base = next((int(kind != "L") for kind in kinds if kind in ("L", "R", "AL")), 0)  # P2, P3
    edge = STRONG[base]
    types = _numbers(_separators(_inherited(kinds, edge)), edge)
    _brackets(characters, types, edge)
    found = [_level(kind, base) for kind in _neutral(types, edge)]
    for index in reversed(range(len(kinds))):  # L1: spaces at the end belong to the line
        if kinds[index] != "WS":
            break
        found[index] = base
    return found


def visual(parts: Sequence[T], level: Callable[[T], int]) -> list[T]:
    """The parts from left to right (L2): from the highest level down, what is nested is turned."""
    ordered = list(parts)
    for height in range(max(map(level, ordered), default=0), 0, -1):
        turned: list[T] = []
        for is_nested, row in groupby(ordered, lambda part, height=height: level(part) >= height):
            found = list(row)
            turned += found[::-1] if is_nested else found
        ordered = turned
    return ordered


def _inherited(kinds: Sequence[str], edge: str) -> list[str]:
    """W1 to W3: a mark is as its letter, a number after an Arabic letter is an Arabic one."""
    types: list[str] = []
    strong = edge
    for kind in kinds:
        if kind in ("NSM", "BN"):
            kind = types[-1] if types else edge
        if kind in ("L", "R", "AL"):
            strong = kind
        types.append("AN" if kind == "EN" and strong == "AL" else kind)
    return ["R" if kind == "AL" else kind for kind in types]


def _separators(types: list[str]) -> list[str]:
    """W4 to W6: what stands between or beside numbers."""
    for index in range(1, len(types) - 1):
        left, kind, right = types[index - 1 : index + 2]
        if left == right and (kind, left) in (("CS", "EN"), ("CS", "AN"), ("ES", "EN")):
            types[index] = left
    for start, end, kind in _rows(types, lambda kind: kind):
        if kind == "ET" and "EN" in (*types[max(start - 1, 0) : start], *types[end : end + 1]):
            types[start:end] = ["EN"] * (end - start)
    return ["ON" if kind in ("ES", "ET", "CS") else kind for kind in types]


def _numbers(types: list[str], edge: str) -> list[str]:
    """W7: a number after a Latin letter goes with it."""
    strong = edge
    for index, kind in enumerate(types):
        if kind in STRONG:
            strong = kind
        elif kind == "EN" and strong == "L":
            types[index] = "L"
    return types


def _brackets(characters: Sequence[str], types: list[str], edge: str) -> None:
    """N0: both of a pair go the line's way, unless all in and before it goes the other."""
    for opened, closed in sorted(_pairs(characters)):
        inside = {_side(kind) for kind in types[opened:closed]} & {*STRONG}
        if not inside:
            continue
        before = (_side(kind) for kind in reversed(types[:opened]))
        context = next((side for side in before if side in STRONG), edge)
        types[opened] = types[closed] = edge if edge in inside else context


def _pairs(characters: Sequence[str]) -> Iterator[tuple[int, int]]:
    awaited: list[tuple[str, int]] = []
    for index, character in enumerate(characters):
        if unicodedata.category(character) == "Ps" and unicodedata.mirrored(character):
            # The next in Unicode, but for two.
            end = {"[": "]", "{": "}"}.get(character, chr(ord(character) + 1))
            awaited.append((end, index))
            continue
        depth = next((n for n, (end, _) in enumerate(reversed(awaited)) if end == character), None)
        if depth is not None:
            yield awaited[-1 - depth][1], index
            del awaited[-1 - depth :]


def _neutral(types: list[str], edge: str) -> list[str]:
    """N1 and N2: what has no direction takes that of both sides, else that of the line."""
    for start, end, is_neutral in _rows(types, lambda kind: _side(kind) not in STRONG):
        if is_neutral:
            before = _side(types[start - 1]) if start else edge
            after = _side(types[end]) if end < len(types) else edge
            types[start:end] = [before if before == after else edge] * (end - start)
    return types


def _rows(types: list[str], key: Callable[[str], T]) -> Iterator[tuple[int, int, T]]:
    start = 0
    for value, group in groupby(list(types), key):
        end = start + len(list(group))
        yield start, end, value
        start = end


def _side(kind: str) -> str:
    return "R" if kind in NUMBERS else kind


def _level(kind: str, base: int) -> int:
    """I1 and I2."""
    if kind in NUMBERS:
        return 2
    return base if kind == STRONG[base] else base + 1
