"""Incoming webhooks: actions that other programs push in, signed, limited, each done once."""

from bot.feature import Core, Facade, Feature
from bot.features.incoming import store
from bot.features.incoming.calls import IncomingCalls
from bot.features.incoming.door import IncomingDoor
from bot.features.incoming.personal_data import PERSONAL
from bot.features.incoming.ports import IncomingPorts
from bot.features.incoming.retention import OldCalls
from bot.features.incoming.service import IncomingService
from bot.features.incoming.settlement import CallSettlement
from bot.texts import N_


class Incoming(Facade):
    """The use cases of `/webhook incoming`, and the door behind its addresses."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        self.ports = IncomingPorts(
            core.database,
            core.acts,
            core.posts,
            core.audit,
            core.clock,
            core.vault,
            core.public_url,
        )
        settlement = CallSettlement(self.ports)
        self.service = IncomingService(self.ports, settlement)
        self.calls = IncomingCalls(self.ports, settlement)
        self.door = IncomingDoor(self.ports, self.calls)
        self.public_url = core.public_url
        self.background = (self.calls.sweep,)
        self.prunes = {"pushed calls": OldCalls(self.ports)}


INCOMING = Feature(
    "incoming",
    Incoming,
    permissions={"manage_roles": N_("to give and take roles as your programs ask")},
    used=store.guilds,
    title=N_("Incoming webhooks"),
)
