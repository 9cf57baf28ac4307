"""Own calls: each explains the one entry that is about what it hit, and nothing where refused."""

import pytest

from bot.acts import ActRefused, ActUnknown
from bot.clock import ManualClock
from bot.own_calls import NEW, OwnCalls

GUILD = 1


@pytest.fixture
def calls(clock: ManualClock) -> OwnCalls:
    return OwnCalls(clock)


def test_what_was_done_explains_one_entry_about_that_very_thing(calls: OwnCalls) -> None:
    with calls.doing(GUILD, "ban", 5, 6):
        assert calls.explains(GUILD, "ban", 5)  # the log may be faster than the answer
    calls.withdraw(GUILD, "ban", [7])
    told = [(GUILD, "ban", 7), (2, "ban", 6), (GUILD, "kick", 6), (GUILD, "ban", 5)]
    assert not any(calls.explains(*one) for one in told)
    assert [calls.explains(GUILD, "ban", 6) for _ in range(2)] == [True, False]


def test_a_refusal_leaves_nothing_and_no_answer_leaves_it(calls: OwnCalls) -> None:
    for error, is_explained in ((ActRefused, False), (ActUnknown, True)):
        with pytest.raises(error), calls.doing(GUILD, "ban", *range(200)):
            raise error
        assert [calls.explains(GUILD, "ban", one) for one in range(200)] == [is_explained] * 200


def test_what_is_made_is_explained_before_and_after_its_id_is_known(calls: OwnCalls) -> None:
    with calls.doing(GUILD, "role_create", NEW), calls.doing(GUILD, "role_create", NEW):
        assert calls.explains(GUILD, "role_create", 50)
        calls.made(GUILD, "role_create", 50)
        calls.made(GUILD, "role_create", 51)
    assert not calls.explains(GUILD, "role_create", 50)
    assert not calls.explains(GUILD, "role_create", 99)
    assert calls.explains(GUILD, "role_create", 51)


def test_after_two_minutes_it_explains_nothing(calls: OwnCalls, clock: ManualClock) -> None:
    with calls.doing(GUILD, "kick", 5):
        clock.advance(121)
    assert not calls.explains(GUILD, "kick", 5)


def test_where_another_process_could_not_say_so_nothing_tells(calls: OwnCalls) -> None:
    assert not calls.explains(GUILD, "ban", 5)
    calls.may_miss = lambda: True
    assert calls.explains(GUILD, "ban", 5)
