"""Row pages: what people leaf through, counted as it is when a page is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Row, Select, func

from bot.storage.database import Reading

PAGE = 10

T = TypeVar("T")


@dataclass(frozen=True)  # with slots, `RowPage[Case]` could not be called
class RowPage(Generic[T]):
    """Some of what was found, `total` in all; `number` counts from 1."""

    rows: tuple[T, ...]
    number: int
    pages: int
    total: int

    @property
    def has_more(self) -> bool:
        return self.number < self.pages


@dataclass(frozen=True)
class NamedRows(Generic[T]):
    """A page with what its drawing needs besides; as a page to whoever leafs through."""

    rows: RowPage[T]

    @property
    def number(self) -> int:
        return self.rows.number

    @property
    def has_more(self) -> bool:
        return self.rows.has_more


async def page_of(
    reading: Reading, wanted: Select[Any], number: int, read: Callable[[Row[Any]], T]
) -> RowPage[T]:
    """That page of what is wanted, in its order, or the nearest there is."""
    counted = wanted.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    total = int((await reading.execute(counted)).scalar_one())
    pages = max(-(-total // PAGE), 1)
    number = min(max(number, 1), pages)
    rows = await reading.execute(wanted.limit(PAGE).offset((number - 1) * PAGE))
    return RowPage(tuple(read(row) for row in rows), number, pages, total)
