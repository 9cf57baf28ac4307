"""Giveaways: prizes for members, drawn so that anyone can check who won."""

from bot.feature import Core, Facade, Feature
from bot.features.giveaways.personal_data import GiveawayData
from bot.features.giveaways.ports import GiveawaysPorts
from bot.features.giveaways.pushed import PushedGiveaways
from bot.features.giveaways.retention import OldGiveaways
from bot.features.giveaways.service import GiveawaysService
from bot.features.giveaways.settings import GiveawaysSettings
from bot.private_links import PrivateLinks

PURPOSE = "herald.giveaways.page"


class Giveaways(Facade):
    """The one owner of `giveaway.*`."""

    def __init__(self, core: Core) -> None:
        links = PrivateLinks(core.keys(PURPOSE), core.public_url, purpose=PURPOSE, path="giveaways")
        self.ports = GiveawaysPorts(
            core.database,
            core.outbox,
            core.settings,
            core.audit,
            core.acts,
            core.posts,
            core.clock,
            core.vault,
            links,
        )
        self.service = service = GiveawaysService(self.ports)
        self.pushed = PushedGiveaways(self.ports, service.schedule, transitions=service.transitions)
        self.background = (self.service.sweep,)
        self.prunes = {"giveaways": OldGiveaways(self.ports)}
        self.personal = GiveawayData(self.service.entries)


GIVEAWAYS = Feature("giveaways", Giveaways, GiveawaysSettings)
