"""`herald check` about the web face: its ports, and what visitors would meet."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.commands.check_report import CheckFinding
from bot.commands.check_web import look_at_web
from bot.config import Config, DatabaseConfig, WebConfig
from bot.storage.files import lock_file
from bot.web.server import free_port


async def found(tmp_path: Path, url: str = "", **settings: Any) -> dict[str, CheckFinding]:
    config = Config(
        database=DatabaseConfig(url=url or f"sqlite:///{tmp_path / 'herald.db'}"),
        web=WebConfig.model_validate(settings),
    )
    return {one.name: one for one in await look_at_web(config)}


@asynccontextmanager
async def taken() -> AsyncGenerator[int]:
    """A port that another program has."""
    other = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    yield other.sockets[0].getsockname()[1]
    other.close()


async def test_a_free_port(tmp_path: Path) -> None:
    port, apart = await free_port("127.0.0.1"), await free_port("127.0.0.1")
    told = await found(tmp_path, port=port, metrics_port=apart)
    assert {name: one.level for name, one in told.items()} == {
        "port": "ok",
        "metrics": "ok",
        "visitors": "ok",
    }
    assert told["port"].text == f"port {port} of 127.0.0.1 can be had"
    assert "no appeals page" in told["visitors"].text


async def test_a_port_that_somebody_has(tmp_path: Path) -> None:
    async with taken() as port:
        told = (await found(tmp_path, port=port))["port"]
        assert told.level == "fail"
        assert f"web.port: port {port} is in use by another program" in told.text
        apart = (await found(tmp_path, port=0, metrics_port=port))["metrics"]
        assert "web.metrics_port" in apart.text
        shared = (await found(tmp_path, "postgresql://u@h/d", port=port))["port"]
        assert shared.level == "warn"
        assert "web.port" in shared.mend


async def test_a_port_that_herald_itself_has(tmp_path: Path) -> None:
    lock = lock_file(str(tmp_path / "herald.db"))
    async with taken() as port:
        told = (await found(tmp_path, port=port))["port"]
    lock.close()
    assert told.level == "ok"
    assert "while Herald runs" in told.text


async def test_an_address_that_is_not_here(tmp_path: Path) -> None:
    told = (await found(tmp_path, host="203.0.113.1", port=0))["port"]
    assert told.level == "fail"
    assert "web.host" in told.text


async def test_switched_off(tmp_path: Path) -> None:
    told = await found(tmp_path, enabled=False)
    assert {name: one.level for name, one in told.items()} == {"web": "ok"}


@pytest.mark.parametrize(
    ("settings", "level", "words"),
    [
        ({"host": "0.0.0.0"}, "warn", "plain http"),
        ({"public_url": "https://a.example"}, "warn", "share one limit"),
        (
            {"public_url": "https://a.example", "trusted_proxies": ["127.0.0.1/32"]},
            "ok",
            "people reach it as https://a.example",
        ),
        ({"public_url": "http://127.0.0.1:8080"}, "ok", "people reach it as http://127.0.0.1"),
    ],
)
async def test_what_visitors_would_meet(
    tmp_path: Path, settings: dict[str, Any], level: str, words: str
) -> None:
    told = (await found(tmp_path, port=0, **settings))["visitors"]
    assert (told.level, words in told.text) == (level, True)
