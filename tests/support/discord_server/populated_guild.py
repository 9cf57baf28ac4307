"""A server with people to be moderated: what changes there, and what the gateway tells of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from discord.utils import time_snowflake

from tests.support.discord_server import payloads
from tests.support.discord_server.world import BAN, World

KICK, UNBAN = 20, 23
LOG_CHANNEL_ID = 4_200_000_000_000_000_005
MUTED, QUARANTINE, FRIEND = (4_200_000_000_000_000_010 + number for number in range(3))
GUILD = str(payloads.GUILD_ID)

Told = tuple[str, dict[str, Any]]
"""An event of the gateway, not yet sent."""


class PopulatedGuild(World):
    """What is done by the bot is told with an entry of the audit log; `files` are by their name."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[int] = []
        self.lines: dict[int, dict[str, Any]] = {}
        self.nonces: dict[tuple[str, str], int] = {}
        self.channel: list[int] = []
        self.names: dict[int, str] = {}
        self.files: dict[str, bytes] = {}

    def enter(self, *user_ids: int) -> None:
        super().enter(*user_ids)
        self.names |= {user_id: f"otter_{user_id}" for user_id in user_ids}

    def say(self, count: int) -> None:
        """Messages of now in the channel, from somebody who is gone."""
        first = time_snowflake(self.now()) - count
        self.channel += range(first, first + count)

    def account(self, user_id: int) -> dict[str, Any]:
        return payloads.user(user_id, self.names[user_id])

    def guild(self, permissions: int) -> dict[str, Any]:
        guild = super().guild(permissions)
        names = ((MUTED, "Muted"), (QUARANTINE, "Quarantine"), (FRIEND, "Friend"))
        below = [payloads.role(one, name, 0, n) for n, (one, name) in enumerate(names, 1)]
        top = payloads.role(payloads.BOT_ROLE_ID, "herald", permissions, 9)
        log = {**guild["channels"][0], "id": str(LOG_CHANNEL_ID), "name": "log"}
        roles, channels = [guild["roles"][0], *below, top], [*guild["channels"], log]
        return {**guild, "roles": roles, "channels": channels}

    def ban_by_bot(self, user_id: int, reason: str) -> list[Told]:
        """Ban for good, member or not; a ban that stands stays as it is."""
        if user_id in self.bans:
            return []
        gone = self._remove(user_id)
        self.bans[user_id] = {"user": self.account(user_id), "reason": reason}
        about = {"guild_id": GUILD, "user": self.account(user_id)}
        return [*gone, ("GUILD_BAN_ADD", about), self._entry(BAN, user_id, reason)]

    def unban_by_bot(self, user_id: int, reason: str) -> list[Told]:
        del self.bans[user_id]
        about = {"guild_id": GUILD, "user": self.account(user_id)}
        return [("GUILD_BAN_REMOVE", about), self._entry(UNBAN, user_id, reason)]

    def kick_by_bot(self, user_id: int, reason: str) -> list[Told]:
        return [*self._remove(user_id), self._entry(KICK, user_id, reason)]

    def time_out(self, user_id: int, until: str | None) -> list[Told]:
        self.members[user_id]["communication_disabled_until"] = until
        return [self._updated(user_id)]

    def change_role(self, user_id: int, role_id: int, *, give: bool) -> list[Told]:
        held = set(self.members[user_id]["roles"])
        held = held | {str(role_id)} if give else held - {str(role_id)}
        self.members[user_id]["roles"] = sorted(held)
        return [self._updated(user_id)]

    def newest(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """A page of the channel, newest first."""
        before = int(query.get("before", 2**63))
        found = sorted((one for one in self.channel if one < before), reverse=True)
        page = found[: int(query.get("limit", 50))]
        author = payloads.user(77, "gone_otter")
        return [{**payloads.message(one, {"content": "noise"}), "author": author} for one in page]

    def delete(self, message_ids: Sequence[int]) -> list[Told]:
        self.channel = [one for one in self.channel if one not in message_ids]
        return []

    def _remove(self, user_id: int) -> list[Told]:
        if self.members.pop(user_id, None) is None:
            return []
        return [("GUILD_MEMBER_REMOVE", {"guild_id": GUILD, "user": self.account(user_id)})]

    def _updated(self, user_id: int) -> Told:
        return ("GUILD_MEMBER_UPDATE", {**self.members[user_id], "guild_id": GUILD})

    def _entry(self, kind: int, user_id: int, reason: str) -> Told:
        entry = {
            "id": str(self.new_id()),
            "user_id": str(payloads.BOT_ID),
            "target_id": str(user_id),
            "action_type": kind,
            "reason": reason,
        }
        self._log.append(entry)
        return ("GUILD_AUDIT_LOG_ENTRY_CREATE", {**entry, "guild_id": GUILD})
