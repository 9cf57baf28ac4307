"""Stride of a walk that cuts a piece of work at one await after the other.

Through SQLite each await is a step of ours, of which a statement has about three. PostgreSQL's
driver awaits several times in each statement, which shows in every fifth of them. The inner loop
walks in long strides; `make chaos ALL=1 ARGS=tests` goes through all.
"""

import os

from bot.storage.database import Database

# All odd: both kinds of cuts take turns.
SQLITE = 3
POSTGRESQL = 5
LONG = 5


def stride(database: Database, step: int = 1) -> int:
    """How many awaits on the next cut is: at least `step`, where a walk has hundreds."""
    if os.environ.get("HERALD_CHAOS") == "1":
        return 1
    step *= _lengthened
    return max(step, SQLITE) if database.is_sqlite else POSTGRESQL * step


def lengthen() -> None:
    """Walk as the inner loop does, from now on."""
    global _lengthened  # noqa: PLW0603 - said once, as a run begins
    _lengthened = LONG


_lengthened = 1
