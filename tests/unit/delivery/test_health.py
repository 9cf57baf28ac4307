"""Who is failing, and when they are probed."""

from bot.delivery.health import EndpointHealth

NOW = 1_779_622_338_000
SECOND = 1_000


def failing(times: int, *, every: int = 0) -> EndpointHealth:
    health = EndpointHealth()
    for number in range(times):
        health.failed(1, NOW + number * every)
    return health


def test_nobody_is_failing_who_was_never_tried() -> None:
    assert not EndpointHealth().is_failing(1)
    assert EndpointHealth().probe_at(1) == 0
    assert not EndpointHealth().well(1)


def test_the_fifth_failure_in_a_row_begins_the_probing() -> None:
    health = EndpointHealth()

    began = [health.failed(1, NOW) for _ in range(6)]

    assert began == [False, False, False, False, True, False]
    assert health.is_failing(1)
    assert not health.is_failing(2)


def test_a_success_between_starts_the_count_again() -> None:
    health = failing(4)

    assert not health.well(1)
    for _ in range(4):
        assert not health.failed(1, NOW)

    assert not health.is_failing(1)


def test_one_success_ends_the_probing() -> None:
    health = failing(9)

    assert health.well(1)

    assert not health.is_failing(1)
    assert health.probe_at(1) == 0
    assert not health.well(1)


def test_the_gaps_double_up_to_five_minutes() -> None:
    health = failing(5)
    gaps: list[int] = []

    now = NOW
    for _ in range(9):
        gaps.append((health.probe_at(1) - now) // SECOND)
        now = health.probe_at(1)
        health.failed(1, now)

    assert gaps == [5, 10, 20, 40, 80, 160, 300, 300, 300]


def test_a_crowd_that_was_in_flight_counts_as_one_probe() -> None:
    health = failing(5)

    for _ in range(16):
        health.failed(1, NOW + SECOND)

    assert health.probe_at(1) == NOW + 5 * SECOND


def test_what_an_earlier_process_counted_is_taken_over() -> None:
    health = EndpointHealth()
    health.restore(1, 12)
    health.restore(2, 4)

    assert (health.is_failing(1), health.is_failing(2)) == (True, False)
    assert health.probe_at(1) == 0  # the first probe may go at once
    assert not health.failed(1, NOW)
    assert health.probe_at(1) == NOW + 5 * SECOND
    assert health.failed(2, NOW)


def test_a_fault_of_ours_leaves_no_long_gap_behind() -> None:
    health = failing(5)
    gaps: list[int] = []

    now = NOW
    for _ in range(6):
        gaps.append((health.probe_at(1) - now) // SECOND)
        now = health.probe_at(1)
        health.failed(1, now, is_ours=True)

    assert gaps == [5, 10, 20, 20, 20, 20]
