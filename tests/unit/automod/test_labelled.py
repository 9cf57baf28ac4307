"""What the rules find in labelled messages, and the table of docs/automod.md that says it."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.features.automod.bursts import BurstWatch
from bot.features.automod.model import AutomodRule
from bot.features.automod.ruleset import RuleSet
from bot.features.automod.terms import Category, RuleDraft
from bot.message_content import MessageContent
from tests.unit.automod.labelled import RULES, samples
from tests.unit.automod.sample import Sample

PAGE = (Path(__file__).parents[3] / "docs/automod.md").read_text(encoding="utf-8")
NEVER_WORSE = {"precision": 0.95, "recall": 0.8}
FEWEST = 10  # samples of each category
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Score:
    """Score of a category: how many there were, were found, and were found by mistake."""

    wanted: int
    found: int
    mistaken: int

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.mistaken)

    @property
    def recall(self) -> float:
        return self.found / self.wanted


def ruleset() -> RuleSet:
    return RuleSet(
        [
            AutomodRule(
                id=number,
                guild_id=1,
                name=terms.category.value,
                category=terms.category,
                draft=RuleDraft(name=terms.category.value, terms=terms),
                enabled=True,
                created_at=NOW,
            )
            for number, terms in enumerate(RULES, 1)
        ]
    )


def found_in(sample: Sample, rules: RuleSet, user_id: int) -> set[Category]:
    """Everything that is found, once what came before was sent."""
    if sample.age is not None:
        hits = rules.judge_join(NOW - sample.age, NOW, frozenset())
        return {hit.rule.category for hit in hits}
    watch, message = BurstWatch(), 0
    for message, (channel_id, text) in enumerate(sample.before, 1):
        content = MessageContent(
            guild_id=1, place=(channel_id,), user_id=user_id, message_id=message, content=text
        )
        watch.add(content, int(message * sample.apart * 1000))
    content = MessageContent(
        guild_id=1,
        place=(1,),
        user_id=user_id,
        message_id=message + 1,
        content=sample.text,
        files=sample.files,
        mentions=sample.mentions,
    )
    now = int((message + 1) * sample.apart * 1000)
    return {hit.rule.category for hit in rules.judge(content, watch.add(content, now), now=now)}


def scores() -> dict[Category, Score]:
    wanted, found, mistaken = Counter[Category](), Counter[Category](), Counter[Category]()
    rules = ruleset()
    for number, sample in enumerate(samples(), 1):
        seen = found_in(sample, rules, number)
        if sample.wanted is not None:
            wanted[sample.wanted] += 1
            found[sample.wanted] += sample.wanted in seen
        mistaken.update(seen - {sample.wanted})
    return {one: Score(wanted[one], found[one], mistaken[one]) for one in wanted}


def rows() -> list[str]:
    return [
        f"| `{category.value}` | {score.wanted} | {score.found} | {score.mistaken} | "
        f"{score.precision:.2f} | {score.recall:.2f} |"
        for category, score in scores().items()
    ]


def test_the_table_on_the_page_is_what_is_measured() -> None:
    on_page = [
        line for line in PAGE.splitlines() if line.startswith("| `") and line.count("|") == 7
    ]
    assert on_page == rows()


def test_no_category_is_worse_than_it_must_be_and_none_is_missing() -> None:
    assert scores().keys() == set(Category)
    for category, score in scores().items():
        assert score.wanted >= FEWEST, category
        assert score.recall >= NEVER_WORSE["recall"], category
        assert score.precision >= NEVER_WORSE["precision"], category


def test_nothing_is_found_in_what_people_write_all_day() -> None:
    rules = ruleset()
    ordinary = [one for one in samples() if one.wanted is None]
    found = {one.text: found_in(one, rules, number) for number, one in enumerate(ordinary, 1)}
    assert {text: seen for text, seen in found.items() if seen} == {}
