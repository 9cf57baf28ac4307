"""HTTP as it goes over the wire: a test sends just what it says, and sees what comes back."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from multidict import CIMultiDict

DEADLINE = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said before it closed the connection."""

    status: int
    headers: CIMultiDict[str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def send(port: int, *pieces: bytes, host: str = "127.0.0.1") -> Answer:
    """Send the bytes and read until the server closes."""
    async with asyncio.timeout(DEADLINE):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            return parsed(await reader.read())
        finally:
            writer.close()


async def ask(
    port: int,
    path: str = "/",
    *,
    method: str = "GET",
    body: bytes = b"",
    host: str | None = None,
    headers: Mapping[str, str] | None = None,
    **more: str,
) -> Answer:
    """One request; `host` instead of the server's own, `more` headers with _ for - in names."""
    named = {"Host": f"127.0.0.1:{port}" if host is None else host, "Connection": "close"}
    named |= headers or {}
    named |= {name.replace("_", "-"): value for name, value in more.items()}
    if body:
        named.setdefault("Content-Length", str(len(body)))
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return await send(port, f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)


def parsed(raw: bytes) -> Answer:
    """The first answer in what came; an AssertionError where there is none."""
    head, separator, body = raw.partition(b"\r\n\r\n")
    assert separator, f"no answer, but {raw[:100]!r}"
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = CIMultiDict[str]()
    for line in lines:
        name, _colon, value = line.partition(":")
        headers.add(name, value.strip())
    if headers.get("Transfer-Encoding") == "chunked":
        body = _unchunked(body)
    return Answer(int(first.split()[1]), headers, body)


def _unchunked(body: bytes) -> bytes:
    whole = b""
    while True:
        size, _newline, rest = body.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            return whole
        whole += rest[:length]
        body = rest[length + 2 :]
