"""Giveaways: prizes for members, drawn so that anyone can check who won."""

from collections.abc import Iterator, Sequence

from bot.feature import Core, Facade, Feature
from bot.features.giveaways import store
from bot.features.giveaways.messages import NEEDED
from bot.features.giveaways.model import Giveaway
from bot.features.giveaways.personal_data import GiveawayData
from bot.features.giveaways.ports import GiveawaysPorts
from bot.features.giveaways.pushed import PushedGiveaways
from bot.features.giveaways.retention import OldGiveaways
from bot.features.giveaways.service import GiveawaysService
from bot.features.giveaways.settings import GiveawaysSettings
from bot.needs import Defect, place_defect
from bot.private_links import PrivateLinks
from bot.surroundings import Surroundings
from bot.texts import _, ngettext
from bot.user_text import inline

PURPOSE = "herald.giveaways.page"
PRIZE_SHOWN = 60  # characters


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

    async def defects(self, guild_id: int, seen: Surroundings) -> Sequence[Defect]:
        """Giveaways that have not ended, and whose channel or roles are not as they need them."""
        async with self.ports.database.reading() as reading:
            standing = await store.all_standing(reading, guild_id)
        return [one for giveaway in standing for one in _of_giveaway(giveaway, seen)]


def _of_giveaway(giveaway: Giveaway, seen: Surroundings) -> Iterator[Defect]:
    named = {"number": giveaway.id, "prize": inline(giveaway.prize, PRIZE_SHOWN)}
    if giveaway.channel_id not in seen.place_ids:
        text = _(
            "The channel of giveaway {number}, {prize}, was deleted: /giveaway cancel, and begin "
            "another."
        )
        yield Defect(text.format(**named))
    elif found := place_defect(seen, giveaway.channel_id, NEEDED):
        yield found
    terms = giveaway.terms
    lost = {*terms.required_role_ids, *terms.bonus} - seen.roles.keys()
    if lost:
        text = ngettext(
            "A role of giveaway {number}, {prize}, was deleted: /giveaway edit.",
            "{count} roles of giveaway {number}, {prize}, were deleted: /giveaway edit.",
            len(lost),
        )
        yield Defect(text.format(count=len(lost), **named))


GIVEAWAYS = Feature("giveaways", Giveaways, GiveawaysSettings)
