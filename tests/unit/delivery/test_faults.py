"""Whether the fault is ours: what must come together, and what ends it."""

from collections.abc import Iterable

import pytest

from bot.delivery.faults import FaultFinder
from bot.dialects.base import Answer, Reach

NOW = 1_779_622_338_000
SECOND = 1_000
Try = tuple[float, int, str, Reach]


def tried(reach: Reach, count: int = 5, *, begin: float = 0) -> list[Try]:
    """So many endpoints on as many hosts, a second apart."""
    return [(begin + n, n, f"h{n}", reach) for n in range(count)]


def ours(tries: Iterable[Try], *, heard: bool | None = None) -> bool:
    """Whether the last of them was our own fault."""
    finder, found = FaultFinder(), False
    finder.is_heard = lambda: heard
    for second, endpoint_id, host, reach in tries:
        found = finder.note(NOW + round(second * SECOND), endpoint_id, host, reach)
    return found


CROWDS = [Reach.NOWHERE, Reach.UNKNOWN_AUTHORITY, Reach.WRONG_TIME]


@pytest.mark.parametrize("reach", CROWDS)
def test_five_endpoints_on_five_hosts_are_enough(reach: Reach) -> None:
    assert ours(tried(reach))


@pytest.mark.parametrize("reach", CROWDS)
def test_fewer_are_not(reach: Reach) -> None:
    assert not ours(tried(reach, 4))
    assert not ours((n, n % 4, f"h{n % 4}", reach) for n in range(20))
    assert not ours((n, n, "one.example.com", reach) for n in range(9))
    assert not ours((n, 1, f"h{n}", reach) for n in range(9))


def test_an_unreachable_crowd_is_their_own_fault_while_discord_is_heard() -> None:
    assert not ours(tried(Reach.NOWHERE), heard=True)


def test_one_receiver_is_enough_where_the_gateway_is_silent_too() -> None:
    down = [(n * 20, 1, "h1", Reach.NOWHERE) for n in range(30)]
    assert ours(down, heard=False)
    assert not ours(down, heard=True)
    assert not ours(down)  # nobody else to ask


@pytest.mark.parametrize("proof", [Reach.NETWORK, Reach.TRUSTED, Reach.UNKNOWN_AUTHORITY])
def test_one_that_is_dead_is_to_blame_while_another_answers(proof: Reach) -> None:
    tries = [(n * 20 + k, k, f"h{k}", (Reach.NOWHERE, proof)[k]) for n in range(9) for k in (0, 1)]
    assert not ours([*tries, (180, 0, "h0", Reach.NOWHERE)], heard=False)
    assert ours([*tries, (161 + 30, 0, "h0", Reach.NOWHERE)], heard=False)


@pytest.mark.parametrize(
    ("status", "reach", "signs_time", "by_clock"),
    [
        (401, Reach.TRUSTED, True, True),
        (400, Reach.NETWORK, True, True),
        (401, Reach.TRUSTED, False, False),  # it signs no time
        (404, Reach.TRUSTED, True, False),
        (500, Reach.TRUSTED, True, False),
        (None, Reach.WRONG_TIME, False, True),
        (None, Reach.NOWHERE, True, False),
    ],
)
def test_a_wrong_clock_is_ours(
    status: int | None, reach: Reach, signs_time: bool, by_clock: bool
) -> None:
    finder = FaultFinder()
    answer = Answer(status, 7, reach=reach)
    assert not finder.is_by_clock(answer, signs_time=signs_time)
    finder.is_clock_doubted = lambda: True
    assert finder.is_by_clock(answer, signs_time=signs_time) is by_clock


@pytest.mark.parametrize("reach", [Reach.UNKNOWN_AUTHORITY, Reach.WRONG_TIME])
def test_what_this_machine_lacks_is_ours_whoever_is_heard(reach: Reach) -> None:
    assert ours(tried(reach), heard=True)


def test_a_want_of_our_own_is_ours_at_once_and_says_nothing_of_others() -> None:
    assert ours([(0, 1, "h1", Reach.OURS)], heard=True)
    assert not ours([*tried(Reach.OURS, 4), (5, 9, "h9", Reach.NOWHERE)])


@pytest.mark.parametrize(
    "proof", [Reach.NETWORK, Reach.TRUSTED, Reach.UNKNOWN_AUTHORITY, Reach.WRONG_TIME]
)
def test_whatever_comes_back_proves_the_network(proof: Reach) -> None:
    down = tried(Reach.NOWHERE)
    assert not ours([*down, (6, 7, "h7", proof), (7, 5, "h5", Reach.NOWHERE)])
    assert ours([(0, 7, "h7", proof), *tried(Reach.NOWHERE, begin=1)])


def test_only_a_trusted_certificate_proves_authorities_and_clock() -> None:
    for reach in (Reach.UNKNOWN_AUTHORITY, Reach.WRONG_TIME):
        crowd, again = tried(reach), (7, 5, "h5", reach)
        assert ours([*crowd, (6, 7, "h7", Reach.NETWORK), again])
        assert not ours([*crowd, (6, 7, "h7", Reach.TRUSTED), again])


@pytest.mark.parametrize("reach", CROWDS)
def test_a_suspicion_ends_after_thirty_seconds_without_news(reach: Reach) -> None:
    assert ours([*tried(reach), (30, 0, "h0", reach)])
    assert not ours([*tried(reach), (36, 0, "h0", reach)])


def test_discord_heard_again_ends_it_at_once() -> None:
    finder = FaultFinder()
    for second, endpoint_id, host, reach in tried(Reach.NOWHERE):
        finder.note(NOW + round(second * SECOND), endpoint_id, host, reach)
    finder.is_heard = lambda: True
    assert not finder.note(NOW + 6 * SECOND, 0, "h0", Reach.NOWHERE)


@pytest.mark.parametrize("reach", CROWDS)
def test_who_was_blamed_before_the_crowd_was_there_is_owed_it_once(reach: Reach) -> None:
    finder = FaultFinder()
    for second, endpoint_id, host, _ in tried(reach):
        finder.note(NOW + round(second * SECOND), endpoint_id, host, reach)
    made_good = [[finder.make_good(one, reach) for one in range(5)] for _ in range(2)]
    assert made_good == [[True] * 4 + [False], [False] * 5]


@pytest.mark.parametrize("reach", CROWDS)
def test_nothing_is_owed_without_a_crowd_or_after_a_proof(reach: Reach) -> None:
    finder = FaultFinder()
    for number in range(9):  # each alone within its 30 seconds
        finder.note(NOW + number * 31 * SECOND, number, f"h{number}", reach)
    assert not any(finder.make_good(one, reach) for one in range(9))

    for second, endpoint_id, host, _ in tried(reach, begin=600):
        finder.note(NOW + round(second * SECOND), endpoint_id, host, reach)
    finder.note(NOW + 606 * SECOND, 7, "h7", Reach.TRUSTED)
    assert not any(finder.make_good(one, reach) for one in range(5))


def test_nothing_is_owed_to_the_unreachable_while_discord_is_heard() -> None:
    finder = FaultFinder()
    finder.is_heard = lambda: True
    for second, endpoint_id, host, reach in tried(Reach.NOWHERE):
        finder.note(NOW + round(second * SECOND), endpoint_id, host, reach)
    assert not any(finder.make_good(one, Reach.NOWHERE) for one in range(5))


def test_only_who_gets_further_than_a_proxy_speaks_for_it() -> None:
    finder = FaultFinder()
    alone = finder.note(NOW, 1, "h1", Reach.PROXY)
    finder.note(NOW + SECOND, 2, "h2", Reach.TRUSTED)
    beside = [finder.note(NOW + second * SECOND, 1, "h1", Reach.PROXY) for second in (2, 32)]
    assert (alone, beside) == (True, [False, True])
    assert finder.make_good(1, Reach.PROXY)
