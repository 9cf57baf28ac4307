"""Suggestions of the options while somebody types, and how what was typed is read."""

from datetime import datetime, timedelta

from discord import app_commands

from bot.client import limits
from bot.client.interactions import Interaction
from bot.client.parts import parts_of
from bot.client.ui import Choices, choices
from bot.durations import in_words, parse_duration, parse_moment
from bot.errors import UserError
from bot.features.cases.model import LONGEST, LONGEST_TIMEOUT, MOST_DELETED
from bot.features.cases.records import UNCHANGED, Unchanged
from bot.features.cases.settings import CasesSettings
from bot.texts import _

NEVER = "never"
TIMEOUTS = ("5m", "10m", "30m", "1h", "6h", "12h", "1d", "3d", "7d", "14d", "28d")
DELETIONS = ("1h", "6h", "12h", "1d", "3d", "7d")
SPANS = ("1h", "6h", "1d", "3d", "7d", "14d", "30d", "90d", "180d", "365d")


async def timeouts(_interaction: Interaction, current: str) -> Choices[str]:
    """Usual lengths of a timeout, what was typed first."""
    return _durations(current, TIMEOUTS, LONGEST_TIMEOUT)


async def spans(_interaction: Interaction, current: str) -> Choices[str]:
    """Usual lengths of a ban or a mute, what was typed first."""
    return _durations(current, SPANS, LONGEST)


async def deletions(_interaction: Interaction, current: str) -> Choices[str]:
    """Usual times back from a ban, what was typed first."""
    return _durations(current, DELETIONS, MOST_DELETED)


async def reasons(interaction: Interaction, current: str) -> Choices[str]:
    """The server's own that hold what was typed; anything else can be typed as well."""
    if interaction.guild_id is None:
        return []
    settings = parts_of(interaction.client).core.settings
    offered = (await settings.get(interaction.guild_id, CasesSettings)).offered
    typed = current.strip()
    fitting = [one for one in offered if typed.casefold() in one.casefold()]
    named = dict.fromkeys([typed, *fitting] if typed else fitting)
    return choices(((one, one) for one in named), typed)


async def ends(_interaction: Interaction, current: str) -> Choices[str]:
    """The same, and no end at all."""
    found = _durations(current, SPANS, LONGEST)
    never = app_commands.Choice(name=_("no end"), value=NEVER)
    typed = current.lower().strip()
    fits = typed in NEVER or typed in never.name.lower()
    return [*found[: limits.CHOICES - 1], never] if fits else found


def end_of(typed: str | None) -> timedelta | Unchanged | None:
    """What an edit makes of the end: nothing, none at all, or so long from now."""
    if typed is None:
        return UNCHANGED
    return None if typed.strip().lower() == NEVER else parse_duration(typed)


def moment(typed: str | None, now: datetime) -> datetime | None:
    """When, where anything was typed."""
    return None if typed is None else parse_moment(typed, now)


def read_duration(typed: str | None) -> timedelta | None:
    """How long, where anything was typed."""
    return None if typed is None else parse_duration(typed)


def _durations(current: str, usual: tuple[str, ...], longest: timedelta) -> Choices[str]:
    asked, typed = current.strip(), _understood(current)
    named = {text: parse_duration(text) for text in usual}
    fitting = {text: lasts for text, lasts in named.items() if text.startswith(asked)}
    if typed is not None and timedelta() < typed <= longest and typed not in fitting.values():
        fitting = {asked: typed, **fitting}
    return choices(((in_words(lasts), text) for text, lasts in fitting.items()), asked)


def _understood(typed: str) -> timedelta | None:
    try:
        return parse_duration(typed)
    except UserError:
        return None
