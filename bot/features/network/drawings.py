"""Drawings of the network: cards for the reviewers, messages to people and to reporting servers.

Nothing here names the server that made a report, nor anybody in it.
"""

from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.features.network.appeal_model import Objection, ObjectionState
from bot.features.network.hit_model import MemberHit
from bot.features.network.model import (
    CATEGORIES,
    LIFETIME,
    SEVERITIES,
    Report,
    ReporterRecord,
    ReportState,
)
from bot.texts import N_, _, ngettext, stamp
from bot.user_text import escaped, inline

APPROVE = ControlId("network:approve", report=NUMBER)
REFUSE = ControlId("network:refuse", report=NUMBER)
FILE = ControlId("network:file", report=NUMBER)
GRANT = ControlId("network:grant", appeal=NUMBER)
DENY = ControlId("network:deny", appeal=NUMBER)
NAME_SHOWN = 40

STATES = {
    ReportState.OPEN: N_("waits for the reviewers"),
    ReportState.APPROVED: N_("approved"),
    ReportState.REFUSED: N_("refused"),
    ReportState.WITHDRAWN: N_("withdrawn"),
    ReportState.VOID: N_("void after an appeal"),
    ReportState.EXPIRED: N_("expired"),
}
TONES = {
    ReportState.OPEN: Tone.WARNING,
    ReportState.APPROVED: Tone.GOOD,
    ReportState.REFUSED: Tone.BAD,
}
APPEAL_TONES = {
    ObjectionState.OPEN: Tone.WARNING,
    ObjectionState.APPROVED: Tone.GOOD,
    ObjectionState.DENIED: Tone.BAD,
}


def facts(report: Report) -> list[tuple[str, str]]:
    """What a report says, for whoever may read it."""
    return [
        (_("Person"), f"<@{report.user_id}> `{report.user_id}` {inline(report.username, 40)}"),
        (_("Category"), _(CATEGORIES[report.category])),
        (_("Severity"), _(SEVERITIES[report.severity])),
        (_("Reported"), stamp(report.created_at)),
        (_("Counts until"), stamp(report.created_at + LIFETIME)),
    ]


def card(report: Report, record: ReporterRecord, *, has_file: bool) -> Post:
    """The card on which the reviewers decide; without its buttons once they have."""
    text = _("{approved} of its reports of the last 90 days were approved, {refused} refused.")
    about = text.format(approved=record.approved, refused=record.refused)
    fields = [*facts(report), (_("The server that reports"), about), *_decided(report)]
    return Post(
        title=_("Report {number}").format(number=report.id),
        text=escaped(report.evidence),
        fields=tuple(fields),
        tone=TONES.get(report.state, Tone.PLAIN),
        buttons=_buttons(report, has_file=has_file),
        at=report.created_at,
    )


def objection_card(appeal: Objection, reports: list[Report]) -> Post:
    """The card of an appeal."""
    fields = [(_("Person"), f"<@{appeal.user_id}> `{appeal.user_id}`")]
    lines = [
        f"**{one.id}** {_(CATEGORIES[one.category])}, {_(SEVERITIES[one.severity])}: "
        f"{_(STATES[one.state])}"
        for one in reports[:10]
    ]
    fields.append((_("Reports"), "\n".join(lines) or _("They have ended since.")))
    if appeal.state is not ObjectionState.OPEN:
        approved = appeal.state is ObjectionState.APPROVED
        words = _("approved by {person}") if approved else _("denied by {person}")
        fields.append((_("State"), words.format(person=f"<@{appeal.decided_by_id}>")))
        if appeal.reason:
            fields.append((_("Answer"), escaped(appeal.reason)))
    buttons: tuple[Button, ...] = ()
    if appeal.state is ObjectionState.OPEN:
        buttons = (
            Button(_("Approve"), custom_id=GRANT.of(appeal=appeal.id), tone=Tone.GOOD),
            Button(_("Deny"), custom_id=DENY.of(appeal=appeal.id), tone=Tone.BAD),
        )
    title = _("Appeal {number} to the network: {name}")
    return Post(
        title=title.format(number=appeal.id, name=inline(appeal.username, NAME_SHOWN)),
        text=escaped(appeal.message),
        fields=tuple(fields),
        tone=APPEAL_TONES[appeal.state],
        buttons=buttons,
        at=appeal.created_at,
    )


def outcome(report: Report) -> Post:
    """To the staff of the server that made the report."""
    words = {
        ReportState.APPROVED: _("The network's reviewers approved your report {number}."),
        ReportState.REFUSED: _("The network's reviewers refused your report {number}."),
        ReportState.VOID: _("Your report {number} is void: an appeal against it was approved."),
    }
    said = words.get(report.state, _("Your report {number} has ended."))
    fields = [(_("Person"), f"<@{report.user_id}> {inline(report.username, NAME_SHOWN)}")]
    if report.reason:
        fields.append((_("Answer"), escaped(report.reason)))
    return Post(
        text=said.format(number=report.id),
        fields=tuple(fields),
        tone=TONES.get(report.state, Tone.PLAIN),
    )


def warning(hit: MemberHit, guild_name: str, url: str | None) -> Post:
    """To the person, before something is done about them."""
    text = ngettext(
        "{count} server has reported you to the network of this bot, and {guild} acts on that.",
        "{count} servers have reported you to the network of this bot, and {guild} acts on that.",
        hit.report_count,
    )
    how = (
        _("If that is wrong, say so on your private page: the reviewers read it.")
        if url
        else _("If that is wrong, tell whoever runs this bot.")
    )
    said = text.format(count=hit.report_count, guild=escaped(guild_name))
    return Post(
        title=escaped(guild_name),
        text=f"{said}\n{how}",
        fields=(
            (_("Most of them for"), _(CATEGORIES[hit.top_category])),
            (_("Trust score"), f"{hit.trust_score} / 100"),
        ),
        tone=Tone.WARNING,
        buttons=(Button(_("Your page"), url=url),) if url else (),
    )


def answer(appeal: Objection, url: str | None) -> Post:
    """To the person, once the reviewers have decided."""
    text = (
        _("Your appeal to the network was approved. Servers that acted on it take that back.")
        if appeal.state is ObjectionState.APPROVED
        else _("Your appeal to the network was denied.")
    )
    return Post(
        text=text,
        fields=((_("Answer"), escaped(appeal.reason)),) if appeal.reason else (),
        tone=APPEAL_TONES[appeal.state],
        buttons=(Button(_("Your page"), url=url),) if url else (),
    )


def _decided(report: Report) -> list[tuple[str, str]]:
    if report.state is ReportState.OPEN:
        return []
    state = _(STATES[report.state])
    if report.decided_by_id is not None:
        state = _("{state}; decided by {person}").format(
            state=state, person=f"<@{report.decided_by_id}>"
        )
    given = [(_("Answer"), escaped(report.reason))] if report.reason else []
    return [(_("State"), state), *given]


def _buttons(report: Report, *, has_file: bool) -> tuple[Button, ...]:
    file = (Button(_("File"), custom_id=FILE.of(report=report.id)),) if has_file else ()
    if report.state is not ReportState.OPEN:
        return file
    return (
        Button(_("Approve"), custom_id=APPROVE.of(report=report.id), tone=Tone.GOOD),
        Button(_("Refuse"), custom_id=REFUSE.of(report=report.id), tone=Tone.BAD),
        *file,
    )
