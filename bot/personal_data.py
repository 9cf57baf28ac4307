"""Personal data: what a feature keeps about people, and what becomes of it when they ask.

Every table with the id of a person is named by its feature; a test finds one that is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sqlalchemy import ColumnElement, Table

from bot.storage.database import Transaction


class DataFate(StrEnum):
    """What becomes of rows when the person whom they are about wants them deleted."""

    DELETED = "deleted"  # the rows go
    EMPTIED = "emptied"  # the feature takes out what it can; the table says what is left, and why
    STAYS = "stays"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalTable:
    """A table that holds ids of people; `about` says to them what it keeps (marked, as is `why`).

    A row is theirs by one of the columns `own`; by one of `others` they did something in it, as
    staff do. Of theirs they are shown the columns `shown`; where it `is_secret` they are not even
    told whether there is any, as that would say how to get round what protects others. `why` is
    what is left of it, and for what reason. The guild is the table's own column, or that of the
    row which the column `parent` names; what has neither is no single guild's. `only` narrows the
    rows.
    """

    table: Table
    about: str = ""
    own: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    is_secret: bool = False
    fate: DataFate = DataFate.STAYS
    why: str = ""
    parent: tuple[str, Table] | None = None
    only: ColumnElement[bool] | None = None

    @property
    def is_shared(self) -> bool:
        """Whether it belongs to no single guild."""
        return self.parent is None and "guild_id" not in self.table.c


class PersonalData(Protocol):
    """What a feature keeps about people, and how it lets go of it."""

    @property
    def tables(self) -> Sequence[PersonalTable]:
        """Everything; rows that are to be deleted are deleted by whoever asks."""
        ...

    async def release(self, tx: Transaction, guild_id: int, user_id: int) -> int:
        """Take out what can be of the emptied ones; of how many rows.

        A UserError says what has to end before: then nothing of the feature's is deleted.
        """
        ...


@dataclass(frozen=True, slots=True)
class KeptData:
    """Personal data of a feature that has nothing to empty."""

    tables: tuple[PersonalTable, ...] = ()

    async def release(self, tx: Transaction, guild_id: int, user_id: int) -> int:
        """Nothing but what is deleted anyhow."""
        del tx, guild_id, user_id
        return 0


NO_DATA = KeptData()
