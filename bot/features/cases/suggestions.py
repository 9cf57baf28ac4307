"""Suggestions of cases while somebody types: by number, by name, by what stands in them."""

from dataclasses import replace

from sqlalchemy import ColumnElement, or_, select

from bot.features.cases.model import Case
from bot.features.cases.queries import CaseQuery, fits
from bot.features.cases.store import case_of, table
from bot.storage.database import Reading
from bot.user_text import sought

SUGGESTED = 25
DIGITS = 10  # of a case's number at most
MOST = 2**31  # more than any number of a row


async def suggested(reading: Reading, guild_id: int, typed: str, query: CaseQuery) -> list[Case]:
    """The case of that number, or of the person of that name, first; then the newest that fit."""
    if typed and not typed.isdecimal():
        query, wanted = replace(query, text=typed), sought(typed)
        is_it = (table.c.sought == wanted) | table.c.sought.startswith(
            f"{wanted}\n", autoescape=True
        )
    elif typed and not (len(typed) <= DIGITS and 0 < int(typed) < MOST):
        return []
    else:
        is_it = table.c.number == int(typed or 0)
    wanted_ones = [fits(guild_id, query)]
    if typed and query.text is None:
        wanted_ones.append(_begins(typed))
    rows = await reading.execute(
        select(table)
        .where(*wanted_ones)
        .order_by(is_it.desc(), table.c.number.desc())
        .limit(SUGGESTED)
    )
    return [case_of(row) for row in rows]


def _begins(digits: str) -> ColumnElement[bool]:
    """As ranges, so that a keystroke costs a look into the index and not at every case."""
    powers = [10**more for more in range(max(DIGITS - len(digits), 0) + 1)]
    ranges = [(int(digits) * power, (int(digits) + 1) * power - 1) for power in powers]
    return or_(*(table.c.number.between(*one) for one in ranges if one[1] < MOST))
