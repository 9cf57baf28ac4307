"""The one server as it is now: its members, its bans and its audit log, which tests change."""

import asyncio
import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from discord.utils import time_snowflake

from tests.support.discord_server import payloads

BAN = 22  # Discord's number for this kind of audit entry
BANS_PATH = f"guilds/{payloads.GUILD_ID}/bans"
LOG_PATH = f"guilds/{payloads.GUILD_ID}/audit-logs"


class World:
    """Changed silently: the gateway tells of nothing that a test does not dispatch.

    `bans_status` is what the ban list answers; while `may_list_bans` is not set, it does not.
    """

    def __init__(self) -> None:
        self.members = {payloads.OWNER_ID: payloads.member(payloads.OWNER_ID, "keeper")}
        self.bans: dict[int, dict[str, Any]] = {}
        self.bans_status = 200
        self.may_list_bans = asyncio.Event()
        self.may_list_bans.set()
        self._log: list[dict[str, Any]] = []
        self._ids = itertools.count(9_000)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def new_id(self) -> int:
        """An id of this moment, larger than all before it."""
        return time_snowflake(self.now()) + next(self._ids)

    def enter(self, *user_ids: int) -> None:
        """They are members from now on."""
        for user_id in user_ids:
            self.members[user_id] = payloads.member(user_id, f"otter_{user_id}")

    def leave(self, user_id: int) -> None:
        """They are no member any longer."""
        del self.members[user_id]

    def ban(self, user_id: int, reason: str) -> None:
        """The server's owner bans them, which the log tells too."""
        self.members.pop(user_id, None)
        account = payloads.user(user_id, f"otter_{user_id}")
        self.bans[user_id] = {"user": account, "reason": None}
        entry = {
            "id": str(next(self._ids)),
            "user_id": str(payloads.OWNER_ID),
            "target_id": str(user_id),
            "action_type": BAN,
            "reason": reason,
        }
        self._log.append(entry)

    def everybody(self) -> list[Any]:
        """All members, the bot among them."""
        return [payloads.herald(), *self.members.values()]

    def guild(self, permissions: int) -> dict[str, Any]:
        """The server as GUILD_CREATE tells it: of its members, the bot alone."""
        return {**payloads.guild(permissions), "member_count": len(self.everybody())}

    def banned(self, query: Mapping[str, str]) -> list[Any]:
        """A page of the ban list, by the ids of the users."""
        after = int(query.get("after", 0))
        found = [self.bans[user_id] for user_id in sorted(self.bans) if user_id > after]
        return found[: int(query.get("limit", 1000))]

    def log(self, query: Mapping[str, str]) -> dict[str, Any]:
        """A page of the log: oldest first after an entry, else newest first."""
        kind, after = query.get("action_type"), query.get("after")
        found = [one for one in self._log if kind in (None, str(one["action_type"]))]
        if after is None:
            found.reverse()
        else:
            found = [one for one in found if int(one["id"]) > int(after)]
        users = [one["user"] for one in (*self.members.values(), *self.bans.values())]
        page = found[: int(query.get("limit", 50))]
        return {"audit_log_entries": page, "users": users, "webhooks": []}
