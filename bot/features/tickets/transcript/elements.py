"""Elements of messages: how each of Discord's marks is drawn in HTML."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from markdown_it.token import Token
from markupsafe import Markup, escape

from bot.texts import _

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HEADINGS = 3
FOREIGN = 'target="_blank" rel="noopener noreferrer nofollow ugc" referrerpolicy="no-referrer"'


@dataclass(frozen=True, slots=True)
class MarkNames:
    """Names of what messages mention by id; `emoji` are those with a picture in the page."""

    people: Mapping[int, str] = field(default_factory=dict[int, str])
    roles: Mapping[int, str] = field(default_factory=dict[int, str])
    channels: Mapping[int, str] = field(default_factory=dict[int, str])
    emoji: frozenset[int] = frozenset()


def moment(when: datetime) -> Markup:
    """A moment in UTC, that machines can read too."""
    shown = when.astimezone(UTC)
    return Markup('<time datetime="{}">{}</time>').format(
        f"{shown:%Y-%m-%dT%H:%M:%SZ}", f"{shown:%Y-%m-%d %H:%M}"
    )


def custom_emoji(found: re.Match[str], names: MarkNames) -> Markup:
    name, number = f":{found['emoji']}:", int(found["emoji_id"])
    if number not in names.emoji:
        return escape(name)
    drawn = '<svg class="emoji" role="img" aria-label="{}"><use href="#e{}"/></svg>'
    return Markup(drawn).format(name, number)  # noqa: S704 - it is a constant of ours


Drawn = Callable[..., str]


def _draw_mark(_self: Any, tokens: list[Token], at: int, _options: Any, env: Any) -> str:
    found, names = tokens[at].meta["found"], env["names"]
    if found["emoji"]:
        return custom_emoji(found, names)
    if found["stamp"]:
        return _time(int(found["stamp"]))
    if found["command"]:
        shown = f"/{found['command']}"
    else:
        kind, number = found["kind"].rstrip("!"), int(found["id"])
        known = {"@": names.people, "@&": names.roles, "#": names.channels}[kind]
        shown = f"{kind[0]}{known.get(number) or _unknown(kind)}"
    return Markup('<span class="mention"><bdi>{}</bdi></span>').format(shown)


def _unknown(kind: str) -> str:
    return {"@": _("somebody"), "@&": _("a role"), "#": _("a channel")}[kind]


def _time(seconds: int) -> Markup:
    try:
        return moment(EPOCH + timedelta(seconds=seconds))
    except OverflowError:
        return Markup("<span>{}</span>").format(seconds)


def _draw_link(_self: Any, tokens: list[Token], at: int, _options: Any, _env: Any) -> str:
    href = Markup('<a href="{}" ') + Markup(FOREIGN) + Markup(">")  # noqa: S704 - it is a constant of ours
    return href.format(str(tokens[at].attrs["href"]))


def _draw_link_end(_self: Any, tokens: list[Token], at: int, _options: Any, _env: Any) -> str:
    """Where a text stands for the address, the reader is told where it leads."""
    if tokens[at].info == "auto":
        return "</a>"
    opened = next(one for one in reversed(tokens[:at]) if one.type == "link_open")
    host = urlsplit(str(opened.attrs["href"])).hostname or ""
    return Markup('</a> <span class="host"><bdi>({})</bdi></span>').format(host)


def _draw_strong(_self: Any, tokens: list[Token], at: int, _options: Any, _env: Any) -> str:
    name = "u" if tokens[at].markup == "__" else "strong"
    return f"<{'/' if tokens[at].nesting < 0 else ''}{name}>"


def _draw_heading(_self: Any, tokens: list[Token], at: int, _options: Any, _env: Any) -> str:
    """Not one of the page's own headings: a paragraph that looks like one."""
    level = min(int(tokens[at].tag[1]), HEADINGS)
    return f'<p class="title title{level}">' if tokens[at].nesting > 0 else "</p>"


def _draw_everyone(_self: Any, tokens: list[Token], at: int, _options: Any, _env: Any) -> str:
    return Markup('<span class="mention">{}</span>').format(tokens[at].content)


def _always(drawn: str) -> Drawn:
    return lambda *_given: drawn


DRAWN: dict[str, Drawn] = {
    "mark": _draw_mark,
    "everyone": _draw_everyone,
    "link_open": _draw_link,
    "link_close": _draw_link_end,
    "strong_open": _draw_strong,
    "strong_close": _draw_strong,
    "heading_open": _draw_heading,
    "heading_close": _draw_heading,
    "subtext_open": _always('<p class="subtext">'),
    # The first press shows it, by CSS alone.
    "spoiler_open": _always('<span class="spoiler" tabindex="0">'),
    "spoiler_close": _always("</span>"),
}
