"""Panels of the protections: on or off, in shadow or not, how things are, what is missing."""

from collections.abc import Sequence
from datetime import datetime

from bot.controls import WORD, Button, ControlId, Option, Post, Select, Tone
from bot.feature import Protection
from bot.features.incidents.model import SHADOW_DAYS
from bot.features.incidents.ports import IncidentsPorts
from bot.features.incidents.shadows import Shadows
from bot.needs import permission_defects
from bot.settings import FeatureSettings, is_on
from bot.texts import _, ngettext, stamp

SWITCH = ControlId("protection:switch", feature=WORD, to="on|off")
SHADOW = ControlId("protection:shadow", feature=WORD)
LIMITS = ControlId("protection:limits", feature=WORD)
END_SHADOW = "end"


class ProtectionPanels:
    """Panels, drawn from what each protection said of itself."""

    def __init__(self, ports: IncidentsPorts, shadows: Shadows) -> None:
        self._ports = ports
        self._shadows = shadows

    async def panel(self, guild_id: int, feature: str) -> Post:
        """The panel as it is now; NotFound where there is no such protection."""
        protection = self._ports.protection(feature)
        settings = await self._ports.settings.get(guild_id, protection.settings)
        ends_at = await self._shadows.ends_at(guild_id, feature)
        channel = await self._ports.log_channel(guild_id)
        lines = await protection.status(guild_id)
        missing = self._missing(guild_id, protection, settings)
        on = is_on(settings)
        return Post(
            title=_(protection.title),
            text=f"{_state(ends_at, on=on)}\n{_logged(channel)}",
            fields=tuple(lines),
            below=("\n".join(missing),) if missing else (),
            tone=_tone(ends_at, on=on, is_whole=not missing),
            selects=(_shadow_select(feature, ends_at),),
            buttons=(_switch(feature, on=on), _limits(feature)),
        )

    def _missing(
        self, guild_id: int, protection: Protection, settings: FeatureSettings
    ) -> Sequence[str]:
        """The bot's permissions that are not there, and what to click."""
        me = self._ports.acts.own_standing(guild_id)
        if me is None:
            return ()
        found = permission_defects(me.may, protection.permissions, settings)
        return [f"⚠️ {one.sentence}" for one in found]


def _state(ends_at: datetime | None, *, on: bool) -> str:
    if not on:
        return _("⚪ It is switched off.")
    if ends_at is None:
        return _("🟢 It is on, and acts.")
    text = _("👁️ It is on, in shadow until {when}: it only says what it would have done.")
    return text.format(when=stamp(ends_at))


def _logged(channel_id: int | None) -> str:
    if channel_id is None:
        return _("⚠️ There is no log: choose a channel with /settings, “Log of the protections”.")
    return _("It says what it does in <#{channel}>.").format(channel=channel_id)


def _tone(ends_at: datetime | None, *, on: bool, is_whole: bool) -> Tone:
    if not is_whole:
        return Tone.WARNING
    return Tone.GOOD if on and ends_at is None else Tone.PLAIN


def _switch(feature: str, *, on: bool) -> Button:
    label, to = (_("Switch off"), "off") if on else (_("Switch on"), "on")
    tone = Tone.PLAIN if on else Tone.GOOD
    return Button(label, custom_id=SWITCH.of(feature=feature, to=to), tone=tone)


def _limits(feature: str) -> Button:
    return Button(_("Limits and choices"), custom_id=LIMITS.of(feature=feature))


def _shadow_select(feature: str, ends_at: datetime | None) -> Select:
    options = [Option(_days(days), str(days)) for days in SHADOW_DAYS]
    if ends_at is not None:
        options.append(Option(_("End the shadow: act from now on"), END_SHADOW))
    place = _("Shadow: only say what would be done")
    return Select(SHADOW.of(feature=feature), tuple(options), place)


def _days(days: int) -> str:
    text = ngettext("Shadow for {count} day", "Shadow for {count} days", days)
    return text.format(count=days)
