"""Links in a text: hosts as they are, whatever they were dressed up in, and codes of invites."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.features.automod.hosts import (
    DISCORD,
    INVITES,
    POSED_AS,
    SHORTENERS,
    is_one_of,
    looks_of,
    normal_host,
    poses_as,
)
from bot.features.automod.terms import LinkTerms
from bot.lookalikes.plain_text import PlainText
from bot.texts import N_

_TOKEN = re.compile(r"[^\s<>()\[\]|*\"'`]+")
_SCHEME = re.compile(r"https?:[/\\]{1,3}")
_AUTHORITY = re.compile(r"[^/\\?#]*")
_HOST = re.compile(r"[\w.-]+")
LONGEST_HOST = 253
_INVITE_PATH = re.compile(r"[/\\]+(?:invite[/\\]+)?(?P<code>[\w-]{2,64})")
_APART = re.compile(
    # discord . gg / code, and how else people keep a link from being one
    r"\b(?:discord|dsc)\s*(?:\.|\[\.\]|\(\.\)|\(dot\)|\[dot\]| dot )\s*gg"
    r"\s*[/\\]\s*(?P<code>[\w-]{2,64})"
)
INVITE = N_("an invite to another server")
SHORTENER = N_("a shortened link of {host}")
POSE = N_("a link that poses as {host}")
DENIED = N_("a link to {host}, which is refused")
ANY_LINK = N_("a link to {host}")


@dataclass(frozen=True, slots=True)
class Link:
    """A link: its host in its one form, how it was typed, the code of an invite."""

    host: str
    typed: str
    start: int
    end: int
    is_whole: bool  # begins as links do: else it may be the name of a file
    code: str | None = None


@dataclass(frozen=True, slots=True)
class LinkFound:
    """A link that a rule does not want: why, as a text with `{host}`, and which it is."""

    link: Link
    why: str
    host: str

    @property
    def is_invite(self) -> bool:
        return self.why == INVITE


def links_in(read: PlainText, typed: str) -> list[Link]:
    """All of them, in the order in which they stand."""
    if "." not in read.text and "dot" not in read.text:
        return []
    found = list(_links(read, typed))
    if "gg" not in read.text:
        return found
    known = {link.code for link in found if link.code}
    for one in _APART.finditer(read.text):
        code = typed[slice(*read.origin(*one.span("code")))]
        if code not in known:
            start, end = read.origin(*one.span())
            found.append(Link("discord.gg", typed[start:end], start, end, True, code))
    return found


def refused(terms: LinkTerms, links: Sequence[Link]) -> Iterator[LinkFound]:
    """Those that the terms do not let through, each for its first reason."""
    allow, deny = frozenset(terms.allow), frozenset(terms.deny)
    posed_as = looks_of(POSED_AS | {one for one in allow if not one.startswith("*")})
    for link in links:
        if is_one_of(link.host, allow):
            continue
        if why := _reason(terms, link, deny, posed_as):
            yield LinkFound(link, *why)


def _reason(
    terms: LinkTerms, link: Link, deny: frozenset[str], posed_as: Mapping[str, str]
) -> tuple[str, str] | None:
    if link.code is not None:
        return (INVITE, link.host) if terms.invites else None
    if is_one_of(link.host, DISCORD):
        return None
    if host := is_one_of(link.host, deny):
        return DENIED, host
    if terms.lookalikes and (host := poses_as(link.host, posed_as)):
        return POSE, host
    if terms.shorteners and (host := is_one_of(link.host, SHORTENERS)):
        return SHORTENER, host
    return (ANY_LINK, link.host) if terms.every and link.is_whole else None


def _links(read: PlainText, typed: str) -> Iterator[Link]:
    """Word by word, so that the steps are as many as the letters."""
    for token in _TOKEN.finditer(read.text):
        word, first = token.group(), token.start()
        if "." not in word:
            continue
        scheme = _SCHEME.search(word)
        begins = scheme.end() if scheme else 0
        authority = _AUTHORITY.match(word, begins)
        ends = authority.end() if authority else len(word)
        host = _host(word[begins:ends])
        if host is None:
            continue
        at, until = (begins + one for one in host)
        is_whole = scheme is not None or word.startswith("www.", at)
        yield Link(
            normal_host(_typed(read, typed, first + at, first + until)),
            typed[slice(*read.origin(first + (scheme.start() if scheme else at), token.end()))],
            *read.origin(first + at, first + until),
            is_whole=is_whole,
            code=_code(read, typed, word[at:until], (first + ends, token.end())),
        )


def _host(authority: str) -> tuple[int, int] | None:
    """Where the host stands: behind a name and before a port."""
    begins = authority.rfind("@") + 1
    ends = len(authority)
    head, colon, tail = authority[begins:].rpartition(":")
    if colon and tail.isdigit():
        ends = begins + len(head)
    elif colon:
        begins = ends - len(tail)
    for found in reversed(list(_HOST.finditer(authority, begins, ends))):
        host = found.group()
        start = found.start() + len(host) - len(host.lstrip(".-_"))
        end = found.end() - len(host) + len(host.rstrip(".-_"))
        if "." in authority[start:end] and ".." not in host and end - start <= LONGEST_HOST:
            return start, end
    return None


def _typed(read: PlainText, typed: str, start: int, end: int) -> str:
    """As it was typed, but for what nobody sees: a disguise is what tells on it."""
    if read.origins is None:
        return typed[start:end]
    return "".join(typed[read.origins[place]] for place in range(start, end))


def _code(read: PlainText, typed: str, host: str, span: tuple[int, int]) -> str | None:
    """The code of an invite, which tells large letters from small ones."""
    is_own = is_one_of(host, DISCORD) is not None
    if not is_own and is_one_of(host, INVITES) is None:
        return None
    code = _INVITE_PATH.match(read.text[slice(*span)])
    if code is None or (is_own and "invite" not in code.group()[: code.start("code")]):
        return None
    first = span[0]
    return typed[slice(*read.origin(first + code.start("code"), first + code.end("code")))]
