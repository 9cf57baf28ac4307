"""Traffic of many guilds: what people do in them, by chance, as the gateway tells it.

The simulated Discord keeps what it was told for ever; what it would pile up is thrown away here, so
that what grows is the bot's.
"""

import random
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
import simcord
from simcord.actors import MemberActor
from simcord.backend.serializers import guild_create_payload
from simcord.builders import ChannelHandle, GuildHandle, UserHandle

from bot.clock import Clock

CROWD = 50  # happenings at once
WORDS = ("anchor", "buoy", "compass", "deck", "ferry", "gale", "harbour", "island", "keel")


@dataclass(slots=True)
class Place:
    """A guild with its rooms and the people in it and around it."""

    guild: GuildHandle
    channel: ChannelHandle
    voice: ChannelHandle
    roles: Sequence[int]
    inside: list[int] = field(default_factory=list[int])
    outside: list[int] = field(default_factory=list[int])


class SoakTraffic:
    """People of many guilds; `round` lets so many things happen, wherever chance has them."""

    def __init__(self, env: simcord.Env, clock: Clock, *, seed: int) -> None:
        self._env = env
        self._backend = env.backend
        self._clock = clock
        self._chance = random.Random(seed)
        self._numbers = 0
        self.places: list[Place] = []

    async def settle_in(self, guilds: int, members: int) -> None:
        """Each guild comes with all of its people, as at a start; a tenth more are outside."""
        for number in range(guilds):
            with self._unheard():
                self.places.append(self._founded(number, members))
            founded = self._backend.guilds[self.places[-1].guild.id]
            whole = guild_create_payload(self._backend, founded)
            self._backend.emit("GUILD_CREATE", whole)
            if number % 10 == 9:
                await self._env.settle()
        self.forget()

    def _founded(self, number: int, members: int) -> Place:
        guild = self._env.create_guild(f"Harbour {number}")
        roles = [guild.create_role(f"Crew {one}").id for one in range(3)]
        channel, voice = guild.create_text_channel("quay"), guild.create_voice_channel("deck")
        place = Place(guild, channel, voice, roles)
        for one in range(members + members // 10):
            user = self._backend.make_user(f"otter_{number}_{one}")
            if one < members:
                self._backend.add_member(guild.id, user.id, roles=roles[: one % 4])
                place.inside.append(user.id)
            else:
                place.outside.append(user.id)
        return place

    @contextmanager
    def _unheard(self) -> Generator[None]:
        heard, self._backend.subscribers[:] = list(self._backend.subscribers), []
        try:
            yield
        finally:
            self._backend.subscribers[:] = heard

    async def round(self, happenings: int) -> None:
        """So many of them, and the bot done with each crowd before the next."""
        kinds = self._kinds()
        for first in range(0, happenings, CROWD):
            for _ in range(min(CROWD, happenings - first)):
                next(kinds)(self._chance.choice(self.places))
            await self._env.settle()
        await self._commands()

    async def pass_by(self, seconds: float) -> None:
        """Let the simulation's own timers run out, and what it keeps of the past go."""
        await self._env.advance_time(seconds)
        self.forget()

    def forget(self) -> None:
        """What the simulation alone keeps of the past."""
        for kept in ("transcript", "http_requests", "interactions", "interaction_tokens"):
            getattr(self._backend, kept).clear()
        for said in self._backend.messages.values():
            said.clear()
        for guild in self._backend.guilds.values():
            guild.audit_log_entries.clear()

    def _kinds(self) -> Iterator[Callable[[Place], None]]:
        kinds = [self._says, self._joins, self._leaves, self._rises, self._talks, self._renames]
        while True:
            yield from self._chance.choices(kinds, (70, 6, 6, 8, 6, 4), k=100)

    def _says(self, place: Place) -> None:
        self._numbers += 1
        now, author = self._clock.now(), self._backend.users[self._chance.choice(place.inside)]
        member = self._backend.guilds[place.guild.id].members[author.id]
        said: dict[str, Any] = {
            "id": str(discord.utils.time_snowflake(now) + self._numbers % 2**22),
            "channel_id": str(place.channel.id),
            "guild_id": str(place.guild.id),
            "author": {"id": str(author.id), "username": author.name, "discriminator": "0"},
            "member": {"roles": list(map(str, member.role_ids)), "joined_at": member.joined_at},
            "content": " ".join(self._chance.choices(WORDS, k=12)),
            "timestamp": now.isoformat(),
            **dict.fromkeys(("edited_timestamp", "nonce")),
            **dict.fromkeys(("tts", "mention_everyone", "pinned"), False),
            **dict.fromkeys(("mentions", "mention_roles", "attachments", "embeds"), ()),
            "type": 0,
        }
        said["author"]["avatar"] = None
        self._backend.emit("MESSAGE_CREATE", said)

    def _joins(self, place: Place) -> None:
        if place.outside:
            user_id = place.outside.pop(self._chance.randrange(len(place.outside)))
            place.inside.append(user_id)
            self._backend.add_member(place.guild.id, user_id, announce=True)

    def _leaves(self, place: Place) -> None:
        if len(place.outside) < len(place.inside):
            user_id = place.inside.pop(self._chance.randrange(len(place.inside)))
            place.outside.append(user_id)
            self._backend.remove_member(place.guild.id, user_id)

    def _rises(self, place: Place) -> None:
        user_id, role_id = self._chance.choice(place.inside), self._chance.choice(place.roles)
        member = self._backend.guilds[place.guild.id].members[user_id]
        if role_id in member.role_ids:
            self._backend.remove_member_role(place.guild.id, user_id, role_id)
        else:
            self._backend.add_member_role(place.guild.id, user_id, role_id)

    def _talks(self, place: Place) -> None:
        user_id = self._chance.choice(place.inside)
        here = user_id in self._backend.guilds[place.guild.id].voice_states
        self._backend.set_voice_state(
            place.guild.id, user_id, channel_id=None if here else place.voice.id
        )

    def _renames(self, place: Place) -> None:
        nick = self._chance.choice(WORDS)
        self._backend.edit_member(place.guild.id, self._chance.choice(place.inside), {"nick": nick})

    async def _commands(self) -> None:
        """Somebody somewhere looks at what they have earned."""
        for command in ("rank", "leaderboard", "balance"):
            place = self._chance.choice(self.places)
            user = UserHandle(self._env, self._backend.users[self._chance.choice(place.inside)])
            await MemberActor(self._env, place.guild, user).slash(place.channel, command)
