"""Ruleset of a guild: all its rules made ready once, and then asked about every message. Pure."""

from collections.abc import Iterator, Sequence, Set
from datetime import datetime, timedelta

from bot.features.automod.bursts import Burst
from bot.features.automod.keyword_index import KeywordIndex
from bot.features.automod.links import LinkPolicy
from bot.features.automod.model import AutomodRule, Hit, RuleVerdict, spared
from bot.features.automod.patterns import PatternSet
from bot.features.automod.seekers import SEEKERS, Look, keywords
from bot.features.automod.terms import Category, KeywordTerms, LinkTerms, NewAccountTerms
from bot.message_content import MessageContent
from bot.sanctions import OwnReason
from bot.texts import N_, _, ngettext

ASKED_TOGETHER = frozenset({Category.KEYWORDS, Category.NEW_ACCOUNT})
BURST_CATEGORIES = frozenset({Category.SPAM, Category.CHANNEL_SPAM})


class RuleSet:
    """Rules that are on, in the order of their numbers."""

    def __init__(self, rules: Sequence[AutomodRule]) -> None:
        self._rules = {
            one.id: (one, one.draft) for one in rules if one.enabled and one.draft is not None
        }
        self._others = [
            (SEEKERS[rule.category], rule)
            for rule, _draft in self._rules.values()
            if rule.category not in ASKED_TOGETHER
        ]
        self._policies = {
            rule.id: LinkPolicy.of(draft.terms)
            for rule, draft in self._rules.values()
            if isinstance(draft.terms, LinkTerms)
        }
        words = {
            rule.id: draft.terms
            for rule, draft in self._rules.values()
            if isinstance(draft.terms, KeywordTerms)
        }
        self._words = KeywordIndex.of(words)
        self._patterns = PatternSet({one: terms.patterns for one, terms in words.items()})
        categories = {rule.category for rule, _draft in self._rules.values()}
        self.counts_messages = not categories.isdisjoint(BURST_CATEGORIES)
        self.sees_joins = Category.NEW_ACCOUNT in categories
        self.sees_messages = bool(categories - {Category.NEW_ACCOUNT})

    def judge(
        self,
        content: MessageContent,
        burst: Burst | None = None,
        *,
        now: int = 0,
        own_codes: Set[str] = frozenset(),
    ) -> list[Hit]:
        """What the rules find in a message; nothing is awaited, and nothing is read."""
        look = self._look(content)
        look.burst, look.now, look.own_codes = burst, now, own_codes
        found = [hit for seek, rule in self._others if (hit := seek(rule, look)) is not None]
        named = {*look.found_words, *look.found_patterns}
        found += [hit for one in named if (hit := keywords(self._rules[one][0], look)) is not None]
        return sorted(
            (hit for hit in found if spared(self._rules[hit.rule.id][1], content) is None),
            key=lambda hit: hit.rule.id,
        )

    def explain(
        self, content: MessageContent, own_codes: Set[str] = frozenset()
    ) -> Iterator[RuleVerdict]:
        """The verdict of each rule, with who would be spared."""
        look = self._look(content)
        look.own_codes = own_codes
        for rule, draft in self._rules.values():
            why = spared(draft, content)
            reason = None if why is None else _(why[0]).format(role=why[1])
            yield RuleVerdict(rule, SEEKERS[rule.category](rule, look), reason)

    def _look(self, content: MessageContent) -> Look:
        return Look(content, self._words, self._patterns, self._policies)

    def spared_by(self, content: MessageContent) -> list[str]:
        """Exemptions that hold for whoever wrote it there, for whoever asks why."""
        found = list[str]()
        for rule, draft in self._rules.values():
            if (why := spared(draft, content)) is not None:
                reason = _(why[0]).format(role=why[1])
                found.append(_("Rule {number}: {reason}").format(number=rule.id, reason=reason))
        return found

    def judge_join(self, created_at: datetime, now: datetime, roles: frozenset[int]) -> list[Hit]:
        """What the rules find in an account that joins."""
        age = now - created_at
        return [
            _new_account(rule, draft.terms, age)
            for rule, draft in self._rules.values()
            if isinstance(draft.terms, NewAccountTerms)
            and age < timedelta(days=draft.terms.days)
            and roles.isdisjoint(draft.scope.exempt_role_ids)
        ]


def _new_account(rule: AutomodRule, terms: NewAccountTerms, age: timedelta) -> Hit:
    count = max(age.days, 0)
    days = ngettext("{count} day", "{count} days", count).format(count=count)
    counters = ((_("Age of the account"), f"{days} / {terms.days}"),)
    return Hit(rule, OwnReason.of(N_("the account is new")), counters=counters)
