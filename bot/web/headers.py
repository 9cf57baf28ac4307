"""Headers that every answer carries, pages and errors alike, and those that none carries."""

from aiohttp import web
from multidict import CIMultiDict

from bot.web.parts import PARTS, REQUEST_ID

POLICY = "Content-Security-Policy"
SAFE = {
    POLICY: (
        "default-src 'none'; style-src 'self'; img-src 'self' https://cdn.discordapp.com; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), usb=()"
    ),
    "Referrer-Policy": "no-referrer",
    "Server": "Herald",  # aiohttp's own tells versions
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
A_YEAR = "max-age=31536000"


def harden(headers: CIMultiDict[str], public_url: str | None) -> None:
    """Nobody stores the answer, unless a handler set Cache-Control itself.

    A page that holds its own style has a policy of its own, which its handler set.
    """
    own = headers.get(POLICY)
    headers.update(SAFE)
    if own is not None:
        headers[POLICY] = own
    headers.setdefault("Cache-Control", "no-store")
    if public_url is not None and public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = A_YEAR


async def hardened(request: web.Request, response: web.StreamResponse) -> None:
    """Called by aiohttp before the head of an answer goes out."""
    harden(response.headers, request.app[PARTS].config.web.public_url)
    response.headers["X-Request-Id"] = request.get(REQUEST_ID, "")
