"""Native rules: those of Discord's own AutoMod, in plain data, and where an invite leads."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

NativeTrigger = Literal["keyword", "spam", "keyword_preset", "mention_spam", "member_profile"]
NativeAction = Literal[
    "block_message", "send_alert_message", "timeout", "block_member_interactions"
]

# Discord's limits (source: its reference, "Auto Moderation Rule Object").
MOST_KEYWORD_RULES = 6
MOST_KEYWORDS, LONGEST_KEYWORD = 1000, 60
MOST_REGEX, LONGEST_REGEX = 10, 260
MOST_ALLOWED = 100
MOST_EXEMPT_ROLES, MOST_EXEMPT_CHANNELS = 20, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeRule:
    """A rule of Discord's that looks for words, as it is to lie there."""

    name: str
    keywords: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    blocks: bool = True
    alert_channel_id: int | None = None
    timeout: timedelta | None = None
    exempt_role_ids: tuple[int, ...] = ()
    exempt_channel_ids: tuple[int, ...] = ()
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class NativeExecution:
    """One action of a rule of Discord's, as the gateway tells of it; a message may bring many.

    A message that was blocked has no id, and `content` is empty where the bot may not read it.
    """

    guild_id: int
    rule_id: int
    trigger: NativeTrigger
    action: NativeAction
    user_id: int
    channel_id: int | None
    message_id: int | None
    content: str = ""


class NativeActs(Protocol):
    """What is asked of Discord's own AutoMod, and of invites; it fails as every act does."""

    async def native_actions(self, guild_id: int, native_id: int) -> tuple[NativeAction, ...]:
        """What that rule does, in order; Gone where there is none."""
        ...

    async def put_native_rule(
        self, guild_id: int, native_id: int | None, rule: NativeRule, *, reason: str
    ) -> int:
        """Make the rule, or make the one with that id so; its id. Gone where that is no more."""
        ...

    async def drop_native_rule(self, guild_id: int, native_id: int, *, reason: str) -> None:
        """Delete it; Gone where there is none."""
        ...

    async def invited_guild(self, code: str) -> int | None:
        """The server that an invite leads to, None for a group; Gone where it leads nowhere."""
        ...
