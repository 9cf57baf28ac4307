"""Layout: a post as Discord takes it, in components or as a plain message, cut to its limits."""

import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord
from discord import SelectDefaultValueType as DefaultKind
from discord import ui
from discord.utils import format_dt

from bot.client import limits
from bot.controls import Button, Choosable, Picture, Post, Select, Tone
from bot.user_text import clip

COLOURS = {
    Tone.GOOD: discord.Colour.green(),
    Tone.WARNING: discord.Colour.orange(),
    Tone.BAD: discord.Colour.red(),
}
STYLES = {
    Tone.GOOD: discord.ButtonStyle.success,
    Tone.NEXT: discord.ButtonStyle.primary,
    Tone.BAD: discord.ButtonStyle.danger,
}

CHANNELS = {
    Choosable.CHANNELS: [discord.ChannelType.text, discord.ChannelType.news],
    Choosable.CATEGORIES: [discord.ChannelType.category],
}

Arguments = dict[str, Any]
Item = ui.Item[Any]
Chooser = ui.Select[Any] | ui.RoleSelect[Any] | ui.ChannelSelect[Any]

MOST_APART = 8
_UNNAMED = re.compile(r"[^A-Za-z0-9_.-]")
"""What a file's name must not hold for a component to name it (source: Discord's reference,
"Uploading Files")."""

WORDS = ("content", "title", "description", "name", "value", "label", "text")
PARTS = ("embeds", "fields", "footer", "components", "component", "accessory")
"""Of a message as Discord has it: what is read of a part, and the parts below it."""

View = discord.ui.View | discord.ui.LayoutView


def sent(post: Post) -> Arguments:
    """What discord.py is given to send it."""
    given: Arguments = {"allowed_mentions": mentions_of(post)}
    if post.is_plain:
        given["content"] = clip(post.text, limits.CONTENT)
    if view := view_of(post):
        given["view"] = view
    if post.picture is not None:
        given["file"] = _file(post.picture, is_named=not post.is_plain)
    return given


def edited(post: Post) -> Arguments:
    """What discord.py is given to make it of a message that was another, with embeds perhaps.

    Discord takes components only where nothing of an older kind is left (source: its component
    reference, "Legacy Message Component Behavior"); what is made of them never becomes plain again.
    """
    given = sent(post)
    file = given.pop("file", None)
    attachments = [] if file is None else [file]
    return {"content": None, "view": None, **given, "embeds": [], "attachments": attachments}


def once(post: Post) -> Arguments:
    """What keeps Discord from writing it twice, where it has a name."""
    return {"nonce": post.once} if post.once else {}


def mentions_of(post: Post) -> discord.AllowedMentions:
    """Those whom it calls, and nobody whom its text happens to name."""
    users = [discord.Object(user_id) for user_id in _pinged(post)]
    roles = [discord.Object(role_id) for role_id in post.role_pings[: limits.PINGS]]
    return discord.AllowedMentions(
        everyone=False, roles=roles or False, users=users or False, replied_user=False
    )


def view_of(post: Post) -> View | None:
    """Its components, which are answered by controls; None for a plain message without any."""
    view = _plain(post) if post.is_plain else _card(post)
    view.stop()  # discord.py is not to listen: its items are answered by `control`
    return view if view.children else None


def fingerprint(post: Post) -> str:
    """Fingerprint of the message that it becomes: of its whole text, as Discord will have it."""
    drawn = sent(post)
    view = drawn.get("view")
    return _digest(
        {
            "content": drawn.get("content"),
            "components": view.to_components() if view is not None else [],
        }
    )


def fingerprint_of(message: discord.Message) -> str:
    """The same, of a message that was read."""
    return _digest(
        {
            "content": message.content,
            "embeds": [embed.to_dict() for embed in message.embeds],
            "components": [component.to_dict() for component in message.components],
        }
    )


def _plain(post: Post) -> ui.View:
    view = ui.View(timeout=None)
    for number, row in enumerate(list(_rows(post))[: limits.ROWS]):
        for item in row:
            item.row = number
            view.add_item(item)
    return view


def _card(post: Post) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    pings = " ".join(
        [
            *(f"<@{user_id}>" for user_id in _pinged(post)),
            *(f"<@&{role_id}>" for role_id in post.role_pings[: limits.PINGS]),
        ]
    )
    if pings:
        view.add_item(ui.TextDisplay(pings))
    box: ui.Container[Any] = ui.Container(accent_colour=COLOURS.get(post.tone))
    for item in _texts(post, limits.TEXTS - len(pings)):
        box.add_item(item)
    room = limits.COMPONENTS - view.total_children_count - 1 - len(box.children)
    for row in _rows(post):
        kept = row[: max(room - 1, 0)]
        if kept:
            box.add_item(ui.ActionRow(*kept))
        room -= 1 + len(kept)
    view.add_item(box)
    return view


def fitted(texts: Sequence[str], room: int) -> list[str]:
    """Texts of `room` characters at most, all together: the longest give way first."""
    share, left = room, room
    for index, length in enumerate(sorted(map(len, texts))):
        share = left // (len(texts) - index)
        if length > share:
            break
        left -= length
    return [clip(text, max(share, 1)) for text in texts]


def _texts(post: Post, room: int) -> Iterator[Item]:
    """Title, text and fields; what stands below them; picture and footer."""
    small = [post.footer, "" if post.at is None else format_dt(post.at, "f")]
    footer = " · ".join(part for part in small if part)
    lines = [_field(name, value) for name, value in post.fields]
    head = f"### {post.title}" if post.title else ""
    parts = [head, post.text, *lines, *_apart(post), f"-# {footer}" if footer else ""]
    head, text, *more = fitted(parts, room - len(parts))
    fields, below = more[: len(lines)], more[len(lines) : -1]
    for block in ((head, text), fields):
        if shown := "\n".join(part for part in block if part.strip()):
            yield ui.TextDisplay(shown)
    for part in filter(str.strip, below):
        yield ui.Separator()
        yield ui.TextDisplay(part)
    if post.picture is not None:
        yield _shown(post.picture)
    if more[-1]:
        yield ui.TextDisplay(more[-1])


def _pinged(post: Post) -> Sequence[int]:
    return post.pings[: limits.PINGS]


def _apart(post: Post) -> tuple[str, ...]:
    """What stands below, each under a line; too many of them would leave no room for controls."""
    apart, rest = post.below[: MOST_APART - 1], post.below[MOST_APART - 1 :]
    return (*apart, "\n".join(rest)) if rest else apart


def _field(name: str, value: str) -> str:
    between = "\n" if "\n" in value else " "
    return f"**{name}:**{between}{value}"


def _rows(post: Post) -> Iterator[list[Item]]:
    for select in post.selects:
        yield [select_of(select)]
    row = list[Item]()
    for button in post.buttons:
        if row and (button.begins_row or len(row) == limits.ROW):
            yield row
            row = []
        row.append(_button(button))
    if row:
        yield row


def _button(button: Button) -> ui.Button[Any]:
    style = STYLES.get(button.tone, discord.ButtonStyle.secondary)
    return ui.Button(
        label=clip(button.label, limits.BUTTON),
        url=button.url,
        custom_id=button.custom_id,
        style=style if button.url is None else discord.ButtonStyle.link,
        disabled=button.is_disabled,
        emoji=button.emoji,
    )


def select_of(select: Select) -> Chooser:
    """The select as discord.py has it, answered by nobody yet."""
    about: Arguments = {
        "custom_id": select.custom_id,
        "placeholder": clip(select.placeholder, limits.PLACEHOLDER) or None,
        "min_values": select.least,
        "max_values": _most(select),
        "disabled": select.is_disabled,
    }
    if select.offers is Choosable.OPTIONS:
        return ui.Select(options=_options(select), **about)
    is_role = select.offers is Choosable.ROLES
    kind = DefaultKind.role if is_role else DefaultKind.channel
    about["default_values"] = [
        discord.SelectDefaultValue(id=one, type=kind)
        for one in select.chosen_ids[: about["max_values"]]
    ]
    if is_role:
        return ui.RoleSelect(**about)
    return ui.ChannelSelect(channel_types=CHANNELS[select.offers], **about)


def _most(select: Select) -> int:
    """Discord takes no select of which more are to be chosen than it offers."""
    if select.offers is Choosable.OPTIONS:
        return max(min(select.most, len(select.options), limits.OPTIONS), 1)
    return min(select.most, limits.OPTIONS)


def _options(select: Select) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=clip(one.label, limits.OPTION),
            value=one.value,
            description=clip(one.about, limits.OPTION) or None,
            emoji=one.emoji,
            default=one.is_chosen,
        )
        for one in select.options[: limits.OPTIONS]
    ]


def _file(picture: Picture, *, is_named: bool) -> discord.File:
    about = clip(picture.description, limits.FILE_ABOUT) or None
    name = _name(picture) if is_named else picture.name
    return discord.File(io.BytesIO(picture.content), name, description=about)


def _name(picture: Picture) -> str:
    return _UNNAMED.sub("_", picture.name)


def _shown(picture: Picture) -> Item:
    """What shows it: an attachment that no component names is not seen."""
    address = f"attachment://{_name(picture)}"
    if not picture.is_image:
        return ui.File(address)
    about = clip(picture.description, limits.FILE_ABOUT) or None
    return ui.MediaGallery(discord.MediaGalleryItem(address, description=about))


def _digest(message: Mapping[str, Any]) -> str:
    words = " ".join(" ".join(_words(message)).split())  # Discord trims, and folds some
    return hashlib.sha256(words.encode()).hexdigest()


def _words(part: Mapping[str, Any]) -> Iterator[str]:
    """Every text, in the order in which it is read."""
    for name in WORDS:
        if isinstance(text := part.get(name), str):
            yield text
    for name in PARTS:
        below: Sequence[Mapping[str, Any]] | Mapping[str, Any] = part.get(name) or ()
        for one in (below,) if isinstance(below, Mapping) else below:
            yield from _words(one)
