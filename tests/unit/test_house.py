"""The house rules: each check finds its bad sample, and finds nothing in the tree."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tools import house, text_marks

Check = Callable[[str], Iterator[str]]

EVERYWHERE: list[Check] = [
    house.sizes,
    house.postponed,
    house.unexplained,
    house.doubles,
    house.swallowed,
    text_marks.untranslatable,
]

LONG_FUNCTION = "def long():\n" + "    x = 1\n" * 40
WIDE_CLASS = "class Wide:\n" + "".join(f"    def m{n}(self): ...\n" for n in range(16))
BAD: list[tuple[Check, str]] = [
    (house.sizes, "x = 1\n" * 301),
    (house.sizes, LONG_FUNCTION),
    (house.sizes, LONG_FUNCTION.replace("def", "async def")),
    (house.sizes, WIDE_CLASS),
    (house.sizes, "class A:\n    def __init__(self, a, b, *, c, d, e, f, g): ..."),
    (house.sizes, "class A:\n    def __init__(self, a, b, c): ..."),
    (house.postponed, "x = 1  # TO" + "DO later"),
    (house.postponed, "# FIX" + "ME"),
    (house.unexplained, "x = y  # type: ig" + "nore"),
    (house.unexplained, "x = y  # type: ig" + "nore[attr-defined]"),
    (house.unexplained, "x = y  # pyright: ig" + "nore[reportAny]"),
    (house.unexplained, "x = y  # pyright: ig" + "nore - because it is so"),
    (house.unexplained, "x = y  # no" + "qa"),
    (house.unexplained, "x = y  # no" + "qa: S105"),
    (house.unexplained, "x = 1\n# pyright: basic"),
    (house.unexplained, "x = 1\n# ruff: no" + "qa"),
    (house.doubles, "import unittest.mock"),
    (house.doubles, "from unittest import mock"),
    (house.doubles, "from unittest.mock import AsyncMock"),
    (house.sleeps, "import asyncio\nasync def f(): await asyncio.sleep(1)"),
    (house.sleeps, "import time\ntime.sleep(0)"),
    (house.sleeps, "from time import sleep"),
    (house.swallowed, "try:\n    f()\nexcept Exception:\n    pass"),
    (house.swallowed, "try:\n    f()\nexcept:\n    ..."),
    (house.dialling, "from aiohttp import ClientSession, web"),
    (house.dialling, "from aiohttp import ClientSession as Harmless"),
    (house.dialling, "import aiohttp\nsession = aiohttp.ClientSession()"),
    (house.dialling, "import aiohttp as a\nconnector = a.TCPConnector()"),
    (house.dialling, "from aiohttp.client_reqrep import ClientRequest"),
    (house.dialling, "import aiohttp\naiohttp.request('GET', url)"),
    (house.dialling, "from aiohttp import request"),
    (house.dialling, "import urllib.request"),
    (house.dialling, "from urllib import request"),
    (house.dialling, "from urllib.request import urlopen as f"),
    (house.dialling, "import urllib\nurllib.request.urlopen(url)"),
    (house.dialling, "import http.client as h"),
    (house.dialling, "from http.client import HTTPSConnection"),
    (house.dialling, "import requests"),
    (house.dialling, "from requests.sessions import Session"),
    (house.dialling, "def f():\n    import httpx"),
    (house.dialling, "import socket\nsocket.create_connection(address)"),
    (house.dialling, "import socket\nsocket.socket().connect(address)"),
    (house.dialling, "from socket import socket"),
    (house.dialling, "import asyncio\nasyncio.open_connection(host, 443)"),
    (house.dialling, "from asyncio import open_connection"),
    (house.dialling, "asyncio.get_running_loop().create_connection(factory, host)"),
    (text_marks.untranslatable, "_(f'hello {name}')"),
    (text_marks.untranslatable, "ngettext('one', 'many' + x, 2)"),
    (text_marks.untranslatable, "f\"{_('hello')}, {name}\""),
    (text_marks.unmarked, "raise UserError('No such thing.')"),
    (text_marks.unmarked, "await answer(f'There are {count} of them')"),
    (text_marks.unmarked, "Post(title='All of them', text=said)"),
    (text_marks.unmarked, "controls.Button('Delete it', custom_id=DELETE.of())"),
    (text_marks.unmarked, "def f(): return 'timeout', f'no answer within {seconds} s'"),
    (
        text_marks.unmarked,
        "def f(): return 'none' if x else ', '.join(f'{y} (sent as {z})' for y in ys)",
    ),
    (text_marks.unmarked, "transitions.void(case, 'somebody else did it', echo)"),
    (house.registries, "see https://py" + "pi.org/simple"),
    (house.registries, "--index" + "-url https://example.com\n"),
]

GOOD: list[tuple[Check, str]] = [
    (house.sizes, "x = 1\n" * 300),
    (house.sizes, LONG_FUNCTION.replace("    x = 1\n", "", 1)),
    (house.sizes, WIDE_CLASS.replace("    def m0(self): ...\n", "")),
    (house.sizes, "class A:\n    def __init__(self, a, b, *, c, d, e, f): ..."),
    (house.unexplained, "x = y  # pyright: ig" + "nore[reportAny] - the library says nothing"),
    (house.unexplained, "x = y  # no" + "qa: S105, S106 - a made-up one"),
    (house.unexplained, "# The library is untyped.\n# pyright: reportUnknownMemberType=false"),
    (house.sleeps, "clock.sleep(3)"),
    (house.swallowed, "try:\n    f()\nexcept KeyError:\n    pass"),
    (house.dialling, "from aiohttp import ClientError, ClientTimeout, web"),
    (house.dialling, "import urllib.parse, http, socket\nsocket.getaddrinfo(name, None)"),
    (house.dialling, "from bot.commands.requests import Request"),
    (house.dialling, "self.requests.append(1)"),
    (house.dialling, "asyncio.start_server(accept, host, 0)"),
    (text_marks.untranslatable, "_('hello {name}').format(name=name)"),
    (text_marks.untranslatable, "_(label)"),
    (text_marks.untranslatable, "f'{_(label)}, {name}'"),
    (text_marks.unmarked, "raise UserError(_('No such thing.'))"),
    (text_marks.unmarked, "Post(title=title, text=f'{said} {more}')"),
    (text_marks.unmarked, "Choice(name=N_('All of them'), value='all of them')"),
    (
        text_marks.unmarked,
        "def f(): return _('no answer in {n} s').format(n=n), '<p id=\"a b\">'",
    ),
    (house.registries, "COMPILE --no-emit-index" + "-url"),
]


@pytest.mark.parametrize(("check", "source"), BAD)
def test_a_bad_sample_is_found(check: Check, source: str) -> None:
    assert list(check(source))


@pytest.mark.parametrize(("check", "source"), GOOD)
def test_a_good_sample_passes(check: Check, source: str) -> None:
    assert list(check(source)) == []


def test_the_tree_holds() -> None:
    paths = [path for path in house.files(".py") if not _is_revision(path)]
    assert len(paths) > 20
    assert [finding for path in paths for finding in _findings(_rules(path), [path])] == []


def _rules(path: Path) -> list[Check]:
    """What that file is held to."""
    place = _place(path)
    rules = list(EVERYWHERE)
    if place.startswith("tests/"):
        rules.append(house.sleeps)
    if place.startswith(("bot/client/", "bot/delivery/", "bot/features/", "bot/web/", "cogs/")):
        rules.append(text_marks.unmarked)
    return rules


def test_an_unpacked_archive_is_searched_too(tmp_path: Path) -> None:
    for name in ("bot/app.py", "bot/__pycache__/app.py", ".venv/lib.py", "build/bot/app.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert house.files(".py", root=tmp_path) == [tmp_path / "bot/app.py"]


def test_one_guarded_client_dials() -> None:
    # Tests and measurements dial nothing but what they started themselves.
    own = ("tests/", "bench/")
    paths = [path for path in house.files(".py") if not _place(path).startswith(own)]
    found = _findings([house.dialling], paths)

    assert {finding.partition(":")[0] for finding in found} == set(house.DIALLERS)
    assert all(len(reason.split()) > 3 for reason in house.DIALLERS.values())


def test_no_file_names_a_registry() -> None:
    own = Path(house.__file__).resolve()
    paths = [path for path in house.files() if path != own and _is_text(path)]
    assert any(path.name == "dev.txt" for path in paths)
    assert _findings([house.registries], paths) == []


def test_every_requirement_is_hashed() -> None:
    for name in ("base", "demo", "dev"):
        text = (house.ROOT / "requirements" / f"{name}.txt").read_text()
        pinned = re.findall(r"^[a-zA-Z0-9._-]+==.*", text, re.MULTILINE)
        assert len(pinned) > 20
        assert all(line.endswith("\\") for line in pinned)


def test_the_three_requirement_lists_agree() -> None:
    base, demo, dev = (_pins(name) for name in ("base", "demo", "dev"))
    assert {"setuptools", "wheel"} <= base.keys()
    assert base.items() <= demo.items() <= dev.items()


def test_imports_point_one_way() -> None:
    # A process of its own: import-linter switches off the loggers that it finds.
    program = Path(sys.executable).with_name("lint-imports")
    command = [program, "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=house.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_part_of_the_bot_stands_on_a_floor() -> None:
    parts = {
        f"bot.{path.stem}"
        for path in (house.ROOT / "bot").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    named = re.findall(r"\(?[\w.]+\)?", " ".join(_contract("floors")["layers"]))
    assert parts - {"bot.__init__"} - {name.strip("()") for name in named} == set()
    arrived = [name for name in named if name.startswith("(") and name.strip("()") in parts]
    assert arrived == [], "take the brackets off"


def _contract(identity: str) -> dict[str, Any]:
    settings = tomllib.loads((house.ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    return next(contract for contract in contracts if contract["id"] == identity)


def _findings(checks: Sequence[Check], paths: list[Path]) -> list[str]:
    return [
        f"{_place(path)}: {check.__name__}: {finding}"
        for path in paths
        for source in [path.read_text(encoding="utf-8")]
        for check in checks
        for finding in check(source)
    ]


def _pins(name: str) -> dict[str, str]:
    text = (house.ROOT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-zA-Z0-9._-]+)==(\S+)", text, re.MULTILINE))


def _place(path: Path) -> str:
    return path.relative_to(house.ROOT).as_posix()


def _is_revision(path: Path) -> bool:
    return _place(path).startswith("migrations/versions/")


def _is_text(path: Path) -> bool:
    return b"\0" not in path.read_bytes()[:4096]
