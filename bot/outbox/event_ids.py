"""Event ids: random, and drawn from the system for many at once."""

import os
from uuid import UUID

SIZE = 16  # bytes
AT_ONCE = 256


class EventIds:
    """UUIDs of version 4, as uuid4() makes them; but that asks the system for each.

    Meanwhile it lets another thread have the interpreter. Under load the writer's waits for just
    that, and the loop for the writer's.
    """

    def __init__(self) -> None:
        self._drawn = b""
        self._used = 0

    def new(self) -> UUID:
        """One that was not given before."""
        if self._used == len(self._drawn):
            self._drawn, self._used = os.urandom(SIZE * AT_ONCE), 0
        self._used += SIZE
        return UUID(bytes=self._drawn[self._used - SIZE : self._used], version=4)
