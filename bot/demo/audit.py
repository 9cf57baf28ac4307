"""Audit in the demo: the admin hands out a dangerous role by hand, and looks it up."""

from simcord import MemberActor

from bot.demo.messages import texts
from bot.demo.world import Refused, World

ROLE = "“Harbour staff”"
GRANTED = f"gave salt_lark {ROLE}"


class AuditActs:
    """What is done without the bot, and what it knows of it."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def grant(self, member: MemberActor) -> None:
        """The admin gives a member the staff's role in Discord's own settings."""
        await self._world.give(member, self._world.cast.roles.staff)

    async def look_up(self) -> None:
        """The admin types `/audit search`."""
        result = await self._world.admin_types("audit search", kind="member", severity="warn")
        shown = " ".join(texts(result))
        if ROLE not in shown:
            raise Refused(shown or "The bot did not answer.")
