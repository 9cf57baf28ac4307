"""Diff of what was known and what is seen, where signals out of order left it at odds."""

from datetime import UTC, datetime

import pytest

from bot.features.members.diff import Before, GuildNow, differences
from bot.snapshots import AuditAction, AuditSeen, Person, Present

GUILD, OTTER = 1, 7
AT = datetime(2026, 5, 24, tzinfo=UTC)
PERSON = Person(GUILD, OTTER, "otter", is_bot=False)
BOTH = Before(GUILD, {OTTER: Present(PERSON, AT)}, {OTTER: "otter"})


def entry(action: AuditAction) -> AuditSeen:
    return AuditSeen(GUILD, 9, action, OTTER, 77, "by hand")


@pytest.mark.parametrize(
    ("entries", "departure"),
    [([], "left"), ([entry("kick")], "kicked"), ([entry("ban")], "left")],
)
def test_who_was_known_as_member_and_as_banned_and_is_neither_is_neither_after(
    entries: list[AuditSeen], departure: str
) -> None:
    found = differences(BOTH, GuildNow({}, {}, entries), ())
    told = [(one.fact.type, getattr(one.fact, "kind", None)) for one in found]
    assert told == [("member.unbanned", None), ("member.left", departure)]


def test_who_is_there_has_not_left() -> None:
    seen = GuildNow({OTTER: Present(PERSON, AT)}, {}, ())
    assert [one.fact.type for one in differences(BOTH, seen, ())] == ["member.unbanned"]
