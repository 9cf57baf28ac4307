"""People of the fake Discord port: who talks where, how they look, who has which roles."""

from collections.abc import Collection, Mapping, Sequence

from bot.activity import VoiceActivity
from bot.people import Face
from tests.support.emitter_setup import GUILD
from tests.support.fake_guild import BOT, FakeGuild


class FakePeople(FakeGuild):
    """Faces are those of the accounts; `talking` is what a test puts there."""

    talking: Sequence[VoiceActivity] = ()

    def guild_ids(self) -> Sequence[int]:
        return [GUILD] if self.is_there else []

    def voices(self, guild_id: int) -> Sequence[VoiceActivity]:
        return self.talking if guild_id == GUILD and self.is_there else []

    async def faces(self, guild_id: int, user_ids: Collection[int]) -> Mapping[int, Face]:
        await self._fault("faces", 0)
        known = (self.accounts[one] for one in user_ids if one in self.accounts)
        return {
            one.user_id: Face(one.user_id, one.username, "https://cdn/avatar.png", one.is_bot)
            for one in known
        }

    async def holders(
        self, guild_id: int, role_ids: Collection[int]
    ) -> Mapping[int, frozenset[int]]:
        await self._fault("holders", 0)
        return {
            user_id: frozenset(someone.role_ids.intersection(role_ids))
            for user_id, someone in self.people.items()
            if user_id != BOT
        }
