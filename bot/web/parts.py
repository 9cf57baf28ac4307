"""Parts of the web face, which handlers find as `request.app[PARTS].clock`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from bot.clock import Clock
from bot.config import Config
from bot.web.addresses import Proxies
from bot.web.forms import Forms
from bot.web.measures import Measures
from bot.web.pages import Pages
from bot.web.request_limits import Limiter

ReadinessProbe = Callable[[], Awaitable[bool]]
"""Whether something that Herald cannot work without is there now; an error counts as no."""


class GatewayStatus(Protocol):
    """The connection to Discord."""

    @property
    def is_connected(self) -> bool: ...

    @property
    def latency(self) -> float:
        """Seconds that Discord took to answer the last heartbeat."""
        ...

    @property
    def guilds(self) -> Sequence[object]: ...

    @property
    def unread_events(self) -> Mapping[str, int]:
        """How many of its events could not be parsed, by their type."""
        ...


FindGateway = Callable[[], GatewayStatus | None]
"""The connection of the moment; None in a process that has none."""


@dataclass(frozen=True, slots=True)
class WebParts:
    """What every application of the face is made of, that of a start as well."""

    config: Config
    clock: Clock
    pages: Pages
    measures: Measures


PARTS = web.AppKey("PARTS", WebParts)
FORMS = web.AppKey("FORMS", Forms)
PROXIES = web.AppKey("PROXIES", Proxies)
ADDRESSES = web.AppKey("ADDRESSES", Limiter)
KEYS = web.AppKey("KEYS", Limiter)
REQUEST_ID = web.RequestKey("REQUEST_ID", str)
TYPED = web.RequestKey("TYPED", str)
"""What a person wrote, where a handler got that far: a page about an error gives it back."""
