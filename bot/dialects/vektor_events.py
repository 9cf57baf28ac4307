"""Events of `vektor`, six of them: what they are projected from, and the samples a test sends."""

import json
from datetime import UTC, datetime
from importlib.resources import files

from bot.catalogue.base import Event
from bot.catalogue.cases import CaseCreated
from bot.catalogue.duels import DuelFinished
from bot.catalogue.economy import BalanceChanged
from bot.catalogue.members import MemberBanned, MemberJoined, MemberLeft
from bot.catalogue.trades import TradeCompleted
from bot.dialects.base import Envelope

NAMES = {
    TradeCompleted.type: "trade.complete",
    DuelFinished.type: "duel.finish",
    MemberJoined.type: "member.join",
    MemberLeft.type: "member.leave",
    MemberBanned.type: "member.leave",
    BalanceChanged.type: "balance.change",
    CaseCreated.type: "moderation.action",
}
"""Our types and its names for them, in the order of the published page.

A ban of a member is told as a departure: of two types with one name people choose the first.
"""

ACTIONS = {
    "warn": "warn",
    "mute": "mute",
    "timeout": "mute",
    "kick": "kick",
    "softban": "kick",
    "ban": "ban",
    "tempban": "ban",
}

REASONS = {
    "message_earn": "MESSAGE",
    "voice_earn": "VOICE",
    "daily": "DAILY",
    "transfer": "TRANSFER",
    "casino": "CASINO",
    "admin": "ADMIN",
    "api": "INCOMING_WEBHOOK",
    "trade": "TRADE",
}

VektorData = dict[str, str | None]

TIMES = frozenset({"completedAt", "finishedAt", "joinedAt", "leftAt", "occurredAt"})

SAMPLES: dict[str, dict[str, VektorData]] = json.loads(
    files("bot.dialects").joinpath("vektor_samples.json").read_bytes()
)
"""The published page's own sample of each event, by its name: no id in them is a real one."""


def milliseconds(moment: datetime) -> str:
    """`2026-04-14T19:00:00.000Z`: UTC, what is smaller than a millisecond cut off."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def hundredths(amount: int, decimals: int) -> int:
    """An amount in the currency's smallest unit, in hundredths of the currency."""
    return amount * 10 ** (2 - decimals)


def money(amount: int, decimals: int) -> str:
    """`"500.00"`: exact, two places."""
    whole, rest = divmod(hundredths(abs(amount), decimals), 100)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:02}"


def has(event: Event) -> bool:
    """Whether this event, and not only its type, has a counterpart."""
    match event:
        case TradeCompleted():
            return not (event.currency_id is None and event.counter_currency_id is None)
        case CaseCreated():
            return event.case_type in ACTIONS
        case MemberBanned():
            return event.was_member is True  # of anybody else no departure is left to be told
        case _:
            return event.type in NAMES


def project(envelope: Envelope) -> VektorData | None:
    """The `data` of one of the six; None where this one has no counterpart."""
    match envelope.event:
        case TradeCompleted() as trade:
            return _trade(trade)
        case DuelFinished() as duel:
            return _duel(duel)
        case MemberJoined() as joined:
            return _member(joined, "joinedAt", joined.joined_at)
        case MemberLeft() as left:
            # Where it was found later nobody knows when; it was found when it was told.
            return _member(left, "leftAt", left.left_at or envelope.created_at)
        case MemberBanned(was_member=True) as banned:
            return _member(banned, "leftAt", envelope.created_at)
        case BalanceChanged() as change:
            return _balance(change, envelope.created_at)
        case CaseCreated() as case:
            return _action(case, envelope.created_at)
        case _:
            return None


def sample(envelope: Envelope) -> VektorData:
    """The documented `data` of that event, with the times of now."""
    now = milliseconds(envelope.created_at)
    data = SAMPLES[NAMES[envelope.event.type]]["data"]
    return {key: now if key in TIMES else value for key, value in data.items()}


def _trade(trade: TradeCompleted) -> VektorData | None:
    """The creator's side, else the other's; a swap of two goods has no amount to tell."""
    sides = (
        (trade.currency_id, trade.amount, trade.decimals),
        (trade.counter_currency_id, trade.counter_amount, trade.counter_decimals),
    )
    for currency_id, amount, decimals in sides:
        if currency_id is not None and amount is not None and decimals is not None:
            return {
                "tradeId": f"trade_{trade.trade_id}",
                "creatorId": str(trade.creator_id),
                "counterpartyId": str(trade.counterparty_id),
                "currencyId": f"cur_{currency_id}",
                "amount": money(amount, decimals),
                "completedAt": milliseconds(trade.completed_at),
            }
    return None


def _duel(duel: DuelFinished) -> VektorData:
    return {
        "duelId": f"duel_{duel.duel_id}",
        "winnerId": str(duel.winner_id),
        "loserId": str(duel.loser_id),
        "stake": money(duel.stake, duel.decimals),
        "currencyId": f"cur_{duel.currency_id}",
        "finishedAt": milliseconds(duel.finished_at),
    }


def _member(
    member: MemberJoined | MemberLeft | MemberBanned, when: str, moment: datetime
) -> VektorData:
    return {
        "userId": str(member.user_id),
        "username": member.username,
        when: milliseconds(moment),
    }


def _balance(change: BalanceChanged, created_at: datetime) -> VektorData:
    sign = "+" if change.delta >= 0 else ""
    return {
        "userId": str(change.user_id),
        "currencyId": f"cur_{change.currency_id}",
        "delta": sign + money(change.delta, change.decimals),
        "newBalance": money(change.balance, change.decimals),
        "reason": _reason(change),
        "occurredAt": milliseconds(created_at),
    }


def _reason(change: BalanceChanged) -> str:
    if change.source == "duel":
        return f"DUEL_{change.operation.upper()}"
    return REASONS[change.source]


def _action(case: CaseCreated, created_at: datetime) -> VektorData | None:
    if case.case_type not in ACTIONS:
        return None
    return {
        "action": ACTIONS[case.case_type],
        "targetUserId": str(case.user_id),
        "moderatorId": str(case.moderator_id),
        "reason": case.reason,
        "occurredAt": milliseconds(created_at),
    }
