"""Places of the simulated Discord that can be shown: channels, tickets and direct messages."""

from collections.abc import Iterator
from dataclasses import dataclass

from simcord import ChannelHandle, Env, GuildHandle, MemberActor, UserHandle
from simcord.backend.access import can_access_channel
from simcord.enums import ChannelType

WRITTEN_IN = (ChannelType.TEXT, ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD)


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """Place with everybody who can be there."""

    id: int
    name: str
    channel: ChannelHandle
    viewers: tuple[MemberActor | UserHandle, ...]


class GuildMap:
    """Map of a guild: its places, and who can be in each."""

    def __init__(self, env: Env, guild: GuildHandle) -> None:
        self._env = env
        self._guild = guild

    @property
    def places(self) -> list[ShownPlace]:
        """Every channel that somebody sees, then the direct messages that the bot wrote."""
        return [*self._channels(), *self._direct()]

    def place(self, place_id: int) -> ShownPlace | None:
        return next((one for one in self.places if one.id == place_id), None)

    def actor(self, user_id: int) -> MemberActor | None:
        """Somebody who is in the guild, as they act."""
        if user_id not in self._env.backend.get_guild(self._guild.id).members:
            return None
        user = UserHandle(self._env, self._env.backend.get_user(user_id))
        return MemberActor(self._env, self._guild, user)

    def channel(self, channel_id: int) -> ChannelHandle:
        """A channel that was made since the beginning, such as a ticket's."""
        found = self._env.backend.get_channel(channel_id)
        return ChannelHandle(self._env, self._guild, found)

    def _channels(self) -> Iterator[ShownPlace]:
        backend = self._env.backend
        nobody = {self._guild.owner.id, backend.bot_user.id}
        members = backend.get_guild(self._guild.id).members
        people = [self.actor(one) for one in members if one not in nobody]
        for channel in tuple(backend.channels.values()):
            if channel.guild_id != self._guild.id or channel.type not in WRITTEN_IN:
                continue
            viewers = tuple(
                one
                for one in people
                if one is not None and can_access_channel(self._env, channel.id, one, history=True)
            )
            if viewers:
                shown = self.channel(channel.id)
                yield ShownPlace(channel.id, f"#{channel.name}", shown, viewers)

    def _direct(self) -> Iterator[ShownPlace]:
        for user_id in tuple(self._env.backend.dm_channels):
            user = UserHandle(self._env, self._env.backend.get_user(user_id))
            name = f"direct messages of {user.name}"
            yield ShownPlace(user.dm_channel.id, name, user.dm_channel, (user,))
