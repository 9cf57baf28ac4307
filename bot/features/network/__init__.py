"""Network: servers of one bot report people to one another, and reviewers decide what counts."""

from collections.abc import Sequence

from bot.feature import Core, Facade, Feature, Protection
from bot.features.network import store
from bot.features.network.cards import ReviewCards
from bot.features.network.hits import Hits
from bot.features.network.messages import PersonMessages
from bot.features.network.model import ReportState
from bot.features.network.objections import Objections
from bot.features.network.personal_data import PERSONAL
from bot.features.network.ports import NetworkPorts
from bot.features.network.reports import ReportsService
from bot.features.network.retention import EndedReports
from bot.features.network.reviews import ReportReviews
from bot.features.network.settings import NetworkSettings, nobody_reviews, refusal
from bot.features.network.tables import network_report
from bot.private_links import PrivateLinks
from bot.storage.sweep import DueRows, Sweep
from bot.texts import N_, _

PURPOSE = "herald.network.link"
PERMISSIONS = {
    "kick_members": N_("to kick, where you choose that for a tier"),
    "ban_members": N_("to ban, where you choose that for a tier"),
    "manage_roles": N_("for a quarantine, where you choose that for a tier"),
}


class SharedNetwork(Facade):
    """The one owner of `network.hit`."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        review = core.config.network
        core.settings.refuse(NetworkSettings, refusal(is_ready=review.is_ready))
        links = PrivateLinks(core.keys(PURPOSE), core.public_url, purpose=PURPOSE, path="network")
        self.ports = ports = NetworkPorts(
            core.database,
            core.outbox,
            core.settings,
            core.audit,
            core.posts,
            core.acts,
            core.clock,
            core.incidents,
            links,
            review,
        )
        cards, messages, acts = ReviewCards(ports), PersonMessages(ports), core.acts
        sweep = Sweep("network", core.database, clock=core.clock, ready=lambda: acts.is_connected)
        self.reports = ReportsService(ports, cards)
        self.reviews = ReportReviews(ports, cards, sweep)
        self.hits = Hits(ports, messages, sweep)
        self.objections = Objections(ports, cards, messages, self.reviews)
        aged = DueRows("aged", network_report, store.aged, store.report_of, self.reviews.expire)
        sweep.rows(aged)
        self.sweep = sweep
        self.background = (sweep,)
        self.prunes = {"network": EndedReports(ports, cards, messages=messages)}
        core.incidents.protect(
            Protection("network", NetworkSettings.title, NetworkSettings, self._status, PERMISSIONS)
        )

    async def _status(self, guild_id: int) -> Sequence[tuple[str, str]]:
        """How things are, for the panel; nothing of other servers."""
        now = await self.reports.standing(guild_id)
        text = _("{open} wait, {approved} count, {refused} were refused; {left} more today")
        own = text.format(
            open=now.counts.get(ReportState.OPEN, 0),
            approved=now.counts.get(ReportState.APPROVED, 0),
            refused=now.counts.get(ReportState.REFUSED, 0),
            left=now.left,
        )
        lines = [(_("Your reports"), own), (_("Hits in 30 days"), str(now.hits))]
        if not self.ports.review.is_ready:
            lines.insert(0, (_("⚠️ No reviewers"), nobody_reviews()))
        return lines


NETWORK = Feature("network", SharedNetwork, NetworkSettings, permissions=PERMISSIONS)
