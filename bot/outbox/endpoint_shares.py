"""Endpoint shares: of several processes that deliver, the one that sends what an endpoint is owed.

So a receiver meets one rate limit, one probe and one order, however many processes there are.
"""

from collections.abc import Sequence
from hashlib import blake2b


class EndpointShares:
    """Shares by rendezvous: whoever comes or goes moves only the endpoints that it takes or had.

    Rows say who leases what; in the moment of a change two may both send, each its own rows.
    """

    def __init__(self) -> None:
        self._me = ""
        self._senders: tuple[str, ...] | None = None
        self._owners: dict[int, str | None] = {}

    def divide(self, me: str, senders: Sequence[str]) -> bool:
        """Share with these from now on, alone where there is nobody else; whether that is new.

        Of a process that is none of them no endpoint is its own.
        """
        divided = tuple(sorted(senders))
        if (me, divided) == (self._me, self._senders):
            return False
        self._me, self._senders = me, divided
        self._owners.clear()
        return True

    def mine(self, endpoint_id: int) -> bool:
        """Whether this process sends for that endpoint."""
        if self._senders is None or self._senders == (self._me,):
            return True
        if endpoint_id not in self._owners:
            weights = ((_weight(one, endpoint_id), one) for one in self._senders)
            self._owners[endpoint_id] = max(weights, default=(b"", None))[1]
        return self._owners[endpoint_id] == self._me


def _weight(sender: str, endpoint_id: int) -> bytes:
    return blake2b(f"{sender} {endpoint_id}".encode(), digest_size=8).digest()
