"""The ids of events: random UUIDs that never come twice."""

from uuid import RFC_4122

from bot.outbox.event_ids import AT_ONCE, EventIds


def test_they_are_random_uuids_and_all_different() -> None:
    ids = EventIds()
    given = [ids.new() for _ in range(3 * AT_ONCE + 1)]

    assert len(set(given)) == len(given)
    assert {(id.version, id.variant) for id in given} == {(4, RFC_4122)}
    assert len({id.bytes[:6] for id in given}) == len(given)


def test_two_that_start_together_give_different_ones() -> None:
    first, second = EventIds(), EventIds()
    assert {first.new() for _ in range(100)}.isdisjoint(second.new() for _ in range(100))
