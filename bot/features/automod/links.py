"""Links in a text: hosts as they are, whatever they were dressed up in, and codes of invites."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.features.automod.hosts import (
    DISCORD,
    INVITES,
    POSED_AS,
    SHORTENERS,
    face_of,
    faces_of,
    is_one_of,
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
    """A link: its host in its one form, how it was typed, the code of an invite.

    It is whole where it begins as links do: else it may be the name of a file. `face` is what its
    host looks like.
    """

    host: str
    typed: str
    is_whole: bool
    code: str | None = None
    is_discord: bool = False
    face: tuple[str, str] = ("", "")


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
            found.append(Link("discord.gg", typed[start:end], is_whole=True, code=code))
    return found


@dataclass(frozen=True, slots=True)
class LinkPolicy:
    """Terms of a rule about links, made ready once."""

    terms: LinkTerms
    allow: frozenset[str]
    deny: frozenset[str]
    faces: Mapping[str, str]

    @classmethod
    def of(cls, terms: LinkTerms) -> "LinkPolicy":
        allow = frozenset(terms.allow)
        faces = faces_of(POSED_AS | {one for one in allow if not one.startswith("*")})
        return cls(terms, allow, frozenset(terms.deny), faces)

    def refused(self, links: Sequence[Link]) -> Iterator[LinkFound]:
        """Those that the terms do not let through, each for its first reason."""
        for link in links:
            if self.allow and is_one_of(link.host, self.allow):
                continue
            if why := self._reason(link):
                yield LinkFound(link, *why)

    def _reason(self, link: Link) -> tuple[str, str] | None:
        terms = self.terms
        if link.code is not None:
            return (INVITE, link.host) if terms.invites else None
        if link.is_discord:
            return None
        if self.deny and (host := is_one_of(link.host, self.deny)):
            return DENIED, host
        if terms.lookalikes and (host := poses_as(link.face, self.faces)):
            return POSE, host
        if terms.shorteners and (host := is_one_of(link.host, SHORTENERS)):
            return SHORTENER, host
        return (ANY_LINK, link.host) if terms.every and link.is_whole else None


def _links(read: PlainText, typed: str) -> Iterator[Link]:
    """Word by word, so that the steps are as many as the letters."""
    after = 0
    for word in read.text.split():
        if "." not in word[:-1]:
            continue
        first = read.text.index(word, after)
        after = first + len(word)
        for token in _TOKEN.finditer(word):
            if (link := _link(read, typed, token.group(), first + token.start())) is not None:
                yield link


def _link(read: PlainText, typed: str, word: str, first: int) -> Link | None:
    """The link that a word is; None where it is none."""
    scheme = _SCHEME.search(word)
    begins = scheme.end() if scheme else 0
    authority = _AUTHORITY.match(word, begins)
    ends = authority.end() if authority else len(word)
    where = _host(word[begins:ends])
    if where is None:
        return None
    at, until = (begins + one for one in where)
    host = normal_host(_typed(read, typed, first + at, first + until))
    shown = read.origin(first + (scheme.start() if scheme else at), first + len(word))
    return Link(
        host,
        typed[slice(*shown)],
        is_whole=scheme is not None or word.startswith("www.", at),
        code=_code(read, typed, word[at:until], (first + ends, first + len(word))),
        is_discord=is_one_of(host, DISCORD) is not None,
        face=face_of(host),
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
