"""Guide of tickets, docs/tickets.md, against the code: whatever there is has its line there."""

import re
from pathlib import Path

import pytest
from discord import app_commands

from bot.catalogue.tickets import TicketClosed
from bot.features.tickets import TICKETS
from bot.features.tickets.settings import TicketsSettings
from bot.features.tickets.types import TypeChoices
from cogs.tickets.commands import TicketCommands
from cogs.tickets.commands_notes import NoteCommands, ReplyCommands
from cogs.tickets.commands_panels import PanelCommands
from cogs.tickets.commands_types import TypeCommands
from tools.events import feature_names

PAGE = (Path(__file__).parents[3] / "docs/tickets.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", PAGE, re.MULTILINE)
FIRST = {word for first, _rest in ROWS for word in re.findall(r"`([^`]+)`", first)}
GROUPS = {
    "": TicketCommands,
    "type": TypeCommands,
    "panel": PanelCommands,
    "note": NoteCommands,
    "replies": ReplyCommands,
}


def commands(group: type) -> set[str]:
    """The names of a group's commands."""
    found = (one for base in group.__mro__ for one in vars(base).values())
    return {one.name for one in found if isinstance(one, app_commands.Command)}


def rows_of(group: str) -> set[str]:
    """Every word in a row of the page about that group."""
    start = f"/ticket {group}".strip()
    rows = [first for first, _rest in ROWS if re.match(rf"`{re.escape(start)}[ `]", first)]
    return {word for row in rows for text in re.findall(r"`([^`]+)`", row) for word in text.split()}


@pytest.mark.parametrize("group", GROUPS)
def test_every_command_has_its_row(group: str) -> None:
    names = commands(GROUPS[group])
    assert names
    assert sorted(names - rows_of(group)) == []


def test_every_choice_and_setting_has_its_row() -> None:
    named = {*TypeChoices.model_fields, *TicketsSettings.model_fields}
    assert sorted(named - FIRST) == []


def test_the_ends_are_those_that_are_sent() -> None:
    described = PAGE.partition("| `close_source` |")[2].partition("\n\n")[0]
    listed = set(re.findall(r"^\| `(\w+)` \|", described, re.MULTILINE))
    unsent = TicketClosed.unsent_values("close_source", feature_names())
    sent = set(TicketClosed.model_json_schema()["properties"]["close_source"]["enum"])
    assert listed == sent - {*unsent}


def test_every_permission_is_named_with_what_it_is_for() -> None:
    table = PAGE.partition("## What `herald check` asks")[2]
    for name, why in TICKETS.permissions.items():
        assert f"| *{name.replace('_', ' ').title()}* | {why} |" in table
