"""Surroundings: a server as the bot sees it, with what it may do in each place."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.permission_names import permission_name
from bot.snapshots import RoleRank, RoleSeen, rank_of

NOWHERE: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class PlaceSeen:
    """A channel or category: what the bot may there, by Discord's names, and how full it is."""

    held: frozenset[str]
    crowd: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """A server from memory; `named` gives a permission the name that people know.

    `place_ids` are all channels, categories and threads that are open, `intents` what the gateway
    was asked for. `callable_ids` are roles that the bot can ping, `ordinary_above` those above its
    own with which nobody can do harm.
    """

    held: frozenset[str]
    channels: Mapping[int, PlaceSeen]
    categories: Mapping[int, PlaceSeen]
    roles: Mapping[int, RoleSeen]
    callable_ids: frozenset[int]
    emoji_ids: frozenset[int]
    channel_count: int
    place_ids: frozenset[int] = frozenset()
    intents: frozenset[str] = frozenset()
    own_rank: RoleRank = NOWHERE
    ordinary_above: tuple[int, ...] = ()
    named: Callable[[str], str] = field(default=permission_name)

    def lacking(self, held: frozenset[str], needs: Iterable[str]) -> str:
        """The permissions that are missing, as people read them."""
        return ", ".join(f"**{self.named(one)}**" for one in needs if one not in held)

    def is_above(self, role_id: int) -> bool:
        """Whether a role stands where the bot cannot give it."""
        role = self.roles.get(role_id)
        return role is not None and rank_of(role.position, role_id) >= self.own_rank


class SeesSurroundings(Protocol):
    """Read of everything at once."""

    def surroundings(self, guild_id: int) -> Surroundings | None:
        """The server, from memory; None where the bot is not in it."""
        ...
