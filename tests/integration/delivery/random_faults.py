"""Receivers that fail at random by a seed, and what the published rules make of each failure.

Nothing here asks Herald's own code what is right.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field

from aiohttp import web

from tests.support.receiver import Receiver, redirect, reset, status

STEPS = {
    "phantom": (5, 30, 180, 1_800, 14_400, 43_200),
    "standard": (5, 30, 180, 1_800, 14_400, 43_200),
    "vektor": (30, 60, 120, 240),
}
RETRY_AFTER = (1, 17, 61, 5_000, 100_000)
FAULTS = ("500", "500", "503", "429", "429", "408", "400", "404", "302", "410", "reset")


@dataclass(frozen=True, slots=True)
class Served:
    """What one request was answered; `reused` where its connection had carried others."""

    fault: str
    retry_after: int
    reused: bool

    @property
    def status(self) -> int | None:
        return None if self.fault == "reset" else int(self.fault)


REFUSED = Served("reset", 0, reused=False)
"""What an attempt meets while nobody listens: no answer."""


@dataclass(slots=True)
class Faulty:
    """One receiver: answers `share` of its requests badly; keeps what it served to whom."""

    seed: int
    share: float
    served: defaultdict[int, list[Served]] = field(default_factory=lambda: defaultdict(list))
    _connections: set[object] = field(default_factory=set[object])

    async def __call__(self, receiver: Receiver, request: web.Request) -> web.StreamResponse:
        data = (await request.json())["data"]
        user_id = int(data.get("user_id") or data["userId"])
        which = f"{self.seed} {user_id} {len(self.served[user_id])}"
        chance = random.Random(which)
        fault = chance.choice(FAULTS) if chance.random() < self.share else "200"
        served = Served(fault, chance.choice(RETRY_AFTER), request.protocol in self._connections)
        self._connections.add(request.protocol)
        self.served[user_id].append(served)
        if fault == "reset":
            return await reset(receiver, request)
        if fault == "302":
            return await redirect(receiver.url("/elsewhere"))(receiver, request)
        heeded = {"Retry-After": str(served.retry_after)} if fault in ("429", "503") else None
        return await status(int(fault), heeded)(receiver, request)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a published schedule says after one attempt: the end, or a wait in seconds."""

    state: str
    wait: int = 0


def verdict(dialect: str, served: Served, attempt: int) -> Verdict:
    """What becomes of a delivery whose attempt of that number was answered so."""
    steps = STEPS[dialect]
    if served.fault == "200":
        return Verdict("delivered")
    final = served.fault in ("400", "404", "302", "410")
    if (final and dialect != "vektor") or attempt > len(steps):
        return Verdict("failed")
    wait = steps[attempt - 1]
    if served.fault in ("429", "503") and dialect != "vektor":
        following = steps[min(attempt, len(steps) - 1)]
        wait = max(wait, min(served.retry_after, following))
    return Verdict("pending", wait)
