"""Every drawing with the longest that can be stored fits what Discord takes."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.acts import Outcome
from bot.client import limits
from bot.client.layout import sent, view_of
from bot.controls import Post
from bot.features.giveaways.entries import Entered
from bot.features.giveaways.entry_store import DrawRecord, Winner
from bot.features.giveaways.messages import announcement, card, direct_message
from bot.features.giveaways.model import (
    ABOUT_LIMIT,
    BONUS,
    PRIZE_LIMIT,
    ROLES,
    WINNERS,
    GiveawayState,
    Terms,
    Unmet,
)
from bot.features.giveaways.proof import proof_of
from bot.features.giveaways.service import DrawBook, GiveawayOverview
from bot.storage.row_pages import PAGE, RowPage
from cogs.giveaways import views
from tests.unit.giveaways.test_model import DAY, NOW, giveaway

LARGE = 2**63 - 1
URL = "https://herald.example/giveaways/" + "x" * 60
PEOPLE = [LARGE - number for number in range(WINNERS)]
TERMS = Terms(
    required_role_ids=tuple(LARGE - number for number in range(ROLES)),
    min_level=1000,
    min_account_days=3650,
    min_member_days=3650,
    bonus={LARGE - number: BONUS for number in range(ROLES)},
)
LONG: dict[str, Any] = {
    "id": 2**31 - 1,
    "guild_id": LARGE,
    "channel_id": LARGE,
    "created_by_id": LARGE,
    "prize": "*" * PRIZE_LIMIT,
    "about": "#" * ABOUT_LIMIT,
    "winner_count": WINNERS,
    "terms": TERMS,
    "every": 365 * DAY,
    "failure": "_" * 500,
}
OPEN = giveaway(**LONG)
DRAWN = giveaway(**LONG, state=GiveawayState.DRAWN, seed="5f" * 32, ended_at=NOW)
WON = [Winner(number, 1, 1, one, is_replaced=False) for number, one in enumerate(PEOPLE)]
RECORD = DrawRecord(
    id=1,
    giveaway_id=1,
    number=1,
    wanted=WINNERS,
    places=dict.fromkeys(PEOPLE, 0),
    reasons={one: list(Unmet) for one in PEOPLE},
    drawn_at=NOW,
    by_id=None,
)
OVERVIEW = GiveawayOverview(
    DRAWN,
    10_000,
    WON,
    {one.id: Outcome.REFUSED for one in WON},
    Outcome.REFUSED,
    Outcome.LATE,
)
BOOK = DrawBook(DRAWN, [RECORD], proof_of(DRAWN, dict.fromkeys(PEOPLE, 1001), [RECORD], WON))
POSTS = {
    "open": card(OPEN, 10_000, (), URL),
    "drawn": card(DRAWN, 10_000, PEOPLE, URL),
    "call": announcement(DRAWN, PEOPLE, is_reroll=True),
    "direct": direct_message(DRAWN, "|" * 100, URL),
    "shown": views.shown(OVERVIEW),
    "listed": views.listed(RowPage((DRAWN,) * PAGE, 1, 1, PAGE), True),
    "verified": views.verified(BOOK, ["~" * 300] * 5, URL),
    "question": views.question(DRAWN, "cancel"),
}


def within(components: Any) -> Iterator[dict[str, Any]]:
    for one in components:
        yield one
        yield from within(one.get("components", ()))


@pytest.mark.parametrize("name", POSTS)
def test_it_fits(name: str) -> None:
    post: Post = POSTS[name]
    view = view_of(post)
    parts = list(within(view.to_components())) if view else []
    assert len(parts) <= limits.COMPONENTS
    assert sum(len(one.get("content", "")) for one in parts) <= limits.TEXTS
    assert len(sent(post).get("content", "")) <= limits.CONTENT
    assert len(post.pings) <= limits.PINGS


def test_the_hash_and_the_seed_are_never_cut() -> None:
    view = view_of(POSTS["drawn"])
    assert view is not None
    said = " ".join(one.get("content", "") for one in within(view.to_components()))
    assert DRAWN.seed_hash in said
    assert f"`{DRAWN.seed}`" in said


@pytest.mark.parametrize("said", [True, False])
def test_an_answer_is_short(said: bool) -> None:
    text = views.entered(Entered(OPEN, 1001, 10_000, was_in=said))
    assert len(text) <= limits.CONTENT
