"""People of a guild as others see them there: faces, and who holds which roles."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Face:
    """Face of somebody: the name shown in the guild, and where their picture is to be read."""

    user_id: int
    name: str
    picture_url: str
    is_bot: bool = False


class SeesPeople(Protocol):
    """Reads of people; they raise ActRefused, Gone or ActUnknown."""

    async def faces(self, guild_id: int, user_ids: Collection[int]) -> Mapping[int, Face]:
        """How these are shown there, members from memory; without those whom nobody knows."""
        ...

    async def holders(
        self, guild_id: int, role_ids: Collection[int]
    ) -> Mapping[int, frozenset[int]]:
        """Every member but the bot, each with those of the roles that they hold.

        ActUnknown or ActRefused where the list is not complete.
        """
        ...
