"""Files of rules: what is exported is read, and each problem names its line."""

import pytest

from bot.errors import UserError
from bot.features.automod.actions import read_actions
from bot.features.automod.form import FORMS, read_terms, written
from bot.features.automod.import_file import exported, read_rules
from bot.features.automod.terms import (
    TERMS,
    Category,
    KeywordTerms,
    LinkTerms,
    RuleDraft,
    RuleScope,
    ScopeKind,
)

RULE = RuleDraft(
    name="No scams",
    terms=KeywordTerms(words=("free nitro", "скам"), patterns=(r"\bgift\b",), leet=True),
    actions=read_actions("delete, timeout 1h, alert"),
    scope=RuleScope(kind=ScopeKind.EXCLUDE, channel_ids=(678901234567890123,), bots=True),
)


def test_what_is_exported_is_read_again() -> None:
    other = RuleDraft(name="Links", terms=LinkTerms(deny=("evil.example",)), enabled=False)
    content = exported([RULE, other])
    assert b'"678901234567890123"' in content
    assert read_rules(content).drafts == [RULE, other]
    assert read_rules(content[content.index(b"[") : content.rindex(b"]") + 1]).drafts[0] == RULE


FILE = """{
  "version": 1,
  "rules": [
    {"name": "Right", "terms": {"category": "keywords", "words": ["boat"]}},
    {
      "name": "Wrong",
      "terms": {
        "category": "keywords",
        "words": ["boat"],
        "wrods": []
      },
      "actions": [
        "delete",
        "explode"
      ]
    },
    {"name": "Hangs", "terms": {"category": "keywords", "patterns": ["(?=a)b"]}},
    {"name": "Empty",
     "terms": {"category": "mentions", "users": 0}},
    {"name": "No category", "terms": {"category": "shouting"}}
  ]
}"""


def test_each_problem_names_its_line() -> None:
    read = read_rules(FILE.encode())
    assert [draft.name for draft in read.drafts] == ["Right"]
    lines = [one.partition(":")[0] for one in read.problems]
    assert sorted(set(lines)) == ["Line 10", "Line 12", "Line 17", "Line 19", "Line 20"]
    said = "\n".join(read.problems)
    for part in ("there is no such field", "“explode” is no action", "(?=", "the least is 1"):
        assert part in said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"rules": [\n{"name": }]}', "Line 2: that is no JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"other": []}', "no list of rules"),
        (b'{"rules": {}}', "no list of rules"),
        (b'{"rules": []}', "no rule in that file"),
        (b"\xff\xfe", "no text in UTF-8"),
        (b" " * (4 * 1024 * 1024 + 1), "too large"),
        (b'{"rules": [' + b",".join([b"{}"] * 51) + b"]}", "50 rules"),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(UserError) as refused:
        read_rules(content)
    assert why in str(refused.value)


@pytest.mark.parametrize("category", Category)
def test_a_form_holds_the_terms_and_gives_them_back(category: Category) -> None:
    terms = RULE.terms if category is Category.KEYWORDS else TERMS[category]()
    fields = written(terms)
    assert fields.keys() == {field.name for field in FORMS[category]}
    assert len(fields) <= 5
    assert read_terms(category, fields) == terms


@pytest.mark.parametrize(
    ("category", "typed", "why"),
    [
        (Category.MENTIONS, {"users": "lots"}, "Most people"),
        (Category.MENTIONS, {"users": "0"}, "The least is 1"),
        (Category.MENTIONS, {"everyone": "perhaps"}, "neither yes nor no"),
        (Category.KEYWORDS, {"words": "x" * 61}, "60 characters are the most"),
        (Category.KEYWORDS, {"how": "loud"}, "is none of whole_word"),
        (Category.LINKS, {"deny": "https://evil.example/x"}, "not written as it must be"),
        (Category.SPAM, {"messages": "5", "seconds": ""}, "Within how many seconds"),
        (Category.TEXT_STYLE, {"caps_percent": "1,500", "caps_letters": "10"}, "separator"),
    ],
)
def test_a_form_says_what_to_write_instead(
    category: Category, typed: dict[str, str], why: str
) -> None:
    with pytest.raises(UserError) as refused:
        read_terms(category, typed)
    assert why in str(refused.value)


def test_more_words_than_a_form_holds_are_not_cut() -> None:
    with pytest.raises(UserError, match="export"):
        written(KeywordTerms(words=tuple(f"word number {one}" for one in range(999))))
