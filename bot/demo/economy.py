"""Economy in the demo: a member takes the daily, and pays somebody some of it."""

from simcord import MemberActor

from bot.acts import Actor
from bot.app import App
from bot.demo.messages import texts
from bot.demo.world import Refused, World
from bot.features.settings import SETTINGS

# The script tells each change of a wallet: what people write in it earns nothing.
OPEN = (("message_least", 0), ("message_most", 0), ("transfer_tax", 10), ("enabled", True))
PAID = "40"
PAID_FOR = "For the new rope"


class EconomyActs:
    """`open` it before anything else: it switches the economy on."""

    def __init__(self, world: World, app: App) -> None:
        self._world = world
        self._change = app.parts[SETTINGS].service.change

    async def open(self) -> None:
        """The admin switches it on in /settings."""
        cast = self._world.cast
        admin = Actor(cast.guild.id, cast.admin.id, cast.admin.name)
        for name, value in OPEN:
            await self._change(admin, "economy", name, value)

    async def take_daily(self, member: MemberActor) -> None:
        """A member types /daily."""
        await self._types(member, "daily", "You took")

    async def pay(self, member: MemberActor, payee: MemberActor) -> None:
        """They type /pay, and everybody in #general reads it."""
        options = {"user": payee, "amount": PAID, "reason": PAID_FOR}
        await self._types(member, "pay", "paid", **options)

    async def _types(
        self, member: MemberActor, command: str, words: str, **options: object
    ) -> None:
        async with self._world.in_turn():
            channel = self._world.cast.channels.general
            told = " ".join(texts(await member.slash(channel, command, **options)))
        if words not in told:
            raise Refused(told or "The bot did not answer.")
