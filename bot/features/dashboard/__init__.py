"""Dashboard: a guild's webhooks on web pages, for whoever opens a link of theirs."""

from bot.feature import Core, Facade, Feature
from bot.features.dashboard.personal_data import DATA
from bot.features.dashboard.retention import OldSessions
from bot.features.dashboard.rights import DashboardRights
from bot.features.dashboard.service import DashboardService
from bot.texts import N_


class Dashboard(Facade):
    """Who may look at a guild's pages; what stands on them belongs to other features."""

    personal = DATA

    def __init__(self, core: Core) -> None:
        self.service = DashboardService(
            core.database, core.audit, clock=core.clock, public_url=core.public_url
        )
        self.rights = DashboardRights(core.acts, core.clock)
        self.prunes = {"dashboard": OldSessions(core.database)}


DASHBOARD = Feature("dashboard", Dashboard, title=N_("Dashboard"))
