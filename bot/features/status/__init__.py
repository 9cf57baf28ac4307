"""Status: whether the bot works, for one server's staff, and what waits of theirs."""

from bot.feature import Core, Facade, Feature
from bot.features.status.service import StatusService
from bot.texts import N_


class Status(Facade):
    """What is read for an answer; nothing of it is kept."""

    def __init__(self, core: Core) -> None:
        self.service = StatusService(core.database, core.clock, skew=core.skew, fleet=core.fleet)


STATUS = Feature("status", Status, title=N_("Status"))
