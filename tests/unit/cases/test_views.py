"""What people read fits into a message of Discord's, however much there is to say."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.client import limits
from bot.features.cases.model import Case, CaseState, Details
from bot.features.cases.service import Done
from cogs.cases import views

CASE = Case(
    id=1,
    guild_id=1,
    number=1,
    type="unmute",
    user_id=2,
    username="otter",
    moderator_id=3,
    moderator_name="pilot",
    reason=None,
    source="bot",
    state=CaseState.ACTIVE,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def test_a_release_names_the_roles_that_are_gone() -> None:
    said = views.released(_released("Painter", "*Friend*"))
    assert said.endswith("Roles that are gone by now: Painter, \\*Friend\\*.")


def test_a_release_with_every_role_gone_fits() -> None:
    said = views.released(_released(*("*" * 100 for _ in range(250))))
    assert len(said) <= limits.CONTENT
    assert said.endswith("and 240 more.")


def _released(*missing: str) -> Done:
    return Done(replace(CASE, details=Details(names=dict(enumerate(missing)))))
