"""Model of automod: a rule of a guild, what it finds, and who is spared. Pure."""

from dataclasses import dataclass
from datetime import datetime

from bot.features.automod.terms import Category, RuleDraft, ScopeKind
from bot.message_content import MessageContent
from bot.sanctions import OwnReason
from bot.surroundings import Surroundings
from bot.texts import N_

MOST_RULES = 50
MOST_LETTERS = 600_000  # of all keywords of a guild: about 40 MB in memory

CATEGORIES: dict[Category, str] = {
    Category.KEYWORDS: N_("keywords"),
    Category.LINKS: N_("links"),
    Category.MENTIONS: N_("mentions"),
    Category.TEXT_STYLE: N_("style of text"),
    Category.ATTACHMENTS: N_("files"),
    Category.SPAM: N_("spam"),
    Category.CHANNEL_SPAM: N_("spam over channels"),
    Category.NEW_ACCOUNT: N_("new accounts"),
}
SPARED_CHANNEL = N_("the channel is not one that the rule is about")
SPARED_ROLE = N_("they have the exempt role <@&{role}>")
SPARED_BOT = N_("bots and webhooks are exempt from the rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomodRule:
    """A rule of a guild by its number; `native_id` is Discord's, of one that lies there as well.

    One without a draft is Discord's own, which has a number here because events name it.
    """

    id: int
    guild_id: int
    name: str
    category: Category
    draft: RuleDraft | None
    enabled: bool
    native_id: int | None = None
    hits: int = 0
    last_hit_at: datetime | None = None
    created_by_id: int | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found: why in a sentence, what was counted, the words as they were typed.

    `messages` are all of a burst that nobody has dealt with, each with its channel; `code` is that
    of an invite, which may lead to this very server.
    """

    rule: AutomodRule
    why: OwnReason
    found: str = ""
    counters: tuple[tuple[str, str], ...] = ()
    messages: tuple[tuple[int, int], ...] = ()
    code: str | None = None


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What a rule says to a text: what it found, or why it does not hold."""

    rule: AutomodRule
    hit: Hit | None
    spared: str | None = None


def gone(rule: AutomodRule, seen: Surroundings) -> frozenset[int]:
    """Roles and places that a rule names, and that the server has no more; archived threads too."""
    if rule.draft is None:
        return frozenset()
    scope = rule.draft.scope
    roles = {*scope.exempt_role_ids} - seen.roles.keys()
    return frozenset(roles | ({*scope.channel_ids} - seen.place_ids))


def spared(draft: RuleDraft, content: MessageContent) -> tuple[str, int] | None:
    """Why the rule does not hold for whoever wrote it there; a text, and the role that it names."""
    scope = draft.scope
    if content.is_bot and not scope.bots:
        return SPARED_BOT, 0
    if scope.exempt_role_ids:
        for role_id in scope.exempt_role_ids:
            if role_id in content.role_ids:
                return SPARED_ROLE, role_id
    if scope.kind is not ScopeKind.ALL:
        is_named = any(channel_id in scope.channel_ids for channel_id in content.place)
        if is_named != (scope.kind is ScopeKind.INCLUDE):
            return SPARED_CHANNEL, 0
    return None
