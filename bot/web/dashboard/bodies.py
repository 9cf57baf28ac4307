"""Bodies as they are shown: text, indented where it is JSON; what no page can hold is marked."""

import json
import unicodedata

MOST_SHOWN = 64 * 1024  # characters
KEPT = frozenset("\n\t\u200c\u200d")  # the last two join letters and emoji


def shown(body: bytes | None, *, is_json: bool = False) -> str | None:
    """The bytes as text; None where there are none any more."""
    if body is None:
        return None
    text = body.decode("utf-8", "replace")
    if is_json:
        text = _indented(text)
    text = text.replace("\r\n", "\n")
    return "".join(map(_visible, text[:MOST_SHOWN]))


def _indented(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _visible(one: str) -> str:
    """A character, or its number where it is a control: it would turn, hide or break the rest."""
    if one in KEPT or unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return one
    return f"\\u{ord(one):04x}"
