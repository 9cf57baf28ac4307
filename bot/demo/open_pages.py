"""Open pages of the simulated Discord, kept up with what is written in one channel."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from simcord import ChannelHandle, Preview, SetupError

LOOK_SECONDS = 0.25


class Showing:
    """Publishes to the pages while there are any, in its turn.

    A page looks twice a second, and refuses acts on what it has not seen: so nothing is published
    without need.
    """

    def __init__(self, channel: ChannelHandle, turn: asyncio.Lock) -> None:
        self._channel = channel
        self._turn = turn
        self._preview: Preview | None = None
        self._shown: list[object] = []

    @asynccontextmanager
    async def on(self, preview: Preview) -> AsyncGenerator[None]:
        """For a preview that was opened just now, with all that is written."""
        self._preview, self._shown = preview, self._written()
        keeping = asyncio.create_task(self._keep(), name="preview")
        try:
            yield
        finally:
            self._preview = None
            keeping.cancel()
            await asyncio.wait((keeping,))

    async def _keep(self) -> None:
        """Show what the bot writes by itself, such as a card: simcord shows what people do."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)  # nobody tells what a bot writes, one can only ask
            async with self._turn:
                if self._written() != self._shown:
                    with suppress(SetupError):  # somebody acts just now: at the next look then
                        await self.publish()

    async def publish(self) -> None:
        """Show everything: messages, members, what a card has become."""
        if self._preview is not None:
            await self._preview.refresh()
            self._shown = self._written()

    def _written(self) -> list[object]:
        return [(one.id, one.edited_at) for one in self._channel.history()]
