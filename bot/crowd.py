"""Crowd of people at once, and what a person's own acts were: cases for those who need more.

What `bot.protection.Sanctions` orders about one, this orders about hundreds.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from bot.sanctions import Sanctioned, SanctionType


class CrowdSanctions(Protocol):
    """The owner of `case.*`, as those see it who act on many, or against many bans."""

    async def ban(
        self, guild_id: int, user_ids: Collection[int], reason: str
    ) -> Mapping[int, Sanctioned] | None:
        """Ban up to 200 with one call; None, and nothing is done, where the bot may not.

        Of whom Discord gave no answer nothing is said: ask then who was `ordered`.
        """
        ...

    async def ordered(
        self, guild_id: int, user_ids: Collection[int], type_: SanctionType, since: datetime
    ) -> Mapping[int, Sanctioned]:
        """The case that the bot itself has made about each of these since then, where it stands.

        With a refusal too where whether it was done is not known yet.
        """
        ...

    async def unban(self, guild_id: int, user_id: int, reason: str) -> Sanctioned:
        """Lift a ban, by whomever; a refusal is an answer.

        ActUnknown where somebody, or a process that died, does so at this moment.
        """
        ...
