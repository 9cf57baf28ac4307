"""Downloads of pictures: from Discord's own hosts alone, and never more than was allowed.

What is posted names its address, so nothing else may be asked here: no other host, no redirect, no
proxy of the environment, no cookie.
"""

import asyncio
from collections.abc import Collection
from urllib.parse import urlsplit

import aiohttp

from bot.loopback import is_loopback

SECONDS = 10.0
LARGEST = 10 * 1024 * 1024  # bytes
PIECE = 64 * 1024
MOST_AT_ONCE = 8


class NotDownloaded(Exception):
    """Picture that was not read; its text is the reason that is counted."""


class Downloads:
    """Reader of pictures at the hosts that are allowed: `name`, or `name:port` on this machine.

    What is not there in so many `seconds` is left.
    """

    def __init__(self, hosts: Collection[str], *, seconds: float = SECONDS) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    def start(self) -> None:
        """Nothing is opened before there is a picture."""

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def allows(self, url: str) -> bool:
        """Whether it is at one of the hosts, encrypted unless that is this machine."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return False
        if parts.username is not None or parts.password is not None:
            return False
        if parts.scheme == "http" and is_loopback(host):
            return f"{host}:{port}" in self._hosts
        return parts.scheme == "https" and port in (None, 443) and host in self._hosts

    async def read(self, url: str, *, most: int = LARGEST) -> bytes:
        """Its bytes; NotDownloaded where there are none, or more than `most`."""
        if not self.allows(url):
            raise NotDownloaded("foreign_host")
        try:
            async with asyncio.timeout(self._seconds):
                return await self._read(url, most)
        except TimeoutError as error:
            raise NotDownloaded("no_answer") from error
        except (aiohttp.ClientError, OSError) as error:
            raise NotDownloaded("no_answer") from error

    async def _read(self, url: str, most: int) -> bytes:
        async with self._opened().get(url, allow_redirects=False) as answer:
            if answer.status != 200:
                raise NotDownloaded("gone")
            content = bytearray()
            async for piece in answer.content.iter_chunked(PIECE):
                content += piece
                if len(content) > most:
                    raise NotDownloaded("too_large")
            return bytes(content)

    def _opened(self) -> aiohttp.ClientSession:
        """Asked for as it is: what is packed could grow without end while it is unpacked."""
        if self._session is None:
            # Few are read in a row: a connection that is kept would be held open for nothing.
            connector = aiohttp.TCPConnector(force_close=True, limit=MOST_AT_ONCE)
            self._session = aiohttp.ClientSession(
                connector=connector,
                headers={"Accept-Encoding": "identity"},
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session
