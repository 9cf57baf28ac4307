"""Trades in the demo: a member offers money for a good, and another confirms."""

from simcord import MemberActor

from bot.app import App
from bot.demo.messages import texts
from bot.demo.world import Refused, World
from bot.features.trades import TRADES

GIVEN = "20"
TRADED_FOR = "A painted oar"


class TradeActs:
    """Needs an economy that is switched on, and somebody with money."""

    def __init__(self, world: World, app: App) -> None:
        self._world = world
        self._trades = app.parts[TRADES].service

    async def offer(self, member: MemberActor, friend: MemberActor) -> None:
        """A member proposes a trade to a friend."""
        options = {"member": friend, "give": GIVEN, "get_good": TRADED_FOR}
        async with self._world.in_turn():
            told = await member.slash(self._world.cast.channels.general, "trade offer", **options)
        if "is proposed to" not in " ".join(texts(told)):
            raise Refused(" ".join(texts(told)))

    async def confirm(self, friend: MemberActor) -> None:
        """The friend agrees to what the message says."""
        channel = self._world.cast.channels.general
        async with self._world.in_turn():
            card = channel.history()[-1]
            told = await friend.click(card, label="Confirm")
        if "is completed" not in " ".join(texts(told)):
            raise Refused(" ".join(texts(told)))
