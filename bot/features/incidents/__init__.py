"""Incidents: what protections found and did, in one log, with one Undo and a Why for each."""

from datetime import timedelta

from bot.feature import Core, Facade, Feature
from bot.features.incidents.personal_data import PERSONAL
from bot.features.incidents.ports import IncidentsPorts
from bot.features.incidents.retention import OldIncidents
from bot.features.incidents.service import IncidentsService
from bot.features.incidents.settings import IncidentsSettings


class IncidentsLog(Facade):
    """What protections share; it is built before them."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        ports = IncidentsPorts(
            core.database, core.audit, core.settings, core.acts, core.posts, core.clock
        )
        self.service = IncidentsService(ports)
        self.background = (self.service.sweep,)
        keep = timedelta(days=core.config.audit.keep_days)
        self.prunes = {"incidents": OldIncidents(ports, self.service.messages, keep=keep)}


INCIDENTS = Feature("incidents", IncidentsLog, IncidentsSettings)
