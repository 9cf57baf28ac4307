"""Actions that can be pushed in: what each holds, by the names of the wire (source: wire.md 7)."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    model_validator,
)
from pydantic.alias_generators import to_camel

from bot.features.incoming.field_types import (
    SEEN,
    TYPED,
    BonusNumber,
    CurrencyRef,
    DaysFloor,
    DecimalText,
    DiscordId,
    LevelFloor,
    OwnNumber,
    ReasonText,
    SecondsNumber,
    SeriesNumber,
    WinnersNumber,
    XpNumber,
)

_NAMED = ConfigDict(
    frozen=True, extra="forbid", strict=True, alias_generator=to_camel, serialize_by_alias=True
)


class IncomingAction(BaseModel):
    """An action with its fields; what it does not name is refused."""

    model_config = _NAMED

    about: ClassVar[str]
    needs_key: ClassVar[bool] = False  # what moves money is never done twice by mistake
    example: ClassVar[dict[str, Any]]

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """What it may be called on the wire; most have one name."""
        return get_args(cls.model_fields["action"].annotation)


class AddBalance(IncomingAction):
    about = "Change a member's wallet."
    needs_key = True
    example = {
        "action": "ADD_BALANCE",
        "userId": "234567890123456789",
        "currencyId": "cur_1",
        "amount": "5.00",
        "reason": "Bought in the shop",
    }

    action: Literal["ADD_BALANCE"]
    user_id: DiscordId = Field(description="Whose wallet: a member.")
    currency_id: CurrencyRef | None = Field(
        default=None, description="Which currency; the server's default where it is left out."
    )
    amount: DecimalText = Field(description="How much more, or less with a minus.")
    reason: ReasonText | None = Field(default=None, description="Stands in the ledger.")


class ChangeRole(IncomingAction):
    about = "Give a member a role, or take it."
    example = {
        "action": "ADD_ROLE",
        "userId": "234567890123456789",
        "roleId": "345678901234567890",
        "reason": "Supporter since May",
    }

    action: Literal["ADD_ROLE", "REMOVE_ROLE"]
    user_id: DiscordId = Field(description="Who: a member.")
    role_id: DiscordId = Field(
        description="A role below the bot's own, without dangerous permissions."
    )
    reason: ReasonText | None = Field(default=None, description="Stands in Discord's audit log.")


class EmbedField(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=80, pattern=TYPED)
    value: str = Field(min_length=1, max_length=250, pattern=TYPED)


class Embed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: str = Field(min_length=1, max_length=200, pattern=TYPED)
    description: str = Field(default="", max_length=1800, pattern=f"^({SEEN})?$")
    fields: tuple[EmbedField, ...] = Field(default=(), max_length=5)
    footer: str | None = Field(default=None, min_length=1, max_length=200, pattern=TYPED)


_ONE_OF: list[JsonValue] = [
    {
        "required": [one],
        "properties": {one: {"type": kind}, other: {"type": "null"}},
    }
    for one, kind, other in (("message", "string", "embed"), ("embed", "object", "message"))
]


class SendMessage(IncomingAction):
    model_config = ConfigDict(json_schema_extra={"oneOf": _ONE_OF})

    about = "Write into a channel. Members whom the text names are pinged, roles and @everyone not."
    example = {
        "action": "SEND_MESSAGE",
        "channelId": "678901234567890123",
        "message": "The shop is open again.",
    }

    action: Literal["SEND_MESSAGE"]
    channel_id: DiscordId = Field(description="Where: a channel of the server.")
    message: Annotated[str, Field(min_length=1, max_length=2000, pattern=TYPED)] | None = Field(
        default=None, description="The text, in Discord's Markdown. This or `embed`."
    )
    embed: Embed | None = Field(default=None, description="A framed message. This or `message`.")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.message is None) == (self.embed is None):
            raise ValueError("give either `message` or `embed`")
        return self


class AddXp(IncomingAction):
    about = "Give a member experience points."
    example = {"action": "ADD_XP", "userId": "234567890123456789", "amount": 150}

    action: Literal["ADD_XP"]
    user_id: DiscordId = Field(description="Who: a member.")
    amount: XpNumber = Field(description="How many more.")


class CreateCase(IncomingAction):
    about = "Warn a member, or note something about them for the staff."
    example = {
        "action": "CREATE_CASE",
        "userId": "234567890123456789",
        "type": "warn",
        "reason": "Chargeback in the shop",
        "moderatorId": "456789012345678901",
    }

    action: Literal["CREATE_CASE"]
    user_id: DiscordId = Field(description="Whom it is about: a member.")
    type: Literal["warn", "note"] = Field(description="What it is.")
    reason: str = Field(min_length=1, max_length=400, pattern=TYPED, description="Why.")
    moderator_id: DiscordId | None = Field(
        default=None,
        description="Who decided: a member who may do it by command as well. Else the bot.",
    )


class FormAnswer(BaseModel):
    model_config = _NAMED

    question: str = Field(min_length=1, max_length=45, pattern=TYPED, description="Its text.")
    answer: str = Field(
        min_length=1,
        max_length=1000,
        pattern=TYPED,
        description="Text, or an option; of several options each is an answer of its own.",
    )


class OpenTicket(IncomingAction):
    about = "Open a ticket for a member."
    example = {
        "action": "OPEN_TICKET",
        "userId": "234567890123456789",
        "ticketTypeId": 2,
        "subject": "Order 1042 did not arrive",
    }

    action: Literal["OPEN_TICKET"]
    user_id: DiscordId = Field(description="Whose ticket: a member.")
    ticket_type_id: OwnNumber = Field(description="Its type, as `ticket.opened` names it.")
    subject: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        pattern=TYPED,
        description="What it is about; the first answer, or the type's name, where it is left out.",
    )
    answers: tuple[FormAnswer, ...] = Field(
        default=(),
        max_length=50,
        description="Answers to questions of its form. None is needed, as where the staff open one "
        "for somebody; files cannot be given.",
    )

    @property
    def answered(self) -> Sequence[tuple[str, str]]:
        """Each question with its answer, or with one of several."""
        return tuple((one.question, one.answer) for one in self.answers)


class CloseTicket(IncomingAction):
    about = "Close a ticket."
    example = {"action": "CLOSE_TICKET", "ticketId": 318, "reason": "The order has arrived"}

    action: Literal["CLOSE_TICKET"]
    ticket_id: OwnNumber = Field(description="Herald's number of it, as `ticket.opened` has it.")
    reason: ReasonText | None = Field(default=None, description="Why.")


class BonusRole(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, alias_generator=to_camel, serialize_by_alias=True
    )

    role_id: DiscordId
    entries: BonusNumber = Field(description="How many more entries it brings.")


class StartGiveaway(IncomingAction):
    about = "Hold a giveaway."
    example = {
        "action": "START_GIVEAWAY",
        "channelId": "678901234567890123",
        "prize": "A signed print",
        "durationSeconds": 86400,
        "winnerCount": 2,
    }

    action: Literal["START_GIVEAWAY"]
    channel_id: DiscordId = Field(description="Where: a text channel in which the bot may write.")
    prize: str = Field(min_length=1, max_length=200, pattern=TYPED, description="What is won.")
    duration_seconds: SecondsNumber = Field(description="How long it is open.")
    winner_count: WinnersNumber = Field(default=1, description="How many can win.")
    details: str | None = Field(
        default=None, min_length=1, max_length=1000, pattern=TYPED, description="More about it."
    )
    required_role_ids: tuple[DiscordId, ...] = Field(
        default=(), max_length=10, description="Roles that are needed, all of them."
    )
    min_level: LevelFloor | None = Field(default=None, description="A level needed.")
    min_account_days: DaysFloor = Field(
        default=0, description="How many days old an account must be."
    )
    min_member_days: DaysFloor = Field(
        default=0, description="How many days somebody must have been in the server."
    )
    bonus_roles: tuple[BonusRole, ...] = Field(
        default=(), max_length=10, description="Roles that bring more entries."
    )
    starts_in_seconds: SecondsNumber | None = Field(
        default=None, description="When it opens; at once where it is left out."
    )
    every_seconds: SeriesNumber | None = Field(
        default=None,
        description="Begin another one so often; not more often than each of them lasts.",
    )

    @property
    def bonus(self) -> Sequence[tuple[int, int]]:
        """Each role, with what it brings."""
        return tuple((one.role_id, one.entries) for one in self.bonus_roles)


class EndGiveaway(IncomingAction):
    about = "End a giveaway before its time: it is drawn at once."
    example = {"action": "END_GIVEAWAY", "giveawayId": 12}

    action: Literal["END_GIVEAWAY"]
    giveaway_id: OwnNumber = Field(description="Its number.")


ACTIONS: tuple[type[IncomingAction], ...] = (
    AddBalance,
    ChangeRole,
    SendMessage,
    AddXp,
    CreateCase,
    OpenTicket,
    CloseTicket,
    StartGiveaway,
    EndGiveaway,
)
BY_NAME = {name: one for one in ACTIONS for name in one.names()}
NAMES = tuple(BY_NAME)
