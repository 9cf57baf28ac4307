"""Type of ticket: what is asked, who sees it, where it is opened, and what is promised."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.features.tickets.hours import Hours, parse
from bot.pictures.coverage import EMOJI
from bot.pictures.line import clusters
from bot.settings import CategoryId, FeatureSettings, LongText, RoleIds, ThreadsChannelId
from bot.texts import N_, _
from bot.user_text import clean_line, clean_paragraphs

NAME_LIMIT = 50
ABOUT_LIMIT = 100
WELCOME_LIMIT = 1500
QUESTIONS = 5
OPTIONS = 10
TYPES = 50  # of one server
PROMISE_LIMIT = 30 * 24 * 60  # minutes
SILENCE_LIMIT = 60 * 24  # hours

_CUSTOM_EMOJI = re.compile(r"<a?:\w{2,32}:(?P<id>[0-9]{15,20})>")


def emoji_id(emoji: str) -> int | None:
    """The id of an emoji that is some server's own; None of every other."""
    found = _CUSTOM_EMOJI.fullmatch(emoji)
    return None if found is None else int(found["id"])


class QuestionKind(StrEnum):
    """Kind of a question in a form."""

    SHORT = "short"
    LONG = "long"
    CHOICE = "choice"
    RADIO = "radio"
    BOXES = "boxes"
    FILES = "files"


class FormQuestion(BaseModel):
    """Question of a form, answered before a ticket opens."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str = Field(min_length=1, max_length=45)
    about: str = Field(default="", max_length=100)
    kind: QuestionKind = QuestionKind.SHORT
    options: tuple[str, ...] = Field(default=(), max_length=OPTIONS)
    is_required: bool = True

    @property
    def has_options(self) -> bool:
        return self.kind in (QuestionKind.CHOICE, QuestionKind.RADIO, QuestionKind.BOXES)


class TypeChoices(FeatureSettings):
    """Choices of a ticket type, each with its default and one line of meaning."""

    feature = "ticket_type"
    title = N_("Ticket type")

    name: str = Field(
        default="Support", min_length=1, max_length=NAME_LIMIT, description=N_("What it is called")
    )
    about: str = Field(
        default="", max_length=ABOUT_LIMIT, description=N_("What it is for, in a line")
    )
    emoji: str = Field(default="", max_length=64, description=N_("The emoji on its button"))
    place: Literal["channel", "thread"] = Field(
        default="channel", description=N_("A private channel, or a private thread")
    )
    category_id: CategoryId = Field(default=None, description=N_("Where its channels are made"))
    overflow_id: CategoryId = Field(
        default=None, description=N_("Where they are made once 50 are in that one")
    )
    thread_channel_id: ThreadsChannelId = Field(
        default=None, description=N_("The channel in which its threads are made")
    )
    staff_role_ids: RoleIds = Field(default=(), description=N_("Who answers, and sees its tickets"))
    ping_role_ids: RoleIds = Field(default=(), description=N_("Who is called when one is opened"))
    required_role_ids: RoleIds = Field(
        default=(), description=N_("Who may open one; everybody where none is chosen")
    )
    refused_role_ids: RoleIds = Field(default=(), description=N_("Who may not"))
    name_pattern: str = Field(
        default="{type}-{number}",
        min_length=1,
        max_length=80,
        description=N_("The channel's name: {type}, {number}, {user}, {priority}"),
    )
    welcome: LongText = Field(
        default="", max_length=WELCOME_LIMIT, description=N_("What stands first in a new ticket")
    )
    hours: str = Field(
        default="",
        max_length=200,
        description=N_("When somebody is there, as in: Mon-Fri 9:00-17:30 Europe/Berlin"),
    )
    open_limit: int = Field(
        default=1, ge=1, le=10, description=N_("How many one person may have open")
    )
    cooldown_minutes: int = Field(
        default=0, ge=0, le=10_080, description=N_("Minutes until the same person may open another")
    )
    has_transcript: bool = Field(
        default=True, description=N_("Keep a transcript, and send it when one is closed")
    )
    promise_minutes: int = Field(
        default=0,
        ge=0,
        le=PROMISE_LIMIT,
        description=N_("Minutes to a first answer, after which staff are told; 0 is never"),
    )
    silence_hours: int = Field(
        default=0,
        ge=0,
        le=SILENCE_LIMIT,
        description=N_("Hours of silence after which it closes itself; 0 is never"),
    )
    warning_hours: int = Field(
        default=24,
        ge=1,
        le=SILENCE_LIMIT,
        description=N_("Hours before that in which a warning is written"),
    )

    @field_validator("name", "about", "name_pattern", mode="before")
    @classmethod
    def _clean(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return clean_line(value) if clean_paragraphs(value) else ""

    @field_validator("emoji")
    @classmethod
    def _is_emoji(cls, value: str) -> str:
        drawn = clusters(value)
        is_one = len(drawn) == 1 and drawn[0].font == EMOJI
        if value and not is_one and emoji_id(value) is None:
            raise ValueError(_("one emoji is needed, or none"))
        return value

    @field_validator("hours")
    @classmethod
    def _reads(cls, value: str) -> str:
        parse(value)
        return value

    @property
    def opening_hours(self) -> Hours:
        return parse(self.hours)


@dataclass(frozen=True, slots=True)
class TicketType:
    """A type as a guild has it; a deleted one is kept for the tickets that were of it."""

    id: int
    guild_id: int
    choices: TypeChoices
    form: tuple[FormQuestion, ...] = ()
    is_deleted: bool = False

    @classmethod
    def read(
        cls,
        row_id: int,
        guild_id: int,
        document: Mapping[str, Any],
        *,
        questions: Sequence[Mapping[str, Any]],
        is_deleted: bool,
    ) -> Self:
        """The type as it was stored."""
        form = tuple(FormQuestion.model_validate(one) for one in questions)
        return cls(row_id, guild_id, TypeChoices.read(document), form, is_deleted)

    @property
    def name(self) -> str:
        return self.choices.name

    def hands_in(self, answers: Mapping[str, Any]) -> bool:
        """Whether these answers of its form name files."""
        files = (one.text for one in self.form if one.kind is QuestionKind.FILES)
        return any(answers.get(one) for one in files)

    def without_emoji(self) -> Self:
        """The same with nothing before its name."""
        return replace(self, choices=self.choices.model_copy(update={"emoji": ""}))
