"""Messages of incidents: the log post of each, and the word that a shadow is over."""

from datetime import timedelta

from bot.acts import Outcome
from bot.controls import Post
from bot.features.incidents import shadow_store, store
from bot.features.incidents.drawings import IncidentFacts, log_post, shadow_over
from bot.features.incidents.model import Shadow
from bot.features.incidents.ports import IncidentsPorts
from bot.posts.payment import PostKind
from bot.posts.store import Addressee, PostRecord
from bot.settings import is_on
from bot.snapshots import GuildSeen
from bot.storage.database import Transaction
from bot.texts import _

LOG, LOG_NOTICE = "incidents.log", "incidents.notice"
END, END_NOTICE = "incidents.shadow", "incidents.shadow_notice"
FRESH = timedelta(days=1)
PACE = timedelta(seconds=5)
SHOWN = 10  # measures that the log post names


class IncidentMessages:
    """Posts into the log channel; where that takes none, into the channel for notices."""

    def __init__(self, ports: IncidentsPorts) -> None:
        self._ports = ports
        for kind, draw, pace in ((LOG, self._log, PACE), (END, self._end, timedelta())):
            settled, channel = self._settled, ports.log_channel
            ports.posts.kind(
                PostKind(kind, draw, FRESH, settled=settled, channel=channel, pace=pace)
            )
        notice = ports.settings.notice_channel
        for kind, draw, pace in (
            (LOG_NOTICE, self._log_notice, PACE),
            (END_NOTICE, self._end_notice, timedelta()),
        ):
            ports.posts.kind(
                PostKind(kind, draw, FRESH, settled=self._settled, channel=notice, pace=pace)
            )

    async def owe(self, tx: Transaction, guild_id: int, incident_id: int) -> None:
        """Owe the log post of a new one."""
        await self._ports.posts.owe(tx, LOG, incident_id, Addressee(guild_id))

    async def redraw(self, tx: Transaction, incident_id: int) -> None:
        """It has changed."""
        for kind in (LOG, LOG_NOTICE):
            await self._ports.posts.redraw(tx, kind, incident_id)

    async def owe_end(self, tx: Transaction, shadow: Shadow) -> None:
        """Owe the word that the protection acts from now on."""
        for kind in (END, END_NOTICE):
            await self._ports.posts.drop(tx, kind, shadow.id)
        await self._ports.posts.owe(tx, END, shadow.id, Addressee(shadow.guild_id))

    async def drop(self, tx: Transaction, incident_id: int) -> None:
        """The incident goes; what was said of it stays."""
        for kind in (LOG, LOG_NOTICE):
            await self._ports.posts.drop(tx, kind, incident_id)

    async def drawn(self, incident_id: int) -> IncidentFacts | None:
        """All that a drawing of it needs; None where it is gone."""
        undoable = self._ports.undoable
        async with self._ports.database.reading() as reading:
            found = await store.by_id(reading, incident_id)
            if found is None:
                return None
            first = await store.first_measures(reading, incident_id, SHOWN)
            counts = await store.counts(reading, incident_id, undoable)
        return IncidentFacts(found, self._ports.title(found.feature), tuple(first), counts)

    async def _log(self, guild: GuildSeen, incident_id: int) -> Post | None:
        """None where the guild has chosen no channel in which it could stand."""
        if await self._ports.log_channel(guild.guild_id) is None:
            return None
        drawn = await self.drawn(incident_id)
        is_chosen = (await self._ports.chosen(guild.guild_id)).log_channel_id is not None
        return None if drawn is None else log_post(drawn, is_chosen=is_chosen)

    async def _log_notice(self, guild: GuildSeen, incident_id: int) -> Post | None:
        """The same where the log channel takes nothing; None where there is no other."""
        if not await self._has_other(guild.guild_id):
            return None
        drawn = await self.drawn(incident_id)
        return None if drawn is None else log_post(drawn, is_instead=True)

    async def _end(self, guild: GuildSeen, shadow_id: int) -> Post | None:
        """None where it was put in shadow again, or is switched off."""
        if await self._ports.log_channel(guild.guild_id) is None:
            return None
        async with self._ports.database.reading() as reading:
            found = await shadow_store.by_id(reading, shadow_id)
        known = None if found is None else self._ports.protections.get(found.feature)
        if found is None or known is None or found.ends_at > self._ports.clock.now():
            return None
        if not is_on(await self._ports.settings.get(guild.guild_id, known.settings)):
            return None
        return shadow_over(_(known.title), found.ends_at)

    async def _end_notice(self, guild: GuildSeen, shadow_id: int) -> Post | None:
        if not await self._has_other(guild.guild_id):
            return None
        return await self._end(guild, shadow_id)

    async def _has_other(self, guild_id: int) -> bool:
        """Whether the channel for notices is another than that of the log."""
        notice = await self._ports.settings.notice_channel(guild_id)
        return notice is not None and notice != await self._ports.log_channel(guild_id)

    async def _settled(self, tx: Transaction, record: PostRecord) -> None:
        """What the log channel refuses is owed to the other; of an end nothing is drawn again."""
        instead = {LOG: LOG_NOTICE, END: END_NOTICE}.get(record.kind)
        if instead is not None and record.outcome is Outcome.REFUSED:
            await self._ports.posts.owe(tx, instead, record.subject_id, Addressee(record.guild_id))
        if record.kind in (END, END_NOTICE) and record.outcome is Outcome.SENT:
            await self._ports.posts.drop(tx, record.kind, record.subject_id)
