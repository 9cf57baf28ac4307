"""How many deliveries may wait in memory, in all and in one lane."""


class Room:
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
            self._bounds[endpoint_id] = most

    def most(self, endpoint_id: int, waiting: int) -> int:
        """How many may wait in one lane while so many wait in all."""
        bound = self._bounds.get(endpoint_id, self.per_endpoint)
        free = self.limit - waiting
        return min(bound, self.per_endpoint, max(free // self._spread, 1))
