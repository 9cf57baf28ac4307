"""Duels: best-of-three games between two members for a stake, with ratings."""

from bot.feature import Core, Facade, Feature
from bot.features.duels.personal_data import DuelData
from bot.features.duels.ports import DuelsPorts
from bot.features.duels.retention import OldDuels
from bot.features.duels.service import DuelsService
from bot.features.duels.settings import DuelsSettings


class Duels(Facade):
    """The one owner of `duel.*`."""

    def __init__(self, core: Core) -> None:
        self.ports = DuelsPorts(
            core.database,
            core.outbox,
            core.settings,
            core.posts,
            core.clock,
            core.vault,
            core.acts,
        )
        self.service = DuelsService(self.ports)
        self.background = (self.service.sweep,)
        self.prunes = {"duels": OldDuels(self.ports)}
        self.personal = DuelData()


DUELS = Feature("duels", Duels, DuelsSettings)
