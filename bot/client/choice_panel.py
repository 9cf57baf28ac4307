"""Choice panel: a model's choices, one line for each, and the controls by which they are made.

`/settings` shows one for each feature; what has choices of its own shows one too.
"""

from collections.abc import Awaitable, Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord
from discord.app_commands import NoPrivateMessage

from bot.client import limits
from bot.client.interactions import HeraldModal, Interaction, TextField, require_bot
from bot.client.layout import fitted
from bot.controls import Button, Choosable, ControlId, Option, Post, Select
from bot.settings import FeatureSettings, SettingKind
from bot.texts import _, ngettext
from bot.user_text import escaped

LINES_LIMIT = limits.TEXTS - 100  # characters, beside the title
SWITCHED = {"on": True, "off": False}
ROLES_SHOWN = 6

OFFERED = {
    SettingKind.CHANNEL: Choosable.CHANNELS,
    SettingKind.CATEGORY: Choosable.CATEGORIES,
    SettingKind.ROLE: Choosable.ROLES,
    SettingKind.ROLES: Choosable.ROLES,
    SettingKind.CHOICE: Choosable.OPTIONS,
}
"""Kinds that are chosen from a select, and what that offers."""

ChangeChoice = Callable[[Interaction, str, str, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ChoiceIds:
    """Custom ids of a panel's controls; `key` is the group that says whose choices they are.

    `own` are the kinds whose values are chosen under an id of their own.
    """

    key: str
    pick: ControlId
    none: ControlId
    chosen: ControlId
    own: Mapping[SettingKind, ControlId] = field(default_factory=dict[SettingKind, ControlId])

    def of(self, kind: SettingKind) -> ControlId:
        """The id under which values of that kind are chosen."""
        return self.own.get(kind, self.chosen)


def guild_of(interaction: Interaction) -> discord.Guild:
    """The server in which it happened."""
    require_bot(interaction)
    if interaction.guild is None:
        raise NoPrivateMessage
    return interaction.guild


def shown(settings: FeatureSettings, name: str, guild: discord.Guild) -> str:
    """A value in words; a channel or a role that is gone says so."""
    value = getattr(settings, name)
    match settings.kind(name):
        case SettingKind.SWITCH:
            return _("on") if value else _("off")
        case _ if value in (None, "", ()):
            return _("none")
        case SettingKind.CHANNEL:
            gone = guild.get_channel(value) is None
            return _("deleted channel, choose another") if gone else f"<#{value}>"
        case SettingKind.CATEGORY:
            gone = guild.get_channel(value) is None
            return _("deleted category, choose another") if gone else f"<#{value}>"
        case SettingKind.ROLE:
            gone = guild.get_role(value) is None
            return _("deleted role, choose another") if gone else f"<@&{value}>"
        case SettingKind.ROLES:
            return _roles(value, guild)
        case SettingKind.CHOICE:
            return _(str(value))
        case _:
            return escaped(str(value))


def panel(
    ids: ChoiceIds,
    key: object,
    settings: FeatureSettings,
    guild: discord.Guild,
    *,
    picked: str = "",
    kinds: Container[SettingKind] = frozenset(SettingKind),
) -> Post:
    """Every choice of these kinds with its value and meaning, a select, and the control of the one
    picked.
    """
    names = [name for name in type(settings).model_fields if settings.kind(name) in kinds]
    title = _("Settings: {title}").format(title=_(settings.title))
    lines = _lines(settings, names, guild)
    choice = Select(
        ids.pick.of(**{ids.key: key}),
        tuple(_option(settings, name, is_chosen=name == picked) for name in names),
        placeholder=_("Change a setting"),
    )
    if not picked:
        return Post(title, "\n".join(lines), selects=(choice,))
    about = {ids.key: key, "name": picked}
    kind = settings.kind(picked)
    chooser = _chooser(ids.of(kind).of(**about), settings, picked, guild)
    buttons = () if kind is SettingKind.CHOICE else (_nothing(kind, ids.none.of(**about)),)
    return Post(title, "\n".join(lines), selects=(choice, chooser), buttons=buttons)


class ValueModal(HeraldModal):
    """Modal that asks for one number or text."""

    def __init__(
        self, key: str, settings: FeatureSettings, *, name: str, change: ChangeChoice
    ) -> None:
        super().__init__(settings.label(name))
        value = getattr(settings, name)
        self._change, self._key, self._name = change, key, name
        self._empty = settings.empty(name)
        now, meaning = "" if value is None else str(value), settings.meaning(name)
        self._input = self.ask(
            TextField(
                "value",
                settings.label(name),
                meaning,
                now,
                is_required=not self._empty,
                has_lines=settings.has_lines(name),
            )
        )

    async def submitted(self, interaction: Interaction) -> None:
        text = self._input.value.strip()
        value = self._empty[0] if self._empty and not text else text
        await self._change(interaction, self._key, self._name, value)


def _roles(role_ids: Sequence[int], guild: discord.Guild) -> str:
    there = [one for one in role_ids if guild.get_role(one) is not None]
    parts = [f"<@&{one}>" for one in there[:ROLES_SHOWN]]
    more, lost = len(there) - len(parts), len(role_ids) - len(there)
    if more:
        parts.append(_("{count} more").format(count=more))
    if lost:
        text = ngettext("{count} deleted role", "{count} deleted roles", lost)
        parts.append(text.format(count=lost))
    return ", ".join(parts)


def _nothing(kind: SettingKind, custom_id: str) -> Button:
    if kind in (SettingKind.ROLE, SettingKind.ROLES):
        return Button(_("No role"), custom_id=custom_id)
    text = _("No category") if kind is SettingKind.CATEGORY else _("No channel")
    return Button(text, custom_id=custom_id)


def _chooser(custom_id: str, settings: FeatureSettings, name: str, guild: discord.Guild) -> Select:
    """The select of what the server has, or of a field's only values; those chosen are marked."""
    kind, value = settings.kind(name), getattr(settings, name)
    if kind is SettingKind.CHOICE:
        options = (Option(_(one), one, is_chosen=one == value) for one in settings.literals(name))
        return Select(custom_id, tuple(options), _("Choose one"))
    has_many = kind is SettingKind.ROLES
    is_role = has_many or kind is SettingKind.ROLE
    find = guild.get_role if is_role else guild.get_channel
    known = value if has_many else (() if value is None else (value,))
    places = {
        SettingKind.CHANNEL: _("Choose a channel"),
        SettingKind.CATEGORY: _("Choose a category"),
        SettingKind.ROLE: _("Choose a role"),
        SettingKind.ROLES: _("Choose roles"),
    }
    return Select(
        custom_id,
        placeholder=places[kind],
        most=limits.OPTIONS if has_many else 1,
        offers=OFFERED[kind],
        chosen_ids=tuple(one for one in known if find(one) is not None),
    )


def _lines(settings: FeatureSettings, names: Iterable[str], guild: discord.Guild) -> Sequence[str]:
    """A line for every setting: long values give way, so that the last one is still seen."""
    drawn = {
        name: (f"**{settings.label(name)}**: ", f"\n-# {settings.meaning(name)}") for name in names
    }
    room = LINES_LIMIT - sum(len(before) + len(after) + 1 for before, after in drawn.values())
    values = fitted([shown(settings, name, guild) for name in drawn], room)
    return [
        f"{before}{value}{after}"
        for (before, after), value in zip(drawn.values(), values, strict=True)
    ]


def _option(settings: FeatureSettings, name: str, *, is_chosen: bool) -> Option:
    if settings.kind(name) is not SettingKind.SWITCH:
        return Option(settings.label(name), name, settings.meaning(name), is_chosen=is_chosen)
    # The option says what it switches to, so that a second click changes nothing.
    if getattr(settings, name):
        return Option(settings.label(name), f"{name}=off", _("Switch off"), is_chosen=is_chosen)
    return Option(settings.label(name), f"{name}=on", _("Switch on"), is_chosen=is_chosen)
