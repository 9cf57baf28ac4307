"""How connections are shared out: no visitor has them all, and none holds one for nothing."""

from bot.web.addresses import Proxies
from bot.web.connection import home_of
from bot.web.room import Crowd, Room, Seat

PROXIES = Proxies(("10.0.0.0/24",))


class Visitors:
    """Those who come to a room, by name; `gone` are those who had to leave."""

    def __init__(self, crowd: Crowd) -> None:
        self.room = Room(crowd)
        self.gone: list[str] = []

    def come(self, name: str, home: str | None, *, idle_since: float | None) -> Seat | None:
        """The seat that was found for them."""
        seat = Seat(home, lambda: self.gone.append(name), idle_since)
        return seat if self.room.take(seat) else None


def test_the_one_that_was_idle_for_longest_makes_room() -> None:
    there = Visitors(Crowd(in_all=3, reserved=0))
    there.come("late", None, idle_since=9.0)
    there.come("busy", None, idle_since=None)
    there.come("early", "a", idle_since=4.0)
    seat = there.come("new", None, idle_since=10.0)
    assert seat is not None
    assert not seat.is_reserved
    assert (there.gone, len(there.room)) == (["early"], 3)


def test_one_home_has_a_part_of_all_and_makes_room_for_itself() -> None:
    there = Visitors(Crowd(in_all=9, of_one=2, reserved=0))
    there.come("other", "b", idle_since=0.0)
    there.come("first", "a", idle_since=1.0)
    there.come("second", "a", idle_since=2.0)
    assert there.come("third", "a", idle_since=3.0) is not None
    assert there.gone == ["first"]


def test_a_home_whose_connections_are_busy_is_given_no_more() -> None:
    there = Visitors(Crowd(in_all=9, of_one=1, reserved=0))
    there.come("first", "a", idle_since=None)
    there.come("other", "b", idle_since=0.0)
    assert there.come("second", "a", idle_since=3.0) is None
    assert there.come("proxied", None, idle_since=3.0) is not None
    assert there.come("proxied too", None, idle_since=3.0) is not None
    assert there.gone == []


def test_where_all_are_busy_there_are_places_for_operators() -> None:
    there = Visitors(Crowd(in_all=1, reserved=2))
    there.come("busy", None, idle_since=None)
    seats = [there.come(name, "a", idle_since=1.0) for name in ("probe", "second", "third")]
    assert all(seat is not None and seat.is_reserved for seat in seats)
    assert there.gone == ["probe"]
    for seat in seats[1:]:
        assert seat is not None
        seat.idle_since = None
    assert there.come("fourth", "a", idle_since=1.0) is None


def test_who_left_takes_no_place() -> None:
    there = Visitors(Crowd(in_all=1, reserved=0))
    seat = there.come("first", None, idle_since=None)
    assert seat is not None
    there.room.give_up(seat)
    there.room.give_up(seat)
    assert there.come("second", None, idle_since=None) is not None


def test_whose_connection_it_is() -> None:
    assert home_of(("198.51.100.1", 4711), PROXIES) == "198.51.100.1"
    assert home_of(("2001:db8::1", 4711, 0, 0), PROXIES) == "2001:db8::/64"
    assert home_of(("127.0.0.1", 4711), PROXIES) is None
    assert home_of(("::1", 4711, 0, 0), PROXIES) is None
    assert home_of(("10.0.0.7", 4711), PROXIES) is None
    assert home_of(None, PROXIES) is None
