"""Seekers: one for each category, that says what a message has of what a rule looks for. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bot.features.automod.bursts import Burst, Sent
from bot.features.automod.keyword_index import FoundWord, KeywordIndex
from bot.features.automod.links import Link, LinkPolicy, links_in
from bot.features.automod.model import AutomodRule, Hit
from bot.features.automod.patterns import PatternFound, PatternSet
from bot.features.automod.style import emoji_in, is_zalgo, shouted
from bot.features.automod.terms import (
    AttachmentTerms,
    Category,
    ChannelSpamTerms,
    MentionTerms,
    SpamTerms,
    StyleTerms,
)
from bot.lookalikes.plain_text import PlainText, plain
from bot.message_content import FileContent, MessageContent
from bot.sanctions import OwnReason
from bot.texts import N_, _
from bot.user_text import clip, inline

SHOWN = 100  # characters of what was found


@dataclass
class Look:
    """Look at one message: whatever more than one rule asks for is worked out once, when asked.

    `own_codes` are invites that lead to this very server.
    """

    content: MessageContent
    words: KeywordIndex
    patterns: PatternSet
    policies: Mapping[int, LinkPolicy]
    burst: Burst | None = None
    now: int = 0
    own_codes: Set[str] = frozenset()

    @cached_property
    def text(self) -> str:
        return self.content.text

    @cached_property
    def plain(self) -> PlainText:
        return plain(self.text)

    @cached_property
    def found_words(self) -> Mapping[int, FoundWord]:
        return self.words.find(self.plain)

    @cached_property
    def found_patterns(self) -> Mapping[int, PatternFound]:
        return self.patterns.find(self.plain)

    @cached_property
    def links(self) -> Sequence[Link]:
        found = links_in(self.plain, self.text)
        return [one for one in found if one.code is None or one.code not in self.own_codes]

    @cached_property
    def shouted(self) -> tuple[int, int]:
        return shouted(self.content.content)

    @cached_property
    def emoji(self) -> int:
        return emoji_in(self.content.content)

    @cached_property
    def is_zalgo(self) -> bool:
        return is_zalgo(self.text)


def keywords(rule: AutomodRule, look: Look) -> Hit | None:
    """A word or phrase of the rule's, or what one of its patterns finds."""
    if word := look.found_words.get(rule.id):
        found = look.text[word.start : word.end]
        why = OwnReason.of(
            N_("“{found}” is the keyword “{word}”"), found=_shown(found), word=_shown(word.word)
        )
        return Hit(rule, why, found)
    if pattern := look.found_patterns.get(rule.id):
        found = look.text[pattern.start : pattern.end]
        why = OwnReason.of(
            N_("“{found}” is what the pattern “{pattern}” finds"),
            found=_shown(found),
            pattern=_shown(pattern.pattern),
        )
        return Hit(rule, why, found)
    return None


def links(rule: AutomodRule, look: Look) -> Hit | None:
    """The first link that the rule does not let through."""
    if not look.links:
        return None
    for one in look.policies[rule.id].refused(look.links):
        why = OwnReason.of(one.why, host=_shown(one.host))
        return Hit(rule, why, one.link.typed, code=one.link.code)
    return None


def mentions(rule: AutomodRule, look: Look) -> Hit | None:
    """More people or roles than the rule allows in one message."""
    terms = _terms(rule, MentionTerms)
    called = look.content.mentions
    users, roles = len(called.user_ids), len(called.role_ids)
    if terms.everyone and called.is_everyone:
        return Hit(rule, OwnReason.of(N_("everybody is called")))
    if terms.users is not None and users > terms.users:
        why, count, limit = OwnReason.of(N_("too many people are called")), users, terms.users
    elif terms.roles is not None and roles > terms.roles:
        why, count, limit = OwnReason.of(N_("too many roles are called")), roles, terms.roles
    else:
        return None
    return Hit(rule, why, counters=((_("Mentions"), _of(count, limit)),))


def text_style(rule: AutomodRule, look: Look) -> Hit | None:
    """Shouting, heaps of marks, too many emoji or lines."""
    terms = _terms(rule, StyleTerms)
    if terms.caps_percent is not None and (hit := _shouting(rule, terms, look)):
        return hit
    if terms.zalgo and look.is_zalgo:
        return Hit(rule, OwnReason.of(N_("marks are heaped up on its letters")))
    if terms.emoji is not None and look.emoji > terms.emoji:
        counters = ((_("Emoji"), _of(look.emoji, terms.emoji)),)
        return Hit(rule, OwnReason.of(N_("there are too many emoji")), counters=counters)
    lines = look.content.content.count("\n") + 1
    if terms.lines is not None and lines > terms.lines:
        return Hit(
            rule,
            OwnReason.of(N_("it has too many lines")),
            counters=((_("Lines"), _of(lines, terms.lines)),),
        )
    return None


def _shouting(rule: AutomodRule, terms: StyleTerms, look: Look) -> Hit | None:
    capitals, letters = look.shouted
    if letters < terms.caps_letters or capitals * 100 < letters * (terms.caps_percent or 0):
        return None
    share = f"{capitals * 100 // letters} %"
    counters = (
        (_("Capitals"), _("{count} of {limit} %").format(count=share, limit=terms.caps_percent)),
    )
    return Hit(rule, OwnReason.of(N_("it is written in capitals")), counters=counters)


def attachments(rule: AutomodRule, look: Look) -> Hit | None:
    """A file that the rule does not let through, or too many of them."""
    terms = _terms(rule, AttachmentTerms)
    files = look.content.files
    if terms.most is not None and len(files) > terms.most:
        return Hit(
            rule,
            OwnReason.of(N_("there are too many files")),
            counters=((_("Files"), _of(len(files), terms.most)),),
        )
    for file in files:
        if why := _refused_file(terms, file):
            return Hit(rule, why, file.name)
    return None


def _refused_file(terms: AttachmentTerms, file: FileContent) -> OwnReason | None:
    name = _shown(file.name)
    # A name such as photo.png.exe ends in two; each of them counts as refused.
    ends = {one.strip() for one in plain(file.name).text.split(".")[1:]}
    if ends & set(terms.refuse):
        return OwnReason.of(N_("the file “{name}” is of a kind that is refused"), name=name)
    if terms.only and file.extension not in terms.only:
        return OwnReason.of(N_("the file “{name}” is of no kind that is allowed"), name=name)
    if terms.largest_kb is not None and file.size > terms.largest_kb * 1024:
        return OwnReason.of(N_("the file “{name}” is too large"), name=name)
    return None


def spam(rule: AutomodRule, look: Look) -> Hit | None:
    """Too many messages in so many seconds, or the same one too often."""
    terms = _terms(rule, SpamTerms)
    sent = _recent(look, terms.seconds)
    seconds = terms.seconds
    if terms.messages is not None and len(sent) >= terms.messages:
        name = _("Messages in {seconds} s").format(seconds=seconds)
        return _burst_hit(
            rule,
            OwnReason.of(N_("too many messages at once")),
            (name, len(sent), terms.messages),
            sent,
        )
    if terms.duplicates is not None and sent and sent[0].what is not None:
        same = [one for one in sent if one.what == sent[0].what]
        if len(same) >= terms.duplicates:
            name = _("The same message in {seconds} s").format(seconds=seconds)
            return _burst_hit(
                rule,
                OwnReason.of(N_("the same message again")),
                (name, len(same), terms.duplicates),
                same,
            )
    return None


def channel_spam(rule: AutomodRule, look: Look) -> Hit | None:
    """Messages in too many channels in so many seconds."""
    terms = _terms(rule, ChannelSpamTerms)
    sent = _recent(look, terms.seconds)
    channels = len({one.channel_id for one in sent})
    if channels < terms.channels:
        return None
    name = _("Channels in {seconds} s").format(seconds=terms.seconds)
    return _burst_hit(
        rule,
        OwnReason.of(N_("messages in too many channels")),
        (name, channels, terms.channels),
        sent,
    )


def nothing(_rule: AutomodRule, _look: Look) -> Hit | None:
    """What looks at joins alone finds nothing in a message."""
    return None


SEEKERS: Mapping[Category, Callable[[AutomodRule, Look], Hit | None]] = {
    Category.KEYWORDS: keywords,
    Category.LINKS: links,
    Category.MENTIONS: mentions,
    Category.TEXT_STYLE: text_style,
    Category.ATTACHMENTS: attachments,
    Category.SPAM: spam,
    Category.CHANNEL_SPAM: channel_spam,
    Category.NEW_ACCOUNT: nothing,
}


def _recent(look: Look, seconds: int) -> list[Sent]:
    return [] if look.burst is None else list(look.burst.since(look.now, seconds))


def _burst_hit(
    rule: AutomodRule, why: OwnReason, counted: tuple[str, int, int], sent: Sequence[Sent]
) -> Hit:
    name, count, limit = counted
    older = tuple(_not_dealt_with(sent))
    return Hit(rule, why, counters=((name, _of(count, limit)),), messages=older)


def _not_dealt_with(sent: Sequence[Sent]) -> Iterator[tuple[int, int]]:
    for one in sent:
        if not one.is_dealt_with and one.message_id:
            yield one.channel_id, one.message_id


def _of(count: int, limit: int) -> str:
    return _("{count} of {limit}").format(count=count, limit=limit)


def _shown(found: str) -> str:
    return inline(clip(found, SHOWN), SHOWN)


def _terms(rule: AutomodRule, kind: type[Any]) -> Any:
    """The rule's terms; its category says which they are."""
    terms = rule.draft.terms if rule.draft else None
    if not isinstance(terms, kind):
        raise TypeError(f"rule {rule.id} has no terms of {kind.__name__}")
    return terms
