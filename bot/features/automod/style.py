"""Style of a text in numbers: shouting, heaps of marks, emoji. Pure; each is one pass."""

import re

_MARKUP = re.compile(r"<[^<>\s]{1,100}>|https?://\S+")
_CUSTOM = re.compile(r"<a?:\w{2,32}:\d{15,21}>")
_MARKS = r"\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_HEAP = re.compile(f"[{_MARKS}]{{4}}")  # Vietnamese has two marks at a letter
_MARK = re.compile(f"[{_MARKS}]")
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_PICTURE = "[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
_EMOJI = re.compile(
    f"{_FLAG}|{_PICTURE}\ufe0f?[\U0001f3fb-\U0001f3ff]?(?:\u200d{_PICTURE}\ufe0f?)*"
)
LEAST_MARKS = 12  # that are as many as the letters make a heap, however they are spread


def shouted(text: str) -> tuple[int, int]:
    """How many letters are capitals, and how many could be: without links, mentions and emoji."""
    bare = _MARKUP.sub("", text) if "<" in text or "://" in text else text
    capitals = sum(map(str.isupper, bare))
    return capitals, capitals + sum(map(str.islower, bare))


def is_zalgo(text: str) -> bool:
    """Whether marks are heaped up on letters; those of Arabic, Hindi or Thai are none of them."""
    if text.isascii():
        return False
    if _HEAP.search(text):
        return True
    marks = len(_MARK.findall(text))
    return marks >= LEAST_MARKS and marks * 2 >= len(text) - marks


def emoji_in(text: str) -> int:
    """How many emoji there are, a server's own among them; one made of many is one."""
    own = len(_CUSTOM.findall(text)) if "<" in text else 0
    return own if text.isascii() else own + len(_EMOJI.findall(text))
