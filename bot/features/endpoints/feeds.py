"""Feeds of endpoints: opened with a token that is shown once, read by whoever has it."""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from bot.acts import Actor
from bot.errors import UserError
from bot.features.endpoints.ports import EndpointsPorts, overtaken
from bot.outbox.endpoint_registry import FeedAccess
from bot.outbox.endpoints import Endpoint
from bot.outbox.feed import Cursor, FeedPage, close_feed, open_feed, read_feed
from bot.texts import _

TOKEN = "feed_"  # noqa: S105 - how each begins, so that scanners of repositories know one
MOST = 100  # events a page


class FeedRefused(Exception):
    """Nobody's token, or no feed: which of the two is not told."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """Token in clear for a webhook's feed, before it is stored anywhere."""

    endpoint: Endpoint
    address: str
    token: str = field(repr=False)


ShowToken = Callable[[NewToken], Awaitable[None]]
"""Show it to the person; where that fails nothing is stored: no token is in use unseen."""


class FeedsService:
    """Opens, reads and closes feeds; `public_url` is how the web face is reached, None: not."""

    def __init__(self, ports: EndpointsPorts, public_url: str | None) -> None:
        self._ports = ports
        self._public_url = public_url
        self._nobodys = secrets.token_bytes(32)

    def address(self, endpoint: Endpoint) -> str:
        """Where its feed is read; a UserError where nobody could."""
        if self._public_url is None:
            text = _(
                "A feed is read over the web, and this bot has no public address. Whoever runs it "
                "can set web.public_url."
            )
            raise UserError(text)
        return f"{self._public_url}/feed/{endpoint.uuid}"

    async def open(self, actor: Actor, seen: Endpoint, version: int, show: ShowToken) -> Endpoint:
        """A new token, shown before it is in use; one that there was is nobody's from then on.

        Refused where somebody changed the endpoint since that version: of two clicks one counts.
        """
        address = self.address(seen)
        async with self._ports.showing.hold((actor.guild_id, actor.user_id)):
            async with self._ports.database.reading() as reading:
                seen = await self._ports.numbered(reading, actor.guild_id, seen.id)
            _refuse_late(seen, version)
            token = TOKEN + secrets.token_urlsafe(32)
            await show(NewToken(seen, address, token))
            async with self._ports.database.transaction() as tx:
                endpoint = await self._ports.numbered(tx, actor.guild_id, seen.id)
                _refuse_late(endpoint, version)
                now, access = self._ports.clock.now(), FeedAccess(_hash(token))
                after = await self._ports.registry.limit(tx, endpoint, now, access)
                if endpoint.feed_hash is None:
                    await open_feed(tx, endpoint.id)
                return await self._ports.changed(tx, actor, endpoint, after, "feed_opened")

    async def close(self, actor: Actor, endpoint_id: int, version: int) -> Endpoint:
        """No token reads it any more, and what it held is forgotten."""
        async with self._ports.database.transaction() as tx:
            endpoint = await self._ports.numbered(tx, actor.guild_id, endpoint_id)
            _refuse_late(endpoint, version)
            if endpoint.feed_hash is None:
                return endpoint
            now = self._ports.clock.now()
            after = await self._ports.registry.limit(tx, endpoint, now, FeedAccess(None))
            await close_feed(tx, endpoint.id)
            return await self._ports.changed(tx, actor, endpoint, after, "feed_closed")

    def authorized(self, uuid: str, token: str) -> Endpoint:
        """The endpoint whose feed that token reads; FeedRefused, after the same work, for none."""
        endpoint = self._ports.registry.index.with_uuid(_uuid(uuid))
        known = None if endpoint is None else endpoint.feed_hash
        is_right = hmac.compare_digest(_hash(token), known or self._nobodys)
        if endpoint is None or known is None or not is_right:
            raise FeedRefused
        return endpoint

    async def read(self, endpoint: Endpoint, after: Cursor | None, limit: int) -> FeedPage:
        """The next page, which settles nothing; CursorGone where the cursor is too old."""
        return await read_feed(self._ports.database, endpoint.id, after, min(limit, MOST))


def _hash(token: str) -> bytes:
    """A token is as random as a key: it needs no slow hash, and no salt."""
    return hashlib.sha256(token.encode()).digest()


def _uuid(text: str) -> UUID | None:
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None


def _refuse_late(endpoint: Endpoint, version: int) -> None:
    if endpoint.version != version:
        raise overtaken(endpoint)
