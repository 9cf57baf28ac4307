"""The few answers of Discord that a start takes, on this machine: log in, commands, a gateway."""

import asyncio
import json
from typing import Any, Self

from aiohttp import WSMsgType, web

USER = {"id": "81", "username": "herald", "discriminator": "0", "avatar": None, "bot": True}
APPLICATION = {
    "owner": USER,
    "id": "81",
    "name": "herald",
    "icon": None,
    "description": "",
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "",
    "flags": 0,
}
HELLO = {"op": 10, "d": {"heartbeat_interval": 45_000}, "s": None, "t": None}
READY: dict[str, Any] = {
    "v": 10,
    "user": USER,
    "guilds": [],
    "session_id": "s",
    "application": {"id": "81", "flags": 0},
}
IDENTIFY = 2


def plain(answer: object, *, status: int = 200) -> web.Response:
    """JSON under the very content type that discord.py looks for."""
    body = json.dumps(answer).encode()
    return web.Response(body=body, status=status, content_type="application/json")


class StandIn:
    """Listens on 127.0.0.1; `refuses` closes the gateway with that code after IDENTIFY."""

    def __init__(self, *, token: str, refuses: int | None = None, trouble: int = 0) -> None:
        self.identified = asyncio.Event()
        self.closed_with: int | None = None
        self._token = token
        self._refuses = refuses
        self._trouble = trouble
        self._runner: web.AppRunner | None = None
        self.api = self.base = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/gw/", self._gateway)
        app.router.add_route("*", "/api/v10/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._address = f"127.0.0.1:{self._runner.addresses[0][1]}"
        self.api = f"http://{self._address}/api"
        self.base = f"{self.api}/v10"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        if path == "gateway":
            return plain({"url": "wss://gateway.discord.gg"})
        if self._trouble:
            return plain({"message": "no"}, status=self._trouble)
        if request.headers.get("Authorization") != f"Bot {self._token}":
            return plain({"message": "401: Unauthorized", "code": 0}, status=401)
        limit = {"total": 9, "remaining": 9, "reset_after": 0, "max_concurrency": 1}
        url = f"ws://{self._address}/gw/"
        answers: dict[str, Any] = {
            "users/@me": USER,
            "oauth2/applications/@me": APPLICATION,
            "gateway/bot": {"url": url, "shards": 1, "session_start_limit": limit},
        }
        return plain(answers.get(path, []))

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(HELLO)
        async for message in socket:
            if message.type is not WSMsgType.TEXT or message.json()["op"] != IDENTIFY:
                continue
            self.identified.set()
            if self._refuses is not None:
                await socket.close(code=self._refuses)
                break
            await socket.send_json({"op": 0, "t": "READY", "s": 1, "d": READY})
        self.closed_with = socket.close_code
        return socket
