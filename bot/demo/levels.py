"""Levels in the demo: a member takes part, rises, is given a role, and shows their card."""

from simcord import MemberActor

from bot.acts import Actor
from bot.app import App
from bot.demo.messages import texts
from bot.demo.world import Refused, World
from bot.features.levels import LEVELS
from bot.features.settings import SETTINGS

WRITTEN = "Good morning! Has anybody seen the dredger today?"
GIVEN = 300
ROLE_LEVEL = 2


class LevelActs:
    """`open` it before anything else: it switches levels on, with a role for the second."""

    def __init__(self, world: World, app: App) -> None:
        self._world = world
        self._app = app

    async def open(self) -> None:
        """The admin switches levels on, and says which role the second one gives."""
        cast = self._world.cast
        admin = Actor(cast.guild.id, cast.admin.id, cast.admin.name)
        await self._app.parts[SETTINGS].service.change(admin, "levels", "enabled", True)
        rulebook = self._app.parts[LEVELS].service.rulebook
        await rulebook.put_role(admin, ROLE_LEVEL, cast.roles.regular.id)

    async def write(self, member: MemberActor) -> None:
        """A member writes something in #general, which earns a little."""
        async with self._world.in_turn():
            await member.send(self._world.cast.channels.general, WRITTEN)

    async def give(self, member: MemberActor) -> None:
        """The admin types `/levels give`: it is announced, and a role comes with it."""
        result = await self._world.admin_types("levels give", user=member, xp=str(GIVEN))
        answer = " ".join(texts(result))
        if "level" not in answer:
            raise Refused(answer)

    async def show(self, member: MemberActor) -> None:
        """They type `/rank`, and everybody sees the card."""
        async with self._world.in_turn():
            result = await member.slash(self._world.cast.channels.general, "rank")
        if result.response is None or not result.response.attachments:
            raise Refused(" ".join(texts(result)) or "The bot did not answer.")
