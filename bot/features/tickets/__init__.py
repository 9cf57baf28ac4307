"""Tickets: conversations between members and the staff, each in a room of its own."""

from collections.abc import Sequence

from bot.feature import Core, Facade, Feature
from bot.features.tickets import type_store
from bot.features.tickets.personal_data import PERSONAL
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.pushed import PushedTickets
from bot.features.tickets.retention import OldMessages
from bot.features.tickets.service import TicketsService
from bot.features.tickets.settings import TicketsSettings
from bot.features.tickets.transcripts import PURPOSE
from bot.needs import Defect
from bot.private_links import PrivateLinks
from bot.surroundings import Surroundings
from bot.texts import N_


class Tickets(Facade):
    """The one owner of `ticket.*`."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        self.ports = TicketsPorts(
            core.database,
            core.outbox,
            core.settings,
            core.audit,
            core.acts,
            core.posts,
            core.clock,
        )
        links = PrivateLinks(core.keys(PURPOSE), core.public_url, purpose=PURPOSE, path="tickets")
        self.service = TicketsService(self.ports, links)
        self.pushed = PushedTickets(
            self.ports, self.service.openings, closures=self.service.closures
        )
        self.background = (self.service.conversation.ledger, self.ports.sweep)
        self.prunes = {"ticket messages": OldMessages(core.database)}

    async def defects(self, guild_id: int, seen: Surroundings) -> Sequence[Defect]:
        """What its own check says beyond what all features' settings do."""
        found = await self.service.examination(guild_id, seen)
        of_parts = (f"{name}: {text}" for name, texts in found.named for text in texts)
        return [Defect(one) for one in (*found.server, *of_parts)]


TICKETS = Feature(
    "tickets",
    Tickets,
    TicketsSettings,
    intents=frozenset({"guilds", "guild_messages", "expressions"}),
    wanted=frozenset({"message_content"}),
    permissions={
        "manage_channels": N_("to make, move and delete the channels of tickets"),
        "manage_roles": N_("to let people into them"),
        "manage_threads": N_("where tickets are threads"),
        "pin_messages": N_("to pin messages in them"),
        "attach_files": N_("to send their transcripts"),
    },
    used=type_store.guilds,
)
