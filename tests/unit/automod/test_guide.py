"""Guide of automod, docs/automod.md, against the code: whatever there is has its line there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from discord import app_commands

from bot.features.automod.import_file import read_rules
from bot.features.automod.settings import AutomodSettings
from bot.features.automod.terms import TERMS, Category
from cogs.automod.commands import AutomodCommands

PAGE = (Path(__file__).parents[3] / "docs/automod.md").read_text(encoding="utf-8")
CELLS = " ".join(re.findall(r"^\| ([^|]+) \|", PAGE, re.MULTILINE))
WORDS = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", CELLS))))


def commands() -> list[app_commands.Command[Any, ..., Any]]:
    """Those of the group's own group, too."""
    found = list(vars(AutomodCommands).values())
    found += AutomodCommands.rule.commands
    return [one for one in found if isinstance(one, app_commands.Command)]


def test_each_command_and_option_is_named() -> None:
    for command in commands():
        named = {command.name, *(one.name for one in command.parameters)}
        assert named - WORDS == set(), command.name


@pytest.mark.parametrize("name", AutomodSettings.model_fields)
def test_each_setting_is_named_with_its_default(name: str) -> None:
    (line,) = [one for one in PAGE.splitlines() if one.startswith(f"| `{name}` |")]
    default = AutomodSettings.model_fields[name].default
    shown = {True: "yes", False: "no", None: "none", (): "none"}.get(default, str(default))
    assert f"| {shown} |" in line


@pytest.mark.parametrize("category", Category)
def test_each_field_of_a_rule_is_named_with_its_default(category: Category) -> None:
    (line, *_table) = [one for one in PAGE.splitlines() if one.startswith(f"| `{category}` |")]
    for name, field in TERMS[category].model_fields.items():
        if name == "category":
            continue
        assert f"`{name}`" in line
        shown = {True: "true", False: "false"}.get(field.default, field.default)
        if shown not in (None, ()):
            assert re.search(rf"{shown}[^`]*`{name}`|`{name}`[^`]*\b{shown}\b", line), name


def test_the_file_on_the_page_can_be_imported() -> None:
    shown = PAGE.split("```json\n")[1].split("```")[0]
    read = read_rules(json.dumps(json.loads(shown)).encode())
    assert (len(read.drafts), read.problems) == (1, [])
