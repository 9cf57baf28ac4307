"""Refusals of rules that could find nothing, would find everything, or would lock everybody out."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.errors import UserError
from bot.features.automod.actions import ActionKind, severest
from bot.features.automod.everyday import FEWEST, SHARE, languages
from bot.features.automod.model import CATEGORIES, MOST_LETTERS, MOST_RULES, AutomodRule
from bot.features.automod.patterns import finds_everything, refuse_pattern
from bot.features.automod.ruleset import RuleSet
from bot.features.automod.terms import (
    AnyTerms,
    AttachmentTerms,
    Category,
    ChannelSpamTerms,
    KeywordTerms,
    LinkTerms,
    MentionTerms,
    NewAccountTerms,
    RuleDraft,
    ScopeKind,
    SpamTerms,
    StyleTerms,
)
from bot.lookalikes.plain_text import plain
from bot.message_content import FileContent, Mentions, MessageContent
from bot.texts import _
from bot.user_text import repeated

UNREAD = frozenset({Category.SPAM, Category.CHANNEL_SPAM, Category.NEW_ACCOUNT})
"""What needs no text: how many messages there are tells the gateway all the same."""
FEWEST_MESSAGES, FEWEST_DUPLICATES, FEWEST_CHANNELS = 4, 3, 3
"""Below these everybody is met who writes two lines in a row: nobody is sent away for that."""
PHOTOS = tuple(FileContent(name, 300_000, "") for name in ("photo.jpg", "photo.png"))
LONGEST_GATE = 90  # days: who has had an account for longer is not sent away for its age


def refuse_draft(draft: RuleDraft) -> None:
    """A UserError with the first reason why this cannot be a rule."""
    for reason in _reasons(draft):
        raise UserError(reason)


def refuse_unread(draft: RuleDraft) -> None:
    """A UserError for what looks at texts, where the bot may not read them."""
    if draft.terms.category not in UNREAD:
        text = _(
            "I may not read what people write here. Whoever runs this bot can set "
            "`discord.message_content`, and tick Message Content Intent on the bot's page in "
            "Discord's Developer Portal; until then rules can be about {categories}."
        )
        known = ", ".join(_(CATEGORIES[one]) for one in Category if one in UNREAD)
        raise UserError(text.format(categories=known))


def refuse_amount(others: Sequence[AutomodRule], drafts: Sequence[RuleDraft]) -> None:
    """A UserError where these would be too many beside the others, or hold too many words."""
    if len(others) + len(drafts) > MOST_RULES:
        text = _("A server can have {most} rules: delete one that you do not need.")
        raise UserError(text.format(most=MOST_RULES))
    standing = [one.draft for one in others if one.draft is not None]
    if sum(map(_length, (*standing, *drafts))) > MOST_LETTERS:
        text = _("All keywords of a server together can have {most} letters: take some out.")
        raise UserError(text.format(most=MOST_LETTERS))


def _length(draft: RuleDraft) -> int:
    terms = draft.terms
    return sum(map(len, (*terms.words, *terms.allow))) if isinstance(terms, KeywordTerms) else 0


def _reasons(draft: RuleDraft) -> Iterator[str]:
    yield from _about_actions(draft)
    if not _seeks_anything(draft.terms):
        yield _("The rule looks for nothing: say what it is to find.")
    if draft.scope.kind is not ScopeKind.ALL and not draft.scope.channel_ids:
        yield _("Name the channels, or let the rule hold everywhere.")
    if isinstance(draft.terms, KeywordTerms):
        yield from _about_words(draft.terms)
    yield from _about_everybody(draft)


def _about_actions(draft: RuleDraft) -> Iterator[str]:
    kinds = [action.kind for action in draft.actions]
    if len(set(kinds)) < len(kinds):
        yield _("One of the actions stands there twice.")
    if ActionKind.LOG_ONLY in kinds and len(kinds) > 1:
        yield _("log_only is to do nothing else: write it alone, or leave it out.")
    if ActionKind.KICK in kinds and ActionKind.BAN in kinds:
        yield _("Who is banned needs no kick: leave one of the two out.")
    if isinstance(draft.terms, NewAccountTerms) and ActionKind.DELETE in kinds:
        yield _("Who joins has written nothing: leave delete out.")


def _seeks_anything(terms: AnyTerms) -> bool:
    match terms:
        case KeywordTerms():
            return bool(terms.words or terms.patterns)
        case LinkTerms():
            return any((terms.invites, terms.shorteners, terms.lookalikes, terms.every, terms.deny))
        case MentionTerms():
            return terms.everyone or terms.users is not None or terms.roles is not None
        case StyleTerms():
            return terms.zalgo or any((terms.caps_percent, terms.emoji, terms.lines))
        case AttachmentTerms():
            return bool(terms.refuse or terms.only or terms.largest_kb) or terms.most is not None
        case SpamTerms():
            return terms.messages is not None or terms.duplicates is not None
        case _:
            return True


def _about_words(terms: KeywordTerms) -> Iterator[str]:
    for pattern in terms.patterns:
        refuse_pattern(pattern)
    for word in terms.words:
        if not any(map(str.isalnum, plain(word).text)) and not word.strip("*"):
            text = _("The keyword “{word}” has nothing that could be found.")
            yield text.format(word=repeated(word))


def _about_everybody(draft: RuleDraft) -> Iterator[str]:
    """What would meet people for what everybody does."""
    strongest = severest(draft.actions)
    if isinstance(draft.terms, NewAccountTerms) and draft.terms.days > LONGEST_GATE:
        if strongest >= ActionKind.KICK.severity:
            text = _(
                "This would send away nearly everybody who joins: accounts of more than {days} "
                "days are no new ones. Choose fewer days, or a milder action."
            )
            yield text.format(days=LONGEST_GATE)
        return
    if strongest >= ActionKind.KICK.severity and _meets_talk(draft.terms):
        text = _(
            "This would send away people who talk quickly: with kick or ban, let it take "
            "{messages} messages, {duplicates} times the same or {channels} channels at least, "
            "or choose a milder action."
        )
        yield text.format(
            messages=FEWEST_MESSAGES, duplicates=FEWEST_DUPLICATES, channels=FEWEST_CHANNELS
        )
    rules = _alone(draft)
    if finds_everything(lambda text: bool(rules.judge(_content(text)))):
        yield _("The rule finds something in every message: make it narrower.")
    if strongest >= ActionKind.TIMEOUT.severity and (met := _met(draft.terms, rules)) is not None:
        text = _(
            "This would act on people for what everybody writes, such as {what}: make the rule "
            "narrower, or let it do no more than delete, warn and alert."
        )
        yield text.format(what=met)


def _meets_talk(terms: AnyTerms) -> bool:
    if isinstance(terms, ChannelSpamTerms):
        return terms.channels < FEWEST_CHANNELS
    if not isinstance(terms, SpamTerms):
        return False
    # The same thing said twice may be an answer that was not seen, three times is none.
    is_few = terms.messages is not None and terms.messages < FEWEST_MESSAGES
    return is_few or (terms.duplicates is not None and terms.duplicates < FEWEST_DUPLICATES)


def _met(terms: AnyTerms, rules: RuleSet) -> str | None:
    """What everybody writes and the rule finds something in; None where there is no such thing."""
    if rules.judge(_content("", mentions=Mentions(frozenset({2, 3})))):
        return _("a message that calls two people")
    if any(rules.judge(_content("", files=(photo,))) for photo in PHOTOS):
        return _("a photo")
    # A word that stands in none of them is not in all together: that is asked once.
    only_words = isinstance(terms, KeywordTerms) and not terms.patterns
    for texts in languages():
        if only_words and not rules.judge(_content("\n".join(texts))):
            continue
        found = [text for text in texts if rules.judge(_content(text))]
        if len(found) >= FEWEST and len(found) >= SHARE * len(texts):
            return "“" + repeated(found[0]) + "”"
    return None


def _content(text: str, **more: Any) -> MessageContent:
    return MessageContent(guild_id=1, place=(1,), user_id=1, message_id=1, content=text, **more)


def _alone(draft: RuleDraft) -> RuleSet:
    """The rule by itself, wherever it is to hold."""
    rule = AutomodRule(
        id=1,
        guild_id=1,
        name=draft.name,
        category=draft.terms.category,
        draft=draft.model_copy(update={"scope": type(draft.scope)(), "enabled": True}),
        enabled=True,
        created_at=datetime.fromtimestamp(0, UTC),
    )
    return RuleSet([rule])
