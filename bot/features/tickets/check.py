"""Check of a server's tickets: what would go wrong, each with what to click."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.features.tickets.access import GuestPass
from bot.features.tickets.cards import refusals
from bot.features.tickets.exposure import troubles
from bot.features.tickets.hindrances import hindrance, needs_of, place_of
from bot.features.tickets.model import Ticket
from bot.features.tickets.settings import TicketsSettings
from bot.features.tickets.type_store import Panel
from bot.features.tickets.types import TicketType, TypeChoices, emoji_id
from bot.needs import field_defects, intent_defects, ping_defects, place_defect
from bot.rooms import CATEGORY_LIMIT, GUILD_LIMIT
from bot.settings import FeatureSettings
from bot.surroundings import Surroundings
from bot.texts import _
from bot.user_text import inline

WRITES = ("view_channel", "send_messages", "embed_links")
CARDS = ("send_messages", "embed_links")
MAKES = ("view_channel", "manage_channels", "manage_roles")
IN_THREADS = ("manage_threads",)
NAME_SHOWN = 60  # characters


@dataclass(frozen=True, slots=True)
class TroubledTicket:
    """A ticket whose room may not be as it should be, with who was let in or shut out."""

    ticket: Ticket
    passes: tuple[GuestPass, ...]


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found: of the server, each type, panel and ticket; what works has none."""

    server: tuple[str, ...]
    types: tuple[tuple[TicketType, tuple[str, ...]], ...]
    panels: tuple[tuple[Panel, tuple[str, ...]], ...]
    tickets: tuple[tuple[Ticket, tuple[str, ...]], ...] = ()

    @property
    def is_well(self) -> bool:
        return not self.server and not any(texts for _name, texts in self.named)

    @property
    def named(self) -> list[tuple[str, tuple[str, ...]]]:
        """What was found of each, by its name, in the order in which somebody would look."""
        ticket, kind, panel = _("Ticket {number}: {channel}"), _("Type {name}"), _("Panel {name}")
        return [
            *(
                (ticket.format(number=one.number, channel=f"<#{one.channel_id}>"), texts)
                for one, texts in self.tickets
            ),
            *((kind.format(name=inline(one.name, NAME_SHOWN)), texts) for one, texts in self.types),
            *(
                (panel.format(name=inline(one.title, NAME_SHOWN)), texts)
                for one, texts in self.panels
            ),
        ]


def examine(
    seen: Surroundings,
    chosen: TicketsSettings,
    types: Sequence[TicketType],
    panels: Sequence[Panel],
    tickets: Sequence[TroubledTicket] = (),
) -> Examination:
    """Look at everything that a ticket of each type would need, and at the `tickets` there are."""
    of_rooms = [(one.ticket, tuple(_of_room(seen, one))) for one in tickets]
    return Examination(
        tuple(_of_guild(seen, chosen, types, panels)),
        tuple((one, tuple(_of_type(seen, one.choices))) for one in types),
        tuple((one, tuple(_of_panel(seen, one, types))) for one in panels),
        tuple((one, texts) for one, texts in of_rooms if texts),
    )


def _of_guild(
    seen: Surroundings,
    chosen: TicketsSettings,
    types: Sequence[TicketType],
    panels: Sequence[Panel],
) -> Iterator[str]:
    if not chosen.enabled:
        yield _("Tickets are switched off: switch them on in /settings, Tickets.")
    if not types:
        yield _("There is no type of ticket: make one with /ticket type create.")
    elif not panels:
        yield _("There is no panel: make one with /ticket panel create.")
    yield from (one.text for one in intent_defects(seen, ("message_content",)))
    if chosen.log_channel_id is None:
        yield _("No log channel is chosen: closed tickets are listed nowhere. See /settings.")
    yield from _of_fields(seen, chosen, "/settings, Tickets")
    if chosen.staff_channel_id is None and any(one.choices.promise_minutes for one in types):
        yield _("No staff channel is chosen: nobody is told of tickets that wait. See /settings.")
    if seen.channel_count >= GUILD_LIMIT:
        yield _("This server has 500 channels, as many as Discord takes: delete some.")


def _of_room(seen: Surroundings, one: TroubledTicket) -> Iterator[str]:
    """Nothing where all that was done by hand is well, and all that is to be done can be."""
    place = seen.channels.get(place_of(one.ticket) or 0)
    names = "" if place is None else seen.lacking(place.held, needs_of(one.ticket))
    yield from (hindrance(one.ticket, names),) if names else refusals(one.ticket)
    yield from troubles(one.ticket, one.passes)


def _of_type(seen: Surroundings, choices: TypeChoices) -> Iterator[str]:
    yield from _of_fields(seen, choices, "/ticket type edit", skip=_idle(choices))
    if not choices.staff_role_ids:
        yield _("It has no staff roles: only whoever manages the server answers.")
    if choices.place == "thread":
        yield from _of_threads(seen, choices)
    else:
        yield from _of_categories(seen, choices)
    yield from (one.text for one in ping_defects(seen, _called(choices)))
    custom = emoji_id(choices.emoji)
    if custom is not None and custom not in seen.emoji_ids:
        yield _("Its emoji is none of this server's: choose another with /ticket type edit.")


def _of_threads(seen: Surroundings, choices: TypeChoices) -> Iterator[str]:
    if choices.thread_channel_id is None:
        yield _("No channel for its threads is chosen: choose one with /ticket type edit.")
        return
    place = seen.channels.get(choices.thread_channel_id)
    if place is not None and (names := seen.lacking(place.held, IN_THREADS)):
        text = _("In {channel} my role lacks {names}: closed tickets could not be locked.")
        yield text.format(channel=f"<#{choices.thread_channel_id}>", names=names)
    if found := place_defect(seen, choices.thread_channel_id, ("embed_links",)):
        yield found.text


def _of_categories(seen: Surroundings, choices: TypeChoices) -> Iterator[str]:
    if names := seen.lacking(seen.held, CARDS):  # what it lacks it cannot give itself there
        text = _("My role lacks {names}: give it in the server settings, or tickets have no card.")
        yield text.format(names=names)
    if choices.category_id is None:
        if names := seen.lacking(seen.held, MAKES):
            text = _("My role lacks {names}: give it in the server settings, or choose a category.")
            yield text.format(names=names)
        return
    place = seen.categories.get(choices.category_id)
    if place is None or place.crowd < CATEGORY_LIMIT:
        return
    over = seen.categories.get(choices.overflow_id or 0)
    if over is None:
        text = _("{category} is full: choose an overflow category with /ticket type edit.")
        yield text.format(category=f"<#{choices.category_id}>")
    elif over.crowd >= CATEGORY_LIMIT:
        text = _("{category} and {other} are full: delete old channels, or choose others.")
        yield text.format(category=f"<#{choices.category_id}>", other=f"<#{choices.overflow_id}>")


def _of_panel(seen: Surroundings, panel: Panel, types: Sequence[TicketType]) -> Iterator[str]:
    if not {*panel.type_ids} & {one.id for one in types}:
        yield _("None of its types is left: choose others with /ticket panel edit.")
    if panel.channel_id is None:
        yield _("It is not posted: use /ticket panel post.")
        return
    if panel.channel_id not in seen.channels:
        yield _("Its channel was deleted: post it elsewhere with /ticket panel post.")
    elif found := place_defect(seen, panel.channel_id, WRITES):
        yield found.text


def _of_fields(
    seen: Surroundings, choices: FeatureSettings, where: str, *, skip: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Channels, categories and roles that are gone, or closed to the bot."""
    return (one.text for one in field_defects(seen, choices, where, skip=skip))


def _idle(choices: TypeChoices) -> frozenset[str]:
    """Fields that have no effect where tickets of the type are made."""
    if choices.place == "thread":
        return frozenset({"category_id", "overflow_id"})
    return frozenset({"thread_channel_id"})


def _called(choices: TypeChoices) -> tuple[int, ...]:
    also = choices.staff_role_ids if choices.place == "thread" else ()
    return (*choices.ping_role_ids, *also)
