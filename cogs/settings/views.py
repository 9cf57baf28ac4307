"""View of a feature's settings: drawn from its model, one line for each choice."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import discord
from discord.app_commands import NoPrivateMessage

from bot.client import limits
from bot.client.interactions import HeraldModal, Interaction, TextField, require_bot
from bot.client.layout import fitted
from bot.controls import WORD, Button, Choosable, ControlId, Option, Post, Select
from bot.settings import FeatureSettings, SettingKind
from bot.texts import _
from bot.user_text import escaped

PICK = ControlId("settings:pick", feature=WORD)
CHANNEL = ControlId("settings:channel", feature=WORD, name=WORD)
ROLE = ControlId("settings:role", feature=WORD, name=WORD)
NONE = ControlId("settings:none", feature=WORD, name=WORD)

LINES_LIMIT = limits.TEXTS - 100  # characters, beside the title
SWITCHED = {"on": True, "off": False}

ChangeSetting = Callable[[Interaction, str, str, Any], Awaitable[None]]


def guild_of(interaction: Interaction) -> discord.Guild:
    """The server in which it happened."""
    require_bot(interaction)
    if interaction.guild is None:
        raise NoPrivateMessage
    return interaction.guild


def label(name: str) -> str:
    """A setting's name as people read it."""
    return name.removesuffix("_id").replace("_", " ").capitalize()


def shown(settings: FeatureSettings, name: str, guild: discord.Guild) -> str:
    """A setting's value in words; a channel or a role that is gone says so."""
    value = getattr(settings, name)
    kind = settings.kind(name)
    if kind is SettingKind.SWITCH:
        return _("on") if value else _("off")
    if value is None or value == "":
        return _("none")
    if kind is SettingKind.CHANNEL:
        if guild.get_channel(value) is None:
            return _("deleted channel, choose another")
        return f"<#{value}>"
    if kind is SettingKind.ROLE:
        if guild.get_role(value) is None:
            return _("deleted role, choose another")
        return f"<@&{value}>"
    return escaped(str(value))


def panel(settings: FeatureSettings, guild: discord.Guild, *, picked: str | None = None) -> Post:
    """Every setting with its value and meaning, a select, and the control of the one picked."""
    names = type(settings).model_fields
    title = _("Settings: {title}").format(title=_(settings.title))
    lines = _lines(settings, names, guild)
    choice = Select(
        PICK.of(feature=settings.feature),
        tuple(_option(settings, name, is_chosen=name == picked) for name in names),
        placeholder=_("Change a setting"),
    )
    if picked is None:
        return Post(title, "\n".join(lines), selects=(choice,))
    is_role = settings.kind(picked) is SettingKind.ROLE
    about = {"feature": settings.feature, "name": picked}
    known = (guild.get_role if is_role else guild.get_channel)(getattr(settings, picked) or 0)
    chooser = Select(
        (ROLE if is_role else CHANNEL).of(**about),
        placeholder=_("Choose a role") if is_role else _("Choose a channel"),
        offers=Choosable.ROLES if is_role else Choosable.CHANNELS,
        chosen_id=None if known is None else known.id,
    )
    none = Button(_("No role") if is_role else _("No channel"), custom_id=NONE.of(**about))
    return Post(title, "\n".join(lines), selects=(choice, chooser), buttons=(none,))


def _lines(settings: FeatureSettings, names: Iterable[str], guild: discord.Guild) -> Sequence[str]:
    """A line for every setting: long values give way, so that the last one is still seen."""
    drawn = {name: (f"**{label(name)}**: ", f"\n-# {settings.meaning(name)}") for name in names}
    room = LINES_LIMIT - sum(len(before) + len(after) + 1 for before, after in drawn.values())
    values = fitted([shown(settings, name, guild) for name in drawn], room)
    return [
        f"{before}{value}{after}"
        for (before, after), value in zip(drawn.values(), values, strict=True)
    ]


class ValueModal(HeraldModal):
    """Modal that asks for one number or text."""

    def __init__(self, settings: FeatureSettings, name: str, *, change: ChangeSetting) -> None:
        super().__init__(label(name))
        value = getattr(settings, name)
        self._change, self._feature, self._name = change, settings.feature, name
        self._empty = settings.empty(name)
        now, meaning = "" if value is None else str(value), settings.meaning(name)
        self._input = self.ask(
            TextField("value", label(name), meaning, now, is_required=not self._empty)
        )

    async def submitted(self, interaction: Interaction) -> None:
        text = self._input.value.strip()
        value = self._empty[0] if self._empty and not text else text
        await self._change(interaction, self._feature, self._name, value)


def _option(settings: FeatureSettings, name: str, *, is_chosen: bool) -> Option:
    if settings.kind(name) is not SettingKind.SWITCH:
        return Option(label(name), name, settings.meaning(name), is_chosen=is_chosen)
    # The option says what it switches to, so that a second click changes nothing.
    if getattr(settings, name):
        return Option(label(name), f"{name}=off", _("Switch off"), is_chosen=is_chosen)
    return Option(label(name), f"{name}=on", _("Switch on"), is_chosen=is_chosen)
