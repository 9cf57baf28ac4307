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
        self._version = 0
        self._changed = asyncio.Condition()
        self._closed = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="demo feed")

    async def stop(self) -> None:
        """End every listener's stream."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def pictures(self, *, keepalive: float) -> AsyncIterator[dict[str, Any] | None]:
        """Each picture as it comes; None where nothing changed for `keepalive` seconds."""
        seen = 0
        while not self._closed:
            try:
                async with asyncio.timeout(keepalive), self._changed:
                    await self._changed.wait_for(lambda seen=seen: self._is_news(seen))
            except TimeoutError:
                yield None
                continue
            if not self._closed and self._picture is not None:
                seen = self._version
                yield self._picture

    def _is_news(self, seen: int) -> bool:
        return self._closed or self._version > seen

    async def _run(self) -> None:
        while True:
            try:
                await self._look()
            except Exception:  # noqa: BLE001  told to the terminal; the next look may do better
                _log.exception("demo.picture_failed")
            await asyncio.sleep(EVERY_SECONDS)

    async def _look(self) -> None:
        picture = await self._paint()
        if picture == self._picture:
            return
        async with self._changed:
            self._picture = picture
            self._version += 1
            self._changed.notify_all()
