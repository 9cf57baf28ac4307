"""Bans in the dialect vektor: that of a member is a departure, and subscribed to with it."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from bot.catalogue.members import MemberBanned
from bot.dialects import build_dialects
from bot.dialects.base import Envelope

VEKTOR = build_dialects()["vektor"]
ID = UUID("0b9f1c1e-5a0f-4c58-9c44-2c9a3f0f8a11")
GUILD = 123456789012345678
MOMENT = datetime(2026, 4, 14, 19, 0, 0, 999_999, tzinfo=UTC)


def body(event: MemberBanned) -> dict[str, Any] | None:
    rendered = VEKTOR.render(Envelope(ID, event, MOMENT))
    return None if rendered is None else json.loads(rendered)


def made(was_member: bool | None) -> MemberBanned:
    return MemberBanned.model_validate(
        {"guild_id": GUILD, **MemberBanned.example, "was_member": was_member}
    )


def test_the_ban_of_a_member_is_a_departure_and_another_ban_is_none() -> None:
    banned = made(True)
    assert body(banned) == {
        "event": "member.leave",
        "guildId": str(GUILD),
        "timestamp": "2026-04-14T19:00:00.999Z",
        "data": {
            "userId": "234567890123456789",
            "username": "quiet_otter",
            "leftAt": "2026-04-14T19:00:00.999Z",
        },
    }
    assert VEKTOR.wants(banned, 0)
    for unknown in (False, None):
        other = made(unknown)
        assert (body(other), VEKTOR.wants(other, 0)) == (None, False)


def test_types_of_one_name_are_subscribed_to_together() -> None:
    assert VEKTOR.told_as("member.banned") == VEKTOR.told_as("member.left")
    assert VEKTOR.told_as("member.left") == ("member.left", "member.banned")
    assert VEKTOR.told_as("member.joined") == ("member.joined",)
    assert VEKTOR.told_as("*") == ("*",)
    assert build_dialects()["phantom"].told_as("member.left") == ("member.left",)
