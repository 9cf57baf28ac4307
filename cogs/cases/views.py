"""Views of cases: what was done, a case with all that hangs on it, a page of them."""

from collections.abc import Sequence
from dataclasses import replace

from discord.utils import format_dt

from bot.acts import Outcome
from bot.client.ui import confirm
from bot.controls import NUMBER, Button, ControlId, Picture, Post, Tone
from bot.features.appeals.messages import history
from bot.features.appeals.model import Appeal
from bot.features.cases import messages
from bot.features.cases.mass import MassResult
from bot.features.cases.model import Case, CaseState
from bot.features.cases.purge import Purged
from bot.features.cases.queries import CasePage, CaseQuery
from bot.features.cases.records import CaseView
from bot.features.cases.remarks import HISTORY
from bot.features.cases.service import Done
from bot.kept_texts import worded
from bot.texts import N_, _, ngettext, stamp
from bot.user_text import clip, inline
from cogs.cases.pages import TEXT_LIMIT

REMOVE = ControlId("case:remove", number=NUMBER)
DELETE = ControlId("case:delete", number=NUMBER)
KEEP = ControlId("case:keep", number=NUMBER)
EVIDENCE = ControlId("case:evidence", number=NUMBER, piece=NUMBER)

NAME_SHOWN, NOTE_SHOWN = 40, 1000  # characters
REASON_SHOWN = 80  # characters of a list's line
NOTES_SHOWN = 1024  # characters, beside all else that a case says
LOST_SHOWN = 600  # characters
ROLE_SHOWN = 80  # characters of a role's name
NAMES_SHOWN = 10  # roles
REFUSED_SHOWN = 8  # people of a mass order

STATES = {
    CaseState.PENDING: N_("not yet carried out"),
    CaseState.ACTIVE: N_("in effect"),
    CaseState.EXPIRED: N_("over"),
    CaseState.REVOKED: N_("lifted"),
    CaseState.VOID: N_("never carried out"),
}
TOLD = {
    Outcome.SENT: N_("They were told by direct message."),
    Outcome.REFUSED: N_("They take no direct message from me, and were not told."),
    Outcome.LATE: N_("Discord did not deliver my direct message to them in time."),
}
EDITED = N_("Case {number} is changed; /case view shows it as it is now.")
NOTED = N_("The note is kept with case {number}.")
REVOKED = N_("The warning of case {number} is lifted; it stays in the history.")
DELETED = N_("Case {number} is deleted; its number is not given again.")


def done(done: Done) -> str:
    """What came of an order."""
    parts = [came_of_it(done)]
    if done.followed_by is not None and done.followed_by.case.state is CaseState.ACTIVE:
        parts.append(came_of_it(done.followed_by))
    if done.refusal is not None:
        text = _("What has to follow on so many warnings could not be done: {reason}")
        parts.append(text.format(reason=done.refusal))
    return "\n".join(parts)


def lost(lost: Sequence[str]) -> list[str]:
    """What of the evidence could not be kept; nothing where all of it is."""
    if not lost:
        return []
    text = _("Not kept as evidence: {lost}.")
    return [clip(text.format(lost="; ".join(lost)), LOST_SHOWN)]


def came_of_it(done: Done) -> str:
    """A case in a few sentences."""
    case = done.case
    parts = [f"**{messages.title(case)}**."]
    if case.expires_at is not None:
        parts.append(_("It ends {when}.").format(when=stamp(case.expires_at)))
    if done.is_owed:
        parts.append(_("They are not in this server: I lift it on Discord once they are back."))
    elif done.told is not None:
        parts.append(_(TOLD[done.told]))
    if done.logged is Outcome.REFUSED:
        parts.append(
            _("I cannot write into the moderation log: choose another channel with /settings.")
        )
    return " ".join(parts)


def came_of_all(result: MassResult, done: str) -> str:
    """What came of a mass order; `done` as in the title of a case."""
    cases, parts = result.done, list[str]()
    if cases:
        count = ngettext("{count} person", "{count} people", len(cases)).format(count=len(cases))
        text = _("{count}: {done}, cases {first} to {last}. None was written to.")
        numbers = {"first": cases[0].number, "last": cases[-1].number}
        parts.append(text.format(count=count, done=_(done), **numbers))
    if result.failure is not None:
        parts.append(_("Then Discord stopped me: {reason}.").format(reason=result.failure))
    lines = [f"<@{user_id}> `{user_id}`: {why}" for user_id, why in result.refused.items()]
    if lines:
        count = ngettext("{count} was not:", "{count} were not:", len(lines))
        parts += [count.format(count=len(lines)), *lines[:REFUSED_SHOWN]]
    if len(lines) > REFUSED_SHOWN:
        parts.append("…")
    return "\n".join(parts) or _("Nothing was done.")


def released(done: Done) -> str:
    """The end of a quarantine, and the roles that cannot be given back."""
    parts = [came_of_it(done)]
    if done.missing:
        some, more = done.missing[:NAMES_SHOWN], len(done.missing) - NAMES_SHOWN
        names = ", ".join(inline(name, ROLE_SHOWN) for name in some)
        if more > 0:
            names = _("{names} and {count} more").format(names=names, count=more)
        parts.append(_("Roles that are gone by now: {names}.").format(names=names))
    return " ".join(parts)


def said(what: str, case: Case) -> str:
    """One of the sentences above, about that case."""
    return _(what).format(number=case.number)


def deletion(case: Case) -> Post:
    """The question before deleting."""
    text = _(
        "Delete case {number} with its notes and evidence? What it did on Discord stays as it is."
    )
    return confirm(
        f"{messages.title(case)}\n{text.format(number=case.number)}",
        Button(_("Delete it"), custom_id=DELETE.of(number=case.number)),
        Button(_("Keep it"), custom_id=KEEP.of(number=case.number)),
    )


def shown(view: CaseView, appeals: Sequence[Appeal]) -> Post:
    """Everything that is known of a case; its notes are here, or in a file beside it."""
    case, entry = view.case, messages.entry(view.case, view.told)
    fields = [*entry.fields]
    if case.state in (CaseState.PENDING, CaseState.VOID):
        fields.append((_("State"), _(STATES[case.state])))
    if view.is_owed:
        fields.append((_("On Discord"), _("lifted once they are back")))
    if case.failure is not None and case.state is CaseState.VOID:
        fields.append((_("Why"), inline(worded(case.failure), 200)))
    if appeals or case.is_final:
        final = [_("cannot be appealed")] if case.is_final else []
        said = [*final, history(appeals)] if appeals else final
        fields.append((_("Appeals"), "\n".join(said)))
    notes, file = _notes(view), None
    if len(notes) > NOTES_SHOWN:
        notes = _("All {count} are in the file.").format(count=len(view.notes))
        file = _notes_file(view)
    if notes:
        fields.append((_("Notes"), notes))
    return replace(entry, fields=tuple(fields), buttons=_handles(view), picture=file)


def listed(page: CasePage, query: CaseQuery) -> Post:
    """A page of cases, newest first."""
    lines = "\n".join(_line(case) for case in page.rows)
    count = ngettext("{count} case", "{count} cases", page.total).format(count=page.total)
    text = _("Page {number} of {pages} · {count}")
    return Post(
        title=_searched(query),
        text=lines or _("There is no such case."),
        footer=text.format(number=page.number, pages=page.pages, count=count),
    )


def own(page: CasePage, query: CaseQuery) -> Post:
    """The same for the person themself."""
    return replace(
        listed(page, query),
        title=_("Cases about you"),
        **({} if page.rows else {"text": _("Nothing was decided about you in this server.")}),
    )


def exported(part: bytes | bytearray, count: int) -> Post:
    """One of the files that hold every case."""
    text = _("Part {count} of the cases.").format(count=count)
    return Post(text=text, picture=Picture(f"cases-{count}.csv", bytes(part)), is_plain=True)


def purged(purged: Purged) -> str:
    """How many messages went, and what stayed."""
    count = purged.deleted
    parts = [
        ngettext("{count} message is deleted.", "{count} messages are deleted.", count).format(
            count=count
        )
    ]
    if purged.skipped:
        skipped = ngettext(
            "{count} message stays: Discord lets nobody delete it.",
            "{count} messages stay: Discord lets nobody delete them.",
            purged.skipped,
        )
        parts.append(skipped.format(count=purged.skipped))
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
        inline(case.said, REASON_SHOWN) if case.said else "",
        format_dt(case.created_at, "R"),
        "" if case.state is CaseState.ACTIVE else _(STATES[case.state]),
    ]
    return " · ".join(part for part in parts if part)


def _notes(view: CaseView) -> str:
    return "\n".join(
        f"{format_dt(note.created_at, 'd')} {inline(note.author_name, NAME_SHOWN)}: "
        f"{inline(note.text, NOTE_SHOWN)}"
        for note in view.notes
    )


def _notes_file(view: CaseView) -> Picture:
    text = "\n".join(
        f"{note.created_at:%Y-%m-%d %H:%M} {note.author_name}: {note.text}" for note in view.notes
    )
    return Picture(f"case-{view.case.number}-notes.txt", text.encode())


def _handles(view: CaseView) -> tuple[Button, ...]:
    """What can be done with a case, and its evidence."""
    number, user = view.case.number, view.case.user_id
    about_person = Button(_("History"), custom_id=HISTORY.of(user=user))
    changes = (
        Button(_("Edit reason"), custom_id=messages.REASON.of(number=number)),
        about_person,
        Button(_("Delete"), custom_id=REMOVE.of(number=number), tone=Tone.BAD),
    )
    pieces = (
        Button(f"📎 {piece.name}", custom_id=EVIDENCE.of(number=number, piece=piece.id))
        for piece in view.evidence
    )
    told_of = view.case.state not in (CaseState.PENDING, CaseState.VOID)
    return (*(changes if told_of else (about_person,)), *pieces)


def _searched(query: CaseQuery) -> str:
    if query == CaseQuery(user_id=query.user_id) and query.user_id is not None:
        return _("Cases about one person")
    if query.text:
        return _("Cases with “{text}”").format(text=inline(query.text, TEXT_LIMIT))
    return _("Cases")
