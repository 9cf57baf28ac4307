"""Open pages of the simulated Discord: one place at a time, kept up with what is written there."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from urllib.parse import urlsplit

from simcord import Env, Preview, SetupError

from bot.demo.places import ShownPlace

LOOK_SECONDS = 0.25


class Showing:
    """Publishes to the pages while there are any, in its turn.

    A page looks twice a second, and refuses acts on what it has not seen: so nothing is published
    without need.
    """

    def __init__(self, env: Env, turn: asyncio.Lock) -> None:
        self._env = env
        self._turn = turn
        self._place: ShownPlace | None = None
        self._preview: Preview | None = None
        self._stack = AsyncExitStack()
        self._shown: list[object] = []
        self._port: int | None = None  # one that is free, then always the same

    @property
    def url(self) -> str:
        """The address of the pages, whatever place they show; empty where there are none."""
        return "" if self._preview is None else self._preview.url

    @asynccontextmanager
    async def opened(self, place: ShownPlace) -> AsyncGenerator[None]:
        """Show a place for as long as the context lasts."""
        await self._open(place)
        keeping = asyncio.create_task(self._keep(), name="preview")
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.wait((keeping,))
            self._preview = None
            await self._stack.aclose()

    async def move(self, place: ShownPlace) -> bool:
        """Show another place, in the turn of whoever asks; false where nothing is shown at all.

        simcord shows one channel at a time: a page that is open is to be loaded again.
        """
        if self._preview is None:
            return False
        await self._stack.aclose()
        await self._open(place)
        return True

    async def wait_closed(self) -> None:
        """Return once somebody ends the session on a page."""
        while (preview := self._preview) is not None:
            await preview.wait_closed()
            async with self._turn:  # a move has its new page by then
                if preview is self._preview:
                    return

    async def publish(self) -> None:
        """Show everything: messages, members, what a card has become."""
        if self._preview is not None:
            await self._preview.refresh()
            self._shown = self._written()

    async def _open(self, place: ShownPlace) -> None:
        preview = self._env.preview(
            place.channel, viewers=place.viewers, layout="channel", port=self._port
        )
        if self._preview is not None:
            preview.capability = self._preview.capability  # the address stays as it is
        self._preview = await self._stack.enter_async_context(preview)
        self._port = urlsplit(preview.url).port
        self._place = place
        self._shown = self._written()

    async def _keep(self) -> None:
        """Show what the bot writes by itself, such as a card: simcord shows what people do."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)  # nobody tells what a bot writes, one can only ask
            async with self._turn:
                if self._written() != self._shown:
                    with suppress(SetupError):  # somebody acts just now: at the next look then
                        await self.publish()

    def _written(self) -> list[object]:
        found = () if self._place is None else self._place.channel.history()
        return [(one.id, one.edited_at) for one in found]
