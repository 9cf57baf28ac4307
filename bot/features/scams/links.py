"""Links of codes: where a QR code leads, and what that says."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from bot.features.scams.model import Signal, SignalKind, Sure
from bot.texts import _
from bot.user_text import inline

LOGIN_CODE, PHISHING = "login_qr_code", "phishing_link"

OFFICIAL = frozenset(
    {
        *("discord.com", "discordapp.com", "discord.gg", "discord.gift", "discord.new"),
        *("discord.media", "discordapp.net", "discordstatus.com", "discord.dev"),
        *("steampowered.com", "steamcommunity.com", "roblox.com", "epicgames.com", "twitch.tv"),
    }
)
"""Hosts whose names are imitated; neither they nor what stands below them imitate anybody."""
IMITATED = ("discord", "nitro", "steamcommun", "steampower", "roblox", "epicgames", "twitch")
SHORTENERS = frozenset(
    {
        *("bit.ly", "tinyurl.com", "t.ly", "cutt.ly", "is.gd", "v.gd", "shorturl.at", "rb.gy"),
        *("tiny.cc", "rebrand.ly", "ow.ly", "goo.su", "clck.ru", "qrco.de", "me-qr.com"),
    }
)
SHOWN = 80
_REMOTE_AUTH = re.compile(r"/ra/[\w-]{16,}/?$")
_LOOKS_LIKE = str.maketrans({"0": "o", "1": "i", "3": "e", "5": "s", "l": "i", "-": "", ".": ""})
"""Letters that are taken for one another; both names are read by it."""


def signal_of(code: str, known: Collection[str] = ()) -> Signal | None:
    """What a code's text says, where it leads somewhere bad; `known` are hosts of scams."""
    address = _address(code)
    if address is None:
        return None
    host, path, is_odd = address
    if _is_at(host, OFFICIAL):
        return _login(code) if _REMOTE_AUTH.search(path) else None
    if _is_at(host, known):
        return _leads(code, Sure.HIGH, _("a code leads to a known scam: {code}"))
    if _imitates(host):
        return _leads(code, Sure.MEDIUM, _("a code leads to an imitation: {code}"))
    if is_odd:
        return _leads(code, Sure.LOW, _("a code hides where it leads: {code}"))
    if _is_at(host, SHORTENERS):
        return _leads(code, Sure.LOW, _("a code leads through a shortener: {code}"))
    return None


def _login(code: str) -> Signal:
    """Discord's own address that gives an account to whoever shows the code."""
    words = _("a code hands over the account of whoever scans it: {code}")
    return Signal(SignalKind.CODE, LOGIN_CODE, Sure.HIGH, words.format(code=_shown(code)))


def _leads(code: str, sure: Sure, words: str) -> Signal:
    return Signal(SignalKind.CODE, PHISHING, sure, words.format(code=_shown(code)))


def _shown(code: str) -> str:
    return inline(code, SHOWN)


def _address(code: str) -> tuple[str, str, bool] | None:
    """Host, path, and whether the address is built to mislead; None for what is no address."""
    text = code.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "." not in host or " " in text:
        return None
    try:
        name = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return None
    is_number = host.replace(".", "").isdigit()
    is_odd = "@" in parts.netloc or is_number or "xn--" in name
    return name, parts.path, is_odd


def _is_at(host: str, known: Collection[str]) -> bool:
    """Whether it is one of these, or stands below one."""
    labels = host.split(".")
    return any(".".join(labels[start:]) in known for start in range(len(labels)))


def _imitates(host: str) -> bool:
    read = host.translate(_LOOKS_LIKE)
    return any(name.translate(_LOOKS_LIKE) in read for name in IMITATED)
