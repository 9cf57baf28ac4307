"""Room for connections: bounded, shared out, and never all taken by those that ask for nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Crowd:
    """Crowd of connections: how many there may be, as deliveries need files as well."""

    in_all: int = 256
    of_one: int = 64  # home, see `home_of`
    reserved: int = 8  # beyond these, for the routes of operators alone


@dataclass(slots=True, eq=False)
class Seat:
    """Seat of one connection, which belongs to a home; `leave` ends the connection at once.

    `idle_since` is None while a request is being answered.
    """

    home: str | None
    leave: Callable[[], None]
    idle_since: float | None
    is_reserved: bool = False


class Room:
    """Room behind one port: where it is full, whoever has asked for nothing for longest goes."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._seats = dict[Seat, None]()

    def __len__(self) -> int:
        return len(self._seats)

    def take(self, seat: Seat) -> bool:
        """Give the seat a place, maybe a reserved one; False where all are busy."""
        open_to_all = [one for one in self._seats if not one.is_reserved]
        same = [one for one in open_to_all if seat.home is not None and one.home == seat.home]
        reserved = [one for one in self._seats if one.is_reserved]
        crowd = self._crowd
        if len(same) >= crowd.of_one:
            there = self._made(same)
        else:
            there = len(open_to_all) < crowd.in_all or self._made(open_to_all)
        if not there:
            seat.is_reserved = True
            there = len(reserved) < crowd.reserved or self._made(reserved)
        if there:
            self._seats[seat] = None
        return there

    def give_up(self, seat: Seat) -> None:
        """The connection has ended, taken or not."""
        self._seats.pop(seat, None)

    def _made(self, among: Iterable[Seat]) -> bool:
        """End the connection among these that was idle for longest, if any is."""
        idle = [one for one in among if one.idle_since is not None]
        if not idle:
            return False
        longest = min(idle, key=lambda one: one.idle_since or 0.0)
        self.give_up(longest)
        longest.leave()
        return True
