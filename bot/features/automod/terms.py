"""Terms of rules, one model for each category: what is looked for, and from how much on.

They are what is stored, imported and exported; docs/automod.md shows each. Pure.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)

from bot.features.automod.actions import MOST_ACTIONS, ActionKind, RuleAction

MOST_WORDS = 1000
LONGEST_WORD = 60  # characters, as in Discord's own rules
MOST_PATTERNS = 10
LONGEST_PATTERN = 260
MOST_HOSTS = 500
LONGEST_NAME = 60
MOST_PLACES = 50


class Category(StrEnum):
    """What kind of thing a rule looks for."""

    KEYWORDS = "keywords"
    LINKS = "links"
    MENTIONS = "mentions"
    TEXT_STYLE = "text_style"
    ATTACHMENTS = "attachments"
    SPAM = "spam"
    CHANNEL_SPAM = "channel_spam"
    NEW_ACCOUNT = "new_account"


Word = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_WORD)
]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PATTERN)]
HostName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, min_length=3, max_length=253),
    StringConstraints(pattern=r"^(?:\*\.)?[^\s/:@*]+\.[^\s/:@*]+$"),
]


def _bare_extension(given: object) -> str:
    return str(given).strip().lower().removeprefix(".")


def _number(given: object) -> object:
    """JSON has ids as texts: some readers round numbers of that size."""
    return int(given) if isinstance(given, str) and given.isdecimal() else given


Extension = Annotated[
    str, BeforeValidator(_bare_extension), StringConstraints(pattern=r"^[a-z0-9]{1,16}$")
]
ObjectId = Annotated[
    int,
    BeforeValidator(_number),
    PlainSerializer(str, when_used="json"),
    Field(ge=1, lt=2**63),
]


class RuleTerms(BaseModel):
    """Terms that every category's are a kind of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    category: Any = ""


class KeywordTerms(RuleTerms):
    """Words, phrases and patterns; `*` at either end of a word lets it be part of another."""

    category: Literal[Category.KEYWORDS] = Category.KEYWORDS
    words: tuple[Word, ...] = Field(default=(), max_length=MOST_WORDS)
    allow: tuple[Word, ...] = Field(default=(), max_length=MOST_WORDS)
    patterns: tuple[Pattern, ...] = Field(default=(), max_length=MOST_PATTERNS)
    whole_word: bool = True
    leet: bool = False
    accents: bool = False


class LinkTerms(RuleTerms):
    """Links; of Discord's own files never, of this server's own invites neither."""

    category: Literal[Category.LINKS] = Category.LINKS
    invites: bool = True
    shorteners: bool = False
    lookalikes: bool = True
    every: bool = False
    deny: tuple[HostName, ...] = Field(default=(), max_length=MOST_HOSTS)
    allow: tuple[HostName, ...] = Field(default=(), max_length=MOST_HOSTS)


class MentionTerms(RuleTerms):
    """Mentions in one message, each person and role counted once."""

    category: Literal[Category.MENTIONS] = Category.MENTIONS
    users: int | None = Field(default=5, ge=1, le=100)
    roles: int | None = Field(default=2, ge=1, le=100)
    everyone: bool = False


class StyleTerms(RuleTerms):
    """Style of what is written: shouting, heaps of marks, emoji, empty lines."""

    category: Literal[Category.TEXT_STYLE] = Category.TEXT_STYLE
    caps_percent: int | None = Field(default=70, ge=50, le=100)
    caps_letters: int = Field(default=10, ge=5, le=2000)
    zalgo: bool = True
    emoji: int | None = Field(default=15, ge=3, le=200)
    lines: int | None = Field(default=None, ge=5, le=200)


class AttachmentTerms(RuleTerms):
    """Files by what their names end in, and by their size."""

    category: Literal[Category.ATTACHMENTS] = Category.ATTACHMENTS
    refuse: tuple[Extension, ...] = Field(default=(), max_length=100)
    only: tuple[Extension, ...] = Field(default=(), max_length=100)
    largest_kb: int | None = Field(default=None, ge=1, le=1_000_000)
    most: int | None = Field(default=None, ge=0, le=10)


class SpamTerms(RuleTerms):
    """Many messages of one person in a short time, or the same one again."""

    category: Literal[Category.SPAM] = Category.SPAM
    messages: int | None = Field(default=5, ge=2, le=50)
    duplicates: int | None = Field(default=3, ge=2, le=20)
    seconds: int = Field(default=10, ge=1, le=120)


class ChannelSpamTerms(RuleTerms):
    """One person in many channels in a short time."""

    category: Literal[Category.CHANNEL_SPAM] = Category.CHANNEL_SPAM
    channels: int = Field(default=3, ge=2, le=20)
    seconds: int = Field(default=10, ge=1, le=120)


class NewAccountTerms(RuleTerms):
    """Accounts that are younger than so many days when they join."""

    category: Literal[Category.NEW_ACCOUNT] = Category.NEW_ACCOUNT
    days: int = Field(default=7, ge=1, le=365)


AnyTerms = Annotated[
    KeywordTerms
    | LinkTerms
    | MentionTerms
    | StyleTerms
    | AttachmentTerms
    | SpamTerms
    | ChannelSpamTerms
    | NewAccountTerms,
    Field(discriminator="category"),
]
TERMS: dict[Category, type[RuleTerms]] = {
    Category.KEYWORDS: KeywordTerms,
    Category.LINKS: LinkTerms,
    Category.MENTIONS: MentionTerms,
    Category.TEXT_STYLE: StyleTerms,
    Category.ATTACHMENTS: AttachmentTerms,
    Category.SPAM: SpamTerms,
    Category.CHANNEL_SPAM: ChannelSpamTerms,
    Category.NEW_ACCOUNT: NewAccountTerms,
}


class ScopeKind(StrEnum):
    """Where a rule holds."""

    ALL = "all"
    INCLUDE = "include"
    EXCLUDE = "exclude"


class RuleScope(BaseModel):
    """Where a rule holds, and for whom it does not; a category or channel has what is in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: ScopeKind = ScopeKind.ALL
    channel_ids: tuple[ObjectId, ...] = Field(default=(), max_length=MOST_PLACES)
    exempt_role_ids: tuple[ObjectId, ...] = Field(default=(), max_length=MOST_PLACES)
    bots: bool = False


class RuleDraft(BaseModel):
    """A rule as it is written: its name, what it looks for, where, and what it does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME)
    ]
    terms: AnyTerms
    actions: tuple[RuleAction, ...] = Field(
        default=(RuleAction(ActionKind.DELETE),), min_length=1, max_length=MOST_ACTIONS
    )
    scope: RuleScope = RuleScope()
    enabled: bool = True
