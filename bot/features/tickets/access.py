"""Access to a ticket's room: who is let in, by its type and where people decided otherwise."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.features.tickets.model import Ticket
from bot.features.tickets.types import TicketType
from bot.rooms import Guest


@dataclass(frozen=True, slots=True)
class GuestPass:
    """Pass of a guest who is let in beside those of the type, or of one of those who is not.

    `is_due` until Discord has it; `by_hand` where somebody did it there, without the bot.
    """

    guest: Guest
    is_in: bool = True
    is_due: bool = False
    by_hand: bool = False

    @property
    def id(self) -> int:
        return self.guest.id

    @property
    def is_exposing(self) -> bool:
        """Whether it is a role's people whom somebody let in by hand, until they are out again."""
        return self.by_hand and self.guest.is_role and (self.is_in or self.is_due)


def natural(ticket: Ticket, kind: TicketType) -> dict[int, Guest]:
    """Whom its type lets in: the opener and the staff, who come into a thread when called."""
    staff = () if ticket.is_thread else kind.choices.staff_role_ids
    guests = (Guest(ticket.opener_id), *(Guest(one, is_role=True) for one in staff))
    return {one.id: one for one in guests}


def admitted(ticket: Ticket, kind: TicketType, passes: Iterable[GuestPass]) -> dict[int, Guest]:
    """Whom its room is to let in."""
    found = natural(ticket, kind)
    for one in passes:
        if one.is_in:
            found[one.id] = one.guest
        else:
            found.pop(one.id, None)
    return found


def is_needed(ticket: Ticket, kind: TicketType, one: GuestPass) -> bool:
    """Whether its row says anything that the type does not."""
    return one.is_due or one.is_in is not (one.id in natural(ticket, kind))


def restaffed(before: Sequence[int], after: Sequence[int]) -> Iterator[GuestPass]:
    """What other staff roles change: the new ones come in, and the old ones go."""
    for one in sorted({*before} ^ {*after}):
        yield GuestPass(Guest(one, is_role=True), is_in=one in after, is_due=True)


def by_hand(
    ticket: Ticket,
    kind: TicketType,
    passes: Sequence[GuestPass],
    *,
    seen: Sequence[Guest],
    role_ids: Iterable[int],
) -> list[GuestPass]:
    """What people did on Discord, where the bot has nothing left to do itself.

    Staff come into threads and go, which nobody needs to know; a role that was deleted is out.
    """
    wished, due = admitted(ticket, kind, passes), {one.id for one in passes if one.is_due}
    shown, there = {one.id: one for one in seen}, {*role_ids, ticket.guild_id}
    staff = {*kind.choices.staff_role_ids}
    came = [one for one in seen if one.id not in wished and not one.role_ids & staff]
    went = [
        one
        for one in wished.values()
        if one.id not in shown and (not one.is_role or one.id in there)
    ]
    found = [GuestPass(one, by_hand=True) for one in came]
    found += [GuestPass(one, is_in=False, by_hand=True) for one in went]
    return [one for one in found if one.id not in due]
