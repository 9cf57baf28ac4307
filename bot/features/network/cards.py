"""Cards for the reviewers, and the word to a server that reported about what came of it."""

from datetime import timedelta

from bot.controls import Post
from bot.features.network import appeal_store, drawings, store
from bot.features.network.appeal_model import Objection
from bot.features.network.model import JUDGED_BY, LIVE, Report
from bot.features.network.ports import NetworkPorts
from bot.posts.payment import PostKind
from bot.posts.store import Addressee
from bot.snapshots import GuildSeen
from bot.storage.database import Transaction

CARD, APPEAL, OUTCOME = "network.card", "network.appeal", "network.outcome"
FRESH = timedelta(days=1)
WAITS = timedelta(days=30)
"""How long a card that the channel refuses is tried again: else nobody would ever decide."""


class ReviewCards:
    """Cards stand in the one channel of the configuration."""

    def __init__(self, ports: NetworkPorts) -> None:
        self._ports = ports
        for kind in (
            PostKind(CARD, self._card, WAITS, channel=self._channel),
            PostKind(APPEAL, self._appeal, WAITS, channel=self._channel),
            PostKind(OUTCOME, self._outcome, FRESH, channel=ports.settings.notice_channel),
        ):
            ports.posts.kind(kind)

    async def owe_card(self, tx: Transaction, report: Report) -> None:
        """Owe the reviewers the card of a new report."""
        await self._ports.posts.owe(tx, CARD, report.id, self._review())

    async def redraw_card(self, tx: Transaction, report: Report) -> None:
        """It has changed."""
        await self._ports.posts.redraw(tx, CARD, report.id)

    async def owe_appeal(self, tx: Transaction, appeal: Objection) -> None:
        """Owe the reviewers the card of an appeal, or its redrawing."""
        await self._ports.posts.owe(tx, APPEAL, appeal.id, self._review())

    async def owe_outcome(self, tx: Transaction, report: Report) -> None:
        """Owe the server that made a report what came of it."""
        await self._ports.posts.owe(tx, OUTCOME, report.id, Addressee(report.guild_id))

    async def drop_report(self, tx: Transaction, report_id: int) -> None:
        """The report goes; what was said of it stays."""
        for kind in (CARD, OUTCOME):
            await self._ports.posts.drop(tx, kind, report_id)

    async def drop_appeal(self, tx: Transaction, appeal_id: int) -> None:
        """The appeal goes; what was said of it stays."""
        await self._ports.posts.drop(tx, APPEAL, appeal_id)

    def _review(self) -> Addressee:
        return Addressee(self._ports.review.guild_id or 0)

    async def _channel(self, _guild_id: int) -> int | None:
        return self._ports.review.channel_id

    async def _card(self, _guild: GuildSeen, report_id: int) -> Post | None:
        now = self._ports.clock.now()
        async with self._ports.database.reading() as reading:
            report = await store.by_id(reading, report_id)
            if report is None:
                return None
            record = await store.record_of(reading, report.guild_id, now - JUDGED_BY)
        has_file = report.file_name is not None and report.state in LIVE
        return drawings.card(report, record, has_file=has_file)

    async def _appeal(self, _guild: GuildSeen, appeal_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            appeal = await appeal_store.by_id(reading, appeal_id)
            if appeal is None:
                return None
            reports = [await store.by_id(reading, one) for one in appeal.report_ids]
        return drawings.objection_card(appeal, [one for one in reports if one is not None])

    async def _outcome(self, guild: GuildSeen, report_id: int) -> Post | None:
        """None where the server has no channel for notices: /network view tells it as well."""
        if await self._ports.settings.notice_channel(guild.guild_id) is None:
            return None
        async with self._ports.database.reading() as reading:
            report = await store.by_id(reading, report_id)
        return None if report is None else drawings.outcome(report)
