"""Rules of a guild about attempts: who may write one when, and how long a link works: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.features.appeals.model import Appeal, AppealState, PageState


@dataclass(frozen=True, slots=True)
class Rules:
    """What a guild's settings say about attempts.

    `wait` comes after a denial, `first_wait` after the case was made; `lifetime` is a link's.
    """

    is_on: bool
    attempts: int
    wait: timedelta
    first_wait: timedelta = timedelta(0)
    lifetime: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Asker:
    """What is to be known of the case and of the person who would appeal it.

    `barred` is the state of the page where neither time nor settings decide, but the staff did.
    """

    stands: bool
    opens_at: datetime
    barred: PageState | None = None


def page_state(
    appeals: Sequence[Appeal], rules: Rules, now: datetime, *, asker: Asker
) -> PageState:
    """Where a case stands for the person it is about; `appeals` are the case's, oldest first."""
    newest = appeals[-1] if appeals else None
    match newest and newest.state:
        case AppealState.OPEN | AppealState.APPROVING:
            return PageState.OPEN
        case AppealState.APPROVED:
            return PageState.APPROVED
        case AppealState.CLOSED:
            return PageState.CLOSED
        case _:
            pass
    if not asker.stands:
        return PageState.ENDED
    if not rules.is_on:
        return PageState.SWITCHED_OFF if newest is None else PageState.DENIED
    return _first(rules, now, asker) if newest is None else _again(appeals, rules, now, asker)


def _first(rules: Rules, now: datetime, asker: Asker) -> PageState:
    if asker.barred is not None:
        return asker.barred
    return PageState.NOT_YET if now < asker.opens_at else PageState.MAY_APPEAL


def _again(appeals: Sequence[Appeal], rules: Rules, now: datetime, asker: Asker) -> PageState:
    if len(appeals) >= rules.attempts or asker.barred is not None:
        return PageState.USED_UP
    is_early = now < may_try_again_at(appeals[-1], rules)
    return PageState.TOO_SOON if is_early else PageState.MAY_APPEAL


def may_try_again_at(denied: Appeal, rules: Rules) -> datetime:
    """From when on the next attempt may be made: the wait begins with the decision."""
    return (denied.decided_at or denied.created_at) + rules.wait


def lasts_until(
    signed: datetime, newest: Appeal | None, rules: Rules, opens_at: datetime
) -> datetime:
    """How long a link works: as signed, and longer for whoever has appealed with it, or must wait.

    Otherwise it would end before the answer came, or before an attempt is allowed.
    """
    if newest is None:
        return max(signed, opens_at + rules.lifetime) if rules.first_wait else signed
    return max(signed, (newest.decided_at or newest.created_at) + rules.wait + rules.lifetime)
