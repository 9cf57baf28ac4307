"""Stride of a walk that cuts a piece of work at one await after the other.

Through SQLite each await is a step of ours. PostgreSQL's driver awaits several times in each
statement, which shows in every fifth of them; HERALD_CHAOS=1 goes through all. The inner loop
walks in long strides.
"""

import os

from bot.storage.database import Database

LONG = 5  # odd, as the next
THINNED = 1 if os.environ.get("HERALD_CHAOS") == "1" else 5  # odd: both kinds of cuts take turns


def stride(database: Database, step: int = 1) -> int:
    """How many awaits on the next cut is: `step` of them where a walk has hundreds."""
    if os.environ.get("HERALD_CHAOS") == "1":
        return 1
    return (step if database.is_sqlite else THINNED * step) * _lengthened


def lengthen() -> None:
    """Walk as the inner loop does, from now on."""
    global _lengthened  # noqa: PLW0603 - said once, as a run begins
    _lengthened = LONG


_lengthened = 1
