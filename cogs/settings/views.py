"""How the settings of a feature look: drawn from its model, one line for each choice."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui
from discord.app_commands import NoPrivateMessage

from bot.client.interactions import HeraldModal, Interaction, still
from bot.settings import FeatureSettings, SettingKind
from bot.texts import _

SWITCHED = {"on": True, "off": False}
INPUT_LIMIT, MODAL_TITLE_LIMIT, OPTION_LIMIT = 4000, 45, 100
MODAL_SECONDS = 900

Change = Callable[[Interaction, str, str, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ControlId:
    """A custom id that names what it is for, and the template that reads it back."""

    verb: str
    groups: tuple[str, ...]

    @property
    def template(self) -> str:
        # Bounded: Discord takes custom ids of up to 100 characters.
        return ":".join(
            [f"settings:{self.verb}", *(rf"(?P<{one}>\w{{1,40}})" for one in self.groups)]
        )

    def of(self, *values: str) -> str:
        return ":".join(["settings", self.verb, *values])


PICK = ControlId("pick", ("feature",))
CHANNEL = ControlId("channel", ("feature", "name"))
ROLE = ControlId("role", ("feature", "name"))
NONE = ControlId("none", ("feature", "name"))


def guild_of(interaction: Interaction) -> discord.Guild:
    """The server in which it happened."""
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
    return discord.utils.escape_markdown(str(value))


def panel(
    settings: FeatureSettings, guild: discord.Guild, *, picked: str | None = None
) -> ui.LayoutView:
    """Every setting with its value and meaning, a select, and the control of the one picked."""
    names = type(settings).model_fields
    lines = [
        f"**{label(name)}**: {shown(settings, name, guild)}\n-# {settings.meaning(name)}"
        for name in names
    ]
    title = _("Settings: {title}").format(title=_(settings.title))
    rows: list[ui.ActionRow[Any]] = [ui.ActionRow(_choice_of_setting(settings, picked))]
    if picked is not None:
        is_role = settings.kind(picked) is SettingKind.ROLE
        rows += (_role_rows if is_role else _channel_rows)(settings, picked, guild)
    view = ui.LayoutView(timeout=None)
    view.add_item(
        ui.Container(
            ui.TextDisplay[Any](f"## {title}"), ui.TextDisplay[Any]("\n".join(lines)), *rows
        )
    )
    still(view)
    return view


class ValueModal(HeraldModal):
    """Asks for one number or text."""

    def __init__(self, settings: FeatureSettings, name: str, *, change: Change) -> None:
        super().__init__(title=label(name)[:MODAL_TITLE_LIMIT], timeout=MODAL_SECONDS)
        value = getattr(settings, name)
        self._change, self._feature, self._name = change, settings.feature, name
        self._clears = type(settings).model_fields[name].default is None
        self._input: ui.TextInput[Any] = ui.TextInput(
            custom_id="value",
            default=None if value is None else str(value),
            required=not self._clears,
            max_length=INPUT_LIMIT,
        )
        text = settings.meaning(name)
        self.add_item(
            ui.Label(
                text=label(name)[:MODAL_TITLE_LIMIT],
                description=text[:OPTION_LIMIT],
                component=self._input,
            )
        )

    async def submitted(self, interaction: Interaction) -> None:
        text = self._input.value.strip()
        value = None if self._clears and not text else text
        await self._change(interaction, self._feature, self._name, value)


def _choice_of_setting(settings: FeatureSettings, picked: str | None) -> ui.Select[Any]:
    options: list[discord.SelectOption] = []
    for name in type(settings).model_fields:
        value, description = name, settings.meaning(name)
        if settings.kind(name) is SettingKind.SWITCH:
            # The option says what it switches to, so that a second click changes nothing.
            value = f"{name}=off" if getattr(settings, name) else f"{name}=on"
            description = _("Switch off") if getattr(settings, name) else _("Switch on")
        options.append(
            discord.SelectOption(
                label=label(name)[:OPTION_LIMIT],
                value=value,
                description=description[:OPTION_LIMIT],
                default=name == picked,
            )
        )
    return ui.Select(
        custom_id=PICK.of(settings.feature), options=options, placeholder=_("Change a setting")
    )


def _channel_rows(
    settings: FeatureSettings, name: str, guild: discord.Guild
) -> list[ui.ActionRow[Any]]:
    current = guild.get_channel(getattr(settings, name) or 0)
    select: ui.ChannelSelect[Any] = ui.ChannelSelect(
        custom_id=CHANNEL.of(settings.feature, name),
        channel_types=[discord.ChannelType.text, discord.ChannelType.news],
        placeholder=_("Choose a channel"),
        default_values=[current] if current is not None else [],
    )
    none: ui.Button[Any] = ui.Button(
        custom_id=NONE.of(settings.feature, name), label=_("No channel")
    )
    return [ui.ActionRow(select), ui.ActionRow(none)]


def _role_rows(
    settings: FeatureSettings, name: str, guild: discord.Guild
) -> list[ui.ActionRow[Any]]:
    current = guild.get_role(getattr(settings, name) or 0)
    select: ui.RoleSelect[Any] = ui.RoleSelect(
        custom_id=ROLE.of(settings.feature, name),
        placeholder=_("Choose a role"),
        default_values=[current] if current is not None else [],
    )
    none: ui.Button[Any] = ui.Button(custom_id=NONE.of(settings.feature, name), label=_("No role"))
    return [ui.ActionRow(select), ui.ActionRow(none)]
