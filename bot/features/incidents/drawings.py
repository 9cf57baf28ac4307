"""Drawings of incidents: the log post, why it was so, and what staff look up later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.features.incidents.model import Incident, MeasureRecord, MeasureState, can_try_again
from bot.texts import _, ago, ngettext, stamp
from bot.user_text import clip

UNDO = ControlId("incident:undo", incident=NUMBER)
WHY = ControlId("incident:why", incident=NUMBER)
ALL = ControlId("incident:all", incident=NUMBER)

LINE = 220  # characters of a measure in a list
RULE, COUNTER, SPARED = 1000, 200, 200  # characters
MOST_COUNTERS, MOST_SPARED = 10, 10

StateCounts = Mapping[tuple[MeasureState, bool], int]
"""How many measures stand in each state, those that can be undone apart."""


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """An incident with what a drawing of it says: `title` is its protection's."""

    incident: Incident
    title: str
    measures: tuple[MeasureRecord, ...]
    counts: StateCounts

    def count(self, *states: MeasureState) -> int:
        """How many measures stand in one of these."""
        return sum(count for (state, _can), count in self.counts.items() if state in states)

    @property
    def undoable(self) -> int:
        """How many could be undone now, for the first time or by somebody else."""
        if not self.incident.is_undone:
            return self.counts.get((MeasureState.DONE, True), 0)
        kept = self.counts.get((MeasureState.KEPT, True), 0)
        return kept if can_try_again(self.counts) else 0


def log_post(drawn: IncidentFacts, *, is_chosen: bool = True, is_instead: bool = False) -> Post:
    """What the log says; it tells where it stands in the place of a log."""
    seen = drawn.incident
    notes = [_("Incident {number}").format(number=seen.id)]
    if is_instead:
        notes.append(_("The log channel of the protections takes no message of mine: mend it."))
    elif not is_chosen:
        notes.append(_("Choose a channel for this log: /settings, “Log of the protections”."))
    return Post(
        title=drawn.title,
        text=about(seen),
        below=tuple(filter(None, (_measures(drawn), _undone(drawn)))),
        tone=Tone.PLAIN if seen.is_shadow or seen.is_undone else seen.tone,
        buttons=_buttons(drawn),
        footer=" · ".join(notes),
    )


def about(seen: Incident) -> str:
    """What was found, who it was and where."""
    parts = [seen.title]
    who = [] if seen.user_id is None else [f"<@{seen.user_id}> (`{seen.user_id}`)"]
    if seen.channel_id is not None:
        who.append(f"<#{seen.channel_id}>")
        if seen.message_id is not None:
            place = f"{seen.guild_id}/{seen.channel_id}/{seen.message_id}"
            who.append(f"https://discord.com/channels/{place}")
    parts += [" · ".join(who)] if who else []
    if seen.is_shadow:
        parts.append(_("**In shadow**: nothing of what follows was done."))
    return "\n".join(parts)


def line(record: MeasureRecord) -> str:
    """One measure, and what became of it."""
    label = clip(record.label, LINE)
    match record.state:
        case MeasureState.UNDONE:
            return _("↩️ undone: {measure}").format(measure=label)
        case MeasureState.UNDOING:
            return _("⏳ being undone: {measure}").format(measure=label)
        case MeasureState.KEPT:
            text = _("⚠️ not undone: {measure}. {reason}")
            return text.format(measure=label, reason=clip(record.failure or "", LINE))
        case _:
            return f"• {label}"


def why_post(seen: Incident, title: str) -> Post:
    """What decided: the rule, what was counted, and which exemptions were looked at."""
    why = seen.why
    counters = [
        f"• {clip(name, COUNTER)}: **{clip(value, COUNTER)}**"
        for name, value in why.counters[:MOST_COUNTERS]
    ]
    spared = [f"• {clip(one, SPARED)}" for one in why.spared[:MOST_SPARED]]
    nothing = _("No exemption was looked at.")
    return Post(
        title=_("Why: {title}").format(title=title),
        text=clip(why.rule, RULE),
        below=(
            *_part(_("What was counted"), counters),
            *(_part(_("Exemptions that were looked at"), spared) or (nothing,)),
        ),
        footer=_("Incident {number}").format(number=seen.id),
    )


def shadow_over(title: str, ended_at: datetime) -> Post:
    """To whoever reads the log: from now on it acts."""
    text = _("**{title}** is out of shadow since {when}: from now on it does what it says.")
    return Post(text=text.format(title=title, when=stamp(ended_at)), tone=Tone.WARNING)


def entry(seen: Incident, title: str) -> str:
    """One of a list."""
    marks = [_("in shadow")] if seen.is_shadow else []
    if seen.is_undone:
        marks.append(_("undone"))
    elif not seen.is_shadow:
        text = ngettext("{count} measure", "{count} measures", seen.measures)
        marks.append(text.format(count=seen.measures))
    said = clip(" ".join(seen.title.split()), LINE)
    return f"**{seen.id}** {title} · {ago(seen.created_at)} · {', '.join(marks)}\n{said}"


def _part(title: str, lines: Iterable[str]) -> tuple[str, ...]:
    text = "\n".join(lines)
    return (f"**{title}**\n{text}",) if text else ()


def _measures(drawn: IncidentFacts) -> str:
    lines = [line(one) for one in drawn.measures]
    more = drawn.incident.measures - len(drawn.measures)
    if more > 0:
        text = ngettext("… and {count} more.", "… and {count} more.", more)
        lines.append(text.format(count=more))
    return "\n".join(lines) or _("Nothing was done.")


def _undone(drawn: IncidentFacts) -> str:
    seen = drawn.incident
    if seen.undone_by_id is None or seen.undone_at is None:
        return ""
    text = _("Undone for <@{user}> {when}: {undone} of {count}.")
    undone, left = drawn.count(MeasureState.UNDONE), drawn.count(MeasureState.UNDOING)
    kept = drawn.count(MeasureState.KEPT)
    lines = [
        text.format(
            user=seen.undone_by_id,
            when=stamp(seen.undone_at),
            undone=undone,
            count=undone + left + kept,
        )
    ]
    if kept:
        text = ngettext("{count} could not be undone.", "{count} could not be undone.", kept)
        lines.append(text.format(count=kept))
    return " ".join(lines)


def _buttons(drawn: IncidentFacts) -> tuple[Button, ...]:
    number = drawn.incident.id
    buttons = [Button(_("Why?"), custom_id=WHY.of(incident=number))]
    if drawn.undoable:
        undo = Button(_("Undo"), custom_id=UNDO.of(incident=number), tone=Tone.BAD)
        buttons.insert(0, undo)
    if drawn.incident.measures > len(drawn.measures):
        text = _("All {count}").format(count=drawn.incident.measures)
        buttons.append(Button(text, custom_id=ALL.of(incident=number)))
    return tuple(buttons)
