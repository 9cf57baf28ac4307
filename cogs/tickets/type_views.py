"""Type views: the panel of a ticket type, the list of types, and its questions."""

from collections.abc import Sequence
from dataclasses import replace

from bot.client.choice_panel import ChoiceIds
from bot.client.ui import confirm
from bot.controls import NUMBER, WORD, Button, ControlId, Option, Post, Select, Tone
from bot.features.tickets.questionnaire import KINDS, Place, mark_of
from bot.features.tickets.types import QUESTIONS, FormQuestion, TicketType
from bot.texts import _, ngettext
from bot.user_text import clip, escaped, inline

MARK = "[0-9a-f]{8}"

PICK = ControlId("ticket:pick", type=NUMBER)
CHOSEN = ControlId("ticket:chosen", type=NUMBER, name=WORD)
NONE = ControlId("ticket:none", type=NUMBER, name=WORD)
TYPE = ControlId("ticket:type", type=NUMBER)
QUESTIONED = ControlId("ticket:questions", type=NUMBER)
QUESTION = ControlId("ticket:question", type=NUMBER)
ASK = ControlId("ticket:ask", type=NUMBER)
ALTER = ControlId("ticket:alter", type=NUMBER, place="[0-4]", mark=MARK)
RAISE = ControlId("ticket:raise", type=NUMBER, place="[0-4]", mark=MARK)
REMOVE = ControlId("ticket:remove", type=NUMBER, place="[0-4]", mark=MARK)
DELETE = ControlId("ticket:deltype", type=NUMBER)
KEEP = ControlId("ticket:keeptype", type=NUMBER)

IDS = ChoiceIds("type", PICK, NONE, CHOSEN)


def dressed(post: Post, type_id: str) -> Post:
    """The panel of a type's choices, with the way to its questions."""
    more = (Button(_("Questions"), custom_id=QUESTIONED.of(type=type_id), tone=Tone.NEXT),)
    return replace(post, buttons=(*post.buttons, *more))


def listed(types: Sequence[TicketType]) -> Post:
    """All types of a server."""
    if not types:
        text = _("This server has no type of ticket yet. Make one with /ticket type create.")
        return Post(title=_("Types of tickets"), text=text)
    return Post(title=_("Types of tickets"), text="\n".join(map(_line, types)))


def deletion(kind: TicketType, count: int) -> Post:
    """The question before a type is deleted."""
    text = _("Delete the type “{name}”? Panels show it no more; its tickets stay as they are.")
    lines = [text.format(name=inline(kind.name, 100))]
    if count:
        text = ngettext("{count} ticket of it is open.", "{count} tickets of it are open.", count)
        lines.append(text.format(count=count))
    yes = Button(_("Delete"), custom_id=DELETE.of(type=kind.id))
    return confirm(" ".join(lines), yes, Button(_("Keep"), custom_id=KEEP.of(type=kind.id)))


def questions(kind: TicketType, picked: int | None = None) -> Post:
    """The questions of a type in their order, and what can be done to the one picked."""
    lines = [_question(number, one) for number, one in enumerate(kind.form)]
    nothing = _("Nothing is asked: a ticket opens at once.")
    back = Button(_("Back"), custom_id=TYPE.of(type=kind.id))
    add = Button(
        _("Add a question"),
        custom_id=ASK.of(type=kind.id),
        tone=Tone.NEXT,
        is_disabled=len(kind.form) >= QUESTIONS,
    )
    options = tuple(
        Option(one.text, f"{number}:{mark_of(one)}", _(KINDS[one.kind]), is_chosen=number == picked)
        for number, one in enumerate(kind.form)
    )
    chooser = Select(QUESTION.of(type=kind.id), options, _("Change a question"))
    return Post(
        title=_("Questions: {name}").format(name=escaped(kind.name)),
        text="\n".join(lines) or nothing,
        selects=(chooser,) if options else (),
        buttons=(*_acts(kind, picked), add, back),
        footer=_("Whoever opens a ticket answers them first, in a form of 5 at most."),
    )


def _acts(kind: TicketType, picked: int | None) -> tuple[Button, ...]:
    if picked is None or picked >= len(kind.form):
        return ()
    about = {"type": kind.id, "place": picked, "mark": mark_of(kind.form[picked])}
    return (
        Button(_("Edit"), custom_id=ALTER.of(**about)),
        Button(_("Move up"), custom_id=RAISE.of(**about), is_disabled=len(kind.form) < 2),
        Button(_("Remove"), custom_id=REMOVE.of(**about), tone=Tone.BAD),
    )


def place_of(value: str) -> Place:
    """The place that an option of the select names."""
    number, _separator, mark = value.partition(":")
    return Place(int(number), mark)


def _line(kind: TicketType) -> str:
    parts = [f"**{inline(kind.name, 100)}**"]
    if kind.choices.emoji:
        parts.insert(0, kind.choices.emoji)
    count = len(kind.form)
    if count:
        text = ngettext("{count} question", "{count} questions", count)
        parts.append(f"· {text.format(count=count)}")
    if kind.choices.about:
        parts.append(f"· {inline(kind.choices.about, 60)}")
    return " ".join(parts)


def _question(number: int, one: FormQuestion) -> str:
    needed = "" if one.is_required else " · " + _("may be left out")
    lines = [f"**{number + 1}. {escaped(one.text)}**\n-# {_(KINDS[one.kind])}{needed}"]
    if one.about:
        lines.append(f"-# {escaped(one.about)}")
    if one.options:
        lines.append(f"-# {escaped(clip(' · '.join(one.options), 300))}")
    return "\n".join(lines)
