"""Three servers, each with people of its own, in one process on a real database."""

from typing import Any, Self, cast

from bot.acts import Actor, Acts
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.cases import CASES
from bot.features.cases import store as case_store
from bot.features.cases.model import Case, Order
from bot.features.incidents import INCIDENTS
from bot.features.settings import SETTINGS
from bot.features.sync import SYNC, share_store
from bot.features.sync.model import SHARED, Membership, Share
from bot.features.sync.tables import share as table
from bot.snapshots import GuildSeen, Standing
from tests.integration.cases.cases_env import Written
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import MODERATOR, OWNER, FakeActs
from tests.support.features import features_on

NORTH, SOUTH, EAST = GUILD, GUILD + 1, GUILD + 2
GUILDS = (NORTH, SOUTH, EAST)
OTTER = 1000
LOG = 500


class OneOfMany(FakeActs):
    """A server that goes by its own id."""

    def __init__(self, guild_id: int, name: str) -> None:
        self.guild_id = guild_id
        super().__init__()
        self.name = name

    def guild(self, guild_id: int) -> GuildSeen | None:
        found = super().guild(GUILD)
        return None if found is None else GuildSeen(self.guild_id, self.name, None)

    def standing(self, guild_id: int, user_id: int) -> Standing | None:
        return super().standing(GUILD, user_id)


class Many:
    """Port that hands each call on to the server that it is about, which its first value names."""

    is_connected = True
    sessions = 1

    def __init__(self, guilds: dict[int, OneOfMany]) -> None:
        self._guilds = guilds

    def __getattr__(self, name: str) -> Any:
        def call(about: int, *given: Any, **named: Any) -> Any:
            one = self._guilds.get(about, self._guilds[NORTH])
            return getattr(one, name)(about, *given, **named)

        return call

    def fingerprint(self, post: Any) -> str:
        return self._guilds[NORTH].fingerprint(post)


def manager(guild_id: int) -> Actor:
    return Actor(guild_id, OWNER, "queen")


class SyncEnv(Written):
    """Short words for what tests do; `renew` is a new process on what the last one left."""

    def __init__(self, emitter: Emitter, clock: ManualClock) -> None:
        super().__init__(emitter)
        self.clock, self.database = clock, emitter.database
        names = ("North", "South", "East")
        self.servers = {one: OneOfMany(one, name) for one, name in zip(GUILDS, names, strict=True)}
        for server in self.servers.values():
            server.clock = clock
            server.channel_ids = [LOG]
            server.enter(OTTER, roles={10})
        self.renew()

    def renew(self) -> None:
        acts = cast("Acts", Many(self.servers))
        self.parts = features_on(self.emitter, self.clock, acts=acts)
        self.settings = self.parts[SETTINGS].service
        self.incidents = self.parts[INCIDENTS].service
        self.cases = self.parts[CASES]
        self.sync = self.parts[SYNC].service
        self.networks = self.sync.networks

    @classmethod
    async def open(cls, emitter: Emitter, clock: ManualClock) -> Self:
        env = cls(emitter, clock)
        for guild_id in GUILDS:
            await add_endpoint(
                emitter, f"http://127.0.0.1:9/{guild_id}", guild_id=guild_id, patterns=("case.*",)
            )
            await env.choose(guild_id, "sync", enabled=True)
            await env.choose(guild_id, "incidents", log_channel_id=LOG)
        return env

    async def choose(self, guild_id: int, feature: str, **choices: Any) -> None:
        for name, value in choices.items():
            await self.settings.change(manager(guild_id), feature, name, value)

    async def network(self, *guild_ids: int, kinds: tuple[Any, ...] = SHARED) -> int:
        """A network of these, which send and take everything."""
        made = await self.networks.create(manager(guild_ids[0]), "Harbours")
        for guild_id in guild_ids[1:]:
            code = await self.networks.invite(manager(guild_ids[0]), made.network_id)
            await self.networks.join(manager(guild_id), code)
        for guild_id in guild_ids:
            await self.tick(guild_id, made.network_id, sends=kinds, takes=kinds)
        return made.network_id

    async def tick(
        self, guild_id: int, network_id: int, *, sends: tuple[Any, ...], takes: tuple[Any, ...]
    ) -> Membership:
        return await self.networks.choose(manager(guild_id), network_id, sends=sends, takes=takes)

    async def order(self, guild_id: int, order: Order) -> Case:
        """A moderator of that server does it."""
        actor = Actor(guild_id, MODERATOR, "harbour_master")
        return (await self.cases.service.order(actor, order)).case

    async def sweep(self, seconds: float = 0) -> None:
        """What is due is done."""
        self.clock.advance(seconds)
        await self.cases.service.sweep.sweep()
        await self.sync.sweep.sweep()
        await self.parts.core.posts.sweep()

    async def shares(self) -> list[Share]:
        async with self.database.reading() as reading:
            rows = await reading.execute(table.select().order_by(table.c.id))
            return [share_store.share_of(row) for row in rows]

    async def standing(self, guild_id: int) -> list[Case]:
        """The cases of a server that have effect on somebody."""
        async with self.database.reading() as reading:
            return await case_store.active(
                reading, guild_id, OTTER, ("ban", "tempban", "timeout", "kick")
            )
