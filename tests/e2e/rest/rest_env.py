"""Server of a process that never opens a gateway: the small Discord, with its looks counted."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from bot.client import intents_of
from bot.client.rest_guilds import RestGuilds
from bot.clock import Clock
from bot.clock_skew import ClockSkew
from bot.config import Config, DiscordConfig
from bot.wiring import FEATURES
from tests.support.discord_server import payloads
from tests.support.discord_server.moderation_server import ModeratingServer
from tests.support.discord_server.room_server import RoomDoors, RoomGuild
from tests.support.discord_server.server import TOKEN, answer

PLACE = f"guilds/{payloads.GUILD_ID}"


class ShownServer(ModeratingServer):
    """Counts how often its guild is looked at, and has it until `has_left`."""

    def __init__(self) -> None:
        self.rooms = RoomGuild()
        super().__init__(self.rooms)
        self._doors = RoomDoors(self.rooms, self._ids)
        self.has_left = False
        self.looks = list[str]()
        self.called = "Harbour"
        self.threads = list[dict[str, Any]]()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        if request.method == "GET" and path.startswith("guilds/") and path.count("/") == 1:
            self.looks.append(path)
        if self.has_left and path.startswith(PLACE):
            return answer({"message": "Missing Access", "code": 50001}, status=403)
        return await super()._answer(request)

    def _read(self, path: str, query: Mapping[str, str]) -> Any:
        found = super()._read(path, query)
        if path == f"{PLACE}/threads/active":
            return {"threads": self.threads, "members": []}
        return {**found, "name": self.called} if path == PLACE else found


def thread(number: int, name: str) -> dict[str, Any]:
    """A thread of the guild's channel, as Discord lists those that are not put away."""
    return {
        "id": str(number),
        "guild_id": str(payloads.GUILD_ID),
        "parent_id": str(payloads.CHANNEL_ID),
        "owner_id": str(payloads.BOT_ID),
        "name": name,
        "type": 12,
        "message_count": 0,
        "member_count": 1,
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 60,
            "archive_timestamp": payloads.SINCE,
            "locked": False,
        },
    }


def beside(config: Config, server: ShownServer, *, token: str = TOKEN) -> Config:
    """The same, with that server in Discord's place."""
    place = DiscordConfig(
        token=SecretStr(token), api_base=server.api, gateway_url=server.gateway_url
    )
    return config.model_copy(update={"discord": place})


@asynccontextmanager
async def opened(config: Config, clock: Clock) -> AsyncGenerator[RestGuilds]:
    """Logged in, and closed at the end."""
    guilds = RestGuilds(config, clock, intents=intents_of(config, FEATURES), skew=ClockSkew())
    try:
        await guilds.open()
        yield guilds
    finally:
        await guilds.close()
