"""Feed of the live picture: painted several times a second, told to listeners when it differs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from bot.logs import get_logger

EVERY_SECONDS = 0.15

_log = get_logger("herald.demo")

Paint = Callable[[], Awaitable[dict[str, Any]]]


class Feed:
    """Feed of the latest picture; `pictures` yields it and every one that follows."""

    def __init__(self, paint: Paint) -> None:
        self._paint = paint
        self._picture: dict[str, Any] | None = None
        self._changed = asyncio.Event()
        self._closed = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="demo feed")

    async def stop(self) -> None:
        """End every listener's stream."""
        self._closed = True
        self._changed.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def pictures(self, *, keepalive: float) -> AsyncIterator[dict[str, Any] | None]:
        """Each picture as it comes; None where nothing changed for `keepalive` seconds."""
        seen = None
        while not self._closed:
            picture, changed = self._picture, self._changed
            if picture is not seen:
                seen = picture
                yield picture
                continue
            try:
                async with asyncio.timeout(keepalive):
                    await changed.wait()
            except TimeoutError:
                yield None

    async def _run(self) -> None:
        while True:
            try:
                await self._look()
            except Exception:  # noqa: BLE001  told to the terminal; the next look may do better
                _log.exception("demo.picture_failed")
            await asyncio.sleep(EVERY_SECONDS)  # how often a person sees something new

    async def _look(self) -> None:
        picture = await self._paint()
        if picture != self._picture:
            self._picture = picture
            self._changed.set()
            self._changed = asyncio.Event()  # for the next one
