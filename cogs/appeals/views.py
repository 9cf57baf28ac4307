"""Views of appeals for the staff: a page of open ones, one with those before it."""

from collections.abc import Sequence
from dataclasses import replace

from discord.utils import format_dt

from bot.controls import ControlId, Option, Post, Select
from bot.features.appeals import messages
from bot.features.appeals.admission import Block, BlockPage
from bot.features.appeals.model import Appeal, AppealState
from bot.features.appeals.store import Listing
from bot.features.cases.model import Case
from bot.texts import _, ngettext
from bot.user_text import inline, visible

PICK = ControlId("appeal:pick")
TURN = ControlId("appeal:turn", page="[0-9]{1,5}")
BLOCKED = ControlId("appeal:blocked", page="[0-9]{1,5}")

MESSAGE_SHOWN = 80  # characters of a list's line
NAME_SHOWN = 40


def listed(page: Listing, _query: None = None) -> Post:
    """A page of open appeals, oldest first, and a choice among them."""
    lines = "\n".join(_line(appeal) for appeal in page.rows)
    options = tuple(
        Option(f"{one.case_number}: {visible(one.username)}", str(one.case_number))
        for one in page.rows
    )
    count = ngettext("{count} appeal", "{count} appeals", page.total).format(count=page.total)
    text = _("Page {number} of {pages} · {count}")
    return Post(
        title=_("Open appeals"),
        text=lines or _("No appeal waits for a decision."),
        footer=text.format(number=page.number, pages=page.pages, count=count),
        selects=(Select(PICK.of(), options, _("Read one and decide")),) if options else (),
    )


def shown(appeals: Sequence[Appeal], case: Case) -> Post:
    """The newest of a case's appeals as its card shows it, and those before it."""
    *earlier, newest = appeals
    card = replace(messages.card(newest, case), once=None)
    if not earlier:
        return card
    return replace(card, fields=(*card.fields, (_("Before that"), messages.history(earlier))))


def decided(appeal: Appeal, *, is_owed: bool = False) -> str:
    """What came of a decision; `is_owed` where Discord keeps the punishment of who is away."""
    match appeal.state:
        case AppealState.CLOSED:
            text = _("The punishment of case {number} has ended already: nothing was decided.")
        case AppealState.DENIED:
            text = _("The appeal of case {number} is denied; the punishment stays.")
        case _ if appeal.punishment_lifted and is_owed:
            text = _(
                "The appeal of case {number} is approved. They are not in the server: "
                "the punishment is lifted on Discord once they are back."
            )
        case _ if appeal.punishment_lifted:
            text = _("The appeal of case {number} is approved, and the punishment is lifted.")
        case _:
            text = _("The appeal of case {number} is approved; the punishment had ended already.")
    return text.format(number=appeal.case_number)


def handed(case: Case, url: str) -> str:
    """A link for the person alone, ready to be copied."""
    text = _(
        "The private link of case {number}. Give it to {name} and to nobody else: whoever has it "
        "reads the case and writes in their name.\n`{url}`"
    )
    return text.format(number=case.number, name=inline(case.username, NAME_SHOWN), url=url)


def blocked(page: BlockPage, _query: None = None) -> Post:
    """A page of the block list, newest first."""
    lines = "\n".join(_blocked_line(one) for one in page.rows)
    text = _("Page {number} of {pages} · people: {count}")
    return Post(
        title=_("People who cannot appeal"),
        text=lines or _("Nobody is on the block list."),
        footer=text.format(number=page.number, pages=page.pages, count=page.total),
    )


def _blocked_line(block: Block) -> str:
    parts = [
        f"<@{block.user_id}> `{block.user_id}`",
        _("by {name}").format(name=inline(block.by_name, NAME_SHOWN)),
        format_dt(block.created_at, "R"),
        inline(block.reason, MESSAGE_SHOWN) if block.reason else "",
    ]
    return " · ".join(part for part in parts if part)


def _line(appeal: Appeal) -> str:
    parts = [
        f"**{appeal.case_number}** {inline(appeal.username, NAME_SHOWN)}",
        inline(appeal.message, MESSAGE_SHOWN),
        format_dt(appeal.created_at, "R"),
    ]
    return " · ".join(parts)
