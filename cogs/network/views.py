"""Views of the network for the staff of a server, and for the person it is about."""

from bot.controls import NUMBER, ControlId, Post, Tone
from bot.features.network.appeal_model import Objection, ObjectionState
from bot.features.network.drawings import STATES, facts
from bot.features.network.model import (
    CATEGORIES,
    SEVERITIES,
    TIERS,
    Assessment,
    Report,
    ReportState,
)
from bot.features.network.reports import NetworkStanding
from bot.features.network.settings import nobody_reviews
from bot.features.network.store import ReportPage
from bot.texts import _, ago
from bot.user_text import escaped, inline, visible

LIST = ControlId("network:list", page=NUMBER, way="back|next")
NAME_SHOWN = 40


def filed(report: Report) -> str:
    text = _(
        "Report {number} about {name} went to the reviewers. They do not read which server it "
        "comes from, and neither does anybody else."
    )
    return text.format(number=report.id, name=inline(report.username, NAME_SHOWN))


def withdrawn(report: Report) -> str:
    text = _("Report {number} counts no more. What servers did because of it stays: they decide.")
    return text.format(number=report.id)


def listed(page: ReportPage, _query: None = None) -> Post:
    """A page of this server's own."""
    return Post(
        title=_("Reports of this server"),
        text="\n".join(map(_line, page.rows)) or _("This server has reported nobody."),
        footer=_("Page {number} of {pages}").format(number=page.number, pages=page.pages),
    )


def shown(report: Report) -> Post:
    """One of this server's own, whole."""
    fields = [*facts(report), (_("By"), f"<@{report.reporter_id}>")]
    fields.append((_("State"), _(STATES[report.state])))
    if report.reason:
        fields.append((_("The reviewers' answer"), escaped(report.reason)))
    return Post(
        title=_("Report {number}").format(number=report.id),
        text=escaped(report.evidence),
        fields=tuple(fields),
        at=report.created_at,
    )


def standing(now: NetworkStanding, *, is_ready: bool) -> Post:
    """How things are for this server."""
    record = _("{approved} approved, {refused} refused").format(
        approved=now.record.approved, refused=now.record.refused
    )
    return Post(
        title=_("Network"),
        text="" if is_ready else nobody_reviews(),
        fields=(
            (_("Reports that wait"), str(now.counts.get(ReportState.OPEN, 0))),
            (_("Reports that count"), str(now.counts.get(ReportState.APPROVED, 0))),
            (_("Decided in 90 days"), record),
            (_("More reports today"), str(now.left)),
            (_("Hits in 30 days"), str(now.hits)),
        ),
        tone=Tone.PLAIN if is_ready else Tone.WARNING,
    )


def assessed(user_id: int, known: Assessment | None) -> Post:
    """What counts about somebody; below two servers nothing does."""
    if known is None:
        text = _("Fewer than two servers report <@{user}>: nothing counts.")
        return Post(text=text.format(user=user_id), tone=Tone.GOOD)
    return Post(
        text=f"<@{user_id}> `{user_id}`",
        fields=(
            (_("Trust score"), f"{known.trust_score} / 100"),
            (_("Tier"), _(TIERS[known.tier])),
            (_("Approved reports"), str(known.count)),
            (_("Most of them for"), _(CATEGORIES[known.top_category])),
            (_("The worst"), _(SEVERITIES[known.top_severity])),
        ),
        tone=Tone.WARNING,
    )


def handed(url: str) -> str:
    """The link, for the person alone."""
    text = _(
        "Your private page; give it to nobody: whoever has it reads what is said of you and "
        "writes in your name.\n{url}"
    )
    return text.format(url=url)


def decided(report: Report) -> str:
    if report.state is ReportState.APPROVED:
        return _("Report {number} is approved.").format(number=report.id)
    return _("Report {number} is refused.").format(number=report.id)


def appeal_decided(appeal: Objection) -> str:
    if appeal.state is ObjectionState.APPROVED:
        text = _("Appeal {number} is approved: its reports are void, and hits are taken back.")
        return text.format(number=appeal.id)
    return _("Appeal {number} is denied.").format(number=appeal.id)


def named(report: Report) -> str:
    """One as it is suggested while a number is typed; plain text."""
    return visible(f"{report.id}: {report.username}, {_(CATEGORIES[report.category])}")


def _line(report: Report) -> str:
    parts = [
        f"**{report.id}** <@{report.user_id}> {inline(report.username, NAME_SHOWN)}",
        f"{_(CATEGORIES[report.category])}, {_(SEVERITIES[report.severity])}",
        _(STATES[report.state]),
        ago(report.created_at),
    ]
    return " · ".join(parts)
