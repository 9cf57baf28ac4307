"""The verification code of docs/receivers.md, run as it stands, against Herald's own letters."""

import asyncio
import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.dialects.vektor_events import NAMES
from tests.contract.outgoing import DIALECTS, SECRETS, Case, believable, bodies, doubtful, headers
from tests.contract.test_languages import ENVIRONMENT, GO_RUN, need, wrong
from tests.contract.test_node_receiver import node_receiver
from tests.support.node import NODE

PAGE = Path(__file__).parents[2] / "docs" / "receivers.md"
HEADERS = {"phantom": "phantom-signature", "vektor": "x-signature", "standard": None}
HANDED_ON = ("webhook-id", "webhook-timestamp", "webhook-signature")


def section(dialect: str) -> str:
    """What the page says of one dialect."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(rf"\n## Dialect `{dialect}`\n(.*?)(?=\n## |\Z)", text, re.DOTALL)
    assert found is not None
    return found[1]


def code(dialect: str, language: str, number: int = 0) -> str:
    """The block of that language in the dialect's section."""
    return re.findall(rf"```{language}\n(.*?)```", section(dialect), re.DOTALL)[number]


def cases_of(dialect: str) -> list[Case]:
    return [*believable(dialect), *doubtful(dialect)]


def handed(case: Case) -> Any:
    """What `verify` is given of the headers: one value, or all by their names."""
    lower = {name.lower(): value for name, value in case.headers.items()}
    name = HEADERS[case.dialect]
    return lower if name is None else lower.get(name)


def arguments(case: Case) -> dict[str, Any]:
    """What the programs around the page's code read."""
    return {**case.as_json(), "header": handed(case)}


def judged(command: Sequence[str], cases: Sequence[Case], folder: Path) -> list[bool]:
    lines = "".join(json.dumps(arguments(case)) + "\n" for case in cases)
    ran = subprocess.run(
        command,
        input=lines.encode(),
        capture_output=True,
        cwd=folder,
        env=ENVIRONMENT,
        timeout=120,
        check=False,
    )
    assert (ran.returncode, ran.stderr.decode()) == (0, "")
    return [line == "true" for line in ran.stdout.decode().splitlines()]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_python(dialect: str) -> None:
    page: dict[str, Any] = {}
    exec(compile(code(dialect, "python"), str(PAGE), "exec"), page)
    verify, cases = page["verify"], cases_of(dialect)
    now = {} if dialect == "vektor" else {"now": None}
    answers = [
        verify(case.secret, handed(case), case.body, **(now and {"now": case.now}))
        for case in cases
    ]
    assert wrong(cases, answers) == []
    garbage: tuple[Any, ...] = (None, 7, b"", [], {}, "\ud800", {"webhook-id": None})
    for value in garbage:
        assert verify(SECRETS[dialect], value, b"{}") is False


@pytest.mark.parametrize("dialect", DIALECTS)
def test_node(dialect: str, tmp_path: Path) -> None:
    around = """
import { readFileSync } from "node:fs";
for (const line of readFileSync(0, "utf8").split("\\n").filter(Boolean)) {
  const { secret, header, body, now } = JSON.parse(line);
  console.log(verify(secret, header, Buffer.from(body, "base64"), now));
}
for (const garbage of GARBAGE) {
  if (verify("whsec_", garbage, Buffer.from("{}")) !== false) throw new Error(String(garbage));
}
"""
    garbage = "[{}, { 'webhook-id': 7 }]" if dialect == "standard" else "[null, undefined, 7, {}]"
    program = tmp_path / "verify.mjs"
    program.write_text(code(dialect, "js") + around.replace("GARBAGE", garbage), encoding="utf-8")
    cases = cases_of(dialect)
    assert wrong(cases, judged([str(NODE), str(program)], cases, tmp_path)) == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_php(dialect: str, tmp_path: Path) -> None:
    need("php")
    around = """
foreach (file('php://stdin') as $line) {
    $one = json_decode($line, true);
    $arguments = [$one['secret'], $one['header'], base64_decode($one['body']), $one['now']];
    echo verify(...array_slice($arguments, 0, COUNT)) ? "true\\n" : "false\\n";
}
"""
    count = "3" if dialect == "vektor" else "4"
    program = tmp_path / "verify.php"
    program.write_text(code(dialect, "php") + around.replace("COUNT", count), encoding="utf-8")
    cases = cases_of(dialect)
    command = ["php", "-d", "display_errors=stderr", str(program)]
    assert wrong(cases, judged(command, cases, tmp_path)) == []


GO = """package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	phantom "example.com/receiver/phantom"
	standard "example.com/receiver/standard"
	vektor "example.com/receiver/vektor"
)

type request struct {
	Dialect, Secret string
	Headers         map[string]string
	Header          json.RawMessage
	Body            []byte
	Now             int64
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var one request
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			panic(err)
		}
		now := time.Unix(one.Now, 0)
		headers := http.Header{}
		for name, value := range one.Headers {
			headers.Set(name, value)
		}
		switch one.Dialect {
		case "phantom":
			fmt.Println(phantom.Verify(one.Secret, headers.Get("Phantom-Signature"), one.Body, now))
		case "standard":
			fmt.Println(standard.Verify(one.Secret, headers, one.Body, now))
		case "vektor":
			fmt.Println(vektor.Verify(one.Secret, headers.Get("X-Signature"), one.Body))
		}
	}
}
"""


@pytest.mark.thorough("compiles Go's library where it was never compiled")
def test_go(tmp_path: Path) -> None:
    need("go")
    (tmp_path / "go.mod").write_text("module example.com/receiver\n\ngo 1.19\n", encoding="utf-8")
    (tmp_path / "main.go").write_text(GO, encoding="utf-8")
    for dialect in DIALECTS:
        folder = tmp_path / dialect
        folder.mkdir()
        (folder / "verify.go").write_text(code(dialect, "go"), encoding="utf-8")
    cases = [case for dialect in DIALECTS for case in cases_of(dialect)]
    assert wrong(cases, judged((*GO_RUN, "."), cases, tmp_path)) == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_shell(dialect: str, tmp_path: Path) -> None:
    """One process for each request: a handful of what is believed, and all that is not."""
    for program in ("openssl", "od"):
        need(program)
    now = int(SystemClock().now().timestamp())
    good = believable(dialect, sent_at=now)
    bad = [case for case in doubtful(dialect, sent_at=now) if case.now == now]
    for about, at in (("too old", now - 302), ("too new", now + 330)):
        late = believable(dialect, sent_at=at)[0]
        valid = dialect == "vektor"
        bad.append(Case(about, dialect, late.secret, late.headers, late.body, now, valid))
    cases = [*good[:2], *good[-2:], *bad]
    script = code(dialect, "sh")
    assert wrong(cases, [in_a_shell(script, case, tmp_path) for case in cases]) == []


def in_a_shell(script: str, case: Case, folder: Path) -> bool:
    """Whether it prints `valid`; anything but that and `invalid` fails the test."""
    (folder / "body.json").write_bytes(case.body)
    lower = {name.lower(): value for name, value in case.headers.items()}
    known = {name: lower.get(header, "") for name, header in zip(NAMES_OF, HANDED_ON, strict=True)}
    single = HEADERS[case.dialect]
    known["HEADER"] = "" if single is None else lower.get(single, "")
    environment = {**os.environ, "SECRET": case.secret, **known}
    ran = subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=30,
        check=False,
    )
    answer = ran.stdout.decode().strip()
    assert answer in ("valid", "invalid"), (case.about, ran.stderr)
    return answer == "valid"


NAMES_OF = ("ID", "TIMESTAMP", "SIGNATURE")


async def test_curl_tries_a_receiver(tmp_path: Path) -> None:
    for program in ("curl", "openssl"):
        need(program)
    (tmp_path / "body.json").write_bytes(bodies("phantom")["member.joined"])
    async with node_receiver("phantom") as receiver:
        for secret, status in ((SECRETS["phantom"], "204"), ("whsec_other", "401")):
            environment = {**os.environ, "SECRET": secret, "URL": receiver.url}
            process = await asyncio.create_subprocess_exec(
                *("sh", "-c", code("phantom", "sh", 1)),
                cwd=tmp_path,
                env={**environment, "no_proxy": "127.0.0.1"},
                stdout=asyncio.subprocess.PIPE,
            )
            out, _ = await process.communicate()
            assert out.decode().strip() == status
            assert (await receiver.next())["verified"] is (status == "204")


@pytest.mark.parametrize("dialect", ["phantom", "vektor"])
def test_the_body_on_the_page_is_what_is_sent(dialect: str) -> None:
    printed = code(dialect, "json").strip().encode()
    assert printed == bodies(dialect)["member.joined"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_header_stands_on_the_page(dialect: str) -> None:
    sent = headers(dialect, "member.joined", b"{}")
    table = re.findall(r"^\| (`.*?`) \|", section(dialect), re.MULTILINE)
    named = {name for row in table for name in re.findall(r"`([\w-]+)`", row)}
    assert set(sent) <= named
    assert sent["User-Agent"] in section(dialect)


def test_every_event_of_vektor_stands_on_the_page_with_its_keys() -> None:
    for ours, theirs in NAMES.items():
        same = ", ".join(f"`{one}`" for one, name in NAMES.items() if name == theirs)
        (row,) = re.findall(rf"^\| `{theirs}` \| {same} \| (.*) \|$", section("vektor"), re.M)
        data = json.loads(bodies("vektor")[ours])["data"]
        words = re.findall(r"`(\w+)`", row)
        assert [word for word in words if word in data] == list(data)


def test_the_schedules_on_the_page_are_those_of_the_dialects() -> None:
    text = PAGE.read_text(encoding="utf-8")
    phantom, vektor = DIALECTS["phantom"].schedule, DIALECTS["vektor"].schedule
    assert f"| attempts | {phantom.max_attempts} | {vektor.max_attempts} |" in text
    units = {"s": 1, "min": 60, "h": 3600}
    (row,) = re.findall(r"^\| waits between them \| (.*) \| (.*) \|$", text, re.MULTILINE)
    for told, schedule in zip(row, (phantom, vektor), strict=True):
        waits = [int(n) * units[unit] for n, unit in re.findall(r"(\d+) (min|s|h)", told)]
        attempts = range(2, schedule.max_attempts + 1)
        assert waits == [schedule.wait_before(attempt) for attempt in attempts]
