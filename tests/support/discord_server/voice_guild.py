"""The small Discord's guild with a channel to talk in, and whoever is there."""

from typing import Any

from tests.support.discord_server import payloads
from tests.support.discord_server.populated_guild import GUILD, Told
from tests.support.discord_server.room_server import RoomGuild

VOICE_ID = 4_200_000_000_000_000_006
VOICE = 2


class VoiceGuild(RoomGuild):
    """`voices` are their voice states; who leaves the guild leaves the channel, too."""

    def __init__(self) -> None:
        super().__init__()
        self.voices: dict[int, dict[str, Any]] = {}

    def guild(self, permissions: int) -> dict[str, Any]:
        """With the members who talk: of these Discord tells in the guild's own event."""
        guild = super().guild(permissions)
        plain = payloads.guild(0)["channels"][0]
        room = {**plain, "id": str(VOICE_ID), "type": VOICE, "name": "Pier", "bitrate": 64_000}
        return {
            **guild,
            "channels": [*guild["channels"], {**room, "user_limit": 0, "rtc_region": None}],
            "members": [*guild["members"], *(self.members[one] for one in self.voices)],
            "voice_states": [*self.voices.values()],
        }

    def sit_down(self, user_id: int) -> list[Told]:
        """A member comes into the channel."""
        self.voices[user_id] = payloads.voice_state(user_id, VOICE_ID)
        return [self._heard_voice(user_id, self.voices[user_id])]

    def stand_up(self, user_id: int) -> list[Told]:
        """They leave it, if they are there."""
        if self.voices.pop(user_id, None) is None:
            return []
        return [self._heard_voice(user_id, payloads.voice_state(user_id, None))]

    def _heard_voice(self, user_id: int, state: dict[str, Any]) -> Told:
        member = self.members[user_id]
        return ("VOICE_STATE_UPDATE", {**state, "guild_id": GUILD, "member": member})

    def _remove(self, user_id: int) -> list[Told]:
        return [*self.stand_up(user_id), *super()._remove(user_id)]
