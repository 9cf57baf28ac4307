"""Appeals: whoever was punished asks for it to be lifted, and the staff decide."""

from bot.feature import Core, Facade, Feature
from bot.features.appeals.admission import BlockList
from bot.features.appeals.links import PURPOSE, Issuing, Links
from bot.features.appeals.personal_data import PERSONAL
from bot.features.appeals.ports import AppealsPorts
from bot.features.appeals.service import AppealsService
from bot.features.appeals.settings import AppealsSettings, refusal


class Appeals(Facade):
    """The way in for the page, the cards and the cases."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        core.settings.refuse(AppealsSettings, refusal(is_reachable=core.public_url is not None))
        self.links = Links(core.keys(PURPOSE), core.public_url)
        self.ports = AppealsPorts(
            core.database, core.settings, core.audit, core.posts, core.acts, core.clock
        )
        blocks = BlockList(core.database, core.audit, clock=core.clock)
        issuing = Issuing(core.settings, self.links, clock=core.clock, is_blocked=blocks.has)
        self.service = AppealsService(self.ports, issuing, blocks)
        self.background = (self.service.sweep,)


APPEALS = Feature("appeals", Appeals, AppealsSettings)
