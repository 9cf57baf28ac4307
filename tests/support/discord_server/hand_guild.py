"""The small Discord's guild with people who act by hand, and the history of who came and went.

Each act changes the guild and its audit log, and returns what the gateway tells of it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from tests.support.discord_server import payloads
from tests.support.discord_server.payloads import OWNER_ID
from tests.support.discord_server.populated_guild import GUILD, UNBAN, Told
from tests.support.discord_server.voice_guild import VoiceGuild
from tests.support.discord_server.world import BAN

CHANNEL_GONE, MEMBER, MEMBER_ROLES, ROLE = 12, 24, 25, 31

Move = Literal["joined", "left", "banned", "unbanned"]


class HandGuild(VoiceGuild):
    """`moves` are what became of people, in order; `entries` those of the log that are
    by hand, and what the bot did to rooms and rules."""

    def __init__(self) -> None:
        super().__init__()
        self.moves: list[tuple[int, Move]] = []
        self.entries: list[dict[str, Any]] = []

    def come(self, user_id: int) -> list[Told]:
        """Somebody joins."""
        self.names.setdefault(user_id, f"otter_{user_id}")
        member = {
            **payloads.member(user_id, self.names[user_id]),
            "joined_at": self.now().isoformat(),
        }
        self.members[user_id] = member
        self.moves.append((user_id, "joined"))
        return [("GUILD_MEMBER_ADD", {**member, "guild_id": GUILD})]

    def go(self, user_id: int) -> list[Told]:
        """Somebody leaves."""
        self.moves.append((user_id, "left"))
        return self._remove(user_id)

    def ban_by(self, user_id: int, by_id: int = OWNER_ID) -> list[Told]:
        """Ban for good, member or not."""
        self.moves.append((user_id, "banned"))
        gone = self._remove(user_id)
        self.bans[user_id] = {"user": self.account(user_id), "reason": None}
        about = {"guild_id": GUILD, "user": self.account(user_id)}
        return [*gone, ("GUILD_BAN_ADD", about), self.enters(BAN, user_id, by_id)]

    def unban(self, user_id: int, by_id: int = OWNER_ID) -> list[Told]:
        self.moves.append((user_id, "unbanned"))
        del self.bans[user_id]
        about = {"guild_id": GUILD, "user": self.account(user_id)}
        return [("GUILD_BAN_REMOVE", about), self.enters(UNBAN, user_id, by_id)]

    def silence(self, user_id: int, until: datetime | None) -> list[Told]:
        """Time somebody out, or end that."""
        before = self.members[user_id].get("communication_disabled_until")
        after = None if until is None else until.isoformat()
        change = {"key": "communication_disabled_until", "old_value": before, "new_value": after}
        return [*self.time_out(user_id, after), self.enters(MEMBER, user_id, changes=[change])]

    def hand_role(self, user_id: int, role_id: int, *, give: bool) -> list[Told]:
        """Give somebody a role, or take it."""
        role = {"id": str(role_id), "name": "Role"}
        change = {"key": "$add" if give else "$remove", "new_value": [role]}
        told = self.change_role(user_id, role_id, give=give)
        return [*told, self.enters(MEMBER_ROLES, user_id, changes=[change])]

    def tear_down(self, channel_id: int, by_id: int = OWNER_ID) -> list[Told]:
        """Delete a room."""
        room = self.rooms.pop(channel_id)
        change = {"key": "name", "old_value": room["name"]}
        entry = self.enters(CHANNEL_GONE, channel_id, by_id, changes=[change])
        return [("CHANNEL_DELETE", room), entry]

    def allow(self, role_id: int, before: int, after: int) -> list[Told]:
        """Say in the log alone that a role may do other things now."""
        change = {"key": "permissions", "old_value": str(before), "new_value": str(after)}
        return [self.enters(ROLE, role_id, changes=[change])]

    def rewrite(self, channel_id: int, message_id: int, text: str) -> list[Told]:
        """Somebody edits what they wrote."""
        (message,) = (one for one in self.written[channel_id] if one["id"] == str(message_id))
        message |= {"content": text, "edited_timestamp": self.now().isoformat()}
        return [("MESSAGE_UPDATE", message)]

    def wipe(self, channel_id: int, message_id: int) -> list[Told]:
        """Somebody deletes a message."""
        there = self.written[channel_id]
        self.written[channel_id] = [one for one in there if one["id"] != str(message_id)]
        about = {"id": str(message_id), "channel_id": str(channel_id), "guild_id": GUILD}
        return [("MESSAGE_DELETE", about)]

    def enters(
        self,
        kind: int,
        target_id: int,
        by_id: int = OWNER_ID,
        *,
        changes: Sequence[Mapping[str, Any]] = (),
        options: Mapping[str, Any] | None = None,
    ) -> Told:
        """A person's act is written into the log."""
        entry = {
            "id": str(self.new_id()),
            "user_id": str(by_id),
            "target_id": str(target_id),
            "action_type": kind,
            "reason": None,
            "changes": [*changes],
            **({} if options is None else {"options": options}),
        }
        self._log.append(entry)
        self.entries.append(entry)
        return ("GUILD_AUDIT_LOG_ENTRY_CREATE", {**entry, "guild_id": GUILD})

    def ban_by_bot(self, user_id: int, reason: str) -> list[Told]:
        told = super().ban_by_bot(user_id, reason)
        if told:
            self.moves.append((user_id, "banned"))
        return told

    def unban_by_bot(self, user_id: int, reason: str) -> list[Told]:
        self.moves.append((user_id, "unbanned"))
        return super().unban_by_bot(user_id, reason)

    def kick_by_bot(self, user_id: int, reason: str) -> list[Told]:
        self.moves.append((user_id, "left"))
        return super().kick_by_bot(user_id, reason)
