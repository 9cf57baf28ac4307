"""Settings model of a feature, and how a typed value finds its way into one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import UserError
from bot.logs import get_logger
from bot.problems import said
from bot.texts import _
from bot.user_text import repeated

_log = get_logger("herald.settings")


class SettingKind(StrEnum):
    """Kind of a setting: how it is chosen in Discord."""

    SWITCH = "switch"
    CHANNEL = "channel"
    ROLE = "role"
    CATEGORY = "category"
    ROLES = "roles"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Needs:
    """Permissions, by Discord's names, that the bot must have in a channel to use it."""

    permissions: tuple[str, ...]


ChannelId = Annotated[int | None, SettingKind.CHANNEL, Needs(("view_channel", "send_messages"))]
"""A channel of the guild in which the bot writes, or none."""

FilesChannelId = Annotated[
    int | None,
    SettingKind.CHANNEL,
    Needs(("view_channel", "send_messages", "embed_links", "attach_files")),
]
"""A channel of the guild in which the bot writes with files, or none."""

InviteChannelId = Annotated[
    int | None, SettingKind.CHANNEL, Needs(("view_channel", "create_instant_invite"))
]
"""A channel of the guild into which the bot makes invites, or none."""

ThreadsChannelId = Annotated[
    int | None,
    SettingKind.CHANNEL,
    Needs(("view_channel", "create_private_threads", "send_messages_in_threads")),
]
"""A channel of the guild in which the bot makes private threads, or none."""

RoleId = Annotated[int | None, SettingKind.ROLE]
"""A role of the guild, or none."""

CategoryId = Annotated[
    int | None, SettingKind.CATEGORY, Needs(("view_channel", "manage_channels", "manage_roles"))
]
"""A category of the guild in which the bot makes channels, or none."""

RoleIds = Annotated[tuple[int, ...], SettingKind.ROLES]
"""Some roles of the guild, or none."""


MUTES = "mutes"
"""Mark of a role that is to keep people from writing: it must deny something."""

LINES = "lines"
"""Mark of a text that may have more than one line."""

LongText = Annotated[str, LINES]

HARMLESS = "harmless"
"""Mark of a role that is given to those who are to do no harm: it must hold no such permission."""

MutingRoleId = Annotated[int | None, SettingKind.ROLE, MUTES, HARMLESS]
HarmlessRoleId = Annotated[int | None, SettingKind.ROLE, HARMLESS]


class FeatureSettings(BaseModel):
    """One feature's choices in one guild: each field has a default and one line of meaning."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    feature: ClassVar[str]
    title: ClassVar[str]

    @classmethod
    def kind(cls, name: str) -> SettingKind:
        """How that field is chosen."""
        field = cls.model_fields[name]
        for mark in field.metadata:
            if isinstance(mark, SettingKind):
                return mark
        if field.annotation is bool:
            return SettingKind.SWITCH
        if get_origin(field.annotation) is Literal:
            return SettingKind.CHOICE
        is_number = field.annotation is int or field.annotation is float
        return SettingKind.NUMBER if is_number else SettingKind.TEXT

    @classmethod
    def mutes(cls, name: str) -> bool:
        """Whether the role chosen there is to keep people from writing."""
        return MUTES in cls.model_fields[name].metadata

    @classmethod
    def harmless(cls, name: str) -> bool:
        """Whether the role chosen there must let nobody do harm."""
        return HARMLESS in cls.model_fields[name].metadata

    @classmethod
    def has_lines(cls, name: str) -> bool:
        """Whether the text there may have more than one line."""
        return LINES in cls.model_fields[name].metadata

    @classmethod
    def needs(cls, name: str) -> tuple[str, ...]:
        """Permissions that the bot must have in the channel chosen there."""
        marks = cls.model_fields[name].metadata
        return next((one.permissions for one in marks if isinstance(one, Needs)), ())

    def asks(self, permission: str) -> bool:
        """Whether, as things are chosen, the feature needs that permission of those it names."""
        del permission
        return True

    @classmethod
    def literals(cls, name: str) -> tuple[str, ...]:
        """The values of a field that has no others."""
        return tuple(map(str, get_args(cls.model_fields[name].annotation)))

    @classmethod
    def label(cls, name: str) -> str:
        """The field's name, in the reader's language."""
        return _(spelled(name))

    @classmethod
    def meaning(cls, name: str) -> str:
        """The field's one line, in the reader's language."""
        return _(cls.model_fields[name].description or name)

    def changed(self, name: str, value: Any) -> Self:
        """A copy with that one choice made; a UserError where it does not fit."""
        if name not in type(self).model_fields:
            raise UserError(_("There is no setting “{name}”.").format(name=name))
        try:
            return self.model_validate({**self.model_dump(), name: value})
        except ValidationError as error:
            text = _("“{value}” does not fit {name}: {problem}.")
            shown, problem = repeated(str(value)), said(error.errors()[0])
            told = text.format(value=shown, name=self.label(name), problem=problem)
            raise UserError(told) from None

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """The choices as they were stored, without those that no longer fit.

        A rule that came later must not make a guild's settings unreadable: the default stands in.
        """
        stored = dict(document)
        while True:
            try:
                return cls.model_validate(stored)
            except ValidationError as error:
                wrong = {one["loc"][0] for one in error.errors() if one["loc"]} & stored.keys()
                if not wrong:
                    raise
                _log.warning("settings.unfit", feature=cls.feature, names=sorted(map(str, wrong)))
                stored = {name: value for name, value in stored.items() if name not in wrong}

    def empty(self, name: str) -> tuple[Any, ...]:
        """The values that leave the field empty; none where it must hold something."""
        fitting: list[Any] = []
        for value in (None, ""):
            try:
                self.changed(name, value)
            except UserError:
                continue
            fitting.append(value)
        return tuple(fitting)

    def choices(self) -> dict[str, Any]:
        """What differs from the defaults: that alone is stored."""
        return self.model_dump(exclude_defaults=True)


def spelled(name: str) -> str:
    """The name of a field as people read it, in English."""
    if name.endswith("_role_ids"):
        name = f"{name.removesuffix('_role_ids')}_roles"
    return name.removesuffix("_id").replace("_", " ").capitalize()


def is_on(settings: FeatureSettings) -> bool:
    """Whether the feature is switched on; one without a switch always is."""
    return bool(getattr(settings, "enabled", True))
