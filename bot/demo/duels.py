"""Duels in the demo: a member challenges another, and wins two rounds by stance and focus."""

from collections.abc import Iterable

import discord
from simcord import MemberActor

from bot.app import App
from bot.demo.messages import awaited, texts
from bot.demo.world import Refused, World
from bot.features.duels import DUELS
from bot.features.duels.game import DuelMove
from bot.features.duels.messages import ACCEPT, MOVE, move_named
from bot.features.duels.model import STANDING

STAKE = "5"
FIRST = ("s+", "f-")
SECOND = ("f+", "g-")  # either takes its round whatever the dice show


class DuelActs:
    """Needs an economy that is switched on, and two people with money."""

    def __init__(self, world: World, app: App) -> None:
        self._world = world
        self._duels = app.parts[DUELS].service
        self._duel_id = 0

    async def challenge(self, member: MemberActor, friend: MemberActor) -> None:
        """A member challenges a friend."""
        options = {"member": friend, "stake": STAKE}
        channel = self._world.cast.channels.general
        async with self._world.in_turn():
            told = await member.slash(channel, "duel challenge", **options)
        _expect("is challenged", texts(told))
        guild_id = self._world.cast.guild.id
        found = await self._duels.suggested(guild_id, member.id, STANDING)
        self._duel_id = found[0].id

    async def accept(self, friend: MemberActor) -> None:
        """The friend takes it on."""
        card = await self._message(ACCEPT.of(duel=self._duel_id))
        async with self._world.in_turn():
            told = await friend.click(card, label="Accept")
        _expect("both stakes are held", texts(told))

    async def fight(self, member: MemberActor, friend: MemberActor) -> None:
        """Two rounds, in each of which the member chooses first, and well."""
        for number, codes in enumerate((FIRST, SECOND), start=1):
            for person, code in zip((member, friend), codes, strict=True):
                await self._move(person, number, DuelMove.of(code))

    async def _move(self, person: MemberActor, number: int, move: DuelMove) -> None:
        custom_id = MOVE.of(duel=self._duel_id, round=number, move=move.code)
        message = await self._message(custom_id)
        async with self._world.in_turn():
            told = await person.click(message, label=move_named(move))
        _expect("You chose", texts(told))

    async def _message(self, custom_id: str) -> discord.Message:
        return await awaited(self._world.cast.channels.general, custom_id)


def _expect(words: str, told: Iterable[str]) -> None:
    said = " ".join(told)
    if words not in said:
        raise Refused(said)
