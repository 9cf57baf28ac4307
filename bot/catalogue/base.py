"""Base of every event, and the types in which its fields are written."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

MOMENT_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00$"
LARGEST_EXACT = 2**53 - 1  # whole numbers beyond it lose digits in JavaScript


def utc_text(moment: datetime) -> str:
    """`2026-05-24T11:32:18+00:00`: UTC, whole seconds (source: docs/receivers.md)."""
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.isoformat(timespec="seconds")


def _whole(text: str) -> str:
    """Replace lone surrogates, which no UTF-8 body can carry."""
    return text.encode("utf-8", "replace").decode()


def _plain(value: object) -> Any:
    """What JSON carries without loss: fractions and numbers too large for JavaScript as text."""
    match value:
        case str():
            return _whole(value)
        case None | bool():
            return value
        case int() if abs(value) <= LARGEST_EXACT:
            return value
        case int() | float():
            return str(value)
        case datetime():
            return utc_text(value)
        case dict():
            items = cast("dict[object, object]", value).items()
            return {_whole(str(key)): _plain(item) for key, item in items}
        case list() | tuple():
            return [_plain(item) for item in cast("list[object]", value)]
        case _:
            raise ValueError(f"{type(value).__name__} has no place in an event")


Snowflake = Annotated[
    int,
    Field(ge=0, lt=2**64),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,20}$"}),
]
"""A Discord id: an integer in the program, a decimal string on the wire."""

OwnId = Annotated[int, Field(strict=True, ge=1, le=LARGEST_EXACT)]
"""A number that Herald gave: a case, a ticket, a currency."""

Count = Annotated[int, Field(strict=True, ge=0, le=LARGEST_EXACT)]
"""How many; never negative."""

Money = Annotated[int, Field(strict=True, ge=-LARGEST_EXACT, le=LARGEST_EXACT)]
"""An amount in the currency's smallest unit; never a float."""

Decimals = Literal[0, 2]
"""How many digits of an amount stand behind the point."""

Moment = Annotated[
    AwareDatetime,
    PlainSerializer(utc_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": MOMENT_PATTERN}),
]
"""An aware datetime, on the wire in UTC with whole seconds."""

Text = Annotated[str, AfterValidator(_whole)]
"""Anything a person typed."""

Plain = Annotated[Any, AfterValidator(_plain)]
"""Any value of JSON, made safe for every reader."""


ComesWith = Mapping[str, Mapping[str, str]]
"""By key, the values of an enumeration that another feature than the event's own brings."""


class Event(BaseModel):
    """One fact of the catalogue; its fields are the keys of `data`, in their order on the wire."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]
    feature: ClassVar[str]  # that sends it
    comes_with: ClassVar[ComesWith] = {}
    about: ClassVar[str]
    notes: ClassVar[str] = ""  # what a receiver should know beyond `about`
    example: ClassVar[dict[str, Any]]

    guild_id: Snowflake = Field(exclude=True, repr=False)

    @classmethod
    def wire_keys(cls) -> tuple[str, ...]:
        """The keys of `data` as they are on the wire, in order (case.created has one `type`)."""
        fields = cls.model_fields.items()
        return tuple(field.alias or name for name, field in fields if not field.exclude)

    @classmethod
    def is_sent(cls, features: Collection[str]) -> bool:
        """Whether a bot of these features sends it."""
        return cls.feature in features

    @classmethod
    def unsent_values(cls, key: str, features: Collection[str]) -> tuple[str, ...]:
        """The values that a bot of these features does not send yet."""
        brought = cls.comes_with.get(key, {}).items()
        return tuple(value for value, feature in brought if feature not in features)

    @classmethod
    def sample(cls, guild_id: int) -> "Event":
        """The documented example as an event of that guild."""
        return cls.model_validate({"guild_id": guild_id, **cls.example})

    def data(self) -> bytes:
        """The event's own part of the body, as JSON."""
        return self.__pydantic_serializer__.to_json(self, by_alias=True)
