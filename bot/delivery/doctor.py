"""Doctor's door to a receiver: guard, sender and deadlines are those of every delivery."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from bot.delivery.egress import Egress
from bot.delivery.failures import Deadlines
from bot.delivery.guard import Guard
from bot.delivery.sender import Sender
from bot.dialects.base import Answer
from bot.errors import RefusedAddress
from bot.texts import use


class GuardedDoor:
    """Door with a sender of its own for one examination, so that no delivery waits behind it."""

    def __init__(self, guard: Guard, limits: Deadlines, *, egress: Egress | None = None) -> None:
        self._guard = guard
        self._limits = limits
        self._egress = egress

    @asynccontextmanager
    async def open(
        self, url: str, seconds: float | None = None
    ) -> AsyncGenerator[Callable[[bytes, Mapping[str, str]], Awaitable[Answer]]]:
        """What sends to that URL; where the guard refuses it, each answer says so."""
        sender = Sender(self._guard, self._limits, egress=self._egress)
        await sender.start()

        async def post(body: bytes, headers: Mapping[str, str]) -> Answer:
            # Asked again for every request, as for every attempt.
            try:
                with use(None):  # as of every attempt: read in each reader's language
                    target = self._guard.parse(url)
            except RefusedAddress as error:
                return Answer(None, 0, error.reason, str(error))
            return await sender.post(target, body=body, headers=headers, seconds=seconds)

        try:
            yield post
        finally:
            await sender.close()
