"""What Discord shows of commands in every language that is shipped: all of it, and short enough."""

from collections.abc import AsyncGenerator, Iterator, Mapping
from typing import Any

import pytest
import simcord

from bot.clock import ManualClock
from bot.texts import gettext, translated, use
from tests.support.emitter_setup import config_for
from tests.support.simulated import World, simulated
from tools import texts

DESCRIPTION = 100
CHOICE = 100
COMMAND = 8000
"""Names, descriptions and values of a command with all in it; of each text the longest language."""

Node = Mapping[str, Any]


@pytest.fixture
async def world(sqlite_url: str, clock: ManualClock) -> AsyncGenerator[World]:
    async with simulated(config_for(sqlite_url), clock) as world:
        yield world


def commands(env: simcord.Env) -> list[Node]:
    """What the bot told Discord of itself."""
    (synced,) = [one.json for one in env.http_requests if one.path.endswith("/commands")]
    return list(synced or ())


def nodes(node: Node) -> Iterator[Node]:
    """A command, its groups, commands, options and choices."""
    yield node
    for kind in ("options", "choices"):
        for one in node.get(kind) or ():
            yield from nodes(one)


def shown(node: Node) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """What is read of it: which of its fields, in English, and in other languages."""
    if node.get("description"):
        yield "description", node["description"], node.get("description_localizations") or {}
    if "value" in node and any(letter.isalpha() for letter in node["name"]):
        yield "name", node["name"], node.get("name_localizations") or {}


def size(command: Node) -> int:
    """As Discord counts it."""
    found = 0
    for one in nodes(command):
        found += len(str(one.get("value", "")))
        read = {field: max(map(len, (text, *said.values()))) for field, text, said in shown(one)}
        found += sum(({"name": len(one["name"])} | read).values())
    return found


async def test_every_command_is_described_in_every_language(world: World) -> None:
    assert "de" in translated()
    marked = {texts.key(one.id) for one in texts.read(texts.translations()[0])}
    read = [
        (command["name"], *told)
        for command in commands(world.env)
        for one in nodes(command)
        for told in shown(one)
    ]
    assert len(read) > 500
    unknown = {(name, text) for name, _field, text, _said in read if text not in marked}
    assert unknown == set()
    most = {"description": DESCRIPTION, "name": CHOICE}
    # What Discord was told is cut to the limit: it is the whole translation that has to fit.
    for language in translated():
        with use(language):
            whole = {(name, field, gettext(text)) for name, field, text, _said in read}
        assert [one for one in whole if len(one[2]) > most[one[1]]] == []
    assert [text for _name, field, text, _said in read if len(text) > most[field]] == []
    assert {one["name"]: size(one) for one in commands(world.env) if size(one) > COMMAND} == {}
