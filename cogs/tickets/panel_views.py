"""Panel views: the editor of a panel, its preview, and the list of panels."""

from collections.abc import Sequence
from dataclasses import replace

from bot.client.ui import confirm
from bot.controls import NUMBER, SNOWFLAKE, Button, Choosable, ControlId, Option, Post, Select, Tone
from bot.features.tickets import panels
from bot.features.tickets.panels import ON_PANEL
from bot.features.tickets.type_store import Panel
from bot.features.tickets.types import TicketType
from bot.texts import N_, _, ngettext
from bot.user_text import clip, escaped, inline

WORDS = ControlId("ticket:panelwords", panel=NUMBER)
STYLE = ControlId("ticket:panelstyle", panel=NUMBER)
TYPES = ControlId("ticket:paneltypes", panel=NUMBER, part="[01]")
PLACE = ControlId("ticket:panelplace", panel=NUMBER)
POST = ControlId("ticket:panelpost", panel=NUMBER, channel=SNOWFLAKE)
DELETE = ControlId("ticket:paneldelete", panel=NUMBER)
KEEP = ControlId("ticket:panelkeep", panel=NUMBER)

STYLES = {"buttons": N_("A button for each type"), "select": N_("A menu of the types")}
TEXT_SHOWN = 1000


def editor(panel: Panel, chosen: Sequence[TicketType], all_types: Sequence[TicketType]) -> Post:
    """Everything about a panel, and its controls."""
    where = _("nowhere yet") if panel.channel_id is None else f"<#{panel.channel_id}>"
    names = ", ".join(inline(one.name, 60) for one in chosen) or _("none")
    styles = tuple(
        Option(_(text), style, is_chosen=style == panel.style) for style, text in STYLES.items()
    )
    here = () if panel.channel_id is None else (panel.channel_id,)
    place = Select(
        PLACE.of(panel=panel.id),
        placeholder=_("Preview it, and post it in a channel"),
        offers=Choosable.CHANNELS,
        chosen_ids=here,
    )
    return Post(
        title=_("Panel: {title}").format(title=escaped(panel.title)),
        text=clip(panel.text, TEXT_SHOWN),
        fields=(
            (_("Types"), names),
            (_("Style"), _(STYLES[panel.style])),
            (_("Posted in"), where),
        ),
        selects=(
            *_choosers(panel, all_types),
            Select(STYLE.of(panel=panel.id), styles, _("Choose its style")),
            place,
        ),
        buttons=(Button(_("Title and text"), custom_id=WORDS.of(panel=panel.id), tone=Tone.NEXT),),
    )


def part_of(all_types: Sequence[TicketType], part: int) -> Sequence[TicketType]:
    """The types of which one select is made: a server may have more than a select takes."""
    return all_types[part * ON_PANEL : (part + 1) * ON_PANEL]


def preview(panel: Panel, types: Sequence[TicketType], channel_id: int) -> Post:
    """The panel as members will see it, with nothing that could be pressed but the answer."""
    drawn = panels.drawn(panel, [*types])
    shown = tuple(replace(one, is_disabled=True) for one in drawn.selects)
    buttons = tuple(replace(one, is_disabled=True) for one in drawn.buttons)
    yes = Button(
        _("Post it"), custom_id=POST.of(panel=panel.id, channel=channel_id), tone=Tone.GOOD
    )
    ask = _("This is how it will stand in {channel}.").format(channel=f"<#{channel_id}>")
    if panel.channel_id not in (None, channel_id):
        moved = _("It leaves {channel}.").format(channel=f"<#{panel.channel_id}>")
        ask = f"{ask} {moved}"
    return replace(drawn, selects=shown, buttons=(*buttons, yes), footer=ask)


def posted(panel: Panel) -> str:
    text = _("The panel is being posted in {channel}. /ticket check says what is in its way.")
    return text.format(channel=f"<#{panel.channel_id}>")


def deletion(panel: Panel) -> Post:
    """The question before a panel is deleted."""
    text = _("Delete the panel “{title}”? No ticket can be opened from its message any more.")
    yes = Button(_("Delete"), custom_id=DELETE.of(panel=panel.id))
    no = Button(_("Keep"), custom_id=KEEP.of(panel=panel.id))
    return confirm(text.format(title=inline(panel.title, 100)), yes, no)


def listed(found: Sequence[Panel]) -> Post:
    """All panels of a server."""
    title, text = _("Ticket panels"), "\n".join(map(_line, found))
    nothing = _("This server has no panel yet. Make one with /ticket panel create.")
    return Post(title=title, text=text or nothing)


def _line(panel: Panel) -> str:
    where = _("nowhere yet") if panel.channel_id is None else f"<#{panel.channel_id}>"
    count = len(panel.type_ids)
    types = ngettext("{count} type", "{count} types", count).format(count=count)
    return f"**{inline(panel.title, 100)}** · {where} · {types}"


def _choosers(panel: Panel, all_types: Sequence[TicketType]) -> tuple[Select, ...]:
    """Selects of all types, those on the panel marked."""
    made = list[Select]()
    for part in range(2):
        types = part_of(all_types, part)
        options = tuple(
            Option(one.name, str(one.id), one.choices.about, is_chosen=one.id in panel.type_ids)
            for one in types
        )
        if options:
            known_by = TYPES.of(panel=panel.id, part=part)
            made.append(Select(known_by, options, _("Choose its types"), 0, len(options)))
    return tuple(made)
