"""Markup of messages: Discord's Markdown as HTML in which nothing is left that could do harm.

markdown-it reads what is common to both (emphasis, code, links, lists, headings); the rules here
are Discord's own marks, and where it departs (source: Discord's help, "Markdown Text 101").
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markupsafe import Markup, escape

from bot.features.tickets.transcript.elements import DRAWN, MarkNames, custom_emoji

RULES = (
    *("blockquote", "heading", "list"),
    *("newline", "escape", "backticks", "emphasis", "strikethrough", "link", "autolink"),
)
LONGEST = 8_000  # characters; a card has 4,000 at most

_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
"""Control characters, halves of characters, and marks that turn the direction of what follows."""
_CODE = re.compile(r"```(?:([\w+.#-]{1,20})\n)?\n?((?:(?!```).)+?)\n?```", re.DOTALL)
_ACTIVE = re.compile(r"[\\*_~`<\[]|\|\||://|@everyone|@here|^\s*(?:[>#+-]|\d+[.)]\s)", re.MULTILINE)
_PAIRED = re.compile(r"[*_~\[|]")
CROWDED = 250  # of those; markdown-it takes time by their square
_QUOTED, _LISTED = re.compile(r"> "), re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
_MARK = re.compile(
    r"<(?:(?P<kind>@!?|@&|#)(?P<id>\d{1,20})"
    r"|(?P<moving>a?):(?P<emoji>\w{1,64}):(?P<emoji_id>\d{1,20})"
    r"|t:(?P<stamp>-?\d{1,12})(?::[a-zA-Z])?"
    r"|/(?P<command>[\w -]{1,100}):\d{1,20})>"
)
_ADDRESS = re.compile(r"://[^\s<]{1,2000}")
_SCHEME = re.compile(r"(?:^|(?<=\W))https?$", re.IGNORECASE)
_ALL = re.compile(r"@(?:everyone|here)\b")


def html(text: str, names: MarkNames) -> Markup:
    """A message's text; of what a person typed only Discord's own marks become elements."""
    text = _HARMFUL.sub("", text.replace("\r\n", "\n"))[:LONGEST]
    if _ACTIVE.search(text) is None or len(_PAIRED.findall(text)) > CROWDED:
        return Markup("<p>{}</p>").format(_lines(text)) if text.strip() else Markup()
    parts, at = list[Markup](), 0
    for code in _CODE.finditer(text):
        parts.append(_prose(text[at : code.start()], names))
        language = Markup(' data-language="{}"').format(code[1]) if code[1] else ""
        block = Markup('<pre tabindex="0"{}><code>{}</code></pre>')
        parts.append(block.format(language, code[2]))
        at = code.end()
    parts.append(_prose(text[at:], names))
    return Markup().join(parts)


def plain(text: str) -> str:
    """One line without marks, as a name or in a reply's head; shortened."""
    return " ".join(_HARMFUL.sub("", text).split())[:120]


def typed(text: str) -> str:
    """The same with its lines and marks, as it was typed."""
    return _HARMFUL.sub("", text)[:LONGEST]


def emoji(text: str, names: MarkNames) -> Markup:
    """An emoji as it is stored with a reaction: a character, or a mark of Discord's."""
    found = _MARK.fullmatch(text)
    if found is None or found["emoji"] is None:
        return escape(_HARMFUL.sub("", text)[:64])
    return custom_emoji(found, names)


def marked_emoji(text: str) -> Iterator[int]:
    """The ids of Discord's custom emoji in a text."""
    for found in _MARK.finditer(text):
        if found["emoji_id"]:
            yield int(found["emoji_id"])


def mentioned(text: str) -> Iterator[tuple[str, int]]:
    """What a text mentions: `@`, `@&` or `#`, with the id."""
    for found in _MARK.finditer(text):
        if found["id"]:
            yield found["kind"].rstrip("!"), int(found["id"])


def _lines(text: str) -> Markup:
    return Markup("<br>").join(text.strip("\n").split("\n"))


def _prose(text: str, names: MarkNames) -> Markup:
    if not text.strip():
        return Markup()
    # markdown-it escapes what it does not know, and makes no element but those of its rules.
    return Markup(_parser().render("\n".join(_apart(text.split("\n"))), {"names": names}))  # noqa: S704 - see above


def _apart(lines: list[str]) -> Iterator[str]:
    """Lines for markdown-it, for which a quote or a list runs on over the lines below it."""
    before: re.Pattern[str] | None = None
    for index, line in enumerate(lines):
        if line.startswith(">>> "):
            yield from ("", f"> {line[4:]}", *(f"> {one}" for one in lines[index + 1 :]))
            return
        kind = next((one for one in (_QUOTED, _LISTED) if one.match(line)), None)
        if kind is not before and before is not None and not line.startswith("  "):
            yield ""
        if kind is not None or not line.startswith("  "):
            before = kind
        is_no_quote = kind is None and line.startswith(">")
        yield f"\\{line}" if is_no_quote or re.match("#{4}", line) else line


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"breaks": True, "maxNesting": 20}).enable(list(RULES))
    parser.validateLink = _is_safe  # pyright: ignore[reportAttributeAccessIssue] - its documented way
    # Of its rules for text, the marks at which it stops and asks others.
    parser.inline.add_terminator_char("|")
    block, inline = parser.block.ruler, parser.inline.ruler
    block.before("list", "subtext", _subtext, {"alt": ["paragraph"]})
    for name, rule in (("marks", _marks), ("spoiler", _spoiler), ("address", _address)):
        inline.before("autolink", name, rule)
    inline.before("autolink", "everyone", _everyone)
    for name, draw in DRAWN.items():
        parser.add_render_rule(name, draw)
    return parser


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _subtext(state: StateBlock, line: int, _end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if state.src[start : start + 3] != "-# ":
        return False
    if not silent:
        state.line = line + 1
        state.push("subtext_open", "p", 1).map = [line, line + 1]
        inline = state.push("inline", "", 0)
        inline.content = state.src[start + 3 : state.eMarks[line]].strip()
        inline.map, inline.children = [line, line + 1], []
        state.push("paragraph_close", "p", -1)
    return True


def _marks(state: StateInline, silent: bool) -> bool:
    """Mentions, custom emoji, times and commands."""
    found = _MARK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("mark", "", 0).meta = {"found": found}
    state.pos = found.end()
    return True


def _everyone(state: StateInline, silent: bool) -> bool:
    found = _ALL.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("everyone", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _spoiler(state: StateInline, silent: bool) -> bool:
    """`||` up to the next one, with marks of its own within."""
    start, stop = state.pos + 2, state.posMax
    if not state.src.startswith("||", state.pos, stop) or state.env.get("in_spoiler"):
        return False
    end = state.src.find("||", start + 1, stop)
    if end < 0:
        return False
    if not silent:
        state.env["in_spoiler"] = True
        state.push("spoiler_open", "span", 1)
        state.pos, state.posMax = start, end
        state.md.inline.tokenize(state)
        state.push("spoiler_close", "span", -1)
        state.posMax = stop
        state.env["in_spoiler"] = False
    state.pos = end + 2
    return True


def _address(state: StateInline, silent: bool) -> bool:
    """A bare address, up to what hardly belongs to it."""
    if state.linkLevel or state.src[state.pos] != ":":
        return False
    rest = _ADDRESS.match(state.src, state.pos, state.posMax)
    scheme = _SCHEME.search(state.pending[-6:])
    if rest is None or scheme is None:
        return False
    tail = rest[0].rstrip(".,:;!?\"'*_~|")
    while tail.endswith(")") and tail.count(")") > tail.count("("):
        tail = tail[:-1]
    full = state.md.normalizeLink(scheme[0] + tail)
    if not state.md.validateLink(full):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        opened = state.push("link_open", "a", 1)
        opened.attrs, opened.info = {"href": full}, "auto"
        state.push("text", "", 0).content = scheme[0] + tail
        state.push("link_close", "a", -1).info = "auto"
    state.pos += len(tail)
    return True
