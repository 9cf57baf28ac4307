"""Gone endpoints: the reason why one was switched off, without I/O."""

from bot.dialects.standard import GONE_STATUS, Standard
from bot.outbox.endpoints import Endpoint


def is_gone(endpoint: Endpoint) -> bool:
    """Whether its receiver answered 410 Gone, which in its dialect switches off at once."""
    return endpoint.dialect == Standard.name and endpoint.last_error == f"HTTP {GONE_STATUS}"
