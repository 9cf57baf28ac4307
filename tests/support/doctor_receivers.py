"""Receivers for the doctor: one made of docs/receivers.md, and the same with one fault each."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from aiohttp import web

DEADLINE = 30.0
PAGE = Path(__file__).parents[2] / "docs" / "receivers.md"
SECRETS = {
    "phantom": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "vektor": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "standard": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
}
SIGNATURES = {
    "phantom": "Phantom-Signature",
    "vektor": "X-Signature",
    "standard": "webhook-signature",
}
IDS = {"phantom": "Phantom-Event-Id", "vektor": "X-Idempotency-Key", "standard": "webhook-id"}


@dataclass(frozen=True, slots=True)
class Came:
    """One request."""

    dialect: str
    secret: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"

    @property
    def id(self) -> str:
        return self.headers.get(IDS[self.dialect], "")

    @property
    def signature(self) -> str | None:
        return self.headers.get(SIGNATURES[self.dialect])

    @property
    def type(self) -> str:
        envelope = json.loads(self.body)
        return str(envelope.get("type") or envelope.get("event"))


Response = web.Response
Believes = Callable[[Came], bool]
Takes = Callable[["Receiver", Came], Awaitable[web.Response]]


@cache
def page_code(dialect: str) -> Callable[..., bool]:
    """The function `verify` of the page's Python."""
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition(f"\n## Dialect `{dialect}`\n")[2].partition("\n## ")[0]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(compile(found[1], str(PAGE), "exec"), names)
    return names["verify"]


def believes(came: Came, body: bytes | None = None, **now: float) -> bool:
    """What the page says."""
    headers = {name.lower(): value for name, value in came.headers.items()}
    handed = headers if came.dialect == "standard" else came.signature
    return page_code(came.dialect)(came.secret, handed, came.body if body is None else body, **now)


async def takes(_receiver: "Receiver", _came: Came) -> web.Response:
    """Everything that is believed."""
    return web.Response(status=204)


class Receiver:
    """Listens on 127.0.0.1 and answers 401 to what it does not believe, or as it is told."""

    def __init__(
        self,
        dialect: str = "phantom",
        *,
        believes: Believes = believes,
        takes: Takes = takes,
        refuses: Takes | None = None,
    ) -> None:
        self.dialect = dialect
        self.secret = SECRETS[dialect]
        self.came: list[Came] = []
        self.let_go = asyncio.Event()
        self._first = asyncio.Event()
        self._believes = believes
        self._takes = takes
        self._refuses = refuses

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1024 * 1024)
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.let_go.set()
        await self._runner.cleanup()

    async def begun(self) -> None:
        """Return when the first request is there."""
        async with asyncio.timeout(DEADLINE):
            await self._first.wait()

    def known(self, came: Came) -> bool:
        """Whether its id came before."""
        return came.id in [one.id for one in self.came[:-1]]

    async def _handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        came = Came(self.dialect, self.secret, dict(request.headers), body, request.method)
        self.came.append(came)
        self._first.set()
        if self._believes(came):
            return await self._takes(self, came)
        if self._refuses is not None:
            return await self._refuses(self, came)
        return web.Response(status=401, text="wrong signature")


def answering(status: int, text: str = "", headers: Mapping[str, str] | None = None) -> Takes:
    """Always the same."""

    async def take(_receiver: Receiver, _came: Came) -> web.Response:
        return web.Response(status=status, text=text, headers=headers)

    return take


def when(holds: Callable[[Receiver, Came], bool], status: int, text: str = "") -> Takes:
    """That status where something holds, and 204 where not."""

    async def take(receiver: Receiver, came: Came) -> web.Response:
        return web.Response(status=status, text=text) if holds(receiver, came) else web.Response()

    return take


async def hang(receiver: Receiver, _came: Came) -> web.Response:
    """No answer until it is told to let go."""
    await receiver.let_go.wait()
    return web.Response()


def anybody(_came: Came) -> bool:
    """No check at all."""
    return True


def nobody(_came: Came) -> bool:
    """No signature is right."""
    return False


def unsigned_too(came: Came) -> bool:
    """Checks a signature where there is one."""
    return came.signature is None or believes(came)


def timeless(came: Came) -> bool:
    """Looks at no clock."""
    return believes(came, now=_stamp(came))


def early_too(came: Came) -> bool:
    """Subtracts, and forgets that the difference may be negative."""
    return believes(came, now=max(time.time(), _stamp(came)))


def rewritten(*, ascii_only: bool) -> Believes:
    """Verifies JSON that was parsed and written again."""

    def believes_rewritten(came: Came) -> bool:
        try:
            value = json.loads(came.body)
        except ValueError:
            return False
        body = json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only).encode()
        return believes(came, body)

    return believes_rewritten


def _stamp(came: Came) -> float:
    """What the request says of its time; 0 where nothing."""
    if came.dialect == "standard":
        return float(came.headers.get("webhook-timestamp", 0))
    found = re.match(r"t=(\d+),", came.signature or "")
    return float(found[1]) if found else 0.0
