"""Hosts that are known: of Discord, of invites, of shorteners, and those that others pose as."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

import idna

from bot.lookalikes.table import NEAR


def _hosts(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


DISCORD = _hosts("""
discord.com discordapp.com discordapp.net discord.media discordstatus.com discord.dev
""")
"""Discord's own: its files are no links that anybody could be warned of."""
INVITES = _hosts("""
discord.gg dsc.gg invite.gg discord.me discord.io discord.li disboard.org discordhome.com
discord.st watchanimeattheoffice.com
""")
SHORTENERS = _hosts("""
bit.ly tinyurl.com t.co goo.gl is.gd v.gd cutt.ly rb.gy shorturl.at ow.ly buff.ly rebrand.ly
t.ly tiny.cc bl.ink s.id soo.gd adf.ly linktr.ee clck.ru u.to short.gy shorte.st lnkd.in
bitly.com qrco.de da.gd x.gd tny.im urlz.fr vo.la kutt.it
""")
POSED_AS = _hosts("""
discord.com discord.gg discordapp.com discord.gift steamcommunity.com steampowered.com
store.steampowered.com paypal.com google.com youtube.com twitch.tv roblox.com epicgames.com
github.com microsoft.com apple.com amazon.com netflix.com instagram.com facebook.com twitter.com
telegram.org binance.com coinbase.com metamask.io opensea.io
""")
_SAME = str.maketrans(
    {**NEAR, "0": "o", "1": "i", "l": "i", "|": "i", "3": "e", "4": "a", "5": "s", "j": "i"}
)
_PAIRS = (("rn", "m"), ("vv", "w"), ("ci", "d"), ("nn", "m"))
_MARKS = re.compile("[\u0300-\u036f]")


def normal_host(typed: str) -> str:
    """In its one form: small letters, Unicode's in place of Punycode, without a last dot."""
    host = unicodedata.normalize("NFKC", typed).strip(".").lower()
    if "xn--" not in host:
        return host
    parts = [_decoded(part) if part.startswith("xn--") else part for part in host.split(".")]
    return ".".join(parts)


def is_one_of(host: str, known: frozenset[str]) -> str | None:
    """The known host that it is, or is below of; `*.x.org` is all that is below."""
    parts = host.split(".")
    for first in range(len(parts) - 1):
        one = ".".join(parts[first:])
        if one in known:
            return one
        if first > 0 and f"*.{one}" in known:
            return f"*.{one}"
    return None


@lru_cache(maxsize=256)
def faces_of(known: frozenset[str]) -> Mapping[str, str]:
    """Known hosts by what they look like."""
    return {_look(one): one for one in sorted(known, reverse=True)}


def face_of(host: str) -> tuple[str, str]:
    """The last two parts of a host, and what they look like."""
    own = ".".join(host.rsplit(".", 2)[-2:])
    return own, _look(own)


def poses_as(face: tuple[str, str], faces: Mapping[str, str]) -> str | None:
    """The known host that it looks like, and is not."""
    own, look = face
    known = faces.get(look)
    return None if known is None or own in faces.values() else known


def _decoded(part: str) -> str:
    try:
        return idna.decode(part)
    except idna.IDNAError:
        try:
            return part.removeprefix("xn--").encode("ascii").decode("punycode")
        except UnicodeError:
            return part


@lru_cache(maxsize=4096)
def _look(host: str) -> str:
    """What it looks like from afar."""
    look = _MARKS.sub("", host).translate(_SAME)
    for pair, one in _PAIRS:
        look = look.replace(pair, one)
    return look
