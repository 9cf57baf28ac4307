"""`herald listen` as people run it: what it prints of real requests, and how it answers them."""

import asyncio
import json
import signal
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout

from bot.clock import SystemClock
from tests.e2e.cli.program import DEADLINE, Herald, begin, ended, herald
from tests.support.receiver import SECRET
from tests.unit.demo.signed_requests import ENVELOPE, HEADERS, signed


@dataclass(slots=True)
class Listening:
    """The program, where it listens, and what it has printed."""

    process: Herald
    url: str = ""
    out: list[str] = field(default_factory=list[str])

    async def until(self, text: str) -> None:
        """Read on until a line holds the text."""
        assert self.process.stdout is not None
        async with asyncio.timeout(DEADLINE):
            while not self.out or text not in self.out[-1]:
                line = await self.process.stdout.readline()
                assert line, self.out
                self.out.append(line.decode().rstrip("\n"))

    async def stop(self, number: signal.Signals = signal.SIGINT) -> tuple[int, list[str]]:
        """End it; its code, and what it said on standard error."""
        self.process.send_signal(number)
        done = await ended(self.process)
        self.out += done.out
        return done.code, done.err


@asynccontextmanager
async def listening(
    folder: Path,
    *options: str,
    environment: Mapping[str, str] | None = None,
    installed: bool = False,
) -> AsyncGenerator[Listening]:
    given = ("listen", "--port", "0", *options)
    process = await begin(folder, *given, environment=environment, installed=installed)
    one = Listening(process)
    try:
        await one.until("Listening on ")
        one.url = one.out[-1].removeprefix("Listening on ")
        yield one
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def send(
    url: str, envelope: Mapping[str, Any] | bytes = ENVELOPE, *, secret: str = SECRET, at: int = 0
) -> int:
    """A signed request; the status of its answer."""
    body = envelope if isinstance(envelope, bytes) else json.dumps(envelope).encode()
    now = int(SystemClock().now().timestamp()) + at
    headers = {**HEADERS, "Phantom-Signature": signed(body, secret=secret, at=now)}
    async with (
        ClientSession(timeout=ClientTimeout(total=20)) as session,
        session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
    ):
        return answer.status


async def test_the_real_sender_is_verified_and_its_body_is_printed(tmp_path: Path) -> None:
    async with listening(tmp_path, "--secret", SECRET, installed=True) as one:
        assert one.url.startswith("http://127.0.0.1:")
        done = await herald(
            tmp_path, "trigger", "member.joined", "--to", one.url, "--secret", SECRET
        )
        assert done.code == 0
        code, err = await one.stop()
    assert (code, err) == (0, [])
    event_id = done.out[0][:36]
    assert f"member.joined  {event_id}  attempt 1 seen here" in one.out
    assert "  signature valid (phantom)" in one.out
    assert f'  "id": "{event_id}",' in one.out
    assert not any("against the contract" in line for line in one.out)
    assert one.out[-1] == "1 requests: 1 with a valid signature, 0 duplicates"


@pytest.mark.parametrize(
    ("dialect", "kind"), [("vektor", "member.join"), ("standard", "member.joined")]
)
async def test_each_dialect_is_told_by_its_headers_and_verified(
    tmp_path: Path, dialect: str, kind: str
) -> None:
    async with listening(tmp_path, "--secret", SECRET) as one:
        done = await herald(
            tmp_path,
            *("trigger", "member.joined", "--to", one.url, "--secret", SECRET),
            *("--dialect", dialect),
        )
        assert done.code == 0
        await one.stop()
    key = done.out[0][:36]
    assert f"{kind}  {key}  attempt 1 seen here" in one.out
    assert f"  signature valid ({dialect})" in one.out
    assert not any("against the contract" in line for line in one.out)
    assert one.out[-1] == "1 requests: 1 with a valid signature, 0 duplicates"


async def test_a_wrong_signature_of_another_dialect_is_refused(tmp_path: Path) -> None:
    async with listening(tmp_path, "--secret", SECRET) as one:
        for dialect in ("vektor", "standard"):
            done = await herald(
                tmp_path,
                *("trigger", "member.joined", "--to", one.url, "--dialect", dialect),
                *("--secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx"),
            )
            assert done.code == 1
        await one.stop()
    assert sum("  signature invalid: it was not made" in line for line in one.out) == 2


async def test_the_same_id_again_is_a_duplicate(tmp_path: Path) -> None:
    secret = {"HERALD_LISTEN_SECRET": SECRET}
    async with listening(tmp_path, environment=secret) as one:
        assert [await send(one.url), await send(one.url)] == [200, 200]
        await one.stop()
    headlines = [line for line in one.out if line.startswith("member.joined")]
    assert headlines[0].endswith("attempt 1 seen here")
    assert headlines[1].endswith("attempt 2 seen here  duplicate")
    assert one.out[-1].endswith("2 with a valid signature, 1 duplicates")


@pytest.mark.parametrize(
    ("secret", "at", "why"),
    [("whsec_other", 0, "not made with a secret"), (SECRET, -400, "300 s are allowed")],
)
async def test_a_wrong_signature_is_refused_and_explained(
    tmp_path: Path, secret: str, at: int, why: str
) -> None:
    async with listening(tmp_path, "--secret", SECRET) as one:
        assert await send(one.url, secret=secret, at=at) == 400
        await one.stop()
    assert any(line.startswith("  signature invalid: ") and why in line for line in one.out)
    assert one.out[-1] == "1 requests: 0 with a valid signature, 0 duplicates"


async def test_without_a_secret_it_says_that_nothing_is_verified(tmp_path: Path) -> None:
    async with listening(tmp_path) as one:
        assert await send(one.url, secret="whsec_any") == 200
        _code, err = await one.stop()
    assert "nothing is verified" in err[0]
    assert "HERALD_LISTEN_SECRET" in err[0]
    assert "  signature not verified: no secret was given" in one.out
    assert one.out[-1] == "1 requests: 0 duplicates"


async def test_it_fails_so_often_and_a_retry_is_no_duplicate(tmp_path: Path) -> None:
    async with listening(tmp_path, "--secret", SECRET, "--fail", "1", "--redirect", "1") as one:
        assert [await send(one.url) for _ in range(3)] == [500, 302, 200]
        await one.stop()
    assert "  answered 500, as asked" in one.out
    assert "  answered 302, as asked" in one.out
    assert one.out[-1].endswith("3 with a valid signature, 0 duplicates")


async def test_it_fails_always(tmp_path: Path) -> None:
    async with listening(tmp_path, "--secret", SECRET, "--fail", "always") as one:
        assert [await send(one.url) for _ in range(4)] == [500] * 4


async def test_it_hangs_and_a_signal_lets_go(tmp_path: Path) -> None:
    async with listening(tmp_path, "--secret", SECRET, "--hang", "1") as one:
        hanging = asyncio.create_task(send(one.url))
        await one.until("left without an answer")
        assert not hanging.done()
        assert await send(one.url) == 200
        code, _err = await one.stop(signal.SIGTERM)
        assert await hanging == 503
    assert code == 0


TRICKS = {**ENVELOPE, "data": {"username": "\x1b[2J\x1b]0;owned\x07\u202eevil\x9b31m"}}


async def test_what_a_terminal_would_act_upon_is_spelled_out(tmp_path: Path) -> None:
    async with listening(tmp_path, "--secret", SECRET) as one:
        raw = json.dumps(TRICKS, ensure_ascii=False).encode()
        assert await send(one.url, raw) == 200
        assert await send(one.url, b"\x1b[31m\xff not json \r\x00") == 200
        await one.stop()
    printed = "\n".join(one.out)
    for trick in "\x1b\x07\u202e\x9b\x00\r":
        assert trick not in printed
    assert r"\u202eevil" in printed
    assert r"\u001b[31m\xff not json \u000d\u0000" in printed
    assert "  against the contract: the body is not a JSON object" in one.out


async def test_other_machines_are_warned_about(tmp_path: Path) -> None:
    async with listening(tmp_path, "--secret", SECRET, "--host", "0.0.0.0") as one:
        _code, err = await one.stop()
    assert "anybody who reaches this machine" in err[0]


async def test_a_port_that_is_taken_is_explained(tmp_path: Path) -> None:
    async with listening(tmp_path, "--secret", SECRET) as one:
        port = one.url.rpartition(":")[2].partition("/")[0]
        done = await herald(tmp_path, "listen", "--port", port)
    assert done.code == 2
    assert f"Cannot listen on 127.0.0.1, port {port}" in done.sentences[0]


@pytest.mark.parametrize("fail", ["often", "-1", "²"])
async def test_a_fail_that_is_no_number_is_explained(tmp_path: Path, fail: str) -> None:
    done = await herald(tmp_path, "listen", "--fail", fail)
    assert done.code == 2
    assert "--fail takes a number or the word always" in done.sentences[0]
