"""Audit in the demo: the admin hands out a dangerous role by hand, and looks it up."""

import discord
from simcord import Env, MemberActor

from bot.demo.messages import texts
from bot.demo.world import Refused, World

ROLE = "“Harbour staff”"
GRANTED = f"gave salt_lark {ROLE}"


class AuditActs:
    """What is done without the bot, and what it knows of it."""

    def __init__(self, world: World, env: Env) -> None:
        self._world = world
        self._backend = env.backend

    async def grant(self, member: MemberActor) -> None:
        """The admin gives a member the staff's role in Discord's own settings."""
        cast = self._world.cast
        guild_id, role = cast.guild.id, cast.roles.staff
        given = {"key": "$add", "new_value": [{"id": str(role.id), "name": role.name}]}
        async with self._world.in_turn():
            self._backend.record_audit_log(
                guild_id,
                discord.AuditLogAction.member_role_update.value,
                target_id=member.id,
                changes=[given],
                user_id=cast.admin.id,
            )
            self._backend.add_member_role(guild_id, member.id, role.id)

    async def look_up(self) -> None:
        """The admin types `/audit search`."""
        result = await self._world.admin_types("audit search", kind="member", severity="warn")
        shown = " ".join(texts(result))
        if ROLE not in shown:
            raise Refused(shown or "The bot did not answer.")
