"""Text that others wrote, made harmless: it can neither mark up, ping nor hide anything."""

import unicodedata

from discord.utils import escape_markdown

KEPT = frozenset("\n\t")
GONE = "\N{REPLACEMENT CHARACTER}"
APART = "\N{ZERO WIDTH SPACE}"


def plain(text: str) -> str:
    """Without control characters: those of ASCII as their pictures, others as `�`."""
    return "".join(map(_plain, text.replace("\r\n", "\n")))


def block(answer: bytes, limit: int) -> str:
    """Bytes as a code block of at most `limit` characters that nothing in them can end."""
    text = plain(answer.decode("utf-8", errors="replace"))
    # Also where the text meets the fences: a backtick there would join them.
    text = text.replace("`", f"`{APART}").replace("@", f"@{APART}").strip("\n")
    room = limit - len("```\n\n```")
    shown = text if len(text) <= room else f"{text[: room - 1]}…"
    return f"```\n{shown}\n```"


def line(text: str, limit: int) -> str:
    """One line of plain text that is neither Markdown nor a mention."""
    shown = " ".join(plain(text).split())
    shown = shown if len(shown) <= limit else f"{shown[: limit - 1]}…"
    shown = escape_markdown(shown).replace("@", f"@{APART}").replace("<", f"<{APART}")
    return shown.replace("://", f":{APART}//")


def _plain(character: str) -> str:
    if character in KEPT:
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    # Formats turn text around or hide in it; the rest of "C" is nothing that can be shown.
    return GONE if unicodedata.category(character).startswith("C") else character
