"""Settings model of a feature, and how a typed value finds its way into one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import UserError
from bot.logs import get_logger
from bot.texts import _
from bot.user_text import repeated

_log = get_logger("herald.settings")


class SettingKind(StrEnum):
    """Kind of a setting: how it is chosen in Discord."""

    SWITCH = "switch"
    CHANNEL = "channel"
    ROLE = "role"
    NUMBER = "number"
    TEXT = "text"


ChannelId = Annotated[int | None, SettingKind.CHANNEL]
"""A channel of the guild, or none."""

RoleId = Annotated[int | None, SettingKind.ROLE]
"""A role of the guild, or none."""


MUTES = "mutes"
"""Mark of a role that is to keep people from writing: it must deny something."""

MutingRoleId = Annotated[int | None, SettingKind.ROLE, MUTES]

INVITES = "invites"
"""Mark of a channel into which the bot makes invites: it need not write there."""

InviteChannelId = Annotated[int | None, SettingKind.CHANNEL, INVITES]


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
        is_number = field.annotation is int or field.annotation is float
        return SettingKind.NUMBER if is_number else SettingKind.TEXT

    @classmethod
    def mutes(cls, name: str) -> bool:
        """Whether the role chosen there is to keep people from writing."""
        return MUTES in cls.model_fields[name].metadata

    @classmethod
    def needs(cls, name: str) -> tuple[str, str]:
        """What the bot must be permitted in the channel chosen there, by Discord's names."""
        is_invited = INVITES in cls.model_fields[name].metadata
        return "view_channel", "create_instant_invite" if is_invited else "send_messages"

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
            problem = error.errors()[0]["msg"]
            text = _("“{value}” does not fit {name}: {problem}.")
            shown = repeated(str(value))
            raise UserError(text.format(value=shown, name=name, problem=problem)) from None

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


def is_on(settings: FeatureSettings) -> bool:
    """Whether the feature is switched on; one without a switch always is."""
    return bool(getattr(settings, "enabled", True))
