"""Backlogs have what time is left, and never none."""

from bot.delivery.backlog_throttle import IN_A_WINDOW, LATELY, WINDOW, BacklogThrottle


class Loop:
    """An event loop whose time a test tells."""

    def __init__(self) -> None:
        self.now = 100.0
        self.leisure = BacklogThrottle(lambda: self.now)

    def begins(self, most: int = 100) -> int:
        """How many requests of backlogs may begin now."""
        for number in range(most):
            if not self.leisure.has_room():
                return number
            self.leisure.take()
        return most


def test_without_anything_fresh_a_backlog_has_all_there_is() -> None:
    assert Loop().begins() == 100


def test_beside_what_is_fresh_it_has_a_few_in_each_window() -> None:
    loop = Loop()
    loop.leisure.fresh()

    assert loop.begins() == IN_A_WINDOW > 0
    loop.now += WINDOW / 2
    assert loop.begins() == 0
    assert 0 < loop.leisure.rest() < WINDOW
    loop.now += loop.leisure.rest() + WINDOW / 100
    assert loop.begins() == IN_A_WINDOW


def test_some_time_after_the_last_fresh_one_it_has_all_again() -> None:
    loop = Loop()
    loop.leisure.fresh()
    assert loop.begins() == IN_A_WINDOW

    loop.now += LATELY

    assert loop.begins() == 100
