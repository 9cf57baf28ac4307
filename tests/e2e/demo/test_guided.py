"""The guided demo as a person starts and ends it: on a terminal, with Ctrl+C."""

import asyncio
import importlib.util
import os
import pty
import re
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import aiohttp
import pytest

from bot.demo.main import GUIDED
from tests.support.forked import forked

ROOT = Path(__file__).parents[3]
DEADLINE = 60.0
MISSING = [name for name in GUIDED if importlib.util.find_spec(name) is None]


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "NO_COLOR": "1"}


ESCAPES = re.compile(r"\x1b\][^\x1b\x07]*(?:\x1b\\|\x07)|\x1b\[[0-9;]*m")  # links and colours


class Pty:
    """The person's side of a terminal."""

    def __init__(self) -> None:
        self._ours, self.theirs = pty.openpty()
        self.text = ""
        self._more = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._ours, self._read)

    async def until(self, pattern: str) -> re.Match[str]:
        async with asyncio.timeout(DEADLINE):
            while (found := re.search(pattern, ESCAPES.sub("", self.text))) is None:
                await self._more.wait()
                self._more.clear()
        return found

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._ours)
        os.close(self._ours)

    def _read(self) -> None:
        try:
            self.text += os.read(self._ours, 65_536).decode(errors="replace")
        except OSError:  # the program has ended, and its side is closed
            asyncio.get_running_loop().remove_reader(self._ours)
        self._more.set()


@pytest.mark.skipif(bool(MISSING), reason=f"needs the extra demo: {', '.join(MISSING)} missing")
@pytest.mark.thorough("starts the whole demo again")
async def test_it_shows_two_addresses_and_ends_cleanly_on_interrupt(tmp_path: Path) -> None:
    terminal = Pty()
    demo = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).with_name("herald"), "demo"),
        stdout=terminal.theirs,
        stderr=terminal.theirs,
        env=environment(tmp_path),
    )
    os.close(terminal.theirs)
    try:
        discord = (await terminal.until(r"Discord +(http://127\.0\.0\.1:\d+/)#\S+"))[1]
        inspector = (await terminal.until(r"Inspector +(http://127\.0\.0\.1:\d+/)"))[1]
        await terminal.until(r"Ctrl\+C")
        assert list(tmp_path.glob("herald-demo-*"))
        async with aiohttp.ClientSession() as session:
            for address in (discord, inspector):
                async with session.get(address) as answer:
                    assert answer.status == 200
            async with session.post(f"{inspector}acts/join", json={}) as answer:
                assert answer.status == 200
        await terminal.until(r"member\.joined +→ delivery 1 .* signature valid  delivered")
        demo.send_signal(signal.SIGINT)
        async with asyncio.timeout(DEADLINE):
            assert await demo.wait() == 0
        await terminal.until("gone again")
        assert "Traceback" not in terminal.text
        assert list(tmp_path.iterdir()) == []
    finally:
        if demo.returncode is None:
            demo.kill()
            await demo.wait()
        terminal.close()


@pytest.mark.thorough("plays the whole demo once more")
async def test_without_a_terminal_it_plays_the_script(tmp_path: Path) -> None:
    demo = await forked("bot", "demo", stdout=PIPE, stderr=PIPE, env=environment(tmp_path))
    async with asyncio.timeout(DEADLINE):
        out, err = await demo.communicate()
    assert demo.returncode == 0, err.decode()
    last = r"(\d+) events, \1 deliveries, \d+ signatures verified, 0 failed"
    assert re.fullmatch(last, out.decode().splitlines()[-1])
    assert err == b""
    assert list(tmp_path.iterdir()) == []


async def test_an_address_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    given = ("demo", "--to", "ftp://127.0.0.1/x")
    demo = await forked("bot", *given, stdout=PIPE, stderr=PIPE, env=environment(tmp_path))
    async with asyncio.timeout(DEADLINE):
        _, err = await demo.communicate()
    assert demo.returncode == 2
    assert "Only https is accepted" in err.decode()
    assert "Traceback" not in err.decode()
    assert list(tmp_path.iterdir()) == []
