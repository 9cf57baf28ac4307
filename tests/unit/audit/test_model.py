"""What people change by hand: how much it matters, and in what words it is told."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.features.audit.model import draft_of
from bot.guild_changes import (
    ChannelChange,
    ConnectionChange,
    GrantChange,
    GuardChange,
    GuildChange,
    HandChange,
    MemberChange,
    MemberFate,
    RemovalChange,
    RoleGrant,
    RolePermissionsChange,
    TimeoutChange,
)

WHO: dict[str, Any] = {
    "guild_id": 1,
    "entry_id": 2,
    "actor_id": 3,
    "actor_name": "harbour_master",
    "target_id": 4,
    "target_name": "Crew",
    "reason": "Because",
}
NOBODY: dict[str, Any] = {**WHO, "target_id": 0}
FATES: tuple[tuple[MemberFate, str], ...] = (
    ("banned", "harbour_master banned Crew by hand."),
    ("unbanned", "harbour_master lifted the ban of Crew by hand."),
    ("kicked", "harbour_master kicked Crew by hand."),
)
SPEAK, BAN, ALL = frozenset({"speak"}), frozenset({"ban_members"}), frozenset({"administrator"})
NONE = frozenset[str]()
CREW, CAPTAIN = RoleGrant(5, "Crew", SPEAK), RoleGrant(6, "Captain", SPEAK | BAN)
OWNER = GuardChange("owner", 3, 9)
QUEEN = RoleGrant(7, "Queen", ALL | BAN)

CASES: list[tuple[HandChange, str, str, str]] = [
    (
        TimeoutChange(**WHO, ends_at=datetime(2026, 6, 1, tzinfo=UTC)),
        "member.timed_out",
        "info",
        "harbour_master timed Crew out by hand until 2026-06-01T00:00:00+00:00.",
    ),
    (
        TimeoutChange(**WHO, ends_at=None),
        "member.timeout_lifted",
        "info",
        "harbour_master lifted the timeout of Crew by hand.",
    ),
    (
        RolePermissionsChange(**WHO, before=SPEAK, after=BAN),
        "role.permissions_changed",
        "warn",
        "harbour_master changed what the role “Crew” may do: added ban_members; removed speak.",
    ),
    (
        RolePermissionsChange(**WHO, before=NONE, after=ALL | BAN),
        "role.permissions_changed",
        "critical",
        "harbour_master changed what the role “Crew” may do: added administrator, ban_members.",
    ),
    (
        RolePermissionsChange(**WHO, before=ALL, after=NONE),
        "role.permissions_changed",
        "info",
        "harbour_master changed what the role “Crew” may do: removed administrator.",
    ),
    (
        GrantChange(**WHO, roles=(CREW, CAPTAIN)),
        "member.dangerous_role_given",
        "warn",
        "harbour_master gave Crew “Captain”: ban_members.",
    ),
    (
        GrantChange(**WHO, roles=(QUEEN, CAPTAIN)),
        "member.dangerous_role_given",
        "critical",
        "harbour_master gave Crew “Queen”, “Captain”: administrator, ban_members.",
    ),
    (
        ChannelChange(**WHO, subject_id=8, is_role=True, allowed=SPEAK),
        "channel.permissions_changed",
        "info",
        "harbour_master changed the permissions of role 8 in “Crew”: allowed speak.",
    ),
    (
        ChannelChange(
            **WHO, subject_id=8, is_role=False, denied=SPEAK, cleared=frozenset({"stream"})
        ),
        "channel.permissions_changed",
        "info",
        "harbour_master changed the permissions of user 8 in “Crew”: denied speak; cleared stream.",
    ),
    *(
        (MemberChange(**WHO, fate=fate), f"member.{fate}_by_hand", "info", said)
        for fate, said in FATES
    ),
    (
        MemberChange(**NOBODY, fate="pruned", count=40),
        "member.pruned_by_hand",
        "warn",
        "harbour_master pruned 40 members by hand.",
    ),
    (
        RolePermissionsChange(**WHO, before=NONE, after=SPEAK | BAN, is_new=True),
        "role.dangerous_created",
        "warn",
        "harbour_master made the role “Crew”: ban_members.",
    ),
    (
        RemovalChange(**WHO, of="channel"),
        "channel.deleted_by_hand",
        "warn",
        "harbour_master deleted the channel “Crew” by hand.",
    ),
    (
        ConnectionChange(**WHO, connection="bot", turn="added", permissions=ALL | SPEAK),
        "bot.added",
        "critical",
        "harbour_master added the bot “Crew”: administrator.",
    ),
    (
        ConnectionChange(**WHO, connection="webhook", turn="added"),
        "webhook.added",
        "warn",
        "harbour_master added the webhook “Crew”.",
    ),
    (
        ConnectionChange(**WHO, connection="integration", turn="removed"),
        "integration.removed",
        "info",
        "harbour_master removed the integration “Crew”.",
    ),
    (
        GuildChange(**WHO, guards=(GuardChange("verification_level", 3, 1), OWNER)),
        "guild.security_lowered",
        "critical",
        "harbour_master changed the verification level from high to low, the owner from 3 to 9.",
    ),
    (
        GuildChange(**WHO, guards=(GuardChange("content_filter", 2, 0),)),
        "guild.security_lowered",
        "warn",
        "harbour_master changed the filter of explicit content from everybody to off.",
    ),
    (
        GuildChange(**WHO, guards=(GuardChange("two_factor", 1, 0),)),
        "guild.security_lowered",
        "critical",
        "harbour_master changed two-factor authentication for moderation from on to off.",
    ),
    (
        GuildChange(**WHO, guards=(GuardChange("verification_level", 0, 9),)),
        "guild.security_raised",
        "info",
        "harbour_master changed the verification level from none to 9.",
    ),
    (
        GuildChange(**WHO, guards=(OWNER,)),
        "guild.owner_changed",
        "critical",
        "harbour_master changed the owner from 3 to 9.",
    ),
]


@pytest.mark.parametrize(("change", "kind", "severity", "summary"), CASES)
def test_a_change_is_an_entry(change: HandChange, kind: str, severity: str, summary: str) -> None:
    draft = draft_of(change)
    assert draft is not None
    assert (draft.event_type, draft.severity, draft.summary) == (kind, severity, summary)
    target = None if kind == "member.pruned_by_hand" else "4"
    assert (draft.source, draft.actor_id, draft.target_id) == ("discord", 3, target)
    assert (draft.context["name"], draft.context["reason"]) == ("Crew", "Because")


@pytest.mark.parametrize(
    "change",
    [
        RolePermissionsChange(**WHO, before=SPEAK, after=SPEAK),
        RolePermissionsChange(**WHO, before=NONE, after=SPEAK, is_new=True),
        GrantChange(**WHO, roles=(CREW,)),
        GrantChange(**WHO, roles=()),
        ChannelChange(**WHO, subject_id=8, is_role=True),
        HandChange(**WHO),
    ],
)
def test_what_changes_nothing_that_matters_is_none(change: HandChange) -> None:
    assert draft_of(change) is None
