"""Several programs on one database that two servers keep, each behind lines that can fail."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from bot.clock import SystemClock
from bot.delivery.emitter import Emitter
from bot.outbox.endpoint_registry import DeliveryTerms
from bot.outbox.tables import attempt
from bot.storage.database import Database
from tests.chaos.deliverer import Deliverer
from tests.chaos.seeded import SEED
from tests.chaos.sharing_emitter import IN_ORDER, Orders, config_of
from tests.chaos.test_kill import drained
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.ledger import judged
from tests.support.lossy_line import LossyLine, line_to
from tests.support.program import Program
from tests.support.receiver import Receiver
from tests.support.rows import rows
from tests.support.server_pair import ServerPair

LONG = 120.0  # seconds, for what several outages left behind
ORDERLY, PLAIN = "/in-order", "/any-order"
SOME = 30  # requests, by which it is seen that work goes on


class Sharer(Program):
    """A program that writes, in one of its lives."""

    def __init__(self, orders: Orders) -> None:
        super().__init__("tests.chaos.sharing_emitter", asdict(orders))

    async def begin(self, seconds: float) -> None:
        """Return when it says that it has started."""
        await self.__aenter__()
        await self.says("started", seconds)

    async def kill(self) -> None:
        self._process.kill()
        await self._process.communicate()


@dataclass(slots=True)
class Place:
    """Where one program runs: its lines to the two servers, and its lives one after the other.

    Where it `writes` it is the tests' own, and else the command that is shipped.
    """

    name: str
    orders: Orders
    lines: list[LossyLine]
    folder: Path
    writes: bool = True
    life: Sharer | Deliverer | None = None
    lives: int = 0

    async def begin(self, *, records: bool = True) -> None:
        """A new life, with receipts of its own."""
        self.lives += 1
        name = f"{self.name}-{self.lives:03}"
        receipts = str(self.folder / f"receipts-{name}")
        if self.writes:
            self.life = Sharer(replace(self.orders, receipts=receipts, records=records))
        else:
            config = config_of(self.orders.url, Path(self.orders.key_file))
            self.life = Deliverer(config, self.folder / name)
        await self.life.begin(LONG)

    async def die(self) -> None:
        """Killed wherever it is."""
        if self.life is not None:
            await self.life.kill()
            self.life = None

    async def end(self) -> None:
        """Let it end by itself, with all that it has in hand."""
        assert self.life is not None
        code, said = await self.life.end()
        assert code == 0, f"{self.name}: {said}"
        self.life = None

    def acknowledged(self) -> list[list[str]]:
        """What each life was told is durable, in that order."""
        files = sorted(self.folder.glob(f"receipts-{self.name}-*"))
        return [file.read_text().split() for file in files]


@dataclass(slots=True)
class Shared:
    """The programs, the servers, and who receives; `blows` are those that a seed chooses from."""

    pair: ServerPair
    receiver: Receiver
    places: list[Place]
    key_file: Path
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    told: list[str] = field(default_factory=list[str])

    async def struck(self, blow: str) -> None:
        """One blow, and what is seen to go on after it."""
        self.told.append(blow)
        await BLOWS[blow](self, self.chance.choice(self.places))
        await self.goes_on()

    async def goes_on(self, more: int = SOME) -> None:
        """Return when so many more requests came."""
        seen = len(self.receiver.requests)
        await self.receiver.until(lambda: len(self.receiver.requests) >= seen + more, LONG)

    async def judged(self) -> None:
        """All that was acknowledged was received, in order where that is asked, and counted."""
        running = [place for place in self.places if place.life is not None]
        for place in reversed(running):  # who writes, then who sends
            await place.end()
        await running[0].begin(records=False)  # what is left
        database = Database(self.pair.url())
        await database.open()
        await drained(self.pair.url())
        await running[0].end()
        told = f"seed {SEED}: {self.told}"
        lives = [life for place in self.places for life in place.acknowledged()]
        acknowledged = [one for life in lives for one in life]
        assert acknowledged, told
        await judged(database, self.receiver, acknowledged=acknowledged, told=told)
        await self._counted(database, told)
        came = [*dict.fromkeys(self.receiver.ids(ORDERLY))]
        assert came, told
        for life in lives:
            wanted = [one for one in life if one in set(came)]
            assert [one for one in came if one in set(life)] == wanted, told
        await database.close()

    @staticmethod
    async def _counted(database: Database, told: str) -> None:
        """An attempt whose outcome nobody learnt does not count, and its number is used again."""
        tries = dict[int, list[tuple[int, str | None]]]()
        for row in sorted(await rows(database, attempt), key=lambda row: row["started_at"]):
            tries.setdefault(row["delivery_id"], []).append((row["number"], row["error"]))
        for owed in await rows(database):
            found = tries.get(owed["id"], [])
            known = [number for number, error in found if error != "unknown"]
            assert known == [*range(1, owed["attempt"] + 1)], f"{owed}: {found}; {told}"


async def killed(_shared: Shared, place: Place) -> None:
    """At any moment, with a new life at once."""
    await place.die()
    await place.begin()


async def cut(_shared: Shared, place: Place) -> None:
    """The lines of one program end."""
    for line in place.lines:
        line.go_away()
        line.come_back()


async def silenced(_shared: Shared, place: Place) -> None:
    """The lines of one program pass nothing on any more, and stay open; new ones work."""
    for line in place.lines:
        line.fall_silent()


async def mute(shared: Shared, place: Place) -> None:
    """Nor do new ones, for as long as the others go on without it."""
    for line in place.lines:
        line.go_silent()
    await shared.goes_on(4 * SOME)
    for line in place.lines:
        line.come_back()


async def restarted(shared: Shared, _place: Place) -> None:
    """Stopped with care and started again."""
    await asyncio.to_thread(shared.pair.primary.stop, "fast")
    await asyncio.to_thread(shared.pair.primary.start)


async def crashed(shared: Shared, place: Place) -> None:
    """Ended in the middle of everything, with one of the programs."""
    await asyncio.to_thread(shared.pair.primary.stop)
    await place.die()
    await asyncio.to_thread(shared.pair.primary.start)
    await place.begin()


async def failed_over(shared: Shared, _place: Place) -> None:
    """The standby takes the place, and gets a standby of its own."""
    await shared.pair.fail_over()
    await shared.pair.join()


async def parted(shared: Shared, _place: Place) -> None:
    """The primary falls silent for everybody before its standby takes the place."""
    for place in shared.places:
        for line in place.lines:
            line.fall_silent()
    await shared.pair.fail_over()
    await shared.pair.join()


Blow = Callable[[Shared, Place], Awaitable[None]]
BLOWS: dict[str, Blow] = {
    blow.__name__: blow
    for blow in (killed, cut, silenced, mute, restarted, crashed, failed_over, parted)
}


@asynccontextmanager
async def sharing(
    pair: ServerPair, folder: Path, *names: str, senders: Collection[str] = ()
) -> AsyncGenerator[Shared]:
    """A program of each name, begun by whoever asks for them, and two endpoints.

    They all write; they send as well unless `senders` are there to do it.
    """
    key_file = folder / "herald.key"
    async with Receiver() as receiver, AsyncExitStack() as stack:
        await _prepared(pair.url(), key_file, receiver)
        places = list[Place]()
        for name in (*senders, *names):
            lines = [await stack.enter_async_context(line_to(home)) for home in pair.homes]
            url = pair.url(*(home for _, home in lines))
            orders = Orders(url, str(key_file), "", sends=not senders)
            kept = [line for line, _ in lines]
            place = Place(name, orders, kept, folder, writes=name not in senders)
            places.append(place)
            stack.push_async_callback(place.die)
        yield Shared(pair, receiver, places, key_file)


async def _prepared(url: str, key_file: Path, receiver: Receiver) -> None:
    """One endpoint that is sent to as it comes, and one in order."""
    emitter = await Emitter.open(config_of(url, key_file), SystemClock())
    for guild_id, path in ((GUILD, PLAIN), (IN_ORDER, ORDERLY)):
        where = receiver.url(path)
        made, _ = await add_endpoint(emitter, where, guild_id=guild_id, secret=receiver.secret)
        async with emitter.database.transaction() as tx:
            terms = DeliveryTerms(in_order=guild_id == IN_ORDER)
            await emitter.registry.limit(tx, made, emitter.clock.now(), terms)
    await emitter.close()
