"""Cards of a ticket: the one that stands in it, the one for the log, and the letter at its end."""

from datetime import datetime, timedelta
from typing import Any

from bot.acts import Outcome
from bot.controls import NUMBER, Button, ControlId, Option, Post, Select, Tone
from bot.durations import in_words
from bot.features.tickets import store, type_store
from bot.features.tickets.model import (
    PRIORITIES,
    SOURCES,
    STARS,
    Priority,
    Ticket,
    TicketState,
    duration,
)
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.transcript.lines import TranscriptCopy
from bot.features.tickets.transcripts import Attached, Transcripts
from bot.features.tickets.types import TicketType
from bot.posts.payment import PostKind
from bot.posts.store import PostRecord, find
from bot.snapshots import GuildSeen
from bot.storage.database import Transaction
from bot.texts import _, ago, stamp
from bot.user_text import clip, escaped, inline

CLAIM = ControlId("ticket:claim", ticket=NUMBER)
CLOSE = ControlId("ticket:close", ticket=NUMBER)
REOPEN = ControlId("ticket:reopen", ticket=NUMBER)
ACCEPT = ControlId("ticket:accept", ticket=NUMBER)
DECLINE = ControlId("ticket:decline", ticket=NUMBER)
RATE = ControlId("ticket:rate", ticket=NUMBER)

CARD, LOG, LETTER = "tickets.card", "tickets.log", "tickets.letter"
FRESH = timedelta(days=2)  # what could not be written for so long is given up
ANSWER_SHOWN = 300
REASON_SHOWN = 500
NOTHING = Attached()


class TicketCards:
    """Three posts of each ticket; each is drawn anew whenever what it says changes."""

    def __init__(self, ports: TicketsPorts, transcripts: Transcripts) -> None:
        self._ports = ports
        self._transcripts = transcripts
        ports.posts.kind(PostKind(CARD, self._card, FRESH))
        ports.posts.kind(PostKind(LOG, self._log, FRESH, channel=self._log_channel))
        ports.posts.kind(PostKind(LETTER, self._direct, FRESH, settled=self._direct_settled))

    async def _card(self, _guild: GuildSeen, ticket_id: int) -> Post | None:
        found = await self._found(ticket_id)
        return None if found is None else card(*found, self._ports.clock.now())

    async def _log(self, _guild: GuildSeen, ticket_id: int) -> Post | None:
        found = await self._found(ticket_id)
        if found is None:
            return None
        attached = await self._transcripts.attached(*found, TranscriptCopy.STAFF)
        return logged(*found, attached, is_untold=await self._is_untold(ticket_id))

    async def _is_untold(self, ticket_id: int) -> bool:
        """Whether whoever opened it got no letter, and gets none."""
        async with self._ports.database.reading() as reading:
            record = await find(reading, LETTER, ticket_id)
        if record is None or record.message_id is not None:
            return False
        is_over = record.outcome is Outcome.LATE and not record.is_owed
        return is_over or record.outcome is Outcome.REFUSED

    async def _direct_settled(self, tx: Transaction, record: PostRecord) -> None:
        """The log says of a letter that it could not be sent, until one is."""
        if record.outcome is not Outcome.SENT or record.version:  # the first is as was expected
            await self._ports.posts.redraw(tx, LOG, record.subject_id)

    async def _direct(self, guild: GuildSeen, ticket_id: int) -> Post | None:
        found = await self._found(ticket_id)
        if found is None:
            return None
        chosen = await self._ports.chosen(guild.guild_id)
        attached = await self._transcripts.attached(*found, TranscriptCopy.OPENER)
        return direct(*found, guild, attached=attached, asks=chosen.asks_rating)

    async def _log_channel(self, guild_id: int) -> int | None:
        return (await self._ports.chosen(guild_id)).log_channel_id

    async def _found(self, ticket_id: int) -> tuple[Ticket, TicketType] | None:
        async with self._ports.database.reading() as reading:
            ticket = await store.by_id(reading, ticket_id)
            if ticket is None or ticket.state is TicketState.VOID:
                return None
            return ticket, await type_store.by_id(reading, ticket.guild_id, ticket.type_id)


def card(ticket: Ticket, kind: TicketType, now: datetime) -> Post:
    """What stands first in a ticket, with what it can be told to do."""
    choices = kind.choices
    title = _("Ticket {number}: {subject}")
    fields = [
        (_("Opened by"), f"<@{ticket.opener_id}>"),
        (_("About"), escaped(kind.name)),
        *answers(ticket),
    ]
    if ticket.priority is not Priority.NORMAL:
        fields.append((_("Priority"), _(PRIORITIES[ticket.priority])))
    if ticket.claimed_by_id is not None:
        fields.append((_("In charge"), f"<@{ticket.claimed_by_id}>"))
    if ticket.state is TicketState.CLOSED:
        fields += closing(ticket)
    hours, below = choices.opening_hours, ()
    if ticket.is_open and not hours.are_on(ticket.opened_at or now):
        text = _("Nobody is there now. Somebody will be {when}.")
        below = (text.format(when=ago(hours.next_on(ticket.opened_at or now))),)
    below = (*below, *refusals(ticket))
    calls = ticket.is_open
    return Post(
        title=title.format(number=ticket.number, subject=escaped(ticket.subject)),
        text=escaped(choices.welcome),
        fields=tuple(fields),
        below=below,
        tone=_tone(ticket),
        buttons=_buttons(ticket),
        pings=(ticket.opener_id,) if calls else (),
        role_pings=_called(ticket, kind) if calls else (),
        at=ticket.opened_at,
    )


def refusals(ticket: Ticket) -> tuple[str, ...]:
    """What Discord does not let the bot do to its room."""
    if ticket.duty_failure is None:
        return ()
    text = _("⚠️ This channel is not as it should be. Discord says: {error}. I try every minute.")
    return (text.format(error=inline(ticket.duty_failure, REASON_SHOWN)),)


def logged(
    ticket: Ticket, kind: TicketType, attached: Attached = NOTHING, *, is_untold: bool = False
) -> Post:
    """What the staff's log says of a ticket that ended."""
    fields = [
        (_("Opened by"), f"<@{ticket.opener_id}> {stamp(ticket.created_at)}"),
        (_("About"), f"{escaped(kind.name)} · {inline(ticket.subject, 100)}"),
        *closing(ticket),
    ]
    if ticket.claimed_by_id is not None:
        fields.append((_("In charge"), f"<@{ticket.claimed_by_id}>"))
    if ticket.rating is not None:
        fields.append((_("Rating"), rated(ticket)))
    if is_untold and not ticket.is_open:
        text = _("could not be delivered: they were neither told nor asked for a rating")
        fields.append((_("Direct message"), text))
    title = _("Ticket {number} is open again") if ticket.is_open else _("Ticket {number} is closed")
    return Post(
        title=title.format(number=ticket.number),
        fields=tuple(fields),
        tone=_tone(ticket),
        buttons=()
        if ticket.is_open
        else (Button(_("Open again"), custom_id=REOPEN.of(ticket=ticket.id)),),
        at=ticket.closed_at,
        below=_below(attached),
        picture=attached.file,
        unattached=attached.unattached,
    )


def direct(
    ticket: Ticket,
    kind: TicketType,
    guild: GuildSeen,
    *,
    asks: bool,
    attached: Attached = NOTHING,
) -> Post:
    """What whoever opened it reads at its end, and how they say what they think of it."""
    text = _("Your ticket {number} in {guild} is closed.")
    stars = tuple(
        Option("★" * one + "☆" * (STARS - one), str(one), is_chosen=one == ticket.rating)
        for one in range(STARS, 0, -1)
    )
    chooser = Select(RATE.of(ticket=ticket.id), stars, _("How was it?"))
    fields = [(_("About"), f"{escaped(kind.name)} · {inline(ticket.subject, 100)}")]
    if ticket.close_reason:
        fields.append((_("Reason"), inline(ticket.close_reason, REASON_SHOWN)))
    if ticket.rating is not None:
        fields.append((_("Your rating"), rated(ticket)))
    return Post(
        title=_("Ticket closed"),
        text=text.format(number=ticket.number, guild=f"**{escaped(guild.name)}**"),
        fields=tuple(fields),
        below=_below(attached),
        selects=(chooser,) if asks and ticket.state is TicketState.CLOSED else (),
        buttons=()
        if attached.link is None
        else (Button(_("Read the transcript"), url=attached.link),),
        picture=attached.file,
        at=ticket.closed_at,
    )


def closing(ticket: Ticket) -> list[tuple[str, str]]:
    """How a ticket came to be closed, in fields of a card."""
    if ticket.closed_at is None or ticket.close_source is None:
        return []
    how = _(SOURCES.get(ticket.close_source, ticket.close_source))
    lasted = duration(ticket, ticket.closed_at)
    fields = [(_("Closed"), f"{stamp(ticket.closed_at)} · {how} (<@{ticket.closed_by_id}>)")]
    if ticket.close_reason:
        fields.append((_("Reason"), inline(ticket.close_reason, REASON_SHOWN)))
    return [*fields, (_("Open for"), in_words(lasted))]


def rated(ticket: Ticket) -> str:
    """Stars, and what was said with them."""
    stars = "★" * (ticket.rating or 0) + "☆" * (STARS - (ticket.rating or 0))
    return (
        f"{stars} {inline(ticket.rating_comment, REASON_SHOWN)}" if ticket.rating_comment else stars
    )


def _below(attached: Attached) -> tuple[str, ...]:
    return (attached.note,) if attached.note else ()


def answers(ticket: Ticket) -> list[tuple[str, str]]:
    """What was answered in the form, in fields of a card."""
    return [
        (escaped(question), escaped(clip(str(answer), ANSWER_SHOWN)))
        for question, answer in ticket.answers.items()
        if answer
    ]


def _called(ticket: Ticket, kind: TicketType) -> tuple[int, ...]:
    """Roles that are called; in a thread that is also how the staff get into it."""
    choices = kind.choices
    also = choices.staff_role_ids if ticket.is_thread else ()
    return tuple(dict.fromkeys((*choices.ping_role_ids, *also)))


def _tone(ticket: Ticket) -> Tone:
    if ticket.state is TicketState.CLOSED:
        return Tone.PLAIN
    return Tone.BAD if ticket.priority is Priority.URGENT else Tone.GOOD


def _buttons(ticket: Ticket) -> tuple[Button, ...]:
    known: dict[str, Any] = {"ticket": ticket.id}
    if ticket.state is TicketState.CLOSED:
        return (Button(_("Open again"), custom_id=REOPEN.of(**known)),)
    close = Button(_("Close"), custom_id=CLOSE.of(**known), tone=Tone.BAD)
    if ticket.claimed_by_id is not None:
        return (close,)
    return (Button(_("Claim"), custom_id=CLAIM.of(**known), tone=Tone.NEXT), close)
