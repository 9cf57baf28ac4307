"""Statistics of tickets, held against figures that were worked out by hand."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.errors import UserError
from bot.features.tickets import type_store
from bot.features.tickets.chart import alt_text, draw
from bot.features.tickets.model import Ticket, Visitor
from bot.features.tickets.statistics import (
    NamedFigures,
    StatisticsSpan,
    TicketFigures,
    TicketStatistics,
    TicketStatisticsService,
    as_csv,
)
from tests.integration.tickets.pen import Pen
from tests.integration.tickets.tickets_env import CLERK, STAFF, TicketsEnv
from tests.support.emitter_setup import GUILD

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


@pytest.fixture
async def pilot(env: TicketsEnv) -> Visitor:
    return env.visitor(None, STAFF)


async def lived(
    env: TicketsEnv,
    pen: Pen,
    *,
    charge: Visitor | None = None,
    answer: int | None = None,
    close: int | None = None,
    stars: int | None = None,
    type_id: int | None = None,
) -> Ticket:
    """A ticket answered so many seconds after it opened, closed so many after that, and rated."""
    opener = env.visitor()
    ticket = await env.opened(opener, **({} if type_id is None else {"type_id": type_id}))
    if charge is not None:
        await env.tickets.charge.claim(charge, ticket)
    if answer is not None:
        env.clock.advance(answer)
        await pen.write(ticket, pen.by(CLERK.user_id, STAFF), "Yes?")
    if close is not None:
        env.clock.advance(close)
        await env.closed(ticket)
    if stars is not None:
        await env.tickets.ratings.rate(opener.user_id, ticket.id, stars)
    return ticket


@pytest.mark.thorough("many tickets")
async def test_figures_by_type_and_by_person(env: TicketsEnv, pen: Pen, pilot: Visitor) -> None:
    other = await env.new_type("=Billing", staff_role_ids=(STAFF,))
    # Long ago: opened and closed before the last 30 days.
    await lived(env, pen, charge=CLERK, answer=HOUR, close=HOUR, stars=1)
    env.clock.advance(20 * DAY)
    # Opened before the last 7 days, and closed in them.
    old = await lived(env, pen, charge=pilot, answer=2 * HOUR)
    env.clock.advance(18 * DAY)
    await env.closed(old)
    await lived(env, pen, charge=CLERK, answer=10 * MINUTE, close=50 * MINUTE, stars=5)
    await lived(env, pen, charge=CLERK, answer=30 * MINUTE, close=150 * MINUTE, stars=4)
    await lived(env, pen, answer=20 * MINUTE)
    await lived(env, pen, type_id=other.id)

    week = await env.tickets.statistics.of(CLERK, StatisticsSpan.WEEK)
    # Answers after 10, 20 and 30 minutes; lasted 1 hour, 3 hours, 18 days and 2 hours.
    assert week.total == TicketFigures(2, 4, 3, minutes(20), minutes(180), 4.5, 2)
    support, billing = week.types
    assert support == NamedFigures(
        env.type.id, "Support", TicketFigures(1, 3, 3, minutes(20), minutes(180), 4.5, 2)
    )
    assert billing == NamedFigures(other.id, "=Billing", TicketFigures(1, 1, 0))
    clerk, second = week.people
    assert clerk.id == CLERK.user_id
    assert clerk.figures == TicketFigures(0, 2, 2, minutes(10), minutes(60), 4.5, 2)
    assert second.id == pilot.user_id
    assert second.figures == TicketFigures(0, 0, 1, None, timedelta(days=18, hours=2))

    month = await env.tickets.statistics.of(CLERK, StatisticsSpan.MONTH)
    assert month.total == TicketFigures(2, 5, 3, minutes(20), minutes(180), 4.5, 2)
    ever = await env.tickets.statistics.of(CLERK, StatisticsSpan.ALL)
    assert ever.total.opened == 6
    assert ever.total.closed == 4
    assert ever.total.rating == pytest.approx(10 / 3)
    assert ever.total.first_response == minutes(30)  # of 10, 20, 30, 60 and 120

    told_as_a_table(week, other.id)
    assert "4 opened, 3 closed, 2 open now" in alt_text(week)
    assert all(draw(one).startswith(b"\x89PNG") for one in (week, month, ever))


def told_as_a_table(week: TicketStatistics, other_id: int) -> None:
    rows = [*csv.reader(io.StringIO(as_csv(week).decode()))]
    assert rows[0][:3] == ["about", "id", "name"]
    assert rows[1] == ["all", "", "", "2", "4", "3", "1200", "10800", "4.50", "2"]
    assert rows[3][:4] == ["type", str(other_id), "'=Billing", "1"]  # no spreadsheet runs it
    assert rows[3][6:] == ["", "", "", "0"]


async def test_days_and_months_are_counted_apart(env: TicketsEnv, pen: Pen) -> None:
    first = await lived(env, pen, answer=1, close=1)
    assert first.number == 1
    env.clock.advance(3 * DAY)
    await lived(env, pen)
    today = env.clock.now().date()
    week = await env.tickets.statistics.of(CLERK, StatisticsSpan.WEEK)
    assert [(one.begins, one.opened, one.closed) for one in week.periods] == [
        (today - timedelta(days=back), int(back in (0, 3)), int(back == 3))
        for back in range(6, -1, -1)
    ]
    ever = await env.tickets.statistics.of(CLERK, StatisticsSpan.ALL)
    assert len(ever.periods) == 12
    assert ever.periods[-1].begins == date(today.year, today.month, 1)
    assert sum(one.opened for one in ever.periods) == 2


async def test_a_deleted_type_still_has_its_name(env: TicketsEnv, pen: Pen) -> None:
    other = await env.new_type("Gone", staff_role_ids=(STAFF,))
    ticket = await lived(env, pen, type_id=other.id)
    await env.closed(ticket)
    async with env.emitter.database.transaction() as tx:
        seen = await type_store.by_id(tx, GUILD, other.id, locks=True)
        await type_store.save(tx, replace(seen, is_deleted=True))
    week = await env.tickets.statistics.of(CLERK, StatisticsSpan.WEEK)
    assert [one.name for one in week.types] == ["Gone"]


async def test_only_so_many_are_counted_and_that_is_said(
    env: TicketsEnv, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.features.tickets.statistics.PAGE", 2)
    for _number in range(5):
        await lived(env, pen)
    few = TicketStatisticsService(env.tickets.ports, newest=3)
    counted = await few.of(CLERK, StatisticsSpan.WEEK)
    assert counted.total.opened == 3
    assert "newest 3 tickets" in alt_text(counted)
    assert (await env.tickets.statistics.of(CLERK, StatisticsSpan.WEEK)).total.opened == 5


async def test_they_are_the_staffs_and_of_one_server(env: TicketsEnv, pen: Pen) -> None:
    await lived(env, pen)
    with pytest.raises(UserError, match="Only the staff"):
        await env.tickets.statistics.of(env.visitor(), StatisticsSpan.ALL)
    stranger = Visitor(GUILD + 1, CLERK.user_id, "otter", frozenset({STAFF}))
    with pytest.raises(UserError, match="Only the staff"):
        await env.tickets.statistics.of(stranger, StatisticsSpan.ALL)
    theirs = await env.tickets.statistics.of(replace(stranger, manages=True), StatisticsSpan.ALL)
    assert theirs.total == TicketFigures()


async def test_without_any_ticket_nothing_breaks(env: TicketsEnv) -> None:
    none = await env.tickets.statistics.of(CLERK, StatisticsSpan.ALL)
    assert none.total == TicketFigures()
    assert draw(none).startswith(b"\x89PNG")
    assert len(as_csv(none).splitlines()) == 2
