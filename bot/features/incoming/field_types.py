"""Field types of actions: an id, a number, an amount, a text, as they are on the wire."""

from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    TypeAdapter,
    WithJsonSchema,
)

from bot.catalogue.base import LARGEST_EXACT

ID_DIGITS = r"(?:[1-9][0-9]{0,17}|[1-8][0-9]{18})"
"""Of an id of Discord's: it fits into 63 bits, as all do that are given out before 2083."""
ID = rf"^{ID_DIGITS}$"
CURRENCY = r"^cur_[1-9][0-9]{0,14}$"
AMOUNT = r"^-?[0-9]{1,10}(\.[0-9]{1,2})?$"
NOTHING = r"^-?0+(\.0+)?$"
_NO = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f"
SEEN = rf"[^{_NO}]*[^{_NO}\s][^{_NO}]*"
TYPED = f"^{SEEN}$"
"""Text with something in it to be seen, and without control characters."""


def _number(value: object) -> object:
    """A number of Discord's is text: as a number, JavaScript would round it."""
    if not isinstance(value, str):
        raise ValueError("an id is a string of digits")
    return value


def _is_number(text: str) -> int:
    return int(text)


def _own(prefix: str, text: str) -> int:
    return int(text.removeprefix(prefix))


def _not_nothing(text: str) -> str:
    if not text.strip("-0."):
        raise ValueError("a change of zero is no change")
    return text


DiscordId = Annotated[
    int,
    PlainSerializer(str, return_type=str),
    BeforeValidator(_is_number),
    BeforeValidator(TypeAdapter(Annotated[str, Field(pattern=ID)]).validate_python),
    BeforeValidator(_number),
    WithJsonSchema({"type": "string", "pattern": ID}),
]
"""An id of Discord's: a decimal string on the wire."""

CurrencyRef = Annotated[
    int,
    PlainSerializer(lambda number: f"cur_{number}", return_type=str),
    BeforeValidator(lambda text: _own("cur_", text)),
    BeforeValidator(TypeAdapter(Annotated[str, Field(pattern=CURRENCY)]).validate_python),
    BeforeValidator(_number),
    WithJsonSchema({"type": "string", "pattern": CURRENCY}),
]
"""A currency, as the events of the dialect `vektor` name it: `cur_1`."""


def _whole(value: object) -> object:
    """JSON has one kind of number: 5.0 is as whole as 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_AS_WHOLE = BeforeValidator(_whole)
OwnNumber = Annotated[int, Field(ge=1, le=LARGEST_EXACT), _AS_WHOLE]
"""A number that Herald gave."""

XpNumber = Annotated[int, Field(ge=1, le=1_000_000), _AS_WHOLE]
SecondsNumber = Annotated[int, Field(ge=60, le=366 * 86_400), _AS_WHOLE]
SeriesNumber = Annotated[int, Field(ge=3600, le=366 * 86_400), _AS_WHOLE]
WinnersNumber = Annotated[int, Field(ge=1, le=100), _AS_WHOLE]
LevelFloor = Annotated[int, Field(ge=0, le=1000), _AS_WHOLE]
DaysFloor = Annotated[int, Field(ge=0, le=3650), _AS_WHOLE]
BonusNumber = Annotated[int, Field(ge=1, le=100), _AS_WHOLE]

DecimalText = Annotated[
    str,
    Field(pattern=AMOUNT, json_schema_extra={"not": {"pattern": NOTHING}}),
    AfterValidator(_not_nothing),
]
"""An amount of money as an exact decimal string, never zero."""

ReasonText = Annotated[str, Field(min_length=1, max_length=200, pattern=TYPED)]
