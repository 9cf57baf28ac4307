"""Ready queue: leased deliveries in memory, bounded, and open only to what may come in."""

from collections import Counter
from collections.abc import Callable, Iterator

from bot.outbox.endpoint_shares import EndpointShares
from bot.outbox.fair_queue import FairQueue
from bot.outbox.priority_queue import Rank
from bot.outbox.rows import LeasedDelivery


class Ready:
    """Bounded: `limit` in all, `per_endpoint` in a lane; what does not fit stays in the database.

    A test goes first, then `security.*`, then what was never tried, then retries, in a lane and
    between lanes. A closed lane works off what waited in the database in its order; nothing fresh
    comes in but what is urgent. Closed to all, it does not take even that, but for a test.

    `on_push` is called after every push, `on_turned_away` with deliveries for which there is no
    room after all.
    """

    def __init__(self, *, limit: int = 10_000, per_endpoint: int = 64) -> None:
        self.limit = limit
        self.bounds = LaneBounds(limit, per_endpoint)
        self.turns = FairQueue()
        # A lane is refilled when half of it is free, not row by row.
        self.refill = max(min(limit, per_endpoint) // 2, 1)
        self._closed: set[int] = set()
        self._closed_to_all: set[int] = set()
        self.ordered: set[int] = set()  # endpoints that are sent one after the other
        self.is_shared = False  # with other processes: what is ordered is claimed, never fresh
        self.shares = EndpointShares()
        self.has_lapsed: Callable[[], bool] = lambda: False  # what waits may be another's by now
        self.on_push: Callable[[], None] = lambda: None
        self.on_turned_away: Callable[[list[LeasedDelivery]], object] = lambda _: None

    def __len__(self) -> int:
        return self.turns.count

    def __iter__(self) -> Iterator[LeasedDelivery]:
        return iter(self.turns)

    def admits(self, endpoint_id: int, promised: Counter[int], *, rank: Rank = Rank.FIRST) -> bool:
        """Whether a fresh delivery may come straight in, beside those promised a place.

        It may not overtake what waits in the database, unless it is urgent or a test: then the
        youngest in the lane makes room where there is none.
        """
        if not self.shares.mine(endpoint_id):
            return False
        if endpoint_id in self.ordered and rank is not Rank.TEST:
            rank = Rank.FIRST
            if self.is_shared:
                return False
        if self.is_behind(endpoint_id, rank):
            return False
        lane = self.turns.length(endpoint_id, rank if rank < Rank.FIRST else None)
        return (
            lane + promised[endpoint_id] < self.bounds.most(endpoint_id, self.turns.count)
            and self.turns.count + promised.total() < self.limit
        )

    def close(self, endpoint_id: int, *, to_all: bool = False) -> bool:
        """Admit nothing fresh, as older ones wait in the database; true if it was open.

        `to_all` keeps out what is urgent too: the endpoint is failing or does not receive.
        """
        was_open = endpoint_id not in self._closed
        self._closed.add(endpoint_id)
        if to_all:
            self._closed_to_all.add(endpoint_id)
        return was_open

    def open(self, endpoint_id: int) -> None:
        """Admit fresh deliveries again."""
        self._closed.discard(endpoint_id)
        self._closed_to_all.discard(endpoint_id)

    def is_behind(self, endpoint_id: int, rank: Rank = Rank.FIRST) -> bool:
        """Whether a lane works off what waited in the database, and this has to go behind it."""
        if rank is Rank.TEST:
            return False
        return endpoint_id in (self._closed_to_all if rank is Rank.URGENT else self._closed)

    def room(self, endpoint_id: int) -> int:
        """How many more deliveries of that endpoint fit."""
        most = self.bounds.most(endpoint_id, self.turns.count)
        return self._room(endpoint_id, most)

    def is_roomy(self, endpoint_id: int) -> bool:
        """Whether so much of a lane is free that claiming for it is worth a statement."""
        most = self.bounds.most(endpoint_id, self.turns.count)
        return self._room(endpoint_id, most) >= min(self.refill, most // 2 or 1)

    def _room(self, endpoint_id: int, most: int) -> int:
        room = min(most - self.turns.length(endpoint_id), self.limit - self.turns.count)
        return room if room > 0 else 0

    def push_fresh(self, due: list[LeasedDelivery]) -> None:
        """Take deliveries just committed; turn away those whose lane closed or filled meanwhile."""
        late: list[LeasedDelivery] = []
        for one in due:
            rank = self._rank(one)
            if self.is_behind(one.endpoint_id, rank):
                late.append(one)
                continue
            self.turns.put(one, rank)
            if rank is Rank.TEST:
                # It may go where what waits may not: a parked lane is asked again.
                self.turns.look_again(one.endpoint_id, lambda _endpoint_id: None)
            if self.turns.length(one.endpoint_id) > self.bounds.per_endpoint:
                late.append(self.turns.drop_last(one.endpoint_id))
                self.close(one.endpoint_id)
        if late:
            self.on_turned_away(late)
        self.on_push()

    def push(self, due: list[LeasedDelivery]) -> None:
        """Take deliveries that were claimed for this process."""
        for one in due:
            rank = self._rank(one)
            in_order = one.endpoint_id in self._closed and rank is not Rank.TEST
            self.turns.put(one, Rank.FIRST if in_order else rank)
        self.on_push()

    def _rank(self, one: LeasedDelivery) -> Rank:
        rank = rank_of(one)
        return Rank.FIRST if rank > Rank.TEST and one.endpoint_id in self.ordered else rank

    def drop_all(self) -> list[LeasedDelivery]:
        """Empty every lane and hand over what waited."""
        lanes = {one.endpoint_id for one in self}
        return [one for endpoint_id in sorted(lanes) for one in self.turns.drop(endpoint_id)]


def rank_of(one: LeasedDelivery) -> Rank:
    """The order in which that delivery goes."""
    if one.goes_first:
        return Rank.TEST
    if one.is_urgent:
        return Rank.URGENT
    return Rank.RETRY if one.attempt else Rank.FIRST


class LaneBounds:
    """At most `limit` in all and `per_endpoint` in a lane; less where a lane is bound to less.

    The fuller all lanes together, the less one may hold: some room is always left for another.
    """

    def __init__(self, limit: int, per_endpoint: int) -> None:
        self.limit = limit
        self.per_endpoint = per_endpoint
        self._spread = max(limit // (4 * per_endpoint), 1)
        self._bounds: dict[int, int] = {}

    def bind(self, endpoint_id: int, most: int | None) -> None:
        """Let a lane that drains slowly hold no more than `most`; None lifts that."""
        if most is None:
            self._bounds.pop(endpoint_id, None)
        else:
            self._bounds[endpoint_id] = min(most, self.per_endpoint)

    def most(self, endpoint_id: int, waiting: int) -> int:
        """How many may wait in one lane while so many wait in all."""
        bound = self._bounds.get(endpoint_id, self.per_endpoint)
        share = (self.limit - waiting) // self._spread
        if share >= bound:
            return bound
        return share if share > 1 else 1
