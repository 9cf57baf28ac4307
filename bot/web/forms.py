"""A form that is sent back is one that we gave, to this browser, for this link.

The form carries a signed field that names a cookie, and only the browser that got both sends
both. A cookie for each time somebody comes from elsewhere, and not one for all: SameSite=Strict
hides it from a visit that begins in Discord, and a second tab must not spoil the first one's form.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadData, URLSafeSerializer

from bot.clock import Clock, to_ms

VALID = timedelta(hours=24)
PURPOSE = "herald.web.form"
_COOKIE = re.compile(r"appeal_[A-Za-z0-9_-]{11}")


class FormRefused(Exception):
    """It was not sent by a form of ours, by the browser that got it; nothing was done."""


@dataclass(frozen=True, slots=True)
class Form:
    """What goes out with a page: the hidden field, and the name of the cookie it asks for."""

    field: str
    cookie: str


class Forms:
    """Signs with the first of `keys`, knows any of them; they are derived for PURPOSE."""

    def __init__(self, keys: Sequence[bytes], clock: Clock) -> None:
        self._clock = clock
        self._serializer = URLSafeSerializer(
            list(reversed(keys)),  # the library signs with the last
            salt=PURPOSE,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def give(self, link: str, cookies: Mapping[str, str]) -> Form:
        """A form for that link; a browser that holds a cookie of ours goes on with it."""
        held = next(filter(_COOKIE.fullmatch, cookies), None)
        cookie = held or f"appeal_{secrets.token_urlsafe(8)}"
        field = self._serializer.dumps([_digest(link), cookie, self._now()])
        return Form(str(field), cookie)

    def take(self, link: str, field: str, cookies: Mapping[str, str]) -> None:
        """Nothing where the form is ours, of this link, young and this browser's own."""
        try:
            of_link, cookie, given_ms = self._serializer.loads(field)
        except (BadData, ValueError, TypeError):
            raise FormRefused("the form is not ours") from None
        if of_link != _digest(link):
            raise FormRefused("the form is another link's")
        if cookie not in cookies:
            raise FormRefused("the form is another browser's")
        if self._now() - given_ms > VALID // timedelta(milliseconds=1):
            raise FormRefused("the form is too old")

    def _now(self) -> int:
        return to_ms(self._clock.now())


def came_from_us(headers: Mapping[str, str], origin: str) -> bool:
    """Whether the browser says that a page of ours sent this; one that says nothing may be old."""
    site = headers.get("Sec-Fetch-Site", "same-origin")
    # Under no-referrer the Origin of our own form is null.
    return site == "same-origin" and headers.get("Origin", "null") in ("null", origin)


def _digest(link: str) -> str:
    return hashlib.sha256(link.encode()).hexdigest()[:32]
