"""Forms: one that is sent back is one that we gave, to this browser, for this page.

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
from urllib.parse import parse_qs, urlsplit

from aiohttp import web
from itsdangerous import BadData, URLSafeSerializer

from bot.clock import Clock, to_ms

VALID = timedelta(hours=24)
PURPOSE = "herald.web.form"
URLENCODED = "application/x-www-form-urlencoded"
MOST_FIELDS = 10
_COOKIE = re.compile(r"form_[A-Za-z0-9_-]{11}")


class FormRefused(Exception):
    """Refusal of a form not ours, or not from the browser that got it; nothing was done."""


@dataclass(frozen=True, slots=True)
class Form:
    """Form as it goes out: the hidden field, and the name of the cookie it asks for."""

    field: str
    cookie: str


class Forms:
    """Signs with the first of `keys`, knows any of them; they are derived for PURPOSE.

    `public_url` is where people reach the pages.
    """

    def __init__(self, keys: Sequence[bytes], clock: Clock, *, public_url: str = "") -> None:
        self._clock = clock
        public = urlsplit(public_url)
        self._origin = f"{public.scheme}://{public.netloc}".lower()
        self._root = public.path.rstrip("/")
        self._serializer = URLSafeSerializer(
            list(reversed(keys)),  # the library signs with the last
            salt=PURPOSE,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def hand_out(
        self, request: web.Request, response: web.Response, page: str, *, under: str = ""
    ) -> Form:
        """A form for the page that is answered with, whose cookie goes with the answer.

        It is sent back to that path, or to all `under` another one.
        """
        form = self.give(page, request.cookies)
        response.set_cookie(
            form.cookie,
            "1",
            max_age=int(VALID.total_seconds()),
            path=f"{self._root}{under or request.rel_url.raw_path}",
            secure=self._origin.startswith("https:"),
            httponly=True,
            samesite="Strict",
        )
        return form

    def give(self, page: str, cookies: Mapping[str, str]) -> Form:
        """A form for that page; a browser that holds a cookie of ours goes on with it."""
        held = next(filter(_COOKIE.fullmatch, cookies), None)
        cookie = held or f"form_{secrets.token_urlsafe(8)}"
        field = self._serializer.dumps([_digest(page), cookie, self._now()])
        return Form(str(field), cookie)

    def take(self, page: str, field: str, cookies: Mapping[str, str]) -> None:
        """Nothing where the form is ours, of this page, young and this browser's own."""
        try:
            of_page, cookie, given_ms = self._serializer.loads(field)
        except (BadData, ValueError, TypeError):
            raise FormRefused("the form is not ours") from None
        if of_page != _digest(page):
            raise FormRefused("the form is another page's")
        if cookie not in cookies:
            raise FormRefused("the form is another browser's")
        if self._now() - given_ms > VALID // timedelta(milliseconds=1):
            raise FormRefused("the form is too old")

    def came_from_us(self, headers: Mapping[str, str]) -> bool:
        """Whether the browser says that this comes from a page of ours; a silent one is old."""
        site = headers.get("Sec-Fetch-Site", "same-origin")
        # Under no-referrer the Origin of our own form is null.
        return site == "same-origin" and headers.get("Origin", "null") in ("null", self._origin)

    def _now(self) -> int:
        return to_ms(self._clock.now())


async def fields_of(request: web.Request) -> dict[str, str]:
    """A sent form's fields, the first of each name; what is no UTF-8 is replaced."""
    return {name: values[0] for name, values in (await values_of(request)).items()}


async def values_of(request: web.Request, most: int = MOST_FIELDS) -> dict[str, list[str]]:
    """The same with all values of each name, `most` in all."""
    if request.content_type != URLENCODED:
        raise web.HTTPUnsupportedMediaType
    body = (await request.read()).decode("ascii", "replace")
    try:
        return parse_qs(body, keep_blank_values=True, max_num_fields=most)
    except ValueError:
        raise web.HTTPBadRequest from None


def _digest(page: str) -> str:
    return hashlib.sha256(page.encode()).hexdigest()[:32]
