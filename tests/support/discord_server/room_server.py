"""The small Discord with channels that the bot makes: who may write there, and what is written."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.client.refusals import permission_bit
from tests.support.discord_server import payloads
from tests.support.discord_server.moderation_server import ModeratingServer
from tests.support.discord_server.payloads import OWNER_ID
from tests.support.discord_server.populated_guild import GUILD, PopulatedGuild, Told
from tests.support.discord_server.routes import PLACE, Doors, Found, Nothing

UNKNOWN_CHANNEL = 10003
SEND = permission_bit("send_messages")


class RoomGuild(PopulatedGuild):
    """A guild with rooms beside its own channels; `ahead` is what its clock runs before ours.

    `wrote` is how many messages each has written.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ahead = timedelta()
        self.rooms: dict[int, dict[str, Any]] = {}
        self.written: dict[int, list[dict[str, Any]]] = {}
        self.wrote = Counter[int]()
        self.names[OWNER_ID] = "keeper"

    def now(self) -> datetime:
        return super().now() + self.ahead

    def guild(self, permissions: int) -> dict[str, Any]:
        guild = super().guild(permissions)
        return {**guild, "channels": [*guild["channels"], *self.rooms.values()]}

    def room(self, channel_id: int) -> dict[str, Any]:
        if channel_id not in self.rooms:
            raise Nothing(UNKNOWN_CHANNEL)
        return self.rooms[channel_id]

    def may_write(self, channel_id: int, user_id: int) -> bool:
        """Whether the channel lets that person write in so many words."""
        rules = self.rooms[channel_id]["permission_overwrites"]
        return any(int(one["allow"]) & SEND for one in rules if one["id"] == str(user_id))

    def write(self, channel_id: int, user_id: int, text: str) -> Told:
        """Somebody writes there."""
        number, author = self.new_id(), self.account(user_id)
        said = payloads.message(number, {"content": text})
        about = {"channel_id": str(channel_id), "author": author, "guild_id": GUILD}
        message = {**said, **about, "timestamp": self.now().isoformat()}
        self.written.setdefault(channel_id, []).append(message)
        self.wrote[user_id] += 1
        member = {**self.members[user_id], "user": None}
        return ("MESSAGE_CREATE", {**message, "member": member})


class RoomDoors(Doors):
    """What is asked about channels, before what is asked about anything else."""

    def __init__(self, guild: RoomGuild, ids: Any) -> None:
        super().__init__(guild, ids)
        self._rooms = guild
        self._doors = [
            (rf"POST {PLACE}/channels", self._make),
            (r"GET channels/(\d+)", self._look),
            (r"PATCH channels/(\d+)", self._edit),
            (r"PUT channels/(\d+)/permissions/(\d+)", self._allow),
            (r"DELETE channels/(\d+)/permissions/(\d+)", self._forget),
            (r"GET channels/(\d+)/messages", self._read),
            *self._doors,
        ]

    def _make(self, *, body: dict[str, Any], **_: Any) -> Found:
        number = self._rooms.new_id()
        plain = payloads.guild(0)["channels"][0]
        made = {**plain, **body, "id": str(number), "guild_id": GUILD}
        self._rooms.rooms[number] = made
        return made, [("CHANNEL_CREATE", made)]

    def _look(self, channel_id: str, **_: Any) -> Found:
        return self._rooms.room(int(channel_id)), ()

    def _edit(self, channel_id: str, *, body: dict[str, Any], **_: Any) -> Found:
        room = self._rooms.room(int(channel_id))
        room |= body
        return room, [("CHANNEL_UPDATE", room)]

    def _allow(self, channel_id: str, target_id: str, *, body: dict[str, Any], **_: Any) -> Found:
        room = self._rooms.room(int(channel_id))
        rules = [one for one in room["permission_overwrites"] if one["id"] != target_id]
        room["permission_overwrites"] = [*rules, {**body, "id": target_id}]
        return None, [("CHANNEL_UPDATE", room)]

    def _forget(self, channel_id: str, target_id: str, **_: Any) -> Found:
        room = self._rooms.room(int(channel_id))
        rules = [one for one in room["permission_overwrites"] if one["id"] != target_id]
        room["permission_overwrites"] = rules
        return None, [("CHANNEL_UPDATE", room)]

    def _write(self, channel_id: str, message_id: str | None, *, body: Any, **_: Any) -> Found:
        """What the bot writes is read there as well."""
        message, told = super()._write(channel_id, message_id, body=body)
        about = {
            "components": body.get("components", []),
            "timestamp": self._rooms.now().isoformat(),
        }
        found = self._rooms.written.setdefault(int(channel_id), [])
        others = [one for one in found if one["id"] != message["id"]]
        there = sorted([*others, {**message, **about}], key=lambda one: int(one["id"]))
        self._rooms.written[int(channel_id)] = there
        return message, told

    def _read(self, channel_id: str, *, query: Mapping[str, str], **_: Any) -> Found:
        """A page of what was written: those after a message, or the newest; newest first."""
        after, limit = int(query.get("after", 0)), int(query.get("limit", 50))
        found = self._rooms.written.get(int(channel_id), [])
        later = [one for one in found if int(one["id"]) > after]
        page = later[:limit] if "after" in query else later[-limit:]
        return page[::-1], ()


class RoomServer(ModeratingServer):
    """`guild` has the rooms."""

    guild: RoomGuild

    def __init__(self, guild: RoomGuild | None = None) -> None:
        super().__init__(guild or RoomGuild())
        self._doors = RoomDoors(self.guild, iter(self.guild.new_id, 0))

    async def write(self, channel_id: int, text: str) -> None:
        """Whoever uses the commands writes into a channel."""
        await self.gateway.dispatch(*self.guild.write(channel_id, OWNER_ID, text))
