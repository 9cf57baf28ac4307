"""Messages of the audit: an entry in the log channel of a guild, if it matters enough there."""

from collections.abc import Collection
from datetime import timedelta

from bot.acts import Outcome
from bot.controls import Post, Tone
from bot.features.audit import queries
from bot.features.audit.queries import AuditRecord
from bot.posts.payment import Chosen, PostKind
from bot.posts.posts import Posts
from bot.posts.store import Addressee, PostRecord
from bot.snapshots import GuildSeen
from bot.storage.database import Database, Transaction
from bot.texts import _
from bot.user_text import escaped, inline

ENTRY = "audit.entry"
FRESH = timedelta(hours=6)
NAME_SHOWN = 80  # characters

TONES = {"info": Tone.PLAIN, "warn": Tone.WARNING, "critical": Tone.BAD}
MARKS = {"info": "ℹ️", "warn": "⚠️", "critical": "🚨"}  # noqa: RUF001 - the sign for information


class AuditMessages:
    """The post of each entry; once sent it is not drawn again."""

    def __init__(self, database: Database, posts: Posts, *, channel: Chosen) -> None:
        self._database = database
        self._posts = posts
        self._channel = channel
        posts.kind(PostKind(ENTRY, self._draw, FRESH, settled=self._settled, channel=channel))

    async def owe(self, tx: Transaction, guild_id: int, entry_id: int) -> None:
        """Owe the post of a new entry."""
        await self._posts.owe(tx, ENTRY, entry_id, Addressee(guild_id))

    async def drop(self, tx: Transaction, entry_ids: Collection[int]) -> None:
        """The entries go; what was said of them stays."""
        for one in entry_ids:
            await self._posts.drop(tx, ENTRY, one)

    async def _draw(self, guild: GuildSeen, entry_id: int) -> Post | None:
        """None where the log was given up since, or the entry is gone."""
        if await self._channel(guild.guild_id) is None:
            return None
        async with self._database.reading() as reading:
            found = await queries.of_any_guild(reading, entry_id)
        return None if found is None else entry_post(found)

    async def _settled(self, tx: Transaction, record: PostRecord) -> None:
        """What is said stays said; what nobody took goes as well."""
        if record.outcome is Outcome.SENT or not record.is_owed:
            await self._posts.drop(tx, record.kind, record.subject_id)


def entry_post(entry: AuditRecord) -> Post:
    """An entry in short, as a log and a list show it."""
    return Post(
        text=f"{MARKS[entry.severity]} {escaped(entry.summary)}",
        footer=_("Entry {number} · {type} · {who}").format(
            number=entry.id,
            type=entry.event_type,
            who=inline(entry.actor_name, NAME_SHOWN),
        ),
        tone=TONES[entry.severity],
        at=entry.created_at,
    )
