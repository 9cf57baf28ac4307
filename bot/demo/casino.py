"""Casino in the demo: a member flips a coin, verifies it, and plays a hand of blackjack."""

from simcord import InteractionResult, MemberActor
from simcord.results import ResponseMessage

from bot.acts import Actor
from bot.app import App
from bot.demo.messages import texts
from bot.demo.world import Refused, World
from bot.features.casino import CASINO
from bot.features.settings import SETTINGS
from bot.seeds import SEED_BYTES

OPEN = (("cooldown_seconds", 0), ("enabled", True))
STAKE = "20"
OWN_SEED = "harbour"
SEEDS = (b"\x01" * SEED_BYTES, b"\x02" * SEED_BYTES)  # by which the coin shows heads, a hand wins
FLIPPED, DEALT = "coin 1", "blackjack 2"  # what the ledger calls these rounds


class CasinoActs:
    """`open` it before anything else: it switches the casino on."""

    def __init__(self, world: World, app: App) -> None:
        self._world = world
        self._casino = app.parts[CASINO].service
        self._change = app.parts[SETTINGS].service.change

    async def open(self) -> None:
        """The admin switches it on in /settings."""
        cast = self._world.cast
        admin = Actor(cast.guild.id, cast.admin.id, cast.admin.name)
        for name, value in OPEN:
            await self._change(admin, "casino", name, value)

    async def rehearse(self, member: MemberActor) -> None:
        """A member chooses a seed of their own; the bot's are the same in every performance.

        So each tells as many events as the last one.
        """
        ports, random = self._casino.ports, self._casino.ports.new_seed
        seeds = iter(SEEDS)
        ports.new_seed = lambda: next(seeds, None) or random()
        channel = self._world.cast.channels.general
        async with self._world.in_turn():
            _shown(await member.slash(channel, "casino seed", own=OWN_SEED))

    async def flip(self, member: MemberActor) -> None:
        """A member sits down at a table, and presses Heads."""
        await self._press(member, await self._table(member, "coin"), "Heads")

    async def stand(self, member: MemberActor) -> None:
        """A member has a hand dealt, and stands."""
        table = await self._table(member, "blackjack")
        await self._press(member, table, "Deal")
        await self._press(member, table, "Stand")

    async def verify(self, member: MemberActor) -> None:
        """A member has their first round worked out once more."""
        channel = self._world.cast.channels.general
        async with self._world.in_turn():
            told = await member.slash(channel, "casino verify", number=1)
        if "is what these seeds give" not in " ".join(texts(told)):
            raise Refused(" ".join(texts(told)))

    async def _press(self, member: MemberActor, table: ResponseMessage, label: str) -> None:
        async with self._world.in_turn():
            pressed = await member.click(table, label=label)
        if pressed.followups:  # a refusal; all else is drawn in the table's place
            raise Refused(" ".join(texts(pressed)))

    async def _table(self, member: MemberActor, game: str) -> ResponseMessage:
        channel = self._world.cast.channels.general
        async with self._world.in_turn():
            return _shown(await member.slash(channel, f"casino {game}", bet=STAKE))


def _shown(result: InteractionResult) -> ResponseMessage:
    shown = result.followups[-1] if result.followups else result.response
    if shown is None or not list(texts(result)):
        raise Refused("The bot did not answer.")
    return shown
