"""The programs of docs/incoming.md, run as they stand, against the door that is really served."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.clock import ManualClock, SystemClock
from bot.delivery.emitter import Emitter
from bot.features.incoming.actions import ACTIONS, BY_NAME
from bot.features.incoming.model import PER_GUILD, RATE
from bot.features.incoming.refusals import CODES
from tests.contract.test_languages import ENVIRONMENT, GO_RUN, need
from tests.integration.incoming.incoming_env import IncomingEnv
from tests.integration.incoming.served import Door, served
from tests.support.emitter_setup import config_for
from tests.support.node import NODE

PAGE = Path(__file__).parents[2] / "docs" / "incoming.md"
TEXT = PAGE.read_text(encoding="utf-8")
KEY = "order-1042"


def code(language: str) -> str:
    """The block of that language below its heading."""
    section = TEXT.partition("\n## Sending it\n")[2]
    (found,) = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    return str(found)


@pytest.fixture
async def door(sqlite_url: str) -> AsyncGenerator[Door]:
    """One that has the machine's own time, as the programs do."""
    clock = ManualClock(SystemClock().now())
    emitter = await Emitter.open(config_for(sqlite_url), clock)
    env = await IncomingEnv.open(emitter, clock)
    async with served(env) as opened:
        yield opened
    await env.close()
    await emitter.stop()


async def answers(
    door: Door, command: Sequence[str], folder: Path, secret: str, asked: dict[str, Any]
) -> tuple[int, dict[str, Any]]:
    """What the program printed: the status, and the answer."""
    (folder / "body.json").write_text(json.dumps(asked), encoding="utf-8")
    given = {"URL": door.url, "SECRET": secret, "KEY": KEY, "no_proxy": "127.0.0.1"}
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={**os.environ, **ENVIRONMENT, **given},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, err.decode()
    text, _, status = out.decode().strip().rpartition("\n")
    return int(status), json.loads(text)


async def pushes(door: Door, command: Sequence[str], folder: Path) -> None:
    """It is done once, though it is sent twice; a wrong secret is refused."""
    who = door.env.someone()
    asked = {"action": "ADD_BALANCE", "userId": str(who), "amount": "5.00", "reason": "Für dich ☕"}
    status, first = await answers(door, command, folder, door.env.secret, asked)
    assert (status, first["result"]["balance"]) == (200, "5")
    status, again = await answers(door, command, folder, door.env.secret, asked)
    assert (status, again) == (200, {**first, "replayed": True})
    assert await door.env.balance(who) == 5
    status, refused = await answers(door, command, folder, "whsec_other", asked)
    assert (status, refused["error"]["code"]) == (401, "invalid_signature")


async def test_shell(door: Door, tmp_path: Path) -> None:
    for program in ("curl", "openssl"):
        need(program)
    await pushes(door, ("sh", "-c", code("sh")), tmp_path)


async def test_node(door: Door, tmp_path: Path) -> None:
    around = """
import { readFileSync } from "node:fs";
const { URL: url, SECRET, KEY } = process.env;
const { status, text } = await push(url, SECRET, KEY, JSON.parse(readFileSync("body.json")));
console.log(`${text}\\n${status}`);
"""
    (tmp_path / "push.mjs").write_text(code("js") + around, encoding="utf-8")
    await pushes(door, (str(NODE), "push.mjs"), tmp_path)


async def test_python(door: Door, tmp_path: Path) -> None:
    around = """
import os

body = json.load(open("body.json", encoding="utf-8"))
status, text = push(os.environ["URL"], os.environ["SECRET"], os.environ["KEY"], body)
print(text, status, sep="\\n")
"""
    (tmp_path / "push.py").write_text(code("python") + around, encoding="utf-8")
    await pushes(door, (sys.executable, "push.py"), tmp_path)


async def test_php(door: Door, tmp_path: Path) -> None:
    need("php")
    around = """
$action = json_decode(file_get_contents('body.json'), true);
[$status, $text] = push(getenv('URL'), getenv('SECRET'), getenv('KEY'), $action);
echo "$text\\n$status\\n";
"""
    (tmp_path / "push.php").write_text(code("php") + around, encoding="utf-8")
    await pushes(door, ("php", "-d", "display_errors=stderr", "push.php"), tmp_path)


GO = """package main

import (
	"encoding/json"
	"fmt"
	"os"

	push "example.com/sender/push"
)

func main() {
	body, err := os.ReadFile("body.json")
	if err != nil {
		panic(err)
	}
	var action map[string]any
	if err := json.Unmarshal(body, &action); err != nil {
		panic(err)
	}
	status, text, err := push.Push(
		os.Getenv("URL"), os.Getenv("SECRET"), os.Getenv("KEY"), action,
	)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s\\n%d\\n", text, status)
}
"""


@pytest.mark.long
@pytest.mark.thorough("compiles Go's library where it was never compiled")
async def test_go(door: Door, tmp_path: Path) -> None:
    need("go")
    (tmp_path / "go.mod").write_text("module example.com/sender\n\ngo 1.19\n", encoding="utf-8")
    (tmp_path / "main.go").write_text(GO, encoding="utf-8")
    (tmp_path / "push").mkdir()
    (tmp_path / "push" / "push.go").write_text(code("go"), encoding="utf-8")
    await pushes(door, (*GO_RUN, "."), tmp_path)


def test_every_action_stands_on_the_page_with_its_fields() -> None:
    rows = dict[str, str]()
    for names, fields in re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \| (.*?) \|", TEXT, re.M):
        rows |= dict.fromkeys(re.findall(r"`(\w+)`", names), fields)
    assert set(rows) == set(BY_NAME)
    for one in ACTIONS:
        schema = one.model_json_schema()
        for name in one.names():
            told = dict(re.findall(r"`(\w+)`(\??)", rows[name]))
            kept = {key for key in told if key in schema["properties"]}
            assert kept == {*schema["properties"]} - {"action"}, name
            needed = {key for key in kept if not told[key]} - {"message", "embed"}
            assert needed == {*schema["required"]} - {"action"}, name


def test_every_code_stands_on_the_page() -> None:
    told = set(re.findall(r"`([a-z_]+)`", TEXT.partition("\n## The answer\n")[2]))
    ours = {status: codes for status, codes in CODES.items() if status not in (400, 408, 500)}
    asked = {code for codes in ours.values() for code in codes}
    assert asked - {"unavailable"} <= told


def test_the_numbers_on_the_page_are_those_of_the_door() -> None:
    assert f"A server has {PER_GUILD} of them at most" in TEXT
    assert f"{RATE} a minute unless" in TEXT
    (body,) = re.findall(r"at most 64 KiB:\n\n```json\n(.*?)\n```", TEXT, re.DOTALL)
    assert json.loads(body) == BY_NAME["ADD_BALANCE"].example
