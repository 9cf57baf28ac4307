"""An hour of mixed load, then the whole schedule: every event ends as its schedule says.

Receivers fail at random, go away and come back. What the database says at the end is compared with
a small model of the published rules; what took longer than a rule says was named in the log.
"""

import os
import random
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
from sqlalchemy import RowMapping, select

from bot.clock import ManualClock, to_ms
from bot.delivery.emitter import Emitter
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import DeliveryState, EndpointState, attempt, delivery, event
from tests.conftest import OpenEmitter
from tests.integration.delivery.answering_endpoints import limit_rate
from tests.integration.delivery.conftest import LogLine
from tests.integration.delivery.random_faults import REFUSED, STEPS, Faulty, Served, verdict
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import GUILD, add_endpoint, change_state, joined
from tests.support.receiver import Receiver

SOAK = os.environ.get("HERALD_SOAK") == "1"
SEEDS = range(30) if SOAK else range(3)
MOMENTS = 300 if SOAK else 80
HOUR = 3_600_000
SHARES = (0.02, 0.3, 0.5, 0.95)  # of bad answers, of the four receivers of each dialect
LIMITED = 1  # of them, so many attempts a minute:
LIMIT = 2
JITTER = 100  # thousandths


@dataclass(slots=True)
class Site:
    """A receiver with its endpoint, and when nobody listened there."""

    dialect: str
    receiver: Receiver
    faulty: Faulty
    endpoint: Endpoint
    away: tuple[int, int] = (0, 0)

    def is_away(self, moment: int) -> bool:
        return self.away[0] < moment <= self.away[1]


@dataclass(slots=True)
class World:
    """The emitter, its sites, and which event was for which."""

    emitter: Emitter
    clock: ManualClock
    sites: list[Site]
    sent: dict[str, tuple[Site, int]] = field(default_factory=dict[str, tuple[Site, int]])

    @property
    def now(self) -> int:
        return to_ms(self.clock.now())

    async def reach(self, moment: int) -> None:
        """Let everything happen that is due until then, each thing at its own moment."""
        while (due := self.emitter.claims.next_due()) is not None and due <= moment:
            self.clock.advance((due - self.now) / 1000)
            await self.settle()
        self.clock.advance((moment - self.now) / 1000)

    async def finish(self) -> None:
        """Let the whole schedule run."""
        while (due := self.emitter.claims.next_due()) is not None:
            self.clock.advance((due - self.now) / 1000)
            await self.settle()

    async def settle(self) -> None:
        """Do what can be done now; whoever was switched off by a 410 is enabled at once."""
        await quiet(self.emitter)
        while off := [one for one in self.emitter.lanes.index.all() if not one.receives]:
            for endpoint in off:  # what waited goes out at once, and may be answered 410 again
                await change_state(self.emitter, endpoint.id, EndpointState.ACTIVE)
                await quiet(self.emitter)

    async def record(self, site: Site, number: int) -> None:
        fact = joined(self.clock, number, guild_id=site.endpoint.guild_id)
        event_id = str(await self.emitter.outbox.record(fact))
        self.sent[event_id] = site, number
        await self.settle()


@pytest.fixture(params=SEEDS)
async def world(
    request: pytest.FixtureRequest, emitter: OpenEmitter, clock: ManualClock
) -> AsyncGenerator[World]:
    """Four sites of each dialect, from nearly sound to nearly dead."""
    running = await emitter(disable_after=100_000, settle_linger_ms=0, jitter=JITTER / 1000)
    async with AsyncExitStack() as open_receivers:
        sites: list[Site] = []
        for dialect in STEPS:
            for place, share in enumerate(SHARES):
                receiver = await open_receivers.enter_async_context(Receiver(clock=clock))
                receiver.behave = faulty = Faulty(request.param, share)
                endpoint, _ = await add_endpoint(
                    running,
                    receiver.url(),
                    guild_id=GUILD + len(sites),
                    dialect=dialect,
                    secret=receiver.secret,
                )
                if place == LIMITED:
                    await limit_rate(running, endpoint, LIMIT)
                sites.append(Site(dialect, receiver, faulty, endpoint))
        yield World(running, clock, sites)
        assert [site.receiver.refused for site in sites] == [[]] * len(sites)


@pytest.mark.thorough("one seed on each engine shows it", but="0-sqlite")
async def test_every_event_ends_as_its_schedule_says(
    world: World, told: list[LogLine], request: pytest.FixtureRequest
) -> None:
    chance = random.Random(request.node.name)
    await an_hour(world, chance)
    await world.finish()

    found = await deliveries(world)
    assert set(found) == set(world.sent)
    excuses = excuses_of(told)
    for event_id, (site, number) in world.sent.items():
        own = excuses.get(site.endpoint.id, [])
        follows_its_schedule(site, site.faulty.served[number], found[event_id], own)
    for site in world.sites:
        received = {number for number, served in site.faulty.served.items() if served}
        assert received <= {number for where, number in world.sent.values() if where is site}
        keeps_to_its_limit(world, site, found)


async def an_hour(world: World, chance: random.Random) -> None:
    """Events at random moments for random sites; three of these are away for some minutes."""
    began = world.now
    plan: list[tuple[int, str, Site, int]] = []
    for number in range(MOMENTS):
        site = chance.choice(world.sites)
        moment = began + chance.randrange(HOUR)
        crowd = chance.choice((1, 1, 3))
        plan += [(moment, "event", site, 3 * number + more) for more in range(crowd)]
    for site in chance.sample(world.sites, 3):
        leaves = began + chance.randrange(HOUR // 2)
        site.away = leaves, leaves + chance.randrange(HOUR // 3)
        plan += [(site.away[0], "leaves", site, 0), (site.away[1], "returns", site, 0)]
    for moment, what, site, number in sorted(plan, key=lambda entry: (entry[0], entry[3])):
        await world.reach(moment)
        if what == "leaves":
            await site.receiver.__aexit__(None, None, None)
        elif what == "returns":
            await site.receiver.__aenter__()
        else:
            await world.record(site, number)


@dataclass(slots=True)
class Found:
    """A delivery as the database has it, and its attempts in their order."""

    state: DeliveryState
    attempts: list[RowMapping] = field(default_factory=list[RowMapping])

    @property
    def moments(self) -> list[int]:
        return [to_ms(tried["started_at"]) for tried in self.attempts]


async def deliveries(world: World) -> dict[str, Found]:
    """Every delivery by its event's id."""
    async with world.emitter.database.reading() as reading:
        joined_rows = await reading.execute(
            select(delivery.c.id, delivery.c.state, event.c.uuid).join(event)
        )
        by_id = {row.id: (str(row.uuid), Found(DeliveryState(row.state))) for row in joined_rows}
        tried = await reading.execute(select(attempt).order_by(attempt.c.id))
        for row in tried.mappings():
            by_id[row["delivery_id"]][1].attempts.append(row)
    return dict(by_id.values())


Span = tuple[int, int]
WAITS = ("endpoint.probed_next", "lane.asked_to_wait", "lane.limited")


def follows_its_schedule(
    site: Site, served: list[Served], found: Found, excuses: Sequence[Span]
) -> None:
    """As many attempts as the answers called for, each at its time, and the right end."""
    answers = iter(served)
    for number, tried in enumerate(found.attempts, start=1):
        moment = to_ms(tried["started_at"])
        answer = REFUSED if site.is_away(moment) else next(answers)
        if answer.fault == "reset" and answer.reused:
            answer = next(answers)  # a kept connection may be gone: asked once more on a fresh one
        assert (tried["number"], tried["status"]) == (number, answer.status)
        after = verdict(site.dialect, answer, number)
        if number == len(found.attempts):
            assert found.state.name.lower() == after.state
        else:
            assert after.state == "pending"
            earliest = moment + after.wait * 1000
            latest = excused(moment + after.wait * (1000 + JITTER), excuses)
            assert earliest <= found.moments[number] <= latest
    assert list(answers) == []  # nothing came that no attempt was made for


def excused(moment: int, excuses: Sequence[Span]) -> int:
    """The end of the spans that follow one another from that moment on."""
    for begin, end in excuses:
        if begin <= moment:
            moment = max(moment, end)
    return moment


def excuses_of(told: list[LogLine]) -> dict[int, list[Span]]:
    """The spans in which the log says that an endpoint's lane waits, by endpoint, in order."""
    spans: dict[int, list[Span]] = {}
    for line in told:
        if line["event"] in WAITS:
            span = line["at"], line["at"] + round(line["seconds"] * 1000)
            spans.setdefault(line["endpoint"], []).append(span)
    return {endpoint_id: sorted(found) for endpoint_id, found in spans.items()}


def keeps_to_its_limit(world: World, site: Site, found: Mapping[str, Found]) -> None:
    """Where there is a rate limit, no minute has more attempts."""
    if world.sites.index(site) % len(SHARES) != LIMITED:
        return
    own = [found[event_id].moments for event_id, (where, _) in world.sent.items() if where is site]
    moments = sorted(moment for moments in own for moment in moments)
    for first, later in zip(moments, moments[LIMIT:], strict=False):
        assert later - first >= 60_000
