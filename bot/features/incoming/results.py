"""Results of actions, as an answer tells them: what there is now, by the names of the wire."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel

from bot.catalogue.base import Moment, OwnId, Snowflake
from bot.features.incoming.field_types import CURRENCY

CurrencyName = Annotated[
    int,
    PlainSerializer(lambda number: f"cur_{number}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": CURRENCY}),
]
"""A currency as it is named on the wire: `cur_1`."""


class ActionResult(BaseModel):
    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, serialize_by_alias=True, populate_by_name=True
    )


class BalanceAdded(ActionResult):
    user_id: Snowflake
    currency_id: CurrencyName
    delta: str = Field(description="The change, with all the currency's decimals.")
    balance: str = Field(description="What can be spent now.")


class RoleChanged(ActionResult):
    user_id: Snowflake
    role_id: Snowflake


class MessageSent(ActionResult):
    channel_id: Snowflake
    message_id: Snowflake


class XpAdded(ActionResult):
    user_id: Snowflake
    amount: int
    total_xp: int
    level: int


class CaseMade(ActionResult):
    case_id: OwnId
    case_number: OwnId
    type: Literal["warn", "note"]
    user_id: Snowflake


class TicketMade(ActionResult):
    ticket_id: OwnId
    number: OwnId
    user_id: Snowflake
    channel_id: Snowflake


class TicketShut(ActionResult):
    ticket_id: OwnId
    number: OwnId


class GiveawayBegun(ActionResult):
    giveaway_id: OwnId
    channel_id: Snowflake
    ends_at: Moment


class GiveawayOver(ActionResult):
    giveaway_id: OwnId


RESULTS: dict[str, type[ActionResult]] = {
    "ADD_BALANCE": BalanceAdded,
    "ADD_ROLE": RoleChanged,
    "REMOVE_ROLE": RoleChanged,
    "SEND_MESSAGE": MessageSent,
    "ADD_XP": XpAdded,
    "CREATE_CASE": CaseMade,
    "OPEN_TICKET": TicketMade,
    "CLOSE_TICKET": TicketShut,
    "START_GIVEAWAY": GiveawayBegun,
    "END_GIVEAWAY": GiveawayOver,
}
