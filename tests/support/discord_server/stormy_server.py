"""The small Discord in bad weather: it answers late, badly, or twice; see its faults."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast

from aiohttp import web

from tests.support.discord_server.faults import Answering, Faults
from tests.support.discord_server.native_guild import NativeDoors, NativeGuild
from tests.support.discord_server.payloads import BOT_ID, GUILD_ID
from tests.support.discord_server.populated_guild import Told
from tests.support.discord_server.room_server import RoomServer
from tests.support.discord_server.routes import Found
from tests.support.discord_server.server import answer
from tests.support.discord_server.stormy_gateway import StormyGateway

SLOWLY, LIMITED, HUNG = 0.15, 0.05, 11.0  # seconds
STATUS: dict[Answering, int] = {"failed": 502, "doubled": 502, "refused": 503, "lost": 503}
UNDONE: frozenset[Answering] = frozenset({"limited", "limited_everywhere", "failed", "refused"})
ACKNOWLEDGED = 40060
REACHED_BY_ANYBODY = ("interactions/", "webhooks/")


class StormyDoors(NativeDoors):
    """Rooms that can be deleted, and messages that are, wherever they are."""

    def __init__(self, guild: NativeGuild, ids: Any) -> None:
        super().__init__(guild, ids)
        self._hands = guild
        self._doors = [
            (r"DELETE channels/(\d+)", self._tear_down),
            (r"DELETE channels/(\d+)/messages/(\d+)", self._wipe),
            (r"POST channels/(\d+)/messages/bulk-delete", self._wipe_many),
            *self._doors,
        ]

    def _tear_down(self, channel_id: str, **_: Any) -> Found:
        room = self._hands.room(int(channel_id))
        return room, self._hands.tear_down(int(channel_id), BOT_ID)

    def _wipe(self, channel_id: str, message_id: str, **_: Any) -> Found:
        self._hands.written.setdefault(int(channel_id), [])
        return None, self._hands.wipe(int(channel_id), int(message_id))

    def _wipe_many(self, channel_id: str, *, body: dict[str, Any], **_: Any) -> Found:
        for one in body["messages"]:
            self._wipe(channel_id, one)
        about = {"ids": body["messages"], "channel_id": channel_id, "guild_id": str(GUILD_ID)}
        return None, [("MESSAGE_DELETE_BULK", about)]


class StormyServer(RoomServer):
    """`hands` is its guild, where people act by hand; `faults` say how it answers."""

    gateway_type = StormyGateway

    def __init__(self, seed: int = 0) -> None:
        self.hands = NativeGuild()
        super().__init__(self.hands)
        self.storm = cast("StormyGateway", self.gateway)
        self.faults = self.storm.faults = Faults(seed)
        self._doors = StormyDoors(self.hands, iter(self.hands.new_id, 0))
        self._ids = iter(self.hands.new_id, 0)
        self._callbacks = set[str]()

    async def tell(self, told: Sequence[Told]) -> None:
        """The gateway tells what somebody did by hand, as the weather is."""
        for event, data in told:
            await self.gateway.dispatch(event, data)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        how = self.faults.answering(f"{request.method} {path}")
        if how == "slow":
            await self._held(SLOWLY)
        if how in UNDONE:
            return _badly(how)
        if path.endswith("/callback"):
            if path in self._callbacks:
                told = {"message": "Interaction has already been acknowledged.", "code": 40060}
                return answer(told, status=400)
            self._callbacks.add(path)
        done = await super()._answer(request)
        if how == "hangs":
            await self._held(HUNG)
        return done if how in ("well", "slow") else _badly(how)

    async def _held(self, seconds: float) -> None:
        """Nothing is answered for so long, or until the weather is fair again."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.faults.let_go.wait(), seconds)

    def _acknowledged(self) -> bool:
        """In bad weather nobody waits for anybody."""
        return True

    async def _heard(self, call: str, told: Sequence[Told]) -> bool:
        """Told, or kept for a session that is resumed."""
        await self.tell(told)
        return False


def _badly(how: Answering) -> web.Response:
    if how in ("limited", "limited_everywhere"):
        everywhere = how == "limited_everywhere"
        limit = {"message": "You are being rate limited.", "retry_after": LIMITED}
        headers = {"Via": "1.1 google", "Retry-After": str(LIMITED)}
        return answer({**limit, "global": everywhere}, status=429, headers=headers)
    return answer({"message": "no", "code": 0}, status=STATUS.get(how, 503))
