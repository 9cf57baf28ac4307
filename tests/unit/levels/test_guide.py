"""Guide of levels, docs/levels.md, against the code: whatever there is has its line there."""

import re
from pathlib import Path
from typing import Any

import pytest
from discord import app_commands

from bot.features.levels.model import total_for
from bot.features.levels.settings import PLACEHOLDERS, LevelsSettings
from cogs.levels.commands import LevelCommands, RankCommands

PAGE = (Path(__file__).parents[3] / "docs/levels.md").read_text(encoding="utf-8")
CELLS = " ".join(re.findall(r"^\| ([^|]+) \|", PAGE, re.MULTILINE))
WORDS = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", CELLS))))


def commands(cog: type) -> list[app_commands.Command[Any, ..., Any]]:
    """Those of a group's own groups, too."""
    found = list(vars(cog).values())
    groups = [one for one in found if isinstance(one, app_commands.Group)]
    found += [one for group in groups for one in group.commands]
    return [one for one in found if isinstance(one, app_commands.Command)]


@pytest.mark.parametrize("cog", [RankCommands, LevelCommands])
def test_each_command_and_option_is_named(cog: type) -> None:
    for command in commands(cog):
        named = {command.name, *(one.name for one in command.parameters)}
        assert named - WORDS == set(), command.name


@pytest.mark.parametrize("name", LevelsSettings.model_fields)
def test_each_setting_is_named_with_its_default(name: str) -> None:
    (line,) = [one for one in PAGE.splitlines() if f"`{name}`" in one and one.startswith("| `")]
    default = LevelsSettings.model_fields[name].default
    shown = {True: "yes", False: "no", None: "none"}.get(default, str(default))
    assert shown in line


def test_each_placeholder_is_named() -> None:
    assert all(f"{{{one}}}" in PAGE for one in PLACEHOLDERS)


def test_the_table_of_levels_is_the_curve() -> None:
    head, _rule, totals = PAGE[PAGE.index("| Level |") :].splitlines()[:3]
    levels = [int(one) for one in re.findall(r"\d+", head)]
    assert [int(one.replace(" ", "")) for one in totals.split("|")[2:-1]] == [
        total_for(level) for level in levels
    ]
