"""Giveaways in the demo: the admin holds one in #general, members enter, one checks the draw."""

import discord
from simcord import InteractionResult, MemberActor

from bot.demo.messages import awaited, texts
from bot.demo.world import Refused, World

PRIZE = "A berth for the summer"
LASTS = "1m"
AGREES = "the winners are the same"


class GiveawayActs:
    """What people do about the giveaway that was begun last."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def hold(self) -> str:
        """The admin types `/giveaway create`."""
        answer = await self._world.admin_types("giveaway create", prize=PRIZE, lasts=LASTS)
        return _sought(answer, "is open in")

    async def enter(self, *members: MemberActor) -> None:
        """Members press Enter."""
        card = await self._card("giveaway:enter:")
        for member in members:
            async with self._world.in_turn():
                _sought(await member.click(card, label="Enter"), "You are in")

    async def drawn(self) -> None:
        """Its time is over: wait until its card says who won."""
        await self._card("giveaway:verify:")

    async def check(self, member: MemberActor) -> None:
        """A member presses “Check the draw”: it is drawn again, and they get the proof."""
        card = await self._card("giveaway:verify:")
        async with self._world.in_turn():
            _sought(await member.click(card, label="Check the draw"), AGREES)

    async def reroll(self, number: int = 1) -> None:
        """The admin types `/giveaway reroll`: the winner did not want it."""
        answer = await self._world.admin_types("giveaway reroll", giveaway=number)
        _sought(answer, "was drawn anew")

    async def _card(self, custom_id: str) -> discord.Message:
        return await awaited(self._world.cast.channels.general, custom_id)


def _sought(answer: InteractionResult, words: str) -> str:
    """The answer, where it says so."""
    said = " ".join(texts(answer))
    if words not in said:
        raise Refused(said or "No answer came.")
    return said
