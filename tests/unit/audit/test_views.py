"""Views of the audit with the longest that they can hold: Discord takes all of them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.client import layout, limits
from bot.controls import Post
from bot.features.audit.messages import entry_post
from bot.features.audit.queries import AuditRecord
from bot.storage.row_pages import PAGE, RowPage
from cogs.audit import views
from tests.support.messages import TEXT, within

LONGEST = 999_999_999_999_999_999  # of a group of an id
ENTRY = AuditRecord(
    *(LONGEST, LONGEST, "e" * 60, "critical", "discord", LONGEST, "*" * 100, "t" * 100, "kind"),
    summary="*_`@everyone <@1> https://x.example " * 100,
    context={"`" * 50: ["```" * 500, {"a": "@everyone"}]},
    created_at=datetime(2026, 5, 24, tzinfo=UTC),
)
DRAWN: dict[str, Callable[[], Post]] = {
    "post": lambda: entry_post(ENTRY),
    "one": lambda: views.whole(ENTRY),
    "list": lambda: views.found(RowPage((ENTRY,) * PAGE, LONGEST, LONGEST, LONGEST)),
    "nothing": lambda: views.found(RowPage((), 1, 1, 0)),
}


@pytest.mark.parametrize("name", DRAWN)
def test_the_longest_values_fit_and_call_nobody(name: str) -> None:
    sent = layout.sent(DRAWN[name]())
    view = sent["view"]
    assert view.content_length() <= limits.TEXTS
    assert view.total_children_count <= limits.COMPONENTS
    assert sent["allowed_mentions"].to_dict()["parse"] == []
    texts = [one["content"] for one in within(view.to_components()) if one["type"] == TEXT]
    assert "@everyone <@1> https://" not in "\n".join(texts)
