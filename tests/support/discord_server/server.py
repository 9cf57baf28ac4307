"""A small Discord on this machine: its API over real HTTP, its gateway over a real WebSocket."""

import itertools
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.support.discord_server import payloads
from tests.support.discord_server.gateway import Gateway
from tests.support.discord_server.world import BANS_PATH, LOG_PATH, World

TOKEN = "ODE.a-token-of-the-tests"
ALL_FLAGS = (1 << 15) | (1 << 19)
PERMISSIONS = payloads.VIEW_AUDIT_LOG | payloads.BAN_MEMBERS | payloads.MANAGE_GUILD

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of the bot's."""

    method: str
    path: str
    body: Any

    @property
    def text(self) -> str:
        """What a message that was sent says; in an interaction's answer it lies deeper."""
        body: dict[str, Any] = self.body or {}
        sent: dict[str, Any] = body.get("data") or body
        return str(sent.get("content") or "")


def _asked_for(guild: dict[str, Any]) -> dict[str, Any]:
    """As a request is told of it: without what only the gateway tells, and its people counted."""
    gateways = {"channels", "members", "threads", "voice_states", "presences", "member_count"}
    told = {name: value for name, value in guild.items() if name not in gateways}
    return {**told, "approximate_member_count": guild["member_count"]}


def answer(value: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Any:
    """JSON under the very content type that discord.py looks for."""
    body = json.dumps(value).encode()
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


class DiscordServer:
    """Listens on 127.0.0.1; `asked` is every request, `gateway` the other half, `world` its server.

    `flags` are the application's (which privileged intents are ticked), `permissions` the bot's in
    its one server; `date` replaces the Date header of every answer.
    """

    gateway_type: type[Gateway] = Gateway

    def __init__(
        self,
        *,
        flags: int = ALL_FLAGS,
        permissions: int = PERMISSIONS,
        world: World | None = None,
    ) -> None:
        self.asked: list[Asked] = []
        self.date: str | None = None
        self.trouble: int | None = None
        self.api = self.gateway_url = ""
        self.world = World() if world is None else world
        about: dict[str, Any] = {"token": TOKEN, "flags": flags, "permissions": permissions}
        self.gateway = self.gateway_type(world=self.world, **about)
        self._flags, self._permissions = flags, permissions
        self._ids = itertools.count(5_000)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/resume", self.gateway.serve)
        app.router.add_route("*", "/api/v10/{path:.*}", self._answer)
        app.on_response_prepare.append(self._stamp)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        place = f"127.0.0.1:{self._runner.addresses[0][1]}"
        self.api, self.gateway_url = f"http://{place}/api", f"ws://{place}/gateway"
        self.gateway.resume_url = f"ws://{place}/resume"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def slash(self, command: str, subcommand: str, **options: Any) -> str:
        """Use a command; its interaction's token."""
        number = next(self._ids)
        await self.gateway.dispatch(
            "INTERACTION_CREATE", payloads.slash(number, command, subcommand, options)
        )
        return f"interaction-{number}"

    async def said(self, token: str) -> str:
        """What the answer to that interaction says, once it has come."""

        def texts() -> list[str]:
            return [text for one in self.asked if token in one.path and (text := one.text)]

        await self.gateway.until(lambda: bool(texts()))
        return texts()[-1]

    async def _stamp(self, _request: web.Request, response: web.StreamResponse) -> None:
        if self.date is not None:
            response.headers["Date"] = self.date

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        body = await request.json() if request.content_type == "application/json" else None
        self.asked.append(Asked(request.method, path, body))
        if path == BANS_PATH:
            await self.world.may_list_bans.wait()
        try:
            return self._of(request, path, body)
        finally:
            await self.gateway.changed()

    def _of(self, request: web.Request, path: str, body: Any) -> web.StreamResponse:
        if path == "gateway":
            return answer({"url": "wss://gateway.discord.gg"})
        if path.startswith(("interactions/", "webhooks/")):
            return self._interaction(path, body)  # its token is in the address
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return answer({"message": "401: Unauthorized", "code": 0}, status=401)
        if self.trouble is not None:
            return answer({"message": "no", "code": 0}, status=self.trouble)
        if request.method == "PUT" and path.endswith("/commands"):
            return answer([self._command(one) for one in body])
        if path == BANS_PATH and self.world.bans_status != 200:
            refusal = {"message": "Missing Permissions", "code": 50013}
            return answer(refusal, status=self.world.bans_status)
        found = self._read(path, request.query)
        if found is None:
            return answer({"message": "404: Not Found", "code": 0}, status=404)
        return answer(found)

    def _read(self, path: str, query: Mapping[str, str]) -> Any:
        guild = self.world.guild(self._permissions)
        limit = {"total": 9, "remaining": 9, "reset_after": 0, "max_concurrency": 1}
        short = {key: guild[key] for key in ("id", "name", "icon", "features")}
        place = f"guilds/{payloads.GUILD_ID}"
        known: dict[str, Any] = {
            "users/@me": payloads.BOT,
            "oauth2/applications/@me": payloads.application(self._flags),
            "applications/@me": payloads.application(self._flags),
            # Discord's own: whoever is turned to this server must not follow it there.
            "gateway/bot": {
                "url": "wss://gateway.discord.gg",
                "shards": 1,
                "session_start_limit": limit,
            },
            "users/@me/guilds": [{**short, "owner": False, "permissions": str(self._permissions)}],
            place: _asked_for(guild),
            f"{place}/threads/active": {"threads": guild["threads"], "members": []},
            BANS_PATH: self.world.banned(query),
            f"{place}/invites": [],
            f"{place}/channels": guild["channels"],
            f"{place}/roles": guild["roles"],
            f"{place}/members/{payloads.BOT['id']}": payloads.herald(),
            LOG_PATH: self.world.log(query),
        }
        return known.get(path)

    def _interaction(self, path: str, body: Any) -> web.StreamResponse:
        if path.endswith("/callback"):
            number = path.split("/")[1]
            return answer({"interaction": {"id": number, "type": 2}, "resource": None})
        return answer(payloads.message(next(self._ids), body or {}))

    def _command(self, given: dict[str, Any]) -> dict[str, Any]:
        own = {
            "id": str(next(self._ids)),
            "application_id": str(payloads.APPLICATION_ID),
            "version": "1",
            "default_member_permissions": None,
        }
        return {**own, "description": "", **given}
