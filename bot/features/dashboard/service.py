"""Dashboard service: links that open it once, and the sessions which they begin."""

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.clock import Clock
from bot.errors import UserError
from bot.features.dashboard import store
from bot.features.dashboard.model import (
    LINK_LASTS,
    LONGEST,
    LONGEST_TOKEN,
    MOST_SESSIONS,
    NOTED_EVERY,
    DashboardLink,
    DashboardSession,
    digest,
    new_token,
    signed_out,
    spent,
)
from bot.outbox.audit import AuditLog
from bot.storage.database import Database, Transaction
from bot.texts import _


class DashboardService:
    """Gives out links, lets each be used once, and knows whose session a token is."""

    def __init__(
        self, database: Database, audit: AuditLog, *, clock: Clock, public_url: str | None
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._public_url = public_url

    async def issue(self, actor: Actor) -> str:
        """A new link's address; a UserError where pages have no public address."""
        if self._public_url is None:
            raise UserError(
                _(
                    "The dashboard has no public address yet. Whoever runs this bot gives it one "
                    "with the setting `web.public_url`, and leaves `web.enabled` on."
                )
            )
        token, now = new_token(), self._clock.now()
        async with self._database.transaction() as tx:
            await store.add_link(
                tx,
                token=digest(token),
                guild_id=actor.guild_id,
                user_id=actor.user_id,
                created_at=now,
                expires_at=now + LINK_LASTS,
            )
        return f"{self._public_url.rstrip('/')}/dashboard/open/{token}"

    async def look(self, token: str) -> DashboardLink:
        """What a link would open, which uses nothing up; LinkSpent where that is nothing."""
        async with self._database.reading() as reading:
            found = None
            if len(token) <= LONGEST_TOKEN:
                found = await store.open_link(reading, digest(token), self._clock.now())
        if found is None:
            raise spent()
        return found

    async def open(self, token: str, actor: Actor) -> str:
        """Use the link up; the token of the new session. LinkSpent for all but the first."""
        session_token, now = new_token(), self._clock.now()
        async with self._database.transaction() as tx:
            used = await store.use_link(tx, digest(token), now)
            if used is None:
                raise spent()
            await store.drop_oldest(tx, used.user_id, MOST_SESSIONS - 1)
            await store.add_session(
                tx,
                token=digest(session_token),
                guild_id=used.guild_id,
                user_id=used.user_id,
                created_at=now,
                seen_at=now,
                ends_at=now + LONGEST,
            )
            await self._write(tx, actor)
        return session_token

    async def session(self, token: str | None, *, is_used: bool = True) -> DashboardSession:
        """The session of a token; SignedOut where there is none.

        A page that asks by itself does not keep it from ending: it is not `is_used` then.
        """
        if not token or len(token) > LONGEST_TOKEN:
            raise signed_out()
        now = self._clock.now()
        async with self._database.reading() as reading:
            found = await store.session_of(reading, digest(token), now)
        if found is None:
            raise signed_out()
        if is_used and now - found.seen_at >= NOTED_EVERY:
            async with self._database.transaction() as tx:
                await store.note_seen(tx, found.id, now)
        return found

    async def say(self, session: DashboardSession, text: str, *, is_refusal: bool = False) -> None:
        """Keep what came of an action for the next page."""
        async with self._database.transaction() as tx:
            await store.say(tx, session.id, text, is_refusal=is_refusal)

    async def heard(self, session: DashboardSession) -> None:
        """It was shown."""
        async with self._database.transaction() as tx:
            await store.say(tx, session.id, None, is_refusal=False)

    async def sign_out(self, token: str) -> None:
        """End one session; done again it does nothing."""
        async with self._database.transaction() as tx:
            await store.drop_session(tx, digest(token))

    async def end_all(self, user_id: int, guild_id: int | None = None) -> None:
        """End all of somebody's sessions and links, or those in one guild."""
        async with self._database.transaction() as tx:
            await store.drop_of(tx, user_id, guild_id)

    async def _write(self, tx: Transaction, actor: Actor) -> None:
        draft = AuditDraft(
            guild_id=actor.guild_id,
            event_type="dashboard.opened",
            summary=f"{actor.name} opened the dashboard.",
            target_type="dashboard",
            actor_id=actor.user_id,
            actor_name=actor.name,
            source="dashboard",
        )
        await self._audit.write(tx, draft)
