"""User text: what a person typed, cleaned to be stored, and made harmless to be shown.

| Function | Guarantee |
|---|---|
| `clean_line` | one line, without control characters and marks that turn the reading direction |
| `clean_paragraphs` | the same with its lines kept; empty where nothing in it can be seen |
| `sought` | what a search compares: neither case nor form matters, in any script |
| `visible` | control characters shown as pictures or `�` instead of obeyed |
| `escaped` | Markdown shows as typed, and neither a mention nor an address in it does anything |
| `inline` | one visible line, escaped, that mentions nobody and links nowhere, clipped |
| `repeated` | short enough to stand in a refusal to whoever typed it; neither code nor a mention |
| `code_block` | bytes as a code block that nothing in them can end, clipped |
| `clip` | at most so many characters |
"""

import re
import unicodedata

KEPT = frozenset("\n\t")
GONE = "\N{REPLACEMENT CHARACTER}"
REPEATED_LIMIT = 50  # characters
APART = "\N{ZERO WIDTH SPACE}"
FENCED = "```\n{}\n```"

_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_UNSEEN = frozenset("\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff")
"""Marks of no width that no script needs; joiners stay: emoji and some scripts are written so."""
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols, as Unicode counts them, of which nothing is seen."""
_ACTIVE = re.compile(r"([\\*_~`|<>()\[\]#@/-]|:(?=//))")
_ADDRESS = re.compile(r"(?<=[^\W\d_]{2})/(?=\w)")
"""Slash after what may be a host: Discord makes links and invites of those without `https` too."""
_LINE_MARKS = re.compile(r"[\\*_~`|]|\[(?=.+\]\(.+\))|^(?:>|#|\s*-)")
_REPEATED = str.maketrans("", "", "`@<>")
_EMPTY_LINES = re.compile(r"\n{3,}")


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, the last of them an ellipsis where any was cut."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"[: max(limit, 0)]


def clean_line(text: str) -> str:
    """One paragraph, without control characters and marks that turn the reading direction."""
    kept = "".join(
        " " if unicodedata.category(one) == "Cc" else one
        for one in text
        if unicodedata.bidirectional(one) not in _TURNING and unicodedata.category(one) != "Cs"
    )
    return " ".join(kept.split())


def clean_paragraphs(text: str) -> str:
    """The same with its lines kept, at most one of them empty between two; in Unicode's NFC.

    Empty where nothing in it can be seen.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = "".join(one for one in text if one not in _UNSEEN).split("\n")
    joined = unicodedata.normalize("NFC", "\n".join(map(clean_line, lines)))
    cleaned = _EMPTY_LINES.sub("\n\n", joined).strip("\n")
    return cleaned if any(map(_is_seen, cleaned)) else ""


def sought(*texts: str | None) -> str:
    """Texts as they are searched in: whatever their case and their form, in any script.

    Stored beside them, since `lower` knows ASCII alone in one engine and a locale in the other.
    """
    joined = "\n".join(text for text in texts if text)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", joined).casefold())


def visible(text: str) -> str:
    """Without control characters: those of ASCII as their pictures, others as `�`."""
    return "".join(map(_shown, text.replace("\r\n", "\n")))


def escaped(text: str) -> str:
    """What a person typed, so that it shows as typed: no links, mentions or headings in it."""
    return _ACTIVE.sub(r"\\\1", text)


def inline(text: str, limit: int) -> str:
    """One line of visible text that is neither Markdown, nor a mention, nor a link."""
    shown = clip(" ".join(visible(text).split()), limit)
    shown = _LINE_MARKS.sub(lambda mark: f"\\{mark[0]}", shown)
    shown = shown.replace("@", f"@{APART}").replace("<", f"<{APART}")
    return _ADDRESS.sub(f"{APART}/", shown.replace("://", f":{APART}//"))


def repeated(text: str, limit: int = REPEATED_LIMIT) -> str:
    """What a person typed, short enough to repeat, without what makes code or a mention of it."""
    printable = "".join(character for character in text if character.isprintable())
    return clip(printable.translate(_REPEATED), limit)


def code_block(answer: bytes, limit: int) -> str:
    """Bytes as a code block of at most `limit` characters that nothing in them can end."""
    text = visible(answer.decode("utf-8", errors="replace"))
    # Also where the text meets the fences: a backtick there would join them.
    text = text.replace("`", f"`{APART}").replace("@", f"@{APART}").strip("\n")
    return FENCED.format(clip(text, limit - len(FENCED.format(""))))


def _shown(character: str) -> str:
    if character in KEPT:
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    # Formats turn text around or hide in it; the rest of "C" is nothing that can be shown.
    return GONE if unicodedata.category(character).startswith("C") else character


def _is_seen(character: str) -> bool:
    return character not in _BLANK and unicodedata.category(character)[0] not in "CMZ"


def initials(name: str) -> str:
    """Two letters that stand for a server without a picture."""
    firsts = [next((one for one in word if one.isalnum()), "") for word in name.split()]
    return "".join(firsts)[:2].upper() or "#"
