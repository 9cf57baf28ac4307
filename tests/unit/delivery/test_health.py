"""Who is failing, when they are probed, and whether the fault is ours."""

from bot.delivery.health import EndpointHealth, FaultFinder

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


def fault(*tries: tuple[int, int, str, bool]) -> bool:
    """Whether the fault is ours after (second, endpoint, host, connected)."""
    finder = FaultFinder()
    for second, endpoint_id, host, connected in tries:
        finder.note(NOW + second * SECOND, endpoint_id, host, connected=connected)
    return finder.is_ours


def test_five_hosts_and_none_reached_is_our_fault() -> None:
    assert fault(*((n, n, f"h{n}", False) for n in range(5)))


def test_four_are_not_enough() -> None:
    assert not fault(*((n, n, f"h{n}", False) for n in range(4)))
    assert not fault(*((n, n % 4, f"h{n % 4}", False) for n in range(20)))


def test_five_endpoints_on_one_host_are_its_fault() -> None:
    assert not fault(*((n, n, "one.example.com", False) for n in range(9)))


def test_one_endpoint_on_five_hosts_is_not_enough() -> None:
    assert not fault(*((n, 1, f"h{n}", False) for n in range(9)))


def test_a_connection_clears_all_suspicion() -> None:
    down = [(n, n, f"h{n}", False) for n in range(5)]

    assert not fault(*down, (6, 1, "h1", True))
    assert fault((0, 9, "h9", True), *down)


def test_what_is_older_than_thirty_seconds_is_forgotten() -> None:
    assert fault((0, 0, "h0", False), *((30, n, f"h{n}", False) for n in range(1, 5)))
    assert not fault((0, 0, "h0", False), *((31, n, f"h{n}", False) for n in range(1, 5)))
