"""By rank, and now and then by age."""

from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.priority_queue import BY_AGE, PriorityQueue, Rank

RANKS = st.sampled_from([Rank.URGENT, Rank.FIRST, Rank.RETRY])


@given(st.lists(RANKS, max_size=40), st.lists(RANKS, max_size=200))
def test_nothing_is_passed_over_for_ever(before: list[Rank], later: list[Rank]) -> None:
    ranked = PriorityQueue[int]()
    for number, rank in enumerate(before):
        ranked.put(rank, number)
    last = len(before)
    ranked.put(Rank.RETRY, last)

    for turn in range(BY_AGE * (len(before) + 1)):
        if later:
            ranked.put(later.pop(), last + 1 + turn)
        assert len(ranked) == len(list(ranked))
        if ranked.take() == last:
            return
    raise AssertionError("it still waits")


def test_a_test_goes_before_whatever_waits_also_where_it_is_the_oldests_turn() -> None:
    ranked = PriorityQueue[str]()
    ranked.put(Rank.RETRY, "old")
    for turn in range(3 * BY_AGE):
        ranked.put(Rank.TEST, f"test {turn}")
        assert ranked.take() == f"test {turn}"
    assert ranked.take() == "old"


def test_taken_out_is_gone() -> None:
    ranked = PriorityQueue[str]()
    ranked.put(Rank.FIRST, "a")
    ticket = ranked.put(Rank.FIRST, "b")
    ranked.put(Rank.FIRST, "c")

    ranked.remove(Rank.FIRST, ticket)

    assert len(ranked) == 2
    assert [ranked.take(), ranked.take(), ranked.take()] == ["a", "c", None]


def test_the_last_is_the_youngest_of_the_worst_rank() -> None:
    ranked = PriorityQueue[str]()
    for rank, item in ((Rank.RETRY, "a"), (Rank.RETRY, "b"), (Rank.FIRST, "c")):
        ranked.put(rank, item)

    assert (ranked.take_last(), ranked.best, len(ranked)) == ("b", Rank.FIRST, 2)
    assert (ranked.count(Rank.RETRY), ranked.count(Rank.URGENT)) == (1, 0)
    assert list(ranked) == ["c", "a"]
