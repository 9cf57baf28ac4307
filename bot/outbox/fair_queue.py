"""Fair queue: lanes that take turns, one for each endpoint, parked where it may not go."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

from bot.outbox.priority_queue import PriorityQueue, Rank
from bot.outbox.rows import LeasedDelivery

Obstacle = Hashable
"""What a parked lane waits for; whoever takes says and knows."""
AnyObstacle = TypeVar("AnyObstacle", bound=Obstacle)


@dataclass(eq=False, slots=True)
class _Lane:
    endpoint_id: int
    waiting: PriorityQueue[LeasedDelivery] = field(default_factory=PriorityQueue)
    turn: tuple[Rank, int] | None = None  # its place in the order of turns
    parked: Obstacle | None = None
    woken: Obstacle | None = None  # what it was parked for, until it goes or is parked again


class FairQueue:
    """Lane by lane, those with the best rank first, and now and then the one that waits longest.

    A parked lane costs nothing until somebody wakes it.
    """

    def __init__(self) -> None:
        self._lanes: dict[int, _Lane] = {}
        self._order = PriorityQueue[_Lane]()
        self._parked: dict[Obstacle, OrderedDict[int, _Lane]] = {}  # no reason without a lane
        self.count = 0  # how many wait, in all

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[LeasedDelivery]:
        return chain.from_iterable(lane.waiting for lane in self._lanes.values())

    def length(self, endpoint_id: int, rank: Rank | None = None) -> int:
        """How many wait in a lane, in all or of one rank."""
        lane = self._lanes.get(endpoint_id)
        if lane is None:
            return 0
        return len(lane.waiting) if rank is None else lane.waiting.count(rank)

    def put(self, one: LeasedDelivery, rank: Rank) -> None:
        """Take one in at the end of its rank."""
        lane = self._lanes.get(one.endpoint_id)
        if lane is None:
            lane = self._lanes[one.endpoint_id] = _Lane(one.endpoint_id)
        lane.waiting.put(rank, one)
        self.count += 1
        if lane.parked is None:
            self._line_up(lane)

    def take(self, why_not: Callable[[int], Obstacle | None]) -> LeasedDelivery | None:
        """The next delivery; None when no lane may go.

        Where `why_not` gives a reason why an endpoint may not, its lane is parked for it.
        """
        while (lane := self._order.take()) is not None:
            lane.turn = None
            why = why_not(lane.endpoint_id)
            if why is None:
                break
            self._park(lane, why)
        else:
            return None
        one = lane.waiting.take()
        self.count -= 1
        lane.woken = None
        if lane.waiting:
            self._line_up(lane)
        else:
            del self._lanes[lane.endpoint_id]
        return one

    def look_again(self, endpoint_id: int, why_not: Callable[[int], Obstacle | None]) -> None:
        """Give a parked lane its turn, unless it would be parked for the same reason."""
        lane = self._lanes.get(endpoint_id)
        if lane is not None and lane.parked is not None and why_not(endpoint_id) != lane.parked:
            self._unpark(lane, lane.parked)

    def parks(self, *reasons: AnyObstacle) -> list[AnyObstacle]:
        """Those of the reasons for which a lane is parked, in the same order."""
        return [why for why in reasons if why in self._parked]

    def wake_first(self, why: Obstacle) -> bool:
        """Give the lane its turn that was parked first for that reason; false if there is none."""
        parked = self._parked.get(why)
        if parked is None:
            return False
        lane = next(iter(parked.values()))
        lane.woken = why
        self._unpark(lane, why)
        return True

    def rests(self, why: Obstacle) -> bool:
        """Whether every lane is parked for that one reason, or nothing waits at all."""
        return len(self._parked.get(why, ())) == len(self._lanes)

    def drop(self, endpoint_id: int) -> list[LeasedDelivery]:
        """Empty one lane and hand over what waited in it."""
        lane = self._lanes.pop(endpoint_id, None)
        if lane is None:
            return []
        if lane.parked is not None:
            self._unpark(lane, lane.parked)
        if lane.turn is not None:
            self._order.remove(*lane.turn)
        self.count -= len(lane.waiting)
        return list(lane.waiting)

    def drop_last(self, endpoint_id: int) -> LeasedDelivery:
        """Hand over the youngest of the worst rank in a lane that keeps others."""
        self.count -= 1
        return self._lanes[endpoint_id].waiting.take_last()

    def _line_up(self, lane: _Lane) -> None:
        """Give a lane a place in the order of turns, or a better one than it has."""
        rank = lane.waiting.best
        if lane.turn is not None:
            if lane.turn[0] <= rank:
                return
            self._order.remove(*lane.turn)
        lane.turn = rank, self._order.put(rank, lane)

    def _park(self, lane: _Lane, why: Obstacle) -> None:
        parked = self._parked.setdefault(why, OrderedDict())
        parked[lane.endpoint_id] = lane
        if lane.woken == why:  # somebody was faster: it keeps its place in front
            parked.move_to_end(lane.endpoint_id, last=False)
        lane.parked, lane.woken = why, None

    def _unpark(self, lane: _Lane, why: Obstacle) -> None:
        parked = self._parked[why]
        del parked[lane.endpoint_id]
        if not parked:
            del self._parked[why]
        lane.parked = None
        self._line_up(lane)
