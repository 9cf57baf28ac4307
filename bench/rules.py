"""Rules of automod: what a message costs that no rule is about, in microseconds."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from time import perf_counter

from bench.conversations import parts_on
from bench.herald import emitter_on_file
from bench.load import FIRST_GUILD, Load, Lost, Outcome
from bot.features.automod import AUTOMOD
from bot.features.automod.bursts import BurstWatch
from bot.features.automod.model import AutomodRule
from bot.features.automod.ruleset import RuleSet
from bot.features.automod.terms import (
    AnyTerms,
    AttachmentTerms,
    ChannelSpamTerms,
    KeywordTerms,
    LinkTerms,
    MentionTerms,
    RuleDraft,
    SpamTerms,
    StyleTerms,
)
from bot.message_content import MessageContent

TEXT = (
    "Hello there my friend, how are you doing today? I saw the new update and it was great. "
    "See https://example.org/page?x=1 and tell me what you think, 10/10 for me :)"
)
ROUNDS, MESSAGES = 200, 20
LETTERS = "etaoinshrdlcumwfgypbvk"


async def run(load: Load) -> Outcome:
    """µs of a message under 50 rules, under 1,000 keywords, and in a guild without automod."""
    words = list(_words(random.Random(3)))
    fifty = [KeywordTerms(words=tuple(words[one * 20 : one * 20 + 20])) for one in range(20)]
    others: list[AnyTerms] = [
        *(LinkTerms(), MentionTerms(), StyleTerms(), AttachmentTerms(refuse=("exe", "bat"))),
        *(SpamTerms(), ChannelSpamTerms()),
    ]
    thousand = KeywordTerms(words=tuple(words), leet=True)
    async with emitter_on_file(load) as emitter:
        guard = parts_on(emitter)[AUTOMOD].service.guard
        off = list[float]()
        for _round in range(ROUNDS):
            began = perf_counter()
            for _message in range(MESSAGES):
                if await guard.watches(FIRST_GUILD):
                    raise Lost("a guild without automod is watched")
            off.append((perf_counter() - began) / MESSAGES * 1e6)
    numbers = {"fifty": _cost([*fifty, *others * 5]), "words": _cost([thousand])}
    return Outcome({**numbers, "off": min(off)})


def _cost(terms: Sequence[AnyTerms]) -> float:
    """The quickest round: what other programs take meanwhile is not the rules' doing."""
    rules = RuleSet([_rule(number, one) for number, one in enumerate(terms, 1)])
    watch, took = BurstWatch(), list[float]()
    for played in range(ROUNDS):
        contents = [_message(played * MESSAGES + one) for one in range(MESSAGES)]
        began = perf_counter()
        for content in contents:
            now = (content.message_id or 0) * 1000
            if rules.judge(content, watch.add(content, now), now=now):
                raise Lost("a rule found something")
        took.append((perf_counter() - began) / MESSAGES * 1e6)
    return min(took)


def _rule(number: int, terms: AnyTerms) -> AutomodRule:
    return AutomodRule(
        id=number,
        guild_id=FIRST_GUILD,
        name=str(number),
        category=terms.category,
        draft=RuleDraft(name=str(number), terms=terms),
        enabled=True,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _message(number: int) -> MessageContent:
    return MessageContent(
        guild_id=FIRST_GUILD,
        place=(FIRST_GUILD + 1, FIRST_GUILD + 2),
        user_id=FIRST_GUILD + number,
        message_id=number,
        role_ids=frozenset(range(10)),
        content=TEXT,
    )


def _words(drawn: random.Random) -> Iterator[str]:
    """A thousand that stand in no message."""
    for _word in range(1000):
        yield "".join(drawn.choice(LETTERS) for _letter in range(drawn.randint(6, 12)))
