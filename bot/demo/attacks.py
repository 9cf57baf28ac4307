"""Attacks in the demo: a raid, and somebody with rights who deletes channels."""

import discord
from simcord import Env, MemberActor

from bot.acts import Actor
from bot.app import App
from bot.demo.world import World
from bot.features.settings import SETTINGS

RAIDERS = 6
QUAYS = ("quay-north", "quay-east", "quay-south")
CHOICES = (
    ("raids", "joins", RAIDERS),
    ("raids", "account_days", 0),
    ("raids", "action", "alert"),
    ("raids", "enabled", True),
    ("nukes", "enabled", True),
)


class AttackActs:
    """`open` it before anything else: the owner switches both protections on."""

    def __init__(self, world: World, app: App, *, env: Env) -> None:
        self._world = world
        self._app = app
        self._env = env

    @property
    def _culprit(self) -> MemberActor:
        """Somebody who was let in too far."""
        return self._world.cast.members[2]

    async def open(self) -> None:
        """There are channels to be lost, and somebody who was let in too far."""
        cast, change = self._world.cast, self._app.parts[SETTINGS].service.change
        async with self._world.in_turn():
            for name in QUAYS:
                cast.guild.create_text_channel(name)
            self._env.backend.add_member_role(cast.guild.id, self._culprit.id, cast.roles.staff.id)
        owner = Actor(cast.guild.id, cast.guild.owner.id, cast.guild.owner.name)
        for feature, name, value in CHOICES:
            await change(owner, feature, name, value)
        await change(owner, "incidents", "log_channel_id", cast.channels.log.id)

    async def raid(self) -> None:
        """Accounts that nobody knows join at once."""
        async with self._world.in_turn():
            for number in range(RAIDERS):
                user = self._env.create_user(f"free_gifts_{number + 1}")
                self._world.cast.guild.add_member(user)

    async def tear_down(self) -> None:
        """A taken-over account deletes one channel after the other."""
        guild, backend = self._world.cast.guild, self._env.backend
        async with self._world.in_turn():
            for name in QUAYS:
                channel_id = guild.channels[name].id
                backend.delete_channel(channel_id)
                backend.record_audit_log(
                    guild.id,
                    discord.AuditLogAction.channel_delete.value,
                    target_id=channel_id,
                    user_id=self._culprit.id,
                    changes=[{"key": "name", "old_value": name}],
                )
