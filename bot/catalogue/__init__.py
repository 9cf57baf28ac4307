"""Catalogue: everything that can be emitted, in one explicit tuple."""

from difflib import get_close_matches

from bot.catalogue.automod import AutomodTriggered
from bot.catalogue.base import Event
from bot.catalogue.cases import (
    CaseAppealDecided,
    CaseAppealed,
    CaseCreated,
    CaseDeleted,
    CaseUpdated,
)
from bot.catalogue.duels import DuelFinished
from bot.catalogue.economy import BalanceChanged
from bot.catalogue.giveaways import GiveawayCreated, GiveawayEnded, GiveawayRerolled
from bot.catalogue.levels import XpLevelUp
from bot.catalogue.members import MemberBanned, MemberJoined, MemberLeft, MemberUnbanned
from bot.catalogue.network import NetworkHit
from bot.catalogue.security import AuditEntry, NukeDetected, RaidDetected, ScamDetected
from bot.catalogue.test import TestPing
from bot.catalogue.tickets import (
    TicketClaimed,
    TicketClosed,
    TicketMessage,
    TicketOpened,
    TicketReopened,
)
from bot.catalogue.trades import TradeCompleted
from bot.errors import UserError
from bot.texts import _

EVENTS: tuple[type[Event], ...] = (
    CaseCreated,
    CaseUpdated,
    CaseDeleted,
    CaseAppealed,
    CaseAppealDecided,
    MemberJoined,
    MemberLeft,
    MemberBanned,
    MemberUnbanned,
    TicketOpened,
    TicketMessage,
    TicketClaimed,
    TicketClosed,
    TicketReopened,
    XpLevelUp,
    BalanceChanged,
    GiveawayCreated,
    GiveawayEnded,
    GiveawayRerolled,
    RaidDetected,
    ScamDetected,
    NukeDetected,
    AuditEntry,
    NetworkHit,
    AutomodTriggered,
    TradeCompleted,
    DuelFinished,
    TestPing,
)

_BY_TYPE = {event.type: event for event in EVENTS}

SUBSCRIBABLE: tuple[str, ...] = tuple(e.type for e in EVENTS if e is not TestPing)
"""The types an endpoint may subscribe to; `test.ping` goes to the one endpoint tested."""


def event_named(name: str) -> type[Event]:
    """The event of that type; a UserError that names the nearest one otherwise."""
    event = _BY_TYPE.get(name)
    if event is not None:
        return event
    near = get_close_matches(name, _BY_TYPE, n=1, cutoff=0.4)
    hint = _("Did you mean “{name}”?").format(name=near[0]) if near else ""
    known = ", ".join(_BY_TYPE)
    text = _("There is no event “{name}”. {hint} The events are: {known}.")
    raise UserError(text.format(name=name, hint=hint, known=known).replace("  ", " "))


__all__ = ["EVENTS", "SUBSCRIBABLE", "Event", "event_named"]
