"""Which messages a purge takes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import UserError
from bot.features.cases.purge import Filters, checked
from bot.snapshots import MessageSeen

NOW = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MESSAGE = MessageSeen(1, 7, False, "Buy WATCHES at https://example.com", 1, NOW)


@pytest.mark.parametrize(
    ("filters", "changed"),
    [
        (Filters(user_id=7), replace(MESSAGE, author_id=8)),
        (Filters(contains="watches"), replace(MESSAGE, content="Hello")),
        (Filters(links=True), replace(MESSAGE, content="example.com/x")),
        (Filters(attachments=True), replace(MESSAGE, attachments=0)),
        (Filters(before=NOW + MINUTE), replace(MESSAGE, created_at=NOW + MINUTE)),
        (Filters(after=NOW - MINUTE), replace(MESSAGE, created_at=NOW - MINUTE)),
        (Filters(), replace(MESSAGE, is_pinned=True)),
        (Filters(user_id=7, links=True), replace(MESSAGE, content="x")),
    ],
)
def test_each_filter_keeps_what_does_not_fit(filters: Filters, changed: MessageSeen) -> None:
    assert filters.fit(MESSAGE)
    assert not filters.fit(changed)


def test_bots_alone() -> None:
    assert not Filters(bots=True).fit(MESSAGE)
    assert Filters(bots=True).fit(replace(MESSAGE, by_bot=True))


@pytest.mark.parametrize("text", ["discord.gg/abc", "DISCORD.com/invite/abc", "see HTTP://x.y"])
def test_invites_are_links(text: str) -> None:
    assert Filters(links=True).fit(replace(MESSAGE, content=text))


def test_before_comes_after_after() -> None:
    with pytest.raises(UserError, match="later"):
        checked(Filters(before=NOW, after=NOW))
