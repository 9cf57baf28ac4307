"""Troubleshooting page: every sentence leads to an entry that is there."""

import ast
import re
from pathlib import Path

import pytest

from bot.commands import discord_errors
from bot.commands.check_report import CheckFinding
from bot.commands.help_page import SECTIONS, TOLD, entry, entry_of
from bot.config import Config
from bot.errors import BackupError, ConfigError, HeraldError

ENTRIES = {
    "-".join(re.sub(r"[^\w -]", "", heading.lower()).split())
    for heading in re.findall(r"^#+ (.*)", Path("docs/troubleshooting.md").read_text(), re.M)
}


def anchor(address: str) -> str:
    page, _hash, name = address.partition("#")
    assert page == "docs/troubleshooting.md"
    return name


def looked_at() -> set[str]:
    """The names of all findings, as the code has them."""
    names = set[str]()
    for file in Path("bot/commands").glob("check*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "CheckFinding":
                names |= {str(one.value) for one in node.args[:1] if isinstance(one, ast.Constant)}
    return names


def test_every_finding_and_section_has_an_entry() -> None:
    assert len(looked_at()) > 12
    named = {
        anchor(entry(name))
        for name in looked_at() | SECTIONS | {*TOLD.values(), "backups", "settings"}
    }
    assert named - ENTRIES == set()
    assert {*Config.model_fields} >= SECTIONS


@pytest.mark.parametrize(
    ("error", "leads_to"),
    [
        (ConfigError("database.url", "cannot be opened"), "database"),
        (ConfigError("logging.level", "is none"), "settings"),
        (ConfigError("HERALD_CONFIG", "is not there"), "settings"),
        (HeraldError(discord_errors.NO_TOKEN), "token"),
        (HeraldError(discord_errors.WRONG_TOKEN), "token"),
        (HeraldError(discord_errors.missing_intents(Config())), "intents"),
        (HeraldError("`herald port` was cut off"), "moving"),
        (ConfigError("database.url", "`herald port` has not filled it"), "moving"),
        (ConfigError("database.url", "this database was written by a newer Herald"), "schema"),
        (ConfigError("egress.ca_file", "cannot be read"), "authorities"),
        (ConfigError("egress.proxy_user", "is not the address's"), "proxy"),
        (BackupError("copy.db was written by a newer Herald (schema 9999)"), "schema"),
        (BackupError("copy.db is not there"), "backups"),
        (HeraldError("something else"), ""),
    ],
)
def test_what_keeps_it_from_starting_leads_to_its_entry(error: HeraldError, leads_to: str) -> None:
    assert anchor(entry_of(error)) == leads_to


def test_what_is_well_leads_nowhere() -> None:
    lines = [
        CheckFinding("open files", level, "seen").line().plain for level in ("ok", "warn", "fail")
    ]
    link = " (docs/troubleshooting.md#open-files)"
    assert [line.endswith(link) for line in lines] == [False, True, True]


def test_every_link_of_the_pages_is_there() -> None:
    """In all of docs: the file is there, and so is the heading."""
    headings = dict[Path, set[str]]()
    pages = [Path("README.md"), Path("CONTRIBUTING.md"), *Path("docs").rglob("*.md")]
    for page in pages:
        text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
        headings[page.resolve()] = {_slug(one) for one in re.findall(r"^#+ (.*)", text, re.M)}
    missing = list[str]()
    for page in pages:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
            if re.match(r"[a-z]+:", target):
                continue
            name, _hash, heading = target.partition("#")
            there = (page.parent / name).resolve() if name else page.resolve()
            if not there.exists() or (heading and heading not in headings.get(there, set())):
                missing.append(f"{page}: {target}")
    assert missing == []


def _slug(heading: str) -> str:
    """As GitHub names the place of a heading."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
