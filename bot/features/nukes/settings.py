"""Settings of nukes; only the owner, and people whom they name, change them."""

import re
from datetime import timedelta
from typing import Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from bot.settings import FeatureSettings, RoleIds
from bot.texts import N_, _
from bot.user_text import repeated

NukeReaction = Literal["quarantine", "strip_roles", "kick", "ban", "alert"]
PEOPLE = 25
MOST = 100
_PERSON = re.compile(r"(?:<@!?)?([0-9]{15,20})>?")


def read_named(text: str | None) -> frozenset[int]:
    """Ids of people, from ids and mentions with anything blank or a comma between."""
    parts = (text or "").replace(",", " ").replace(";", " ").split()
    found = [_PERSON.fullmatch(one) for one in parts]
    return frozenset(int(one[1]) for one in found if one is not None)


def _limit(default: int, description: str) -> int:
    return Field(default=default, ge=0, le=MOST, description=description)


class NukesSettings(FeatureSettings):
    """Settings of the feature in one guild; a limit of 0 counts nothing of its kind."""

    feature = "nukes"
    title = N_("Nukes")

    enabled: bool = Field(
        default=False,
        description=N_("Stop whoever tears the server down"),
    )
    reaction: NukeReaction = Field(
        default="quarantine", description=N_("What is done to them; quarantine can be undone")
    )
    reverts: bool = Field(
        default=True,
        description=N_("Put back what they deleted and changed, and lift their bans"),
    )
    window_seconds: int = Field(
        default=30, ge=5, le=600, description=N_("The window in which acts are counted, in seconds")
    )
    channel_delete: int = _limit(3, N_("Deleted channels that are too many; 0 for no limit"))
    channel_create: int = _limit(5, N_("Created channels that are too many; 0 for no limit"))
    role_delete: int = _limit(3, N_("Deleted roles that are too many; 0 for no limit"))
    role_create: int = _limit(5, N_("Created roles that are too many; 0 for no limit"))
    role_permissions: int = _limit(
        3, N_("Roles whose permissions were changed that are too many; 0 for no limit")
    )
    ban: int = _limit(5, N_("Banned people who are too many; 0 for no limit"))
    kick: int = _limit(5, N_("Kicked or pruned people who are too many; 0 for no limit"))
    webhook_create: int = _limit(3, N_("Created webhooks that are too many; 0 for no limit"))
    webhook_delete: int = _limit(3, N_("Deleted webhooks that are too many; 0 for no limit"))
    emoji_delete: int = _limit(
        5, N_("Deleted emojis and stickers that are too many; 0 for no limit")
    )
    trusted_roles: RoleIds = Field(
        default=(),
        description=N_("Roles whose people are not counted, unless they can take one themselves"),
    )
    trusted_people: str | None = Field(
        default=None,
        max_length=600,
        description=N_("People and bots who are never counted, by id or mention"),
    )
    keepers: str | None = Field(
        default=None,
        max_length=600,
        description=N_("People who may change these settings beside the owner, by id or mention"),
    )
    alerts_on_grants: bool = Field(
        default=True, description=N_("Say when somebody is given a dangerous permission")
    )

    @field_validator("trusted_people", "keepers")
    @classmethod
    def _readable(cls, text: str | None) -> str | None:
        parts = (text or "").replace(",", " ").replace(";", " ").split()
        wrong = next((one for one in parts if _PERSON.fullmatch(one) is None), None)
        problem = None
        if wrong is not None:
            problem = _("{part} is no id of a person").format(part=repeated(wrong))
        elif len(parts) > PEOPLE:
            problem = _("there can be {count} people").format(count=PEOPLE)
        if problem is not None:
            raise PydanticCustomError("unread", "{message}", {"message": problem})
        return text

    @property
    def window(self) -> timedelta:
        """In which acts are counted."""
        return timedelta(seconds=self.window_seconds)

    @property
    def trusted(self) -> frozenset[int]:
        """Whose acts are not counted."""
        return read_named(self.trusted_people)

    @property
    def kept_by(self) -> frozenset[int]:
        """Who may change these settings beside the owner."""
        return read_named(self.keepers)

    def limit(self, action: str) -> int:
        """How many are too many; 0 where nothing is counted."""
        return int(getattr(self, action, 0))
