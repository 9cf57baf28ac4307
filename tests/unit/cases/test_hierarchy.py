"""Who may act upon whom."""

from dataclasses import replace

import pytest

from bot.catalogue.cases import CaseType
from bot.errors import UserError
from bot.features.cases.hierarchy import Standings, refuse
from bot.features.cases.model import KINDS
from bot.snapshots import Account, Standing

ALL = frozenset({"ban_members", "kick_members", "moderate_members", "manage_roles"})
ME = Standing(Account(1, "herald"), 90, False, ALL)
MODERATOR = Standing(Account(2, "harbour_master"), 50, False, ALL)
OTTER = Standing(Account(3, "otter"), 10, False, frozenset())
FINE = Standings(MODERATOR, ME, OTTER)


@pytest.mark.parametrize("kind", list(KINDS))
def test_whoever_stands_below_may_be_acted_upon(kind: CaseType) -> None:
    refuse(KINDS[kind], FINE)


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize(
    ("standings", "refusal"),
    [
        (replace(FINE, moderator=replace(MODERATOR, permissions=frozenset())), "You need the"),
        (replace(FINE, target=replace(OTTER, top_role=50)), "as high as yours"),
        (replace(FINE, target=replace(OTTER, top_role=50, top_role_id=-1)), "as high as yours"),
        (replace(FINE, target=replace(OTTER, is_owner=True)), "owns this server"),
        (replace(FINE, target=MODERATOR), "to yourself"),
        (replace(FINE, target=ME, moderator=replace(MODERATOR, top_role=99)), "to myself"),
        (replace(FINE, moderator=None), "cannot see the members"),
        (replace(FINE, me=None), "cannot see the members"),
    ],
)
def test_what_stands_in_the_way(kind: CaseType, standings: Standings, refusal: str) -> None:
    with pytest.raises(UserError, match=refusal):
        refuse(KINDS[kind], standings)


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_bot_s_own_rank_and_permission_count_where_it_acts(kind: CaseType) -> None:
    owner = replace(MODERATOR, is_owner=True, top_role=0)
    above = replace(FINE, moderator=owner, target=replace(OTTER, top_role=90))
    powerless = replace(FINE, me=replace(ME, permissions=frozenset()))
    for standings, refusal in ((above, "as high as mine"), (powerless, "I need the permission")):
        if KINDS[kind].acts:
            with pytest.raises(UserError, match=refusal):
                refuse(KINDS[kind], standings)
        else:
            refuse(KINDS[kind], standings)


@pytest.mark.parametrize("kind", list(KINDS))
def test_only_members_can_be_warned_timed_out_muted_kicked_or_softbanned(kind: CaseType) -> None:
    gone = replace(FINE, target=None)
    if kind in ("warn", "timeout", "mute", "kick", "softban"):
        with pytest.raises(UserError, match="not in this server"):
            refuse(KINDS[kind], gone)
    else:
        refuse(KINDS[kind], gone)


def test_an_administrator_may_everything_and_cannot_be_timed_out() -> None:
    administrator = replace(MODERATOR, permissions=frozenset({"administrator"}))
    refuse(KINDS["ban"], replace(FINE, moderator=administrator))
    above = replace(OTTER, permissions=frozenset({"administrator"}))
    with pytest.raises(UserError, match="Discord lets nobody time them out"):
        refuse(KINDS["timeout"], replace(FINE, target=above))
    refuse(KINDS["ban"], replace(FINE, target=above))


def test_a_mute_needs_the_bot_to_manage_roles() -> None:
    me = replace(ME, permissions=frozenset({"moderate_members"}))
    with pytest.raises(UserError, match=r"\*\*Manage Roles\*\*"):
        refuse(KINDS["mute"], replace(FINE, me=me), needs="manage_roles")


@pytest.mark.parametrize("kind", list(KINDS))
def test_of_two_roles_at_one_position_the_older_one_stands_above(kind: CaseType) -> None:
    older = replace(MODERATOR, top_role_id=100)
    younger = replace(OTTER, top_role=50, top_role_id=200)
    refuse(KINDS[kind], replace(FINE, moderator=older, target=younger))
    reverse = replace(FINE, moderator=replace(older, top_role_id=300), target=younger)
    with pytest.raises(UserError, match="as high as yours"):
        refuse(KINDS[kind], reverse)
