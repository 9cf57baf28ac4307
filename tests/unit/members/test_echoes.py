"""Facts that the bot itself is bringing about are kept for its case."""

from bot.features.members import facts
from bot.features.members.interpreter_state import ExpectedFacts
from bot.snapshots import Person

OTTER = Person(1, 2, "otter", is_bot=False)
BANNED, UNBANNED = facts.banned(OTTER, None), facts.unbanned(OTTER, None)
LEFT = facts.left(OTTER, None, joined_at=None, left_at=None)


def test_only_what_is_expected_of_that_person_is_kept() -> None:
    expected = ExpectedFacts()
    assert not expected.takes(BANNED)
    expected.expect((1, 2), "banned")
    assert expected.takes(BANNED)
    assert not expected.takes(UNBANNED)
    assert not expected.takes(BANNED.model_copy(update={"user_id": 3}))
    assert not expected.takes(BANNED.model_copy(update={"guild_id": 3}))


def test_what_came_to_nothing_gives_back_what_was_kept() -> None:
    expected = ExpectedFacts()
    expected.expect((1, 2), "banned")
    assert expected.takes(LEFT)
    assert expected.over((1, 2), "banned") == [LEFT]
    expected.expect((1, 2), "banned")
    assert expected.takes(LEFT)
    assert expected.takes(BANNED)
    assert expected.over((1, 2), "banned") == [BANNED]  # the removal was the ban's
    assert not expected.takes(BANNED)
    assert expected.over((1, 2), "banned") == []


def test_what_the_case_told_is_kept_no_longer() -> None:
    expected = ExpectedFacts()
    expected.expect((1, 2), "banned")
    expected.expect((1, 2), "unbanned")
    assert expected.takes(BANNED)
    expected.told(BANNED)
    assert not expected.takes(BANNED)
    assert expected.takes(UNBANNED)
    assert expected.over((1, 2), "unbanned") == [UNBANNED]
