"""Statistics of tickets: how many, how quickly, and how they were rated, by type and by person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from statistics import median_low

from sqlalchemy import or_, select

from bot.csv_export import csv_rows
from bot.errors import UserError
from bot.features.tickets import type_store
from bot.features.tickets.model import Ticket, TicketState, Visitor, duration, is_staff
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.store import table as ticket_table
from bot.features.tickets.store import ticket_of
from bot.storage.database import Reading
from bot.texts import _

NEWEST = 20_000  # tickets that are counted; more would keep the machine busy for everybody
PAGE = 500  # of them that are read at once
DAYS = {"week": 7, "month": 30}
MONTHS = 12  # that are drawn of all
COLUMNS = (
    *("about", "id", "name", "open", "opened", "closed"),
    *("first_response_seconds", "resolution_seconds", "rating", "ratings"),
)


class StatisticsSpan(StrEnum):
    """Span of time that is counted."""

    WEEK = "week"
    MONTH = "month"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class TicketFigures:
    """Figures of some tickets; times are medians, None where there is nothing to tell.

    Opened and first answered are those that were opened in the span; closed, resolved and rated
    those that were closed in it; `open` is now.
    """

    open: int = 0
    opened: int = 0
    closed: int = 0
    first_response: timedelta | None = None
    resolution: timedelta | None = None
    rating: float | None = None
    ratings: int = 0


@dataclass(frozen=True, slots=True)
class NamedFigures:
    """Figures of one type, or of the tickets that one person was in charge of."""

    id: int
    name: str
    figures: TicketFigures


@dataclass(frozen=True, slots=True)
class Period:
    """A day, or a month, of the chart."""

    begins: date
    opened: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class TicketStatistics:
    """Statistics of a guild; of more than `newest` tickets only so many were counted."""

    span: StatisticsSpan
    total: TicketFigures
    types: Sequence[NamedFigures]
    people: Sequence[NamedFigures]
    periods: Sequence[Period]
    newest: int | None = None


class TicketStatisticsService:
    """Counts what the rows tell, for the staff of any type."""

    def __init__(self, ports: TicketsPorts, *, newest: int = NEWEST) -> None:
        self._ports = ports
        self._newest = newest

    async def of(self, visitor: Visitor, span: StatisticsSpan) -> TicketStatistics:
        """A UserError for whoever is no staff."""
        now = self._ports.clock.now()
        begins = now - timedelta(days=DAYS[span]) if span in DAYS else None
        async with self._ports.database.reading(long_for=visitor.guild_id) as reading:
            types = await type_store.all_of(reading, visitor.guild_id, ever=True)
            are_staff = (is_staff(visitor, one.choices.staff_role_ids) for one in types)
            if not visitor.manages and not any(are_staff):
                raise UserError(_("Only the staff of tickets can see their statistics."))
            tickets = await _counted(reading, visitor.guild_id, begins, self._newest + 1)
        newest = self._newest if len(tickets) > self._newest else None
        tickets = tickets[: self._newest]
        by_type = defaultdict[int, list[Ticket]](list)
        by_person = defaultdict[int, list[Ticket]](list)
        for one in tickets:
            by_type[one.type_id].append(one)
            if one.claimed_by_id is not None:
                by_person[one.claimed_by_id].append(one)
        people = {key: self._name(visitor.guild_id, key) for key in by_person}
        return TicketStatistics(
            span,
            figures(tickets, begins),
            _named({one.id: one.name for one in types}, by_type, begins),
            _named(people, by_person, begins),
            periods(tickets, span, now),
            newest,
        )

    def _name(self, guild_id: int, user_id: int) -> str:
        standing = self._ports.acts.standing(guild_id, user_id)
        return str(user_id) if standing is None else standing.account.username


def figures(tickets: Iterable[Ticket], begins: datetime | None) -> TicketFigures:
    """Figures of these, from `begins` on, or of all times."""
    some = list(tickets)
    opened = [one for one in some if _is_in(_opened(one), begins)]
    closed = [
        one for one in some if one.state is TicketState.CLOSED and _is_in(one.closed_at, begins)
    ]
    answers = [one.answered_at - _opened(one) for one in opened if one.answered_at is not None]
    lasted = [duration(one, one.closed_at) for one in closed if one.closed_at is not None]
    stars = [one.rating for one in closed if one.rating is not None]
    return TicketFigures(
        open=sum(one.is_open for one in some),
        opened=len(opened),
        closed=len(closed),
        first_response=median_low(answers) if answers else None,
        resolution=median_low(lasted) if lasted else None,
        rating=sum(stars) / len(stars) if stars else None,
        ratings=len(stars),
    )


def periods(tickets: Iterable[Ticket], span: StatisticsSpan, now: datetime) -> list[Period]:
    """The days of the span, today last; of all times the last twelve months. In UTC."""
    today = now.astimezone(UTC).date()
    if span in DAYS:
        begins = [today - timedelta(days=back) for back in range(DAYS[span] - 1, -1, -1)]
    else:
        months = [today.year * 12 + today.month - 1 - back for back in range(MONTHS - 1, -1, -1)]
        begins = [date(month // 12, month % 12 + 1, 1) for month in months]

    def of(when: datetime) -> date:
        day = when.astimezone(UTC).date()
        return day if span in DAYS else day.replace(day=1)

    some = list(tickets)
    opened = Counter(of(_opened(one)) for one in some)
    closed = Counter(
        of(one.closed_at)
        for one in some
        if one.closed_at is not None and one.state is TicketState.CLOSED
    )
    return [Period(one, opened[one], closed[one]) for one in begins]


def as_csv(statistics: TicketStatistics) -> bytes:
    """One row for all, for each type and for each person; a cell with nothing to tell is empty."""
    rows = [_row("all", NamedFigures(0, "", statistics.total))]
    rows += [_row("type", one) for one in statistics.types]
    rows += [_row("person", one) for one in statistics.people]
    return csv_rows([COLUMNS, *rows])


def _row(about: str, one: NamedFigures) -> tuple[str, ...]:
    told = one.figures
    return (
        about,
        str(one.id or ""),
        one.name,
        *map(str, (told.open, told.opened, told.closed)),
        *(_seconds(time) for time in (told.first_response, told.resolution)),
        "" if told.rating is None else f"{told.rating:.2f}",
        str(told.ratings),
    )


def _seconds(time: timedelta | None) -> str:
    return "" if time is None else str(round(time.total_seconds()))


def _named(
    names: dict[int, str], grouped: dict[int, list[Ticket]], begins: datetime | None
) -> list[NamedFigures]:
    found = [
        NamedFigures(key, names[key], figures(tickets, begins)) for key, tickets in grouped.items()
    ]
    return sorted(found, key=lambda one: (-one.figures.opened, -one.figures.closed, one.id))


def _opened(one: Ticket) -> datetime:
    return one.opened_at or one.created_at


def _is_in(moment: datetime | None, begins: datetime | None) -> bool:
    return moment is not None and (begins is None or moment >= begins)


async def _counted(
    reading: Reading, guild_id: int, begins: datetime | None, most: int
) -> list[Ticket]:
    """Those that were opened or closed from `begins` on, or are open; the newest first."""
    columns = ticket_table.c
    shown = (TicketState.OPEN.value, TicketState.CLOSED.value)
    fits = (columns.guild_id == guild_id) & columns.state.in_(shown)
    if begins is not None:
        # What was made before the span may have opened in it.
        lately = or_(columns.opened_at >= begins, columns.closed_at >= begins)
        fits &= or_(columns.state == TicketState.OPEN.value, lately)
    found = list[Ticket]()
    while len(found) < most:
        some = select(ticket_table).where(fits).order_by(columns.number.desc())
        if found:
            some = some.where(columns.number < found[-1].number)
        rows = (await reading.execute(some.limit(min(PAGE, most - len(found))))).all()
        found += [ticket_of(row) for row in rows]
        if len(rows) < PAGE:
            break
    return found
