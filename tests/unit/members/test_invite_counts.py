"""By which invite: named only where exactly one explains the joins."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.features.members.invite_counts import InviteCounts, explained
from bot.snapshots import Invite, Invites

NOW = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
HELLO = Invite("hello", 3, inviter_id=7)
SHORT = Invite("short", 0, max_uses=1, inviter_id=8)
VANITY = Invite("harbour", 40)


def listed(*invites: Invite) -> Invites:
    return {invite.code: invite for invite in invites}


def used(invite: Invite, times: int = 1) -> Invite:
    return replace(invite, uses=invite.uses + times)


BEFORE = listed(HELLO, SHORT, VANITY)

CASES: list[tuple[str, Invites, int, str | None]] = [
    ("one use, one join", listed(used(HELLO), SHORT, VANITY), 1, "hello"),
    ("three uses, three joins", listed(used(HELLO, 3), SHORT, VANITY), 3, "hello"),
    (
        "two joins, by two codes",
        listed(used(HELLO), SHORT, used(VANITY)),
        2,
        None,
    ),
    ("two joins, one by no invite", listed(used(HELLO), SHORT, VANITY), 2, None),
    ("two uses, one join", listed(used(HELLO, 2), SHORT, VANITY), 1, None),
    ("the last use of a limited one: it vanishes", listed(HELLO, VANITY), 1, "short"),
    ("the last use and another's", listed(used(HELLO), VANITY), 2, None),
    ("one vanished, one used", listed(used(HELLO), VANITY), 1, None),
    ("vanity", listed(HELLO, SHORT, used(VANITY)), 1, "harbour"),
    ("discovery: nothing moved", BEFORE, 1, None),
    ("an unlimited one vanished", listed(SHORT, VANITY), 1, None),
    ("one made since, and used", listed(HELLO, SHORT, VANITY, Invite("new", 1)), 1, "new"),
    ("two vanished", listed(VANITY), 1, "short"),
]


@pytest.mark.parametrize(
    ("after", "joins", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_exactly_one_explains(after: Invites, joins: int, code: str | None) -> None:
    invite = explained(BEFORE, after, joins, NOW)
    assert (invite.code if invite else None) == code


def test_one_that_expired_explains_nothing() -> None:
    expiring = replace(SHORT, expires_at=NOW - timedelta(seconds=1))
    assert explained(listed(expiring), {}, 1, NOW) is None
    assert explained(listed(replace(expiring, expires_at=NOW + timedelta(1))), {}, 1, NOW)


def test_a_last_use_is_known_though_discord_says_deleted_first() -> None:
    counts = InviteCounts(dict(BEFORE))
    counts.deleted("short", NOW)
    invite = counts.looked(listed(HELLO, VANITY), 1, NOW + timedelta(seconds=1), NOW)
    assert invite is not None
    assert invite.code == "short"


def test_one_withdrawn_long_before_explains_nothing() -> None:
    counts = InviteCounts(dict(BEFORE))
    counts.deleted("short", NOW)
    later = NOW + timedelta(seconds=10)
    assert counts.looked(listed(HELLO, VANITY), 1, later, later) is None


def test_a_first_look_explains_nothing() -> None:
    counts = InviteCounts()
    assert counts.looked(listed(HELLO), 1, NOW, NOW) is None
    assert counts.known == listed(HELLO)


def test_joins_of_a_failed_look_stay_part_of_the_next_difference() -> None:
    counts = InviteCounts(dict(BEFORE))
    counts.failed(1)
    # One of the two came by hello; which of them is not to be known.
    assert counts.looked(listed(used(HELLO), SHORT, VANITY), 1, NOW, NOW) is None
    assert counts.looked(listed(used(HELLO, 2), SHORT, VANITY), 1, NOW, NOW) is not None


def test_an_invite_made_after_the_look_counts_from_nought() -> None:
    counts = InviteCounts({})
    assert not counts.may_explain
    counts.created(Invite("new", 0))
    assert counts.may_explain
    assert counts.looked(listed(Invite("new", 1)), 1, NOW, NOW) is not None
