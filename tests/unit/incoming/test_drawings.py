"""Drawings of incoming webhooks with the longest that they can hold: Discord takes all of them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from bot.client import layout, limits
from bot.controls import Post
from bot.features.incoming.actions import NAMES, Embed, EmbedField, SendMessage
from bot.features.incoming.messages import drawn
from bot.features.incoming.model import (
    NAME_LIMIT,
    PER_GUILD,
    RATES,
    CallState,
    IncomingWebhook,
    PushedCall,
)
from bot.features.incoming.sentences import DID
from bot.features.incoming.service import IncomingOverview
from cogs.endpoints import incoming_views as views

NOW = datetime(2026, 5, 24, tzinfo=UTC)
PLAIN = 2000  # characters of an ordinary message (source: Discord's reference, "Create Message")
LONGEST = 999_999_999_999_999_999
SECRET = "whsec_" + "x" * 43
WEBHOOK = IncomingWebhook(
    id=LONGEST,
    guild_id=4242,
    uuid=UUID(int=1),
    name="*" * NAME_LIMIT,
    sealed_secret=b"",
    actions=NAMES,
    rate=77,
    version=0,
    created_at=NOW,
    created_by_id=LONGEST,
    secret_at=NOW,
)
EMBED = Embed(
    title="*" * 200,
    description="*" * 1800,
    fields=tuple(EmbedField(name="*" * 80, value="*" * 250) for _ in range(5)),
    footer="*" * 200,
)


def call(state: CallState = CallState.DONE, **request: object) -> PushedCall:
    return PushedCall(
        id=1,
        webhook_id=1,
        webhook_name="shop",
        guild_id=4242,
        action="SEND_MESSAGE",
        request={"action": "SEND_MESSAGE", "channelId": "5", **request},
        key=None,
        digest=b"",
        state=state,
        status=200,
        answer=None,
        subject_id=None,
        created_at=NOW,
        look_at=None,
    )


OVERVIEW = IncomingOverview(
    WEBHOOK, f"https://{'h' * 200}.example/in/{WEBHOOK.uuid}", [call(), call(CallState.PENDING)] * 3
)
DRAWINGS: dict[str, Post] = {
    "panel": views.panel(OVERVIEW),
    "nothing": views.panel(IncomingOverview(WEBHOOK, None, ())),
    "list": views.listed([WEBHOOK] * PER_GUILD),
    "none": views.listed([]),
    "deletion": views.deletion(WEBHOOK),
    "rotation": views.rotation(WEBHOOK),
    "message": drawn(call(message="*" * 2000)),
    "embed": drawn(call(embed=EMBED.model_dump())),
}


@pytest.mark.parametrize("post", DRAWINGS.values(), ids=DRAWINGS.keys())
def test_discord_takes_it(post: Post) -> None:
    view: Any = layout.sent(post).get("view")
    assert post.is_plain or view.content_length() <= limits.TEXTS
    assert post.is_plain or view.total_children_count <= limits.COMPONENTS


@pytest.mark.parametrize("text", [views.created(OVERVIEW, SECRET), views.rotated(WEBHOOK, SECRET)])
def test_a_message_with_a_secret_holds_all_of_it(text: str) -> None:
    assert len(text) <= PLAIN
    assert SECRET in text


def test_nothing_of_a_framed_message_is_cut() -> None:
    text = str(layout.sent(DRAWINGS["embed"])["view"].to_components())
    assert "…" not in text
    bold = 4 * len(EMBED.fields)  # around their names
    assert text.count("*") == 200 + 1800 + 5 * (80 + 250) + 200 + bold


def test_every_action_has_its_words() -> None:
    assert set(views.ABOUT) == set(DID) == set(NAMES)
    assert max(RATES) >= WEBHOOK.rate


def test_people_whom_a_text_names_are_pinged_and_nobody_else() -> None:
    post = drawn(call(message="<@1> <@!2> <@&3> @everyone <@1>"))
    assert (post.pings, post.role_pings) == ((1, 2), ())
    assert SendMessage.model_validate({"action": "SEND_MESSAGE", "channelId": "5", "message": "a"})
