"""Attacks in the demo: a raid, and somebody with rights who deletes channels."""

import discord

from bot.acts import Actor
from bot.app import App
from bot.demo.world import World
from bot.features.settings import SETTINGS

RAIDERS = 3
QUAYS = ("quay-north", "quay-east", "quay-south")
CULPRIT = "rusty_anchor"
CHOICES = (
    ("incidents", "log_channel_id", None),
    ("raids", "joins", RAIDERS),
    ("raids", "account_days", 0),
    ("raids", "action", "alert"),
    ("raids", "enabled", True),
    ("nukes", "enabled", True),
)


class AttackActs:
    """`open` it before anything else: the owner switches both protections on."""

    def __init__(self, world: World, app: App) -> None:
        self._world = world
        self._app = app

    async def open(self) -> None:
        """There are channels to be lost, and somebody who was let in too far."""
        cast, change = self._world.cast, self._app.parts[SETTINGS].service.change
        owner = Actor(cast.guild.id, cast.guild.owner.id, cast.guild.owner.name)
        async with self._world.in_turn():
            for name in QUAYS:
                cast.guild.create_text_channel(name)
            self._world.let_in(CULPRIT, cast.roles.staff)
        for feature, name, value in CHOICES:
            chosen = cast.channels.log.id if name == "log_channel_id" else value
            await change(owner, feature, name, chosen)

    async def raid(self) -> None:
        """Accounts that nobody knows join at once."""
        async with self._world.in_turn():
            for number in range(RAIDERS):
                self._world.let_in(f"free_gifts_{number + 1}")

    async def tear_down(self) -> None:
        """A taken-over account deletes one channel after the other."""
        async with self._world.in_turn():
            for name in QUAYS:
                self._world.delete_channel(name, by=CULPRIT)

    def is_whole(self) -> bool:
        """Whether every channel is there again."""
        return set(QUAYS) <= self._world.cast.guild.channels.keys()


DELETED = discord.AuditLogAction.channel_delete
