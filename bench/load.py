"""What every contestant is given to do, what it reports, and the bodies that all of them send."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from time import perf_counter
from uuid import UUID, uuid4

from bot.catalogue.members import MemberJoined
from bot.dialects import build_dialects
from bot.dialects.base import Envelope, Letter

BODY_BYTES = 400
FIRST_GUILD = 100_000_000_000_000_000
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MOMENT = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
DIALECT = build_dialects()["phantom"]


@dataclass(frozen=True, slots=True)
class Load:
    """So many deliveries to one receiver, by so many tasks, to so many endpoints."""

    port: int
    deliveries: int
    warm_up: int = 1_000
    tasks: int = 256
    endpoints: int = 16

    def url(self, number: int) -> str:
        """The address of that endpoint."""
        return f"http://127.0.0.1:{self.port}/hooks/{number % self.endpoints:02}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a contestant did between the first of its timed deliveries and the end of the last."""

    seconds: float
    delivered: int  # in all, warm-up included: the receiver must have seen as many
    settled: int  # the timed ones whose outcome the contestant knows, or has stored where it stores
    disk_bytes: float | None = None  # per delivery

    def rate(self, deliveries: int) -> float:
        """Deliveries a second."""
        return deliveries / self.seconds


def event(number: int, guild_id: int = FIRST_GUILD) -> MemberJoined:
    """One join, padded to the size that is documented."""
    return _joined(number, guild_id, _padding())


@dataclass(frozen=True, slots=True)
class Ready:
    """One body with its id, rendered before the clock starts."""

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
        return DIALECT.headers(Letter(uuid, MemberJoined.type, uuid, number, 1, body, SECRET, now))

    return Ready(uuid, MemberJoined.type, body, headers)


async def spread(load: Load, count: int, one: Callable[[int], Awaitable[None]]) -> None:
    """Call `one` with 0 … count-1 from the load's tasks, each taking the next number when done."""
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            await one(number)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(load.tasks, count)):
            group.create_task(work())


async def timed(work: Awaitable[None]) -> float:
    """Seconds that it took."""
    started = perf_counter()
    await work
    return perf_counter() - started


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
