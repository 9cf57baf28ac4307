"""Cases: decisions of moderators about people, carried out, ended on time, written down."""

from bot.feature import Core, Facade, Feature
from bot.features.cases.crowd import CaseCrowd
from bot.features.cases.evidence import EvidenceService
from bot.features.cases.mass import MassService
from bot.features.cases.mute_upkeep import MuteUpkeep
from bot.features.cases.personal_data import PERSONAL
from bot.features.cases.ports import CasesPorts
from bot.features.cases.purge import PurgeService
from bot.features.cases.pushed import PushedCases
from bot.features.cases.records import RecordsService
from bot.features.cases.remarks import Remarks
from bot.features.cases.revocation import Pardons, Revocation
from bot.features.cases.sanctions import CaseSanctions
from bot.features.cases.service import CasesService
from bot.features.cases.settings import CasesSettings
from bot.texts import N_


class Cases(Facade):
    """The one owner of `case.*`; who acts on people orders it here."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        self.ports = ports = CasesPorts(
            core.database, core.outbox, core.settings, core.acts, core.posts, core.clock
        )
        self.service = CasesService(ports)
        self.records = RecordsService(ports)
        self.evidence = EvidenceService(ports)
        self.purge = PurgeService(ports, core.audit)
        self.mass = MassService(ports, self.service)
        self.revocation = Revocation(ports, self.service.transitions)
        self.sanctions = CaseSanctions(ports, cases=self.service, revocation=self.revocation)
        self.pushed = PushedCases(ports, self.service)
        self.crowd = CaseCrowd(ports, cases=self.service, mass=self.mass)
        self.pardons = Pardons(ports, self.service.transitions)
        self.remarks = Remarks(ports)
        self.upkeep = MuteUpkeep(ports, self.remarks)
        self.prunes = {"remarks": self.remarks}
        self.background = (self.service.sweep, self.service.comparisons, self.upkeep.sweep)


CASES = Feature(
    "cases",
    Cases,
    CasesSettings,
    intents=frozenset({"guilds", "members"}),
    helpful=frozenset({"moderation"}),
    wanted=frozenset({"message_content"}),
    permissions={
        "moderate_members": N_("to time people out"),
        "kick_members": N_("to kick people"),
        "ban_members": N_("to ban people, and to lift bans"),
        "manage_roles": N_("to give the roles of mutes and quarantines"),
        "manage_messages": N_("to purge messages"),
    },
)
