"""Idle connections: kept for the next request, the oldest closed where there are too many."""

from typing import Protocol

MOST = 2048  # however many files there may be: each keeps some memory too


class IdleConnection(Protocol):
    """A connection that nobody uses now."""

    def abort(self) -> None: ...


class IdleConnections:
    """At most `limit` of them; those that rest longest go first."""

    def __init__(self, limit: int = MOST) -> None:
        self._limit = limit
        self._resting: dict[IdleConnection, None] = {}

    def __len__(self) -> int:
        return len(self._resting)

    def keep(self, connection: IdleConnection) -> None:
        """It rests from now on; one more than there may be ends the oldest."""
        self._resting[connection] = None
        if len(self._resting) > self._limit:
            self._end_oldest()

    def take(self, connection: IdleConnection) -> None:
        """It is used again, or gone."""
        self._resting.pop(connection, None)

    def shed(self) -> bool:
        """End the older half, where files ran out; false where none rests."""
        count = (len(self._resting) + 1) // 2
        for _number in range(count):
            self._end_oldest()
        return count > 0

    def _end_oldest(self) -> None:
        oldest = next(iter(self._resting))
        del self._resting[oldest]
        oldest.abort()
