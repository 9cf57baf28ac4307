"""What the staff read about appeals: a page of open ones, one with those before it."""

from collections.abc import Sequence
from typing import Any, TypedDict

import discord
from discord import ui
from discord.utils import format_dt

from bot.client.discord_messages import embed_of, view_of
from bot.client.interactions import still
from bot.features.appeals import messages
from bot.features.appeals.model import Appeal, AppealState, Decided, Listing
from bot.features.cases.model import Case
from bot.texts import N_, _, ngettext
from bot.user_text import inline, visible

MESSAGE_SHOWN = 80  # characters of a list's inline
REASON_SHOWN = 100
NAME_SHOWN = 40
OPTION_LIMIT = 100
FIELD_LIMIT = 1024
EMBED_LIMIT = 6000

STATES = {
    AppealState.OPEN: N_("waits for a decision"),
    AppealState.APPROVING: N_("is being approved by {name}"),
    AppealState.APPROVED: N_("approved by {name}"),
    AppealState.DENIED: N_("denied by {name}"),
    AppealState.CLOSED: N_("closed: the punishment had ended before"),
}


class AppealMessage(TypedDict):
    """What a message is made of."""

    embed: discord.Embed
    view: ui.View


def listed(page: Listing) -> discord.Embed:
    """A page of open appeals, oldest first."""
    lines = "\n".join(_line(appeal) for appeal in page.appeals)
    embed = discord.Embed(
        title=_("Open appeals"), description=lines or _("No appeal waits for a decision.")
    )
    count = ngettext("{count} appeal", "{count} appeals", page.total).format(count=page.total)
    text = _("Page {number} of {pages} · {count}")
    embed.set_footer(text=text.format(number=page.number, pages=page.pages, count=count))
    return embed


def turns(page: Listing) -> ui.View:
    """A choice among those shown, and Back and Next."""
    view = ui.View(timeout=None)
    if page.appeals:
        options = [
            discord.SelectOption(
                label=f"{one.case_number}: {visible(one.username)}"[:OPTION_LIMIT],
                value=str(one.case_number),
            )
            for one in page.appeals
        ]
        text = _("Read one and decide")
        view.add_item(ui.Select[Any](custom_id="appeal:pick", options=options, placeholder=text))
    for label, number in ((_("Back"), page.number - 1), (_("Next"), page.number + 1)):
        button: ui.Button[Any] = ui.Button(
            label=label,
            custom_id=f"appeal:turn:{number}",
            disabled=not 1 <= number <= page.pages,
            style=discord.ButtonStyle.secondary,
        )
        view.add_item(button)
    still(view)
    return view


def shown(appeals: Sequence[Appeal], case: Case) -> AppealMessage:
    """The newest of a case's appeals as its card shows it, and those before it."""
    *earlier, newest = appeals
    card = messages.card(newest, case)
    embed = embed_of(card)
    if earlier:
        name = _("Before that")
        room = EMBED_LIMIT - len(embed) - len(name)
        embed.add_field(name=name, value=history(earlier, room), inline=False)
    return AppealMessage(embed=embed, view=view_of(card))


def history(appeals: Sequence[Appeal], room: int = FIELD_LIMIT) -> str:
    """A case's appeals, one a inline, oldest first; as many of the newest as there is room for."""
    lines = [_attempt(appeal) for appeal in appeals]
    while len("\n".join(lines)) > min(room, FIELD_LIMIT):
        lines.pop(0)
    return "\n".join(lines) or "…"


def decided(decided: Decided) -> str:
    """What came of a decision."""
    appeal = decided.appeal
    match appeal.state:
        case AppealState.CLOSED:
            text = _("The punishment of case {number} has ended already: nothing was decided.")
        case AppealState.DENIED:
            text = _("The appeal of case {number} is denied; the punishment stays.")
        case _ if appeal.punishment_lifted:
            text = _("The appeal of case {number} is approved, and the punishment is lifted.")
        case _:
            text = _("The appeal of case {number} is approved; the punishment had ended already.")
    return text.format(number=appeal.case_number)


def _line(appeal: Appeal) -> str:
    parts = [
        f"**{appeal.case_number}** {inline(appeal.username, NAME_SHOWN)}",
        inline(appeal.message, MESSAGE_SHOWN),
        format_dt(appeal.created_at, "R"),
    ]
    return " · ".join(parts)


def _attempt(appeal: Appeal) -> str:
    name = inline(appeal.decided_by_name or "?", NAME_SHOWN)
    parts = [
        f"**{appeal.attempt}** {_(STATES[appeal.state]).format(name=name)}",
        format_dt(appeal.decided_at or appeal.created_at, "R"),
        inline(appeal.reason, REASON_SHOWN) if appeal.reason else "",
    ]
    return " · ".join(part for part in parts if part)
