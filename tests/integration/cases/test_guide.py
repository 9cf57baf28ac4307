"""The guide to moderation says what is so: commands, ladders, examples, and what each act sends."""

import json
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.features.cases.model import Order
from bot.features.cases.records import Changes
from bot.features.cases.settings import CasesSettings, parse_ladder
from cogs.cases.commands import PersonCommands
from cogs.cases.commands_case import CaseCommands, OwnCommands
from cogs.cases.commands_mass import MassCommands, PurgeCommands
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv
from tests.support.fake_acts import BOT

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCS / "moderation.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| (?P<act>[^|]*`/[^|]+) \| (?P<sends>`(?:case|member)\.[^|]+) \|$", re.MULTILINE
)
EVENT = re.compile(r"`(?P<type>[a-z]+\.[a-z_]+)`(?: \((?P<status>\w+)\))?")
SENDS = {
    found["act"].replace("`", ""): [
        " ".join(part for part in (event["type"], event["status"]) if part)
        for event in EVENT.finditer(found["sends"])
    ]
    for found in ROW.finditer(GUIDE)
}
DAY = timedelta(days=1)

Act = Callable[[CasesEnv, int], Awaitable[object]]


async def ended(env: CasesEnv, _otter: int) -> None:
    await env.sweep(after=DAY)


async def nothing(_count: int) -> None:
    """Nobody waits."""


ACTS: dict[str, Act] = {
    "/warn": lambda env, who: env.order("warn", who),
    "/note": lambda env, who: env.order("note", who),
    "/timeout": lambda env, who: env.order("timeout", who, duration=DAY),
    "/mute": lambda env, who: env.order("mute", who, duration=DAY),
    "/quarantine": lambda env, who: env.order("mute", who, quarantine=True),
    "/kick": lambda env, who: env.order("kick", who),
    "/softban": lambda env, who: env.order("softban", who),
    "/ban": lambda env, who: env.order("ban", who),
    "/massban, for each": lambda env, who: env.process.mass.ban(
        HARBOUR_MASTER, [who], Order("ban", 0), nothing
    ),
    "/massmute, for each": lambda env, who: env.process.mass.mute(
        HARBOUR_MASTER, [who], Order("mute", 0), nothing
    ),
    "/tempban": lambda env, who: env.order("tempban", who, duration=DAY),
}
LATER: dict[str, tuple[str, Act]] = {
    "/unban": ("/ban", lambda env, who: env.order("unban", who)),
    "/untimeout": ("/timeout", lambda env, who: env.order("untimeout", who)),
    "/unmute": ("/mute", lambda env, who: env.order("unmute", who)),
    "/release": (
        "/quarantine",
        lambda env, who: env.cases.release(HARBOUR_MASTER, who),
    ),
    "/clearwarnings": ("/warn", lambda env, who: env.order("clear_warnings", who)),
    "/case edit": (
        "/warn",
        lambda env, _who: env.process.book.edit(HARBOUR_MASTER, 1, Changes(reason="x")),
    ),
    "/case note": ("/warn", lambda env, _who: env.process.book.note(HARBOUR_MASTER, 1, "x")),
    "/case revoke": ("/warn", lambda env, _who: env.process.revocation.revoke(HARBOUR_MASTER, 1)),
    "/case delete": ("/warn", lambda env, _who: env.process.book.delete(HARBOUR_MASTER, 1)),
    "the end of a /tempban": ("/tempban", ended),
    "the end of a /timeout": ("/timeout", ended),
    "the end of a /mute": ("/mute", ended),
}


def test_every_act_of_the_table_is_tried() -> None:
    assert set(SENDS) == {*ACTS, *LATER}


@pytest.mark.parametrize("act", SENDS)
@pytest.mark.fewer_on_postgresql("what is sent depends on no engine")
async def test_an_act_sends_what_the_guide_says(env: CasesEnv, act: str) -> None:
    env.discord.people[BOT].permissions |= {"manage_guild"}
    otter = env.someone()
    first, does = LATER.get(act, ("", None))
    if does is not None:
        await ACTS[first](env, otter)
    before = len(await env.kinds(otter))
    await (does or ACTS[act])(env, otter)
    await env.echo()
    await env.settle_members()
    assert (await env.kinds(otter))[before:] == SENDS[act]


def test_every_command_and_option_is_in_the_guide() -> None:
    for cog in (PersonCommands, CaseCommands, MassCommands, OwnCommands, PurgeCommands):
        for command in cog.__cog_app_commands__:
            name = f"case {command.name}" if cog is CaseCommands else command.name
            assert f"`/{name}`" in GUIDE, name
    for name in CasesSettings.model_fields:
        assert name == "enabled" or f"`{name}`" in GUIDE, name


def test_the_ladders_of_the_guide_can_be_typed() -> None:
    section = GUIDE.partition("## The ladder")[2].partition("\n## ")[0]
    found = re.search(r"```\n(.+?)\n```", section)
    assert found is not None
    assert [(rung.count, rung.action) for rung in parse_ladder(found[1])] == [
        (3, "timeout"),
        (5, "tempban"),
        (7, "ban"),
    ]
    assert f"to begin with it is `{CasesSettings().ladder}`" in " ".join(section.split())


def test_the_examples_are_those_of_the_catalogue() -> None:
    def examples(page: str) -> list[object]:
        return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]

    known = examples((DOCS / "events.md").read_text(encoding="utf-8"))
    shown = examples(GUIDE)
    assert len(shown) == 2
    assert all(one in known for one in shown)


def test_every_link_of_the_guide_leads_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", GUIDE, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", GUIDE):
        if target.startswith("#"):
            assert target[1:] in headings, target
        else:
            assert (DOCS / target.partition("#")[0]).exists(), target
