"""Controls and posts as plain data: what a message of the bot's holds, before Discord draws it.

Features and cogs make these; `bot.client.layout` alone turns them into discord.py's views.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath

LONGEST_ID = 100
"""Characters of a custom id (source: Discord's component reference)."""

NUMBER = "[0-9]{1,18}"
"""A row's number or a page's, as a group of a ControlId."""

SNOWFLAKE = "[0-9]{1,20}"
"""An id of Discord's, as a group of a ControlId."""

WORD = r"\w{1,40}"
"""A name of ours, as a group of a ControlId."""

IMAGES = frozenset({".gif", ".jpeg", ".jpg", ".png", ".webp"})


class Tone(StrEnum):
    """Colour of a post or a button, by its meaning."""

    PLAIN = "plain"
    GOOD = "good"
    NEXT = "next"
    WARNING = "warning"
    BAD = "bad"


class ControlId:
    """Custom id of a button or select: what it does, and the values that it carries.

    `ControlId("case:reason", number=NUMBER)` writes `case:reason:12` and reads it back. What was
    once written into a message stays readable: people press buttons of years ago.
    """

    def __init__(self, name: str, /, **groups: str) -> None:
        self.name = name
        self._groups: Mapping[str, str] = groups
        self.template = ":".join([name, *(f"(?P<{key}>{part})" for key, part in groups.items())])
        self._pattern = re.compile(self.template)

    def of(self, **values: object) -> str:
        """The id with these values; a ValueError where it could not be read back."""
        written = ":".join([self.name, *(str(values[key]) for key in self._groups)])
        if len(written) > LONGEST_ID or self._pattern.fullmatch(written) is None:
            raise ValueError(f"{written!r} is no id of {self.name}")
        return written


@dataclass(frozen=True, slots=True)
class Button:
    """Button under a post: a link, or a control known by its custom id.

    Five stand in a row; one that `begins_row` stands below those before it.
    """

    label: str
    url: str | None = None
    custom_id: str | None = None
    tone: Tone = Tone.PLAIN
    is_disabled: bool = False
    emoji: str | None = None
    begins_row: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """Option of a select; `value` is what the control is handed."""

    label: str
    value: str
    about: str = ""
    emoji: str | None = None
    is_chosen: bool = False


class Choosable(StrEnum):
    """Options that a select offers."""

    OPTIONS = "options"
    CHANNELS = "channels"
    CATEGORIES = "categories"
    ROLES = "roles"


@dataclass(frozen=True, slots=True)
class Select:
    """Select under a post: of its options, or of the server's channels, categories or roles.

    `least` to `most` can be chosen at once; `chosen_ids` are the channels or roles that are now.
    """

    custom_id: str
    options: tuple[Option, ...] = ()
    placeholder: str = ""
    least: int = 1
    most: int = 1
    offers: Choosable = Choosable.OPTIONS
    chosen_ids: tuple[int, ...] = ()
    is_disabled: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Picture or file of a post; `description` is read out to whoever does not see it."""

    name: str
    content: bytes = field(repr=False)
    description: str = ""

    @property
    def is_image(self) -> bool:
        """Whether it is shown rather than handed out."""
        return PurePath(self.name).suffix.lower() in IMAGES


@dataclass(frozen=True, slots=True)
class Post:
    """Message of the bot's; nothing in it pings anybody but `pings` and the people of
    `role_pings`.

    Texts are Discord's Markdown. `below` are further texts, each under a line; `footer` is small;
    selects stand above buttons. `is_plain` makes it an ordinary message, of its text, controls and
    picture alone. `once` (25 characters) names it: sent again within minutes, it is there once.
    `unattached` is said instead of the picture where that alone may not be sent.
    """

    title: str = ""
    text: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    below: tuple[str, ...] = ()
    footer: str = ""
    tone: Tone = Tone.PLAIN
    selects: tuple[Select, ...] = ()
    buttons: tuple[Button, ...] = ()
    pings: tuple[int, ...] = ()
    role_pings: tuple[int, ...] = ()
    at: datetime | None = None
    once: str | None = None
    picture: Picture | None = None
    unattached: str = ""
    is_plain: bool = False

    @property
    def bare(self) -> "Post | None":
        """The same without its picture, which it says; None where there is nothing else to say."""
        if self.picture is None or not self.unattached:
            return None
        return replace(self, picture=None, below=(*self.below, self.unattached))
