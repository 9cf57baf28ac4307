"""The ready queue: leased deliveries in memory, a lane for each endpoint, taken in turn."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from itertools import chain

from bot.outbox.rows import Due


class Ready:
    """Bounded: `limit` in all, `per_endpoint` in a lane; what does not fit stays in the database.

    A closed lane admits nothing fresh; what was claimed for it still goes in.
    """

    def __init__(self, *, limit: int = 10_000, per_endpoint: int = 64) -> None:
        self.limit = limit
        self._per_endpoint = per_endpoint
        # A lane is refilled when half of it is free, not row by row.
        self.refill = max(min(limit, per_endpoint) // 2, 1)
        self._lanes: dict[int, deque[Due]] = {}
        self._turns: deque[int] = deque()
        self._count = 0
        self._closed: set[int] = set()
        self._wake: Callable[[], None] = lambda: None
        self._turn_away: Callable[[list[Due]], None] = lambda _: None

    def on_push(self, wake: Callable[[], None]) -> None:
        """Call `wake` after every push."""
        self._wake = wake

    def on_turned_away(self, turn_away: Callable[[list[Due]], None]) -> None:
        """Call `turn_away` with fresh deliveries whose lane closed during their commit."""
        self._turn_away = turn_away

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Due]:
        return chain.from_iterable(self._lanes.values())

    def admits(self, endpoint_id: int, promised: Counter[int]) -> bool:
        """Whether a fresh delivery may come straight in, beside those promised a place.

        It may not overtake what waits in the database.
        """
        lane = len(self._lanes.get(endpoint_id, ())) + promised[endpoint_id]
        return (
            endpoint_id not in self._closed
            and lane < self._per_endpoint
            and self._count + promised.total() < self.limit
        )

    def close(self, endpoint_id: int) -> None:
        """Admit nothing fresh: older ones wait in the database, or the endpoint is failing."""
        self._closed.add(endpoint_id)

    def open(self, endpoint_id: int) -> None:
        """Admit fresh deliveries again."""
        self._closed.discard(endpoint_id)

    def has(self, endpoint_id: int) -> bool:
        """Whether any delivery of that endpoint waits here."""
        return endpoint_id in self._lanes

    def room(self, endpoint_id: int) -> int:
        """How many more deliveries of that endpoint fit."""
        lane = self._lanes.get(endpoint_id, ())
        return max(min(self._per_endpoint - len(lane), self.limit - self._count), 0)

    def push_fresh(self, due: list[Due]) -> None:
        """Take deliveries just committed; a closed lane turns them away."""
        late = [one for one in due if one.endpoint_id in self._closed]
        if late:
            self._turn_away(late)
            due = [one for one in due if one.endpoint_id not in self._closed]
        self.push(due)

    def push(self, due: list[Due]) -> None:
        """Take deliveries that are leased to this process."""
        for one in due:
            lane = self._lanes.get(one.endpoint_id)
            if lane is None:
                lane = self._lanes[one.endpoint_id] = deque()
                self._turns.append(one.endpoint_id)
            lane.append(one)
        self._count += len(due)
        self._wake()

    def take(self, may_take: Callable[[int], bool]) -> Due | None:
        """The next delivery, lane by lane in turn; None when no lane may go."""
        for _ in range(len(self._turns)):
            endpoint_id = self._turns.popleft()
            lane = self._lanes[endpoint_id]
            if not may_take(endpoint_id):
                self._turns.append(endpoint_id)
                continue
            one = lane.popleft()
            self._count -= 1
            if lane:
                self._turns.append(endpoint_id)
            else:
                del self._lanes[endpoint_id]
            return one
        return None

    def drop_lane(self, endpoint_id: int) -> list[Due]:
        """Empty one lane and hand over what waited in it."""
        lane = self._lanes.pop(endpoint_id, None)
        if lane is None:
            return []
        self._turns.remove(endpoint_id)
        self._count -= len(lane)
        return list(lane)

    def drop_all(self) -> list[Due]:
        """Empty every lane and hand over what waited."""
        return [one for endpoint_id in list(self._lanes) for one in self.drop_lane(endpoint_id)]
