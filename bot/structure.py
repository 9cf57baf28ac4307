"""Structure of a guild in plain data: its roles, channels and overwrites, and the acts on them.

Permissions are Discord's own bits: what is put back must be exactly what was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Protocol, Self, cast

CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What a channel allows and denies a role or a member; the role of everybody has the guild's
    id. One without either is none.
    """

    target_id: int
    is_role: bool = True
    allow: int = 0
    deny: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.allow or self.deny)


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """A channel or category, whole enough to be made anew; `kind` is Discord's word."""

    channel_id: int
    kind: str
    name: str
    position: int = 0
    parent_id: int | None = None
    topic: str | None = None
    is_nsfw: bool = False
    slowmode: int = 0  # seconds
    bitrate: int = 0
    user_limit: int = 0
    overwrites: tuple[Overwrite, ...] = ()

    def overwrite(self, target_id: int) -> Overwrite:
        """What it says of that role or member."""
        found = (one for one in self.overwrites if one.target_id == target_id)
        return next(found, Overwrite(target_id))

    def moved(self, new_ids: Mapping[int, int]) -> Self:
        """The same where what it names has other ids by now."""
        parent_id = new_ids.get(self.parent_id or 0, self.parent_id)
        overwrites = tuple(
            replace(one, target_id=new_ids.get(one.target_id, one.target_id))
            for one in self.overwrites
        )
        return replace(self, parent_id=parent_id, overwrites=overwrites)

    def document(self) -> dict[str, Any]:
        """It as a row keeps it."""
        return asdict(self)

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """The inverse."""
        read = {one.name: document[one.name] for one in fields(cls) if one.name in document}
        read["overwrites"] = tuple(Overwrite(**one) for one in document["overwrites"])
        return cls(**read)


@dataclass(frozen=True, slots=True)
class RolePlan:
    """A role, whole enough to be made anew."""

    role_id: int
    name: str
    permissions: int = 0
    position: int = 0
    colour: int = 0
    is_hoisted: bool = False
    is_mentionable: bool = False
    is_managed: bool = False

    def document(self) -> dict[str, Any]:
        """It as a row keeps it."""
        return asdict(self)

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """The inverse."""
        return cls(**document)


def renumbered(value: Any, new_ids: Mapping[int, int]) -> Any:
    """The same where ids of roles and channels that were made anew are the new ones.

    It goes through lists, tuples and the values of mappings.
    """
    if isinstance(value, Mapping):
        some = cast("Mapping[str, Any]", value)
        return {name: renumbered(one, new_ids) for name, one in some.items()}
    if isinstance(value, list | tuple):
        many = [renumbered(one, new_ids) for one in cast("Sequence[Any]", value)]
        return tuple(many) if isinstance(value, tuple) else many
    if isinstance(value, int) and not isinstance(value, bool):
        return new_ids.get(value, value)
    return value


@dataclass(frozen=True, slots=True)
class GuildPlan:
    """All roles (that of everybody too) and channels of a guild, by their ids."""

    roles: Mapping[int, RolePlan]
    channels: Mapping[int, ChannelPlan]


class StructureActs(Protocol):
    """Roles, channels and overwrites, seen and changed; it fails as every act does."""

    def plan(self, guild_id: int) -> GuildPlan | None:
        """The guild as memory has it; None where the bot is not in it."""
        ...

    def held_by(self, guild_id: int, role_id: int) -> list[int]:
        """Who of the members in memory holds a role."""
        ...

    async def overwrite(self, guild_id: int, channel_id: int, target_id: int) -> Overwrite:
        """What a channel says of somebody now: Discord is asked. Gone without the channel."""
        ...

    async def put_overwrite(
        self, guild_id: int, channel_id: int, overwrite: Overwrite, *, reason: str
    ) -> None:
        """Make it exactly that; an empty one is removed."""
        ...

    async def make_channel(self, guild_id: int, plan: ChannelPlan, *, reason: str) -> int:
        """Make a channel by that plan; its id."""
        ...

    async def remove_channel(self, guild_id: int, channel_id: int, *, reason: str) -> None:
        """Delete any channel or category."""
        ...

    async def arrange(
        self, guild_id: int, positions: Mapping[int, int], parent_id: int, *, reason: str
    ) -> None:
        """Put channels into a category, each where it stood."""
        ...

    async def make_role(self, guild_id: int, plan: RolePlan, *, reason: str) -> int:
        """Make a role by that plan, at the foot of the list; its id."""
        ...

    async def change_role(self, guild_id: int, plan: RolePlan, *, reason: str) -> None:
        """Give a role that name and those permissions and looks."""
        ...

    async def remove_role(self, guild_id: int, role_id: int, *, reason: str) -> None:
        """Delete a role."""
        ...

    async def order_roles(
        self, guild_id: int, positions: Mapping[int, int], *, reason: str
    ) -> None:
        """Put roles where they stood, those below the bot's own."""
        ...

    def paused_until(self, guild_id: int) -> datetime | None:
        """Until when nobody can come by an invite, from memory; None where they can."""
        ...

    async def pause_invites(self, guild_id: int, until: datetime | None) -> None:
        """Let nobody come by an invite for at most 24 hours, or again with None."""
        ...

    async def who_added(self, guild_id: int, bot_id: int) -> int | None:
        """Who added that bot, as the audit log tells; None where it does not."""
        ...

    def explains(self, guild_id: int, action: str, target_id: int) -> bool:
        """Whether an act on that, which the audit log ascribes to the bot, is this process's.

        Each call of its own explains one.
        """
        ...
