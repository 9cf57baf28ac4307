"""Views of the audit: what a search finds, one entry in whole, a file of many."""

import json

from bot.controls import NUMBER, ControlId, Option, Picture, Post, Select
from bot.features.audit.messages import MARKS, TONES
from bot.features.audit.queries import AuditPage, AuditRecord
from bot.texts import N_, _, ago, stamp
from bot.user_text import clip, code_block, escaped, inline, visible

TURN = ControlId("audit:turn", search=NUMBER, page=NUMBER, way="back|next")
LOOK = ControlId("audit:look")

SEVERITIES = {"info": N_("for information"), "warn": N_("a warning"), "critical": N_("critical")}
SOURCES = {
    "bot": N_("in the bot"),
    "dashboard": N_("on the dashboard"),
    "discord": N_("in Discord"),
    "system": N_("by itself"),
}

SUMMARY_LINE = 250  # characters of a summary in a list
SUMMARY, CONTEXT, NAME = 1500, 1500, 100  # characters of one in whole


def line(entry: AuditRecord) -> str:
    """One of a list."""
    said = inline(entry.summary, SUMMARY_LINE)
    return f"**{entry.id}** {MARKS[entry.severity]} {ago(entry.created_at)} {said}"


def found(page: AuditPage) -> Post:
    """Entries, the newest first, and a select to look at one."""
    total = _("Page {number} of {pages}, {total} in all").format(
        number=page.number, pages=page.pages, total=page.total
    )
    options = tuple(Option(clip(named(one), 100), str(one.id)) for one in page.rows)
    choose = Select(LOOK.of(), options, _("Look at one in whole"))
    return Post(
        title=_("Audit"),
        text="\n".join(map(line, page.rows)) or _("Nothing was found."),
        footer=total,
        selects=(choose,) if options else (),
    )


def whole(entry: AuditRecord) -> Post:
    """Everything that it holds; what was typed shows as it was."""
    who = inline(entry.actor_name, NAME)
    if entry.actor_id is not None:
        who = f"<@{entry.actor_id}> ({who}, `{entry.actor_id}`)"
    target = entry.target_type
    if entry.target_id is not None:
        target = f"{target} `{inline(entry.target_id, NAME)}`"
    context = json.dumps(dict(entry.context), ensure_ascii=False, indent=1, sort_keys=True)
    return Post(
        title=_("Entry {number}").format(number=entry.id),
        text=escaped(clip(entry.summary, SUMMARY)),
        fields=(
            (_("When"), stamp(entry.created_at)),
            (_("Type"), f"`{entry.event_type}`"),
            (_("Severity"), f"{MARKS[entry.severity]} {_(SEVERITIES[entry.severity])}"),
            (_("Who"), who),
            (_("What"), target),
            (_("Where"), _(SOURCES[entry.source])),
        ),
        below=(code_block(context.encode(), CONTEXT),) if entry.context else (),
        tone=TONES[entry.severity],
    )


def named(entry: AuditRecord) -> str:
    """One as it is suggested while a number is typed; plain text."""
    return visible(f"{entry.id}: {' '.join(entry.summary.split())}")


def exported(part: bytes | bytearray, count: int) -> Post:
    """One of the files that hold the entries."""
    text = _("Part {count} of the audit.").format(count=count)
    return Post(text=text, picture=Picture(f"audit-{count}.csv", bytes(part)), is_plain=True)
