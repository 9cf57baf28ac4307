"""Automod in the demo: a rule of the admin's, and a message that hides behind other letters."""

from simcord import MemberActor

from bot.acts import Actor
from bot.app import App
from bot.demo.messages import texts
from bot.demo.world import Refused, World
from bot.features.automod import AUTOMOD
from bot.features.automod.actions import read_actions
from bot.features.automod.terms import KeywordTerms, RuleDraft
from bot.features.settings import SETTINGS

RULE = RuleDraft(
    name="No scams",
    terms=KeywordTerms(words=("free nitro", "steam gift"), leet=True),
    actions=read_actions("delete"),
)
WRITTEN = "Get your fr\N{CYRILLIC SMALL LETTER IE}e  n1tr\N{CYRILLIC SMALL LETTER O} here!"


class AutomodActs:
    """`open` it before anything else: it switches automod on, with a rule about keywords."""

    def __init__(self, world: World, app: App) -> None:
        self._world = world
        self._app = app

    async def open(self) -> None:
        """The admin makes the rule, and switches automod on."""
        cast = self._world.cast
        admin = Actor(cast.guild.id, cast.admin.id, cast.admin.name)
        await self._app.parts[SETTINGS].service.change(admin, "automod", "enabled", True)
        await self._app.parts[AUTOMOD].service.rulebook.add(admin, RULE)

    async def test(self) -> None:
        """The admin types `/automod test`: which rule finds something, and why."""
        result = await self._world.admin_types("automod test", text=WRITTEN)
        said = " ".join(texts(result))
        if "No scams" not in said:
            raise Refused(said or "No answer came.")

    async def write(self, member: MemberActor) -> None:
        """A member writes it in #general, and it is gone."""
        async with self._world.in_turn():
            await member.send(self._world.cast.channels.general, WRITTEN)
