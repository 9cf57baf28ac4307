"""The gateway's side of a session: HELLO, IDENTIFY, RESUME with its replays, heartbeats."""

import asyncio
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.storage.territory import shard_of
from tests.support.discord_server import payloads
from tests.support.discord_server.world import World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME = 0, 1, 2, 6
REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 8, 9, 10, 11
WRONG_TOKEN, DISALLOWED_INTENTS, LOST = 4004, 4014, 4000
MEMBERS_AND_CONTENT = {1 << 1: 1 << 15, 1 << 15: 1 << 19}
"""A privileged intent, and the application's flag (of a small bot) that ticks it."""
DEADLINE = 30.0
RULES, HEARS_OF_RULES = "AUTO_MODERATION_RULE_", 1 << 20
"""Events that only those hear who ask for that intent."""
BEGINNING = 2  # events: READY, and what the guild is like

Told = tuple[str, dict[str, Any]]


class Wire:
    """One connection: plain text, or one zlib stream where the URL asks for it."""

    def __init__(self, socket: web.WebSocketResponse, compress: str | None) -> None:
        self.socket = socket
        self._stream = zlib.compressobj() if compress == "zlib-stream" else None

    async def send(self, payload: dict[str, Any]) -> None:
        text = json.dumps(payload)
        if self._stream is None:
            await self.socket.send_str(text)
            return
        packed = self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)
        await self.socket.send_bytes(packed)


@dataclass(slots=True)
class Session:
    """What was dispatched under one id, so that it can be sent again."""

    id: str
    sent: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    unheard: list[Told] = field(default_factory=list[Told])  # since it was connected last


class Gateway:
    """Every connection and what came over it; `until` waits for something to be true.

    READY goes out without the fields that are `withheld`. A resumed session is told what it missed,
    and `overlap` events before that once more; `missed` is what no session will ever be told.
    Requests for members come to nothing while it `loses_requests`.
    """

    def __init__(self, *, token: str, flags: int, permissions: int, world: World) -> None:
        self.identified: list[dict[str, Any]] = []
        self.resumed: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.queries: list[dict[str, str]] = []
        self.chunked: list[dict[str, Any]] = []
        self.heartbeats = 0
        self._read = 0  # events of this session, as the last heartbeat says
        self.closed_with: list[int | None] = []
        self.forgets = False
        self.overlap = 0
        self.loses_requests = False
        self.missed: list[Told] = []
        self.withheld = set[str]()
        self.resume_url = ""
        self._token, self._flags, self._permissions = token, flags, permissions
        self._world = world
        self._session: Session | None = None
        self._wire: Wire | None = None
        self._changed = asyncio.Condition()
        self._turn = asyncio.Lock()  # nothing is told within a session's beginning

    @property
    def connected(self) -> bool:
        """Whether a session is open, by IDENTIFY or RESUME."""
        return self._wire is not None

    async def until(self, true: Callable[[], bool], deadline: float = DEADLINE) -> None:
        """Return when `true` holds; asked again with everything that happens here."""
        async with asyncio.timeout(deadline), self._changed:
            await self._changed.wait_for(true)

    async def changed(self) -> None:
        """Ask every `until` again."""
        async with self._changed:
            self._changed.notify_all()

    async def dispatch(self, event: str, data: dict[str, Any]) -> int:
        """Send an event, or keep it for RESUME where nobody is connected; its number."""
        async with self._turn:
            return await self._tell(event, data)

    async def _tell(self, event: str, data: dict[str, Any]) -> int:
        if event.startswith(RULES) and not self.identified[-1]["intents"] & HEARS_OF_RULES:
            return 0
        if self._session is None:
            self.missed.append((event, data))
            return 0
        number = len(self._session.sent) + 1
        payload = {"op": DISPATCH, "t": event, "s": number, "d": data}
        self._session.sent.append(payload)
        if self._wire is None:
            self._session.unheard.append((event, data))
        else:
            with suppress(ConnectionError):  # it has just ended: told by the next, or never
                await self._wire.send(payload)
        return number

    async def drop(self, code: int = LOST, *, garbled: str = "") -> None:
        """Close the connection from this side, after what is no event; the session stays."""
        wire, self._wire = self._wire, None
        assert wire is not None
        if garbled:
            await wire.socket.send_str(garbled)
        await wire.socket.close(code=code)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell the bot that its session is gone, for good or only until it resumes."""
        wire, self._wire = self._wire, None
        assert wire is not None
        if not resumable:
            self._session = None
        await wire.send({"op": INVALID_SESSION, "d": resumable, "s": None, "t": None})

    async def available(self) -> None:
        """Tell of the server as it is now."""
        await self.dispatch("GUILD_CREATE", self._world.guild(self._permissions))

    async def unavailable(self) -> None:
        """Tell of an outage of the server; the session goes on."""
        await self.dispatch("GUILD_DELETE", {"id": str(payloads.GUILD_ID), "unavailable": True})

    async def caught_up(self) -> None:
        """Return when the bot has read everything sent before."""
        assert self._wire is not None
        told = 0 if self._session is None else len(self._session.sent)
        await self._wire.send({"op": HEARTBEAT, "d": None, "s": None, "t": None})
        await self.until(lambda: self._read >= told)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, from HELLO to its end."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        wire = Wire(socket, request.query.get("compress"))
        self.paths.append(request.path)
        self.queries.append(dict(request.query))
        await wire.send({"op": HELLO, "d": {"heartbeat_interval": 45_000}, "s": None, "t": None})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._received(wire, message.json())
                await self.changed()
        if self._wire is wire:
            self._wire = None
        self.closed_with.append(socket.close_code)
        await self.changed()
        return socket

    async def _received(self, wire: Wire, payload: dict[str, Any]) -> None:
        match payload["op"]:
            case 1:
                self.heartbeats += 1
                if wire is self._wire:
                    self._read = payload["d"] or 0
                await wire.send({"op": HEARTBEAT_ACK, "d": None, "s": None, "t": None})
            case 2:
                await self._identify(wire, payload["d"])
            case 6:
                await self._resume(wire, payload["d"])
            case 8:
                self.chunked.append(payload["d"])
                if not self.loses_requests:
                    part = _chunk(payload["d"], self._world.everybody())
                    await self.dispatch("GUILD_MEMBERS_CHUNK", part)
            case other:
                raise AssertionError(f"op {other} is none that a bot sends")

    async def _identify(self, wire: Wire, data: dict[str, Any]) -> None:
        self.identified.append(data)
        if data["token"] != self._token:
            await wire.socket.close(code=WRONG_TOKEN)
            return
        for intent, flag in MEMBERS_AND_CONTENT.items():
            if data["intents"] & intent and not self._flags & flag:
                await wire.socket.close(code=DISALLOWED_INTENTS)
                return
        if self._session is not None:
            self.missed += self._session.unheard
        session = Session(f"session-{len(self.identified)}")
        shard, count = data.get("shard", [0, 1])
        hears = shard_of(payloads.GUILD_ID, count) == shard
        ready = {
            "v": 10,
            "user": payloads.BOT,
            "guilds": [{"id": str(payloads.GUILD_ID), "unavailable": True}] if hears else [],
            "session_id": session.id,
            "resume_gateway_url": self.resume_url,
            "shard": data.get("shard", [0, 1]),
            "application": {"id": str(payloads.APPLICATION_ID), "flags": self._flags},
        }
        told = {name: value for name, value in ready.items() if name not in self.withheld}
        async with self._turn:
            self._session, self._wire, self._read = session, wire, 0
            await self._tell("READY", told)
            if hears:
                await self._tell("GUILD_CREATE", self._world.guild(self._permissions))

    async def _resume(self, wire: Wire, data: dict[str, Any]) -> None:
        self.resumed.append(data)
        session = self._session
        known = session is not None and data["session_id"] == session.id
        if session is None or self.forgets or not known or data["token"] != self._token:
            if session is not None and known:
                unheard = session.sent[data["seq"] :]
                self.missed += [(one["t"], one["d"]) for one in unheard]
                self._session = None
            await wire.send({"op": INVALID_SESSION, "d": False, "s": None, "t": None})
            return
        async with self._turn:
            # Of a session's beginning nothing is told again.
            first = max(data["seq"] - self.overlap, min(data["seq"], BEGINNING))
            for payload in session.sent[first:]:
                await wire.send(payload)
            self._wire, session.unheard = wire, []
            await self._tell("RESUMED", {})


def _chunk(asked: dict[str, Any], members: list[Any]) -> dict[str, Any]:
    return {
        "guild_id": asked["guild_id"],
        "members": members,
        "chunk_index": 0,
        "chunk_count": 1,
        "nonce": asked.get("nonce"),
    }
