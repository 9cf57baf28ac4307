"""Notices: whoever has to know is told that an endpoint was switched off."""

from datetime import timedelta

from bot.acts import Outcome
from bot.controls import Post
from bot.features.endpoints.messages import notice
from bot.logs import get_logger
from bot.outbox.endpoint_registry import EndpointRegistry
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import EndpointState
from bot.posts.payment import Chosen, PostKind
from bot.posts.posts import Posts
from bot.posts.store import Addressee, PostRecord
from bot.snapshots import GuildSeen
from bot.storage.database import Database, Transaction

CHANNEL, PERSON = "endpoints.notice", "endpoints.notice_to"
FRESH = timedelta(days=1)

_log = get_logger("herald.notices")


class Notices:
    """Two posts: into the guild's channel for notices, and to the person who added the endpoint."""

    def __init__(
        self,
        database: Database,
        registry: EndpointRegistry,
        *,
        posts: Posts,
        notice_channel: Chosen,
    ) -> None:
        self._database = database
        self._registry = registry
        self._posts = posts
        posts.kind(
            PostKind(CHANNEL, self._draw, FRESH, settled=self._settled, channel=notice_channel)
        )
        # Who left the server has no say in it any more.
        posts.kind(PostKind(PERSON, self._draw, FRESH, settled=self._settled, members_only=True))

    async def owe(self, tx: Transaction, endpoint: Endpoint) -> None:
        """Owe both with the transaction that switches the endpoint off."""
        guild_id = endpoint.guild_id
        person = Addressee(guild_id, user_id=endpoint.created_by_id)
        for kind, to in ((CHANNEL, Addressee(guild_id)), (PERSON, person)):
            await self._posts.drop(tx, kind, endpoint.id)  # an earlier one stays as it is
            await self._posts.owe(tx, kind, endpoint.id, to)

    async def _draw(self, guild: GuildSeen, endpoint_id: int) -> Post | None:
        """None where it is switched on again, or gone."""
        async with self._database.reading() as reading:
            endpoint = await self._registry.numbered(reading, guild.guild_id, endpoint_id)
        if endpoint is None or endpoint.state is not EndpointState.AUTO_DISABLED:
            return None
        return notice(endpoint, guild.name)

    async def _settled(self, tx: Transaction, record: PostRecord) -> None:
        """What was said is not drawn again; where neither of the two reaches anybody, say so."""
        if record.outcome is Outcome.SENT:
            await self._posts.drop(tx, record.kind, record.subject_id)
            return
        other = PERSON if record.kind == CHANNEL else CHANNEL
        if await self._posts.outcome(tx, other, record.subject_id) is not None:
            _log.warning("notice.nobody_reached", endpoint=record.subject_id)
