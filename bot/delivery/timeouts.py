"""Timeouts of one length for many waits at once, with one timer for all of them."""

import asyncio
from types import TracebackType


class Timeouts:
    """Gives each wait so many seconds: the first to begin is the first to lapse.

    `asyncio.timeout` starts a timer and stops it again for every wait, nearly always in vain; with
    thousands of them in a second that is work.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._waits: dict[Wait, float] = {}  # when they lapse, the earliest first
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._waits)

    def wait(self) -> "Wait":
        """`with timeouts.wait() as lapses:` raises TimeoutError at that moment of the loop's."""
        return Wait(self)

    def begin(self, wait: "Wait") -> float:
        """Let it lapse in time; when that is."""
        when = self._waits[wait] = self._loop.time() + self._seconds
        if self._timer is None:
            self._timer = self._loop.call_at(when, self._look)
        return when

    def end(self, wait: "Wait") -> None:
        """It is over, whether or not it lapsed; without any, no timer is left behind."""
        self._waits.pop(wait, None)
        if not self._waits:
            self.close()

    def close(self) -> None:
        """Let nothing lapse any more."""
        self._waits.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        now = self._loop.time()
        self._timer = None
        for wait, when in list(self._waits.items()):
            if when > now:
                self._timer = self._loop.call_at(when, self._look)
                return
            del self._waits[wait]
            wait.lapse()


class Wait:
    """One wait of the task that enters it; it ends as a block of `asyncio.timeout` does."""

    __slots__ = ("_cancelling", "_lapsed", "_task", "_timeouts")

    _task: asyncio.Task[object]
    _cancelling: int

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._lapsed = False

    def __enter__(self) -> float:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can be told that its time is over")
        self._task = task
        self._cancelling = task.cancelling()
        return self._timeouts.begin(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timeouts.end(self)
        if not self._lapsed:
            return
        # Somebody else may have cancelled the task as well, and that goes on.
        is_ours = self._task.uncancel() <= self._cancelling
        if is_ours and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def lapse(self) -> None:
        """Its time is over."""
        self._lapsed = True
        self._task.cancel()
