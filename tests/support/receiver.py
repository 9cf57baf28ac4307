"""A receiver as somebody else would write it: from the documented wire, not from Herald's code."""

import asyncio
import hashlib
import hmac
import json
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from bot.clock import Clock, SystemClock
from tests.support.patience import PATIENCE
from tests.support.verifier import problem_standard, problem_vektor, told

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TOLERANCE = 300


@dataclass(frozen=True, slots=True)
class Received:
    """One request that carried a right signature."""

    id: str
    type: str
    path: str
    body: bytes
    stamp: int
    headers: Mapping[str, str]

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


Behave = Callable[["Receiver", web.Request], Awaitable[web.StreamResponse]]


def status(code: int, headers: Mapping[str, str] | None = None) -> Behave:
    """Answer with that status."""

    async def behave(_receiver: "Receiver", _request: web.Request) -> web.StreamResponse:
        return web.Response(status=code, headers=headers, text=f"answer {code}")

    return behave


def redirect(to: str) -> Behave:
    """Answer 302 with that Location."""
    return status(302, {"Location": to})


async def hang(receiver: "Receiver", request: web.Request) -> web.StreamResponse:
    """Answer nothing until the receiver is told to let go."""
    await receiver.let_go.wait()
    return await status(200)(receiver, request)


async def reset(_receiver: "Receiver", request: web.Request) -> web.StreamResponse:
    """Tear the connection down with a TCP reset."""
    transport = request.transport
    assert transport is not None
    sock = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    return web.Response()


def problem(headers: Mapping[str, str], body: bytes, secret: str, now: int) -> str | None:
    """What is wrong with a request by the published rules; None when it may be believed."""
    if "X-Signature" in headers:
        return problem_vektor(headers, body, secret)
    if "webhook-signature" in headers:
        return problem_standard(headers, body, secret, now)
    parts = dict(
        part.split("=", 1)
        for part in headers.get("Phantom-Signature", "").split(",")
        if "=" in part
    )
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return "no timestamp"
    if abs(now - int(stamp)) > TOLERANCE:
        return f"timestamp {stamp} is too far from {now}"
    wanted = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), given.encode()):
        return "wrong signature"
    return None


class Receiver:
    """Listens on 127.0.0.1; keeps what it could verify, and counts what it could not.

    `behave` is how every request is answered, `behave_at` how those to one path are; `let_go`
    ends every hang.
    """

    def __init__(self, *, secret: str = SECRET, clock: Clock | None = None) -> None:
        self.secret = secret
        self.behave: Behave = status(200)
        self.behave_at: dict[str, Behave] = {}
        self.requests: list[Received] = []
        self.refused: list[str] = []
        self.in_flight: Counter[str] = Counter()
        self.most_in_flight: Counter[str] = Counter()
        self.let_go = asyncio.Event()
        self._clock = clock or SystemClock()
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self.let_go.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self._port}{path}"

    def at(self, path: str) -> list[Received]:
        """What came to that path."""
        return [request for request in self.requests if request.path == path]

    def ids(self, path: str | None = None) -> list[str]:
        """The event ids in the order they came."""
        return [r.id for r in self.requests if path is None or r.path == path]

    async def until(self, true: Callable[[], bool], deadline: float = PATIENCE) -> None:
        """Return when `true` holds; asked again with every request that begins or ends."""
        async with asyncio.timeout(deadline), self._changed:
            await self._changed.wait_for(true)

    async def has(self, count: int, path: str | None = None) -> list[str]:
        """The event ids, once there are that many."""
        await self.until(lambda: len(self.ids(path)) >= count)
        return self.ids(path)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        now = int(self._clock.now().timestamp())
        wrong = problem(request.headers, body, self.secret, now)
        if wrong is not None:
            self.refused.append(wrong)
            return web.Response(status=400, text=wrong)
        await self._begun(request, body)
        try:
            return await self.behave_at.get(request.path, self.behave)(self, request)
        finally:
            self.in_flight[request.path] -= 1
            async with self._changed:
                self._changed.notify_all()

    async def _begun(self, request: web.Request, body: bytes) -> None:
        headers, path = dict(request.headers), request.path
        event_id, kind, sent_at = told(headers, body)
        self.requests.append(Received(event_id, kind, path, body, sent_at, headers))
        self.in_flight[path] += 1
        self.most_in_flight[path] = max(self.most_in_flight[path], self.in_flight[path])
        async with self._changed:
            self._changed.notify_all()
