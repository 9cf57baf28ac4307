"""What people read about cases: what was done, a case with all that hangs on it, a page of them."""

import io
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui
from discord.utils import format_dt

from bot.client.discord_messages import embed_of
from bot.client.interactions import still
from bot.features.appeals.model import Appeal
from bot.features.cases import messages
from bot.features.cases.model import Case, CaseState, Told
from bot.features.cases.purge import Purged
from bot.features.cases.quarantine import Released
from bot.features.cases.queries import CasePage
from bot.features.cases.records import CaseView
from bot.features.cases.service import Done
from bot.texts import N_, _, ngettext, stamp
from bot.user_text import inline
from cogs.appeals.views import history

NAME_SHOWN, NOTE_SHOWN = 40, 1000  # characters
REASON_SHOWN = 80  # characters of a list's inline
NOTES_SHOWN = 1024  # characters: Discord's limit for a field of an embed
LABEL_LIMIT = 80
NAMES_SHOWN = 10  # roles

STATES = {
    CaseState.PENDING: N_("not yet carried out"),
    CaseState.ACTIVE: N_("in effect"),
    CaseState.EXPIRED: N_("over"),
    CaseState.REVOKED: N_("lifted"),
    CaseState.VOID: N_("never carried out"),
}
TOLD = {
    Told.SENT: N_("They were told by direct message."),
    Told.CLOSED: N_("They take no direct message from me, and were not told."),
    Told.LATE: N_("Discord did not deliver my direct message to them in time."),
}


def done(done: Done) -> str:
    """What came of an order."""
    parts = [came_of_it(done.case)]
    if done.followed_by is not None and done.followed_by.state is CaseState.ACTIVE:
        parts.append(came_of_it(done.followed_by))
    if done.refusal is not None:
        text = _("What has to follow on so many warnings could not be done: {reason}")
        parts.append(text.format(reason=done.refusal))
    return "\n".join(parts)


def came_of_it(case: Case) -> str:
    """A case in a few sentences."""
    parts = [f"**{messages.title(case)}**."]
    if case.expires_at is not None:
        parts.append(_("It ends {when}.").format(when=stamp(case.expires_at)))
    if case.told in TOLD:
        parts.append(_(TOLD[case.told]))
    if case.logged is Told.CLOSED:
        parts.append(
            _("I cannot write into the moderation log: choose another channel with /settings.")
        )
    return " ".join(parts)


def released(released: Released) -> str:
    """The end of a quarantine, and the roles that cannot be given back."""
    parts = [came_of_it(released.case)]
    if released.missing:
        some, more = released.missing[:NAMES_SHOWN], len(released.missing) - NAMES_SHOWN
        names = ", ".join(inline(name, LABEL_LIMIT) for name in some)
        if more > 0:
            names = _("{names} and {count} more").format(names=names, count=more)
        parts.append(_("Roles that are gone by now: {names}.").format(names=names))
    return " ".join(parts)


def edited(case: Case) -> str:
    return _("Case {number} is changed; /case view shows it as it is now.").format(
        number=case.number
    )


def noted(case: Case) -> str:
    return _("The note is kept with case {number}.").format(number=case.number)


def deletion(case: Case) -> str:
    text = _(
        "Delete case {number} with its notes and evidence? What it did on Discord stays as it is."
    )
    return f"{messages.title(case)}\n{text.format(number=case.number)}"


def deleted(case: Case) -> str:
    return _("Case {number} is deleted; its number is not given again.").format(number=case.number)


def kept() -> str:
    return _("Nothing was deleted.")


def confirmation(case: Case) -> ui.View:
    """Delete, or keep."""
    danger = discord.ButtonStyle.danger
    return _buttons(
        (_("Delete it"), f"case:delete:{case.number}", danger),
        (_("Keep it"), f"case:keep:{case.number}", discord.ButtonStyle.secondary),
    )


def shown(view: CaseView, appeals: Sequence[Appeal]) -> discord.Embed:
    """Everything that is known of a case; its notes are here, or in a file beside it."""
    case = view.case
    embed = embed_of(messages.entry(case))
    if case.state in (CaseState.PENDING, CaseState.VOID):
        embed.add_field(name=_("State"), value=_(STATES[case.state]))
    if case.failure is not None and case.state is CaseState.VOID:
        embed.add_field(name=_("Why"), value=inline(case.failure, 200))
    if appeals:
        embed.add_field(name=_("Appeals"), value=history(appeals), inline=False)
    if view.notes:
        in_file = _("All {count} are in the file.").format(count=len(view.notes))
        text = _notes(view) if _fits(view) else in_file
        embed.add_field(name=_("Notes"), value=text, inline=False)
    return embed


def notes_file(view: CaseView) -> list[discord.File]:
    """The notes as a file, where they are too long to be shown."""
    if _fits(view):
        return []
    text = "\n".join(
        f"{note.created_at:%Y-%m-%d %H:%M} {note.author_name}: {note.text}" for note in view.notes
    )
    return [discord.File(io.BytesIO(text.encode()), f"case-{view.case.number}-notes.txt")]


def handles(view: CaseView) -> ui.View:
    """What can be done with a case, and its evidence."""
    number, plain = view.case.number, discord.ButtonStyle.secondary
    pieces = [
        (f"📎 {piece.name}"[:LABEL_LIMIT], f"case:evidence:{number}:{piece.id}", plain)
        for piece in view.evidence
    ]
    changes = [
        (_("Edit reason"), f"case:reason:{number}", plain),
        (_("History"), f"case:history:{view.case.user_id}", plain),
        (_("Delete"), f"case:remove:{number}", discord.ButtonStyle.danger),
    ]
    told_of = view.case.state not in (CaseState.PENDING, CaseState.VOID)
    return _buttons(*(changes if told_of else changes[1:2]), *pieces)


def listed(page: CasePage, title: str) -> discord.Embed:
    """A page of cases, newest first."""
    lines = "\n".join(_line(case) for case in page.cases)
    embed = discord.Embed(title=title, description=lines or _("There is no such case."))
    count = ngettext("{count} case", "{count} cases", page.total).format(count=page.total)
    text = _("Page {number} of {pages} · {count}")
    embed.set_footer(text=text.format(number=page.number, pages=page.pages, count=count))
    return embed


def purged(purged: Purged) -> str:
    """How many messages went, and what stayed."""
    count = purged.deleted
    parts = [
        ngettext("{count} message is deleted.", "{count} messages are deleted.", count).format(
            count=count
        )
    ]
    if purged.too_old:
        parts.append(
            _("Older ones fit too; Discord lets nobody delete many that are older than 14 days.")
        )
    if purged.failure is not None:
        text = _("Then Discord stopped me: {reason}.")
        parts.append(text.format(reason=purged.failure))
    return " ".join(parts)


def _line(case: Case) -> str:
    parts = [
        f"**{case.number}** {inline(case.username, 40)} {_(case.kind.done)}",
        inline(case.reason, REASON_SHOWN) if case.reason else "",
        format_dt(case.created_at, "R"),
        "" if case.state is CaseState.ACTIVE else _(STATES[case.state]),
    ]
    return " · ".join(part for part in parts if part)


def _fits(view: CaseView) -> bool:
    return len(_notes(view)) <= NOTES_SHOWN


def _notes(view: CaseView) -> str:
    return "\n".join(
        f"{format_dt(note.created_at, 'd')} {inline(note.author_name, NAME_SHOWN)}: "
        f"{inline(note.text, NOTE_SHOWN)}"
        for note in view.notes
    )


def _buttons(*buttons: tuple[str, str, discord.ButtonStyle]) -> ui.View:
    view = ui.View(timeout=None)
    for label, custom_id, style in buttons:
        button: ui.Button[Any] = ui.Button(label=label, custom_id=custom_id, style=style)
        view.add_item(button)
    still(view)
    return view
