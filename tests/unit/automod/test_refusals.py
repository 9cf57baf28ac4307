"""Rules that are refused, each with its reason; and those that only look as if."""

import resource
from typing import Any

import pytest

from bot.errors import UserError
from bot.features.automod.actions import RuleAction, read_actions
from bot.features.automod.keyword_index import KeywordIndex
from bot.features.automod.model import MOST_LETTERS, MOST_RULES
from bot.features.automod.patterns import LARGEST_PROGRAM, PatternSet, compiled, refuse_pattern
from bot.features.automod.refusals import refuse_amount, refuse_draft
from bot.features.automod.terms import (
    MOST_WORDS,
    AttachmentTerms,
    ChannelSpamTerms,
    KeywordTerms,
    LinkTerms,
    MentionTerms,
    NewAccountTerms,
    RuleDraft,
    RuleScope,
    SpamTerms,
    StyleTerms,
)
from bot.lookalikes.plain_text import plain
from tests.unit.automod.labelled import RULES


def draft(terms: Any, actions: str = "delete", **scope: Any) -> RuleDraft:
    return RuleDraft(
        name="A rule", terms=terms, actions=read_actions(actions), scope=RuleScope(**scope)
    )


REFUSED = {
    "looks for nothing": (KeywordTerms(), "delete"),
    "no link": (LinkTerms(invites=False, lookalikes=False), "delete"),
    "no mention": (MentionTerms(users=None, roles=None), "delete"),
    "no style": (StyleTerms(caps_percent=None, zalgo=False, emoji=None), "delete"),
    "no file": (AttachmentTerms(), "delete"),
    "no spam": (SpamTerms(messages=None, duplicates=None), "delete"),
    "every text": (KeywordTerms(patterns=(".",)), "delete"),
    "an empty match": (KeywordTerms(patterns=("a*",)), "delete"),
    "every Russian text": (KeywordTerms(patterns=("[а-я]",)), "delete"),
    "every Japanese text": (KeywordTerms(patterns=("[ぁ-ん]",)), "delete"),
    "a letter of every text": (KeywordTerms(words=("e",), whole_word=False), "ban"),
    "the": (KeywordTerms(words=("the",)), "ban"),
    "hello": (KeywordTerms(words=("free nitro", "hello")), "delete, timeout 1h"),
    "you": (KeywordTerms(words=("you",), whole_word=False), "mute"),
    "a letter by a pattern": (KeywordTerms(patterns=(r"\ba\b",)), "kick"),
    "a Russian yes": (KeywordTerms(words=("да",)), "ban 7d"),
    "an Arabic thanks": (KeywordTerms(words=("شكرا",)), "ban"),
    "a Chinese you": (KeywordTerms(words=("你",)), "ban"),
    "two people called": (MentionTerms(users=1), "timeout 1d"),
    "photos": (AttachmentTerms(only=("pdf",)), "kick"),
    "three emojis": (StyleTerms(emoji=3), "ban"),
    "a shouted word": (StyleTerms(caps_percent=50, caps_letters=5), "timeout 1h"),
    "nothing to be found": (KeywordTerms(words=("***",)), "delete"),
    "nearly everybody who joins": (NewAccountTerms(days=365), "ban"),
    "two messages": (SpamTerms(messages=3, duplicates=None), "delete, kick"),
    "two of the same": (SpamTerms(messages=None, duplicates=2), "delete, ban"),
    "two channels": (ChannelSpamTerms(channels=2), "ban"),
    "a message of who joins": (NewAccountTerms(), "delete, kick"),
    "twice": (KeywordTerms(words=("x",)), "delete, delete"),
    "log_only and more": (KeywordTerms(words=("x",)), "log_only, delete"),
    "kick and ban": (KeywordTerms(words=("x",)), "kick, ban"),
}


@pytest.mark.parametrize(("terms", "actions"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused(terms: Any, actions: str) -> None:
    with pytest.raises(UserError):
        refuse_draft(draft(terms, actions))


@pytest.mark.parametrize(
    "made",
    [
        draft(KeywordTerms(words=("e",)), "delete"),
        draft(KeywordTerms(words=("you", "hello", "the"), whole_word=False), "delete, warn, alert"),
        draft(MentionTerms(users=2), "ban"),
        draft(AttachmentTerms(refuse=("exe",), largest_kb=1_000), "ban"),
        draft(StyleTerms(), "ban"),
        *(draft(terms, "ban") for terms in RULES),
        draft(KeywordTerms(patterns=(r"\d{4}", "(a+)+b"))),
        draft(NewAccountTerms(days=365), "alert"),
        draft(NewAccountTerms(days=90), "ban"),
        draft(LinkTerms(every=True)),
        draft(SpamTerms(messages=4), "ban"),
        draft(SpamTerms(messages=2, duplicates=2), "timeout 1h"),
        draft(ChannelSpamTerms(), "kick"),
        draft(AttachmentTerms(most=0)),
        draft(KeywordTerms(words=("boat",)), channel_ids=(1,), kind="include"),
    ],
)
def test_it_is_not(made: RuleDraft) -> None:
    refuse_draft(made)


def test_a_scope_without_channels_is_refused() -> None:
    with pytest.raises(UserError, match="Name the channels"):
        refuse_draft(draft(KeywordTerms(words=("boat",)), kind="exclude"))


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"(?=x)y", "invalid perl operator"),
        (r"(a)\1", "invalid escape"),
        ("(", "missing )"),
        ("[", "missing ]"),
        (r"(?:a{1000}){1000}", "invalid repetition size"),
        ("a{0,1000}b{0,1000}", "too large"),
        ("x" * 261, "260 characters"),
    ],
)
def test_what_the_engine_does_not_take_is_refused_with_its_reason(pattern: str, why: str) -> None:
    with pytest.raises(UserError) as refused:
        refuse_pattern(pattern)
    assert why in str(refused.value)


HANGS_ELSEWHERE = ["(a+)+$", "(a|aa)+$", "(a|a?)+$", r"(.*a){20}b", r"^(\w+\s?)*$", "(x+x+)+y"]


def test_patterns_that_hang_elsewhere_take_no_longer_for_a_longer_text() -> None:
    """RE2 has no steps that could be counted; its states, made of the pattern alone, are bounded.

    Going back over 4,000 letters, one of them would not end within the age of the universe.
    """
    patterns = PatternSet({1: [*HANGS_ELSEWHERE, "never-there"]})
    assert all(compiled(one).programsize < LARGEST_PROGRAM for one in HANGS_ELSEWHERE)
    assert patterns.find(plain("a" * 3999 + "!")) == {}
    assert patterns.find(plain("x" * 4000)).keys() <= {1}


@pytest.mark.thorough("fifty thousand words")
def test_fifty_rules_of_a_thousand_words_fit_into_memory() -> None:
    letters = 12
    rules = {
        number: KeywordTerms(
            words=tuple(f"{number:02}{one:04}{'abcdefgh'[: letters - 6]}" for one in range(1000)),
            leet=True,
        )
        for number in range(MOST_RULES)
    }
    drafts = [draft(terms) for terms in rules.values()]
    assert MOST_RULES * MOST_WORDS * letters == MOST_LETTERS
    refuse_amount([], drafts)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    index = KeywordIndex.of(rules)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200 * 1024  # KB
    (found,) = index.find(plain("hello 490999abcdef there")).values()
    assert found.rule_id == 49
    wide = [*drafts, draft(KeywordTerms(words=("one more",)))]
    with pytest.raises(UserError, match="50 rules"):
        refuse_amount([], wide)
    with pytest.raises(UserError, match="letters"):
        refuse_amount([], [*drafts[1:], draft(KeywordTerms(words=("x" * 60,) * 1000))])


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("shout", "is no action"),
        ("timeout", "for how long"),
        ("timeout 29d", "28 days"),
        ("delete 5m", "has no duration"),
        ("kick 1d", "has no duration"),
        ("ban 5M", "minutes or months"),
    ],
)
def test_an_action_says_how_it_is_written(typed: str, why: str) -> None:
    with pytest.raises(UserError) as refused:
        RuleAction.read(typed)
    assert why in str(refused.value)


def test_actions_are_read_as_they_are_written() -> None:
    typed = "delete, warn, timeout 1h30m, mute, ban 7d, alert"
    assert ", ".join(map(str, read_actions(typed))) == typed
