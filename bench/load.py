"""What every contestant is given to do, what it reports, and the bodies that all of them send."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import monotonic_ns, perf_counter
from uuid import UUID, uuid4

from bench.sizes import FULL, Sizes
from bot.catalogue.members import MemberJoined
from bot.dialects import build_dialects
from bot.dialects.base import Envelope, OutgoingAttempt

BODY_BYTES = 400
FIRST_GUILD = 100_000_000_000_000_000
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MOMENT = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
DIALECT = build_dialects()["phantom"]


class NotMeasured(Exception):
    """This machine lacks something; the words say what, for the table."""


class Lost(RuntimeError):
    """A contestant lost deliveries on the way: its figures would mean nothing."""


@dataclass(frozen=True, slots=True)
class Load:
    """One receiver, a folder that lasts for the whole run, and how much of everything."""

    port: int
    folder: Path
    sizes: Sizes = FULL

    def url(self, number: int) -> str:
        """The address of that endpoint."""
        return f"http://127.0.0.1:{self.port}/hooks/{number % self.sizes.endpoints:02}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a contestant measured, and what the receiver must have seen of it."""

    numbers: dict[str, float]
    delivered: int = 0  # different ids, warm-up included
    # Where receipts are timed: the moment (monotonic, ns) at which each event came to be. Some
    # deliveries are then meant to hang, and only these ids must have arrived.
    sent: dict[str, int] = field(default_factory=dict[str, int])


def rated(seconds: float, deliveries: int, *, settled: int, warm_up: int) -> Outcome:
    """Deliveries a second, where each of them is settled as delivered; else it raises Lost."""
    if settled != deliveries + warm_up:
        raise Lost(f"settled {settled} of {deliveries + warm_up}")
    return Outcome({"rate": deliveries / seconds}, settled)


def event(number: int, guild_id: int = FIRST_GUILD) -> MemberJoined:
    """One join, padded to the size that is documented."""
    return _joined(number, guild_id, _padding())


@dataclass(frozen=True, slots=True)
class Ready:
    """One body with its id, rendered before it is sent."""

    uuid: UUID
    type: str
    body: bytes
    headers: Callable[[], dict[str, str]]


def ready(number: int) -> Ready:
    """The same body as Herald's, to be signed afresh when it is sent."""
    uuid = uuid4()
    body = DIALECT.render(Envelope(uuid, event(number), MOMENT))
    assert body is not None

    def headers() -> dict[str, str]:
        now = int(datetime.now(UTC).timestamp())
        return DIALECT.headers(
            OutgoingAttempt(uuid, MemberJoined.type, uuid, number, 1, body, SECRET, now)
        )

    return Ready(uuid, MemberJoined.type, body, headers)


async def spread(tasks: int, count: int, one: Callable[[int], Awaitable[None]]) -> None:
    """Call `one` with 0 … count-1 from so many tasks, each taking the next number when done."""
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            await one(number)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(tasks, count)):
            group.create_task(work())


async def paced(rate: float, count: int, one: Callable[[int, int], Awaitable[None]]) -> None:
    """Call `one` with 0 … count-1 and the moment (ns) it is meant for, however slow the others.

    So many begin each second; a moment that was missed is made up for at once.
    """
    step = round(1e9 / rate)
    first = monotonic_ns() + step
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            moment = first + number * step
            await asyncio.sleep(max(moment - monotonic_ns(), 0) / 1e9)  # an even pace in real time
            group.create_task(_as_coroutine(one(number, moment)))


async def timed(work: Awaitable[None]) -> float:
    """Seconds that it took."""
    started = perf_counter()
    await work
    return perf_counter() - started


async def _as_coroutine(work: Awaitable[None]) -> None:
    await work


def _joined(number: int, guild_id: int, username: str) -> MemberJoined:
    return MemberJoined(
        guild_id=guild_id,
        user_id=FIRST_GUILD + number,
        username=username,
        account_age_days=412,
        is_bot=False,
        joined_at=MOMENT,
    )


@cache
def _padding() -> str:
    """What a name needs so that the body has the documented size."""
    body = DIALECT.render(Envelope(uuid4(), _joined(0, FIRST_GUILD, ""), MOMENT))
    assert body is not None
    return "o" * (BODY_BYTES - len(body))
