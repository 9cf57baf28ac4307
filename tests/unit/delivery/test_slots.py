"""Who may take a slot, and who has to wait for what."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.slots import SHARED, Slots, SlotWait

HEALTHY, OTHER = 1_000, 2_000


def proven(*endpoint_ids: int, total: int = 256) -> Slots:
    slots = Slots(total)
    for endpoint_id in endpoint_ids:
        slots.trust(endpoint_id)
    return slots


def fill(slots: Slots, endpoint_id: int, most: int = 1_000) -> int:
    """Take as many as it may, at most so many; how many it took."""
    for number in range(most):
        if slots.is_full or slots.why_not(endpoint_id) is not None:
            return number
        slots.take(endpoint_id)
    return most


def in_turn(slots: Slots, *endpoint_ids: int) -> list[int]:
    """Let them take in turn until nobody may; what each holds then."""
    taken = 1
    while taken:
        taken = sum(fill(slots, endpoint_id, 1) for endpoint_id in endpoint_ids)
    return [slots.held(endpoint_id) for endpoint_id in endpoint_ids]


def test_a_proven_endpoint_has_sixteen() -> None:
    slots = proven(1)

    assert fill(slots, 1) == slots.held(1) == 16
    assert slots.why_not(1) is SlotWait.OWN
    slots.give(1)
    assert slots.why_not(1) is None


def test_an_endpoint_without_a_success_has_one_until_its_first() -> None:
    slots = Slots()

    assert fill(slots, 1) == 1
    assert slots.why_not(1) is SlotWait.OWN
    slots.succeeded(1, in_time=True)
    assert fill(slots, 1) == 15


def test_a_probed_endpoint_has_one() -> None:
    slots = proven(1)
    slots.take(1)

    assert slots.why_not(1, most=1) is SlotWait.OWN
    assert slots.why_not(1) is None


def test_newcomers_fill_every_slot() -> None:
    slots = Slots()

    assert in_turn(slots, *range(300)) == [1] * 256 + [0] * 44
    assert slots.is_full


def test_sixteen_endpoints_leave_a_quarter_to_those_that_hold_none() -> None:
    many = range(20)
    slots = proven(*many, HEALTHY, OTHER)

    assert sum(in_turn(slots, *many)) == 192
    assert slots.why_not(0) is SlotWait.CROWD
    assert not slots.has_room(SlotWait.CROWD)
    assert in_turn(slots, HEALTHY, OTHER) == [1, 1]
    slots.give(0)
    assert not slots.has_room(SlotWait.CROWD)  # those two came on top
    slots.give(1)
    slots.give(2)
    assert slots.has_room(SlotWait.CROWD)


def test_the_failing_share_a_quarter() -> None:
    many = range(20)
    slots = proven(*many, HEALTHY)
    for endpoint_id in many:
        slots.failed(endpoint_id, in_time=True)

    assert sum(in_turn(slots, *many)) == 64
    assert slots.why_not(19) is SlotWait.FAILING
    assert fill(slots, HEALTHY) == 16
    slots.give(0)
    assert slots.has_room(SlotWait.FAILING)
    assert slots.why_not(19) is None


def test_newcomers_that_failed_share_it_too() -> None:
    slots = Slots()
    for endpoint_id in range(100):
        slots.failed(endpoint_id, in_time=True)

    assert sum(in_turn(slots, *range(100))) == 64
    assert fill(slots, HEALTHY) == 1


def test_who_leaves_a_request_unanswered_belongs_to_the_quarter_with_all_that_it_holds() -> None:
    many = range(8)
    slots = proven(*many, 8, HEALTHY)
    assert sum(in_turn(slots, *many)) == 128

    assert [slots.fell_silent(endpoint_id) for endpoint_id in many] == [True] * 8
    assert not slots.fell_silent(0)

    slots.failed(8, in_time=True)
    assert slots.why_not(8) is SlotWait.FAILING  # they hold two quarters
    assert slots.why_not(0) is SlotWait.OWN
    slots.give(0)
    assert slots.why_not(0) is SlotWait.SILENT
    assert fill(slots, HEALTHY) == 16
    for endpoint_id in many:
        fill_empty(slots, endpoint_id)
    assert slots.why_not(8) is None


def fill_empty(slots: Slots, endpoint_id: int) -> None:
    while slots.held(endpoint_id):
        slots.give(endpoint_id)


def test_the_silent_leave_some_of_the_quarter_to_those_that_answer() -> None:
    silent = range(10)
    slots = proven(*silent, HEALTHY)
    for endpoint_id in silent:
        slots.fell_silent(endpoint_id)

    assert sum(in_turn(slots, *silent)) == 48
    assert not slots.has_room(SlotWait.SILENT)
    slots.failed(HEALTHY, in_time=True)
    assert slots.has_room(SlotWait.FAILING)
    assert fill(slots, HEALTHY) == 16
    assert not slots.has_room(SlotWait.FAILING)


def test_only_a_success_in_time_ends_a_silence() -> None:
    slots = proven(1, *range(10, 20))
    slots.fell_silent(1)
    for endpoint_id in range(10, 20):
        slots.fell_silent(endpoint_id)
    in_turn(slots, *range(10, 20))

    slots.succeeded(1, in_time=False)
    assert slots.why_not(1) is SlotWait.SILENT
    slots.failed(1, in_time=True)
    assert slots.why_not(1) is SlotWait.SILENT
    slots.succeeded(1, in_time=True)
    assert fill(slots, 1) == 16


def test_whatever_is_answered_late_was_a_silence() -> None:
    slots = proven(1, 2, *range(10, 20))
    for endpoint_id in range(10, 20):
        slots.fell_silent(endpoint_id)
    in_turn(slots, *range(10, 20))

    slots.succeeded(1, in_time=False)
    slots.failed(2, in_time=False)

    assert (slots.why_not(1), slots.why_not(2)) == (SlotWait.SILENT, SlotWait.SILENT)


def test_a_success_takes_what_it_holds_out_of_the_quarter() -> None:
    many = range(4)
    slots = proven(*many, 4)
    for endpoint_id in (*many, 4):
        slots.failed(endpoint_id, in_time=True)
    assert sum(in_turn(slots, *many)) == 64

    slots.succeeded(0, in_time=True)

    assert fill(slots, 4) == 16


def test_a_deleted_endpoint_is_new_again_and_holds_nothing_of_the_quarter() -> None:
    slots = proven(*range(4), 4)
    for endpoint_id in (*range(4), 4):
        slots.failed(endpoint_id, in_time=True)
    in_turn(slots, *range(4))

    slots.forget(0)

    assert fill(slots, 4) == 16
    fill_empty(slots, 0)
    assert slots.why_not(4) is SlotWait.OWN
    assert fill(slots, 0) == 1


def test_the_smallest_instance_works() -> None:
    slots = Slots(1, 1)
    slots.failed(1, in_time=True)
    slots.fell_silent(1)

    assert fill(slots, 1) == 1
    assert slots.is_full


Act = Callable[[Slots, int], object]
ACTS: list[Act] = [
    lambda slots, endpoint_id: slots.succeeded(endpoint_id, in_time=True),
    lambda slots, endpoint_id: slots.succeeded(endpoint_id, in_time=False),
    lambda slots, endpoint_id: slots.failed(endpoint_id, in_time=True),
    lambda slots, endpoint_id: slots.failed(endpoint_id, in_time=False),
    Slots.fell_silent,
    Slots.forget,
]


class Story:
    """Slots for nine endpoints, and what each of them holds by a count of its own."""

    def __init__(self) -> None:
        self.slots = Slots(16, 4)
        self.held = dict.fromkeys(range(9), 0)

    def take(self, endpoint_id: int) -> None:
        if not self.slots.is_full and self.slots.why_not(endpoint_id) is None:
            self.slots.take(endpoint_id)
            self.held[endpoint_id] += 1

    def give(self, endpoint_id: int) -> None:
        if self.held[endpoint_id]:
            self.slots.give(endpoint_id)
            self.held[endpoint_id] -= 1


STEPS = st.tuples(st.sampled_from(["take", "take", "take", "give", *ACTS]), st.integers(0, 8))


@given(st.lists(STEPS, max_size=200))
def test_no_story_breaks_the_bounds_or_strands_a_slot(steps: list[tuple[str | Act, int]]) -> None:
    story = Story()
    for step, endpoint_id in steps:
        if isinstance(step, str):
            (story.take if step == "take" else story.give)(endpoint_id)
        else:
            step(story.slots, endpoint_id)
        assert max(story.held.values()) <= 4
        assert sum(story.held.values()) <= 16
        assert story.slots.is_full == (sum(story.held.values()) == 16)

    for endpoint_id in story.held:
        while story.held[endpoint_id]:
            story.give(endpoint_id)
    assert all(story.slots.has_room(share) for share in SHARED)
    assert [story.slots.why_not(endpoint_id) for endpoint_id in story.held] == [None] * 9
