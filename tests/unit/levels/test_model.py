"""The curve, in whole numbers; what an award is worth; which roles are owed."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.levels.model import (
    MOST_XP,
    LevelProgress,
    LevelRole,
    LevelRules,
    from_mee6,
    level_of,
    mee6_total_for,
    owed_roles,
    rise,
    role_change,
    total_for,
    worth,
)

ROLES = [
    LevelRole(n, 1, level, role) for n, (level, role) in enumerate([(2, 10), (5, 11), (5, 12)])
]
levels = st.integers(1, 5_000_000)


@pytest.mark.parametrize(
    ("level", "total"), [(1, 0), (2, 283), (5, 1_118), (10, 3_162), (25, 12_500)]
)
def test_the_curve_is_the_one_that_was_promised(level: int, total: int) -> None:
    assert total_for(level) == total


@given(levels.filter(lambda one: one > 1))
def test_it_is_rounded_exactly(level: int) -> None:
    with localcontext() as context:
        context.prec = 60
        exact = 100 * Decimal(level) * Decimal(level).sqrt()
        assert total_for(level) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(0, MOST_XP))
def test_a_level_begins_where_its_total_does(xp: int) -> None:
    level = level_of(xp)
    assert total_for(level) <= xp < total_for(level + 1)
    progress = LevelProgress.of(xp)
    assert total_for(progress.level) + progress.into == xp
    assert 0 <= progress.share < 1


@given(st.integers(0, MOST_XP), st.integers(0, MOST_XP))
def test_only_a_higher_level_is_a_rise(before: int, after: int) -> None:
    up = rise(before, after)
    assert (up is not None) == (level_of(after) > level_of(before))
    if up is not None:
        assert (up.old_level, up.new_level, up.total_xp) == (
            level_of(before),
            level_of(after),
            after,
        )


@pytest.mark.parametrize(
    ("base", "percents", "xp"),
    [(20, (), 20), (15, (150,), 23), (5, (50, 50), 1), (5, (0, 1_000), 0), (1, (49,), 0)],
)
def test_multipliers_are_rounded_half_up(base: int, percents: tuple[int, ...], xp: int) -> None:
    assert worth(base, *percents) == xp


def test_the_innermost_channel_counts_and_the_greatest_role_but_nought_wins() -> None:
    rules = LevelRules((), {1: 200, 2: 0}, {7: 150, 8: 50, 9: 0})
    assert [rules.of_channel(place) for place in ((1, 2), (3, 2), (3,), ())] == [200, 0, 100, 100]
    assert [rules.of_roles(held) for held in ({7, 8}, {8}, {7, 9}, {5})] == [150, 50, 0, 100]


def test_roles_stack_or_the_highest_level_has_all() -> None:
    assert owed_roles(ROLES, 1, stacks=True) == set()
    assert owed_roles(ROLES, 4, stacks=True) == {10}
    assert owed_roles(ROLES, 9, stacks=True) == {10, 11, 12}
    assert owed_roles(ROLES, 9, stacks=False) == {11, 12}


@given(st.sets(st.sampled_from([10, 11, 12, 98, 99])), st.integers(1, 9), st.booleans())
def test_a_change_leads_to_what_is_owed_and_touches_nothing_else(
    held: set[int], level: int, stacks: bool
) -> None:
    change = role_change(ROLES, held, level, stacks=stacks)
    after = (held | {*change.give}) - {*change.take}
    assert after & {10, 11, 12} == owed_roles(ROLES, level, stacks=stacks)
    assert after - {10, 11, 12} == held - {10, 11, 12}
    assert not {*change.give} & held
    assert {*change.take} <= held


@given(st.integers(0, 300))
def test_mee6s_total_is_the_sum_of_its_steps(level: int) -> None:
    assert mee6_total_for(level) == sum(5 * n * n + 50 * n + 100 for n in range(level))


@given(st.integers(0, 10**10))
def test_from_mee6_everybody_keeps_their_level_and_order(xp: int) -> None:
    level = next(n for n in range(20_000) if mee6_total_for(n + 1) > xp)
    assert level_of(from_mee6(xp)) == max(level, 1)
    assert from_mee6(xp) <= from_mee6(xp + 1)
