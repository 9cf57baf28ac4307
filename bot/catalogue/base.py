"""The base of every event, and the types in which its fields are written."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema


def utc_text(moment: datetime) -> str:
    """`2026-05-24T11:32:18+00:00`: UTC, whole seconds (source: docs/receivers.md)."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def _whole(text: str) -> str:
    """Replace lone surrogates, which no UTF-8 body can carry."""
    return text.encode("utf-8", "replace").decode()


Snowflake = Annotated[
    int,
    Field(ge=0, lt=2**64),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,20}$"}),
]
"""A Discord id: an integer in the program, a decimal string on the wire."""

Moment = Annotated[
    datetime,
    PlainSerializer(utc_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An aware datetime, on the wire in UTC with whole seconds."""

Text = Annotated[str, AfterValidator(_whole)]
"""Anything a person typed."""


class Event(BaseModel):
    """One fact of the catalogue; its fields are the keys of `data`, in their order on the wire."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]
    about: ClassVar[str]
    example: ClassVar[dict[str, Any]]

    guild_id: Snowflake = Field(exclude=True, repr=False)

    @classmethod
    def sample(cls, guild_id: int) -> "Event":
        """The documented example as an event of that guild."""
        return cls.model_validate({"guild_id": guild_id, **cls.example})

    def data(self) -> bytes:
        """The event's own part of the body, as JSON."""
        return self.model_dump_json().encode()
