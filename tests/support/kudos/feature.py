"""Kudos: a feature as the recipe in CONTRIBUTING.md makes it, and no more than that."""

from bot.feature import Core, Facade, Feature
from tests.support.kudos.service import KudosService
from tests.support.kudos.settings import KudosSettings


class Kudos(Facade):
    """Thanks that people give one another."""

    def __init__(self, core: Core) -> None:
        self.service = KudosService(
            core.database, core.outbox, settings=core.settings, clock=core.clock
        )
        self.background = (self.service.sweep,)


KUDOS = Feature(
    "kudos",
    Kudos,
    KudosSettings,
    intents=frozenset({"guilds", "reactions"}),
    permissions={"add_reactions": "to mark what somebody was thanked for"},
)
