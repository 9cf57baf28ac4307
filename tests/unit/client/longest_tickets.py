"""Longest legal values of tickets, as they are drawn and asked for."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from bot.client.interactions import HeraldModal, Said
from bot.features.tickets import cards, panels
from bot.features.tickets.access import GuestPass
from bot.features.tickets.check import Examination
from bot.features.tickets.duties import FAILURE_LIMIT
from bot.features.tickets.exposure import exposed, troubles
from bot.features.tickets.guest_store import TROUBLED
from bot.features.tickets.message_store import TicketNote
from bot.features.tickets.model import (
    COMMENT_LIMIT,
    NOTE_LIMIT,
    REASON_LIMIT,
    SUBJECT_LIMIT,
    Priority,
    Ticket,
    TicketState,
)
from bot.features.tickets.overview import TicketOverview
from bot.features.tickets.panels import ON_PANEL, TEXT_LIMIT, TITLE_LIMIT
from bot.features.tickets.questionnaire import OPTION_LIMIT
from bot.features.tickets.replies import TEXT_LIMIT as REPLY_LIMIT
from bot.features.tickets.store import PAGE, TicketPage
from bot.features.tickets.type_store import Panel
from bot.features.tickets.types import (
    ABOUT_LIMIT,
    NAME_LIMIT,
    OPTIONS,
    QUESTIONS,
    TYPES,
    WELCOME_LIMIT,
    FormQuestion,
    QuestionKind,
    TicketType,
    TypeChoices,
)
from bot.rooms import Guest
from bot.snapshots import GuildSeen
from cogs.tickets import check, panel_views, type_views, views
from cogs.tickets.card_handlers import CommentForm
from cogs.tickets.commands_notes import ReplyForm
from cogs.tickets.forms import TicketForm
from cogs.tickets.panel_handlers import PanelHandlers, WordsForm
from cogs.tickets.question_form import QuestionForm
from tests.unit.client.longest import AT, ID, MARK

LONGEST = 2**31 - 1
CHOICES = TypeChoices(
    name=MARK * NAME_LIMIT,
    about=MARK * ABOUT_LIMIT,
    emoji="🎫",
    welcome=MARK * WELCOME_LIMIT,
    hours="Mon-Sun 0:00-0:01 America/Argentina/ComodRivadavia",
    ping_role_ids=tuple(range(ID - 25, ID)),
)


def question(number: int, kind: QuestionKind) -> FormQuestion:
    """A question as long as it may be, which reads like no other."""
    options = tuple(str(one).ljust(OPTION_LIMIT, MARK) for one in range(OPTIONS))
    text = str(number).ljust(45, MARK)
    return FormQuestion(text=text, about=MARK * 100, kind=kind, options=options)


def form(*kinds: QuestionKind) -> TicketType:
    """A type that asks questions of these kinds."""
    asked = tuple(question(number, kind) for number, kind in enumerate(kinds))
    return TicketType(10**18 - 1, ID, CHOICES, asked)


TYPE = form(*(QuestionKind.BOXES,) * QUESTIONS)
ALL_TYPES = [replace(TYPE, id=TYPE.id - number) for number in range(TYPES)]
TICKET = Ticket(
    id=10**18 - 1,
    guild_id=ID,
    number=LONGEST,
    type_id=TYPE.id,
    opener_id=ID,
    opener_name=MARK * 32,
    opened_by_id=ID - 1,
    subject=MARK * SUBJECT_LIMIT,
    answers={one.text: MARK * 1000 for one in TYPE.form},
    state=TicketState.CLOSED,
    room_name="x" * 100,
    parent_id=ID,
    is_thread=True,
    channel_id=ID,
    priority=Priority.URGENT,
    claimed_by_id=ID,
    created_at=AT,
    opened_at=AT,
    answered_at=AT,
    spoken_at=AT,
    spoken_by_opener=False,
    last_message_id=ID,
    warned_at=AT,
    promise_told_at=AT,
    closed_at=AT,
    closed_by_id=ID,
    close_reason=MARK * REASON_LIMIT,
    close_source="opener_left",
    reopened_by_id=ID,
    asked_by_id=ID,
    ask_reason=MARK * REASON_LIMIT,
    rating=5,
    rating_comment=MARK * COMMENT_LIMIT,
)
OPEN = replace(TICKET, state=TicketState.OPEN, closed_at=None, close_source=None)
NOTES = tuple(TicketNote(n, TICKET.id, ID, MARK * 32, MARK * NOTE_LIMIT, AT) for n in range(30))
PANEL = Panel(
    10**18 - 1,
    ID,
    MARK * TITLE_LIMIT,
    MARK * TEXT_LIMIT,
    "buttons",
    tuple(one.id for one in ALL_TYPES[:ON_PANEL]),
    ID,
)
OTHER_PANEL = replace(PANEL, style="select")
FAULTS = tuple(MARK * 200 for _ in range(10))
PASSES = tuple(
    GuestPass(Guest(ID - number, is_role=True), is_in=number % 2 == 0, by_hand=True)
    for number in range(120)
)
REFUSED = replace(OPEN, duty_failure=MARK * FAILURE_LIMIT)


DRAWN: dict[str, Callable[[], Said]] = {
    "ticket card": lambda: cards.card(OPEN, TYPE, AT),
    "closed ticket card": lambda: cards.card(TICKET, TYPE, AT),
    "ticket log": lambda: cards.logged(TICKET, TYPE),
    "ticket letter": lambda: cards.direct(TICKET, TYPE, GuildSeen(ID, MARK * 100, None), asks=True),
    "ticket": lambda: views.viewed(
        TicketOverview(replace(TICKET, duty_failure=MARK * FAILURE_LIMIT), TYPE, PASSES, NOTES)
    ),
    "ticket exposed": lambda: exposed(OPEN, PASSES),
    "ticket refused": lambda: cards.card(REFUSED, TYPE, AT),
    "ticket notes": lambda: views.noted(TICKET, NOTES),
    "tickets": lambda: views.listed(TicketPage((OPEN,) * PAGE, LONGEST, LONGEST, LONGEST), False),
    "ticket asked": lambda: views.asked(OPEN),
    "ticket deletion": lambda: views.deletion(TICKET),
    "ticket replies": lambda: views.kept({f"{n}{MARK * 45}": MARK * 1800 for n in range(100)}),
    "ticket types": lambda: type_views.listed(ALL_TYPES),
    "ticket type deletion": lambda: type_views.deletion(TYPE, LONGEST),
    "ticket questions": lambda: type_views.questions(TYPE, QUESTIONS - 1),
    "ticket panel": lambda: panels.drawn(PANEL, ALL_TYPES[:ON_PANEL]),
    "ticket panel of a menu": lambda: panels.drawn(OTHER_PANEL, ALL_TYPES[:ON_PANEL]),
    "ticket panel editor": lambda: panel_views.editor(PANEL, ALL_TYPES[:ON_PANEL], ALL_TYPES),
    "ticket panel preview": lambda: panel_views.preview(PANEL, ALL_TYPES[:ON_PANEL], ID - 1),
    "ticket panel deletion": lambda: panel_views.deletion(PANEL),
    "ticket panels": lambda: panel_views.listed([PANEL] * 25),
    "ticket check": lambda: check.told(
        Examination(
            FAULTS,
            tuple((one, FAULTS) for one in ALL_TYPES),
            tuple((PANEL, FAULTS) for _ in range(25)),
            ((REFUSED, (*cards.refusals(REFUSED), *troubles(REFUSED, PASSES))),) * TROUBLED,
        )
    ),
}


async def _submit(*_given: object) -> None: ...


HANDLERS = cast("PanelHandlers", None)
MODALS: dict[str, Callable[[], HeraldModal]] = {
    "ticket form of texts": lambda: TicketForm(
        form(*(QuestionKind.LONG,) * QUESTIONS), cast("Any", _submit)
    ),
    "ticket form of choices": lambda: TicketForm(
        form(QuestionKind.CHOICE, QuestionKind.RADIO, QuestionKind.BOXES, QuestionKind.FILES),
        cast("Any", _submit),
    ),
    "ticket question": lambda: QuestionForm(_submit, TYPE.form[0]),
    "ticket panel words": lambda: WordsForm(HANDLERS, PANEL),
    "ticket comment": lambda: CommentForm(_submit),
    "ticket reply": lambda: ReplyForm(_submit, MARK * REPLY_LIMIT),
}
