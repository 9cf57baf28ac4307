"""The inspector's doors, over a real socket: who is let in, and what a button answers."""

import re
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.demo.feed import Feed
from bot.demo.inspector import STATIC, Inspector
from bot.demo.world import Refused


async def nothing() -> dict[str, Any]:
    return {"events": []}


async def echo(value: str) -> str:
    return f"heard {value}"


async def refuse(_value: str) -> str:
    raise Refused("Not now.")


@pytest.fixture
async def inspector() -> AsyncGenerator[Inspector]:
    feed = Feed(nothing)
    made = Inspector(
        feed, SystemClock(), acts={"echo": echo, "refuse": refuse}, guild="<b>Harbour</b>"
    )
    await made.start()
    feed.start()
    try:
        yield made
    finally:
        await feed.stop()
        await made.stop()


@pytest.fixture
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


async def test_the_page_holds_no_script_or_style_of_its_own(
    inspector: Inspector, session: aiohttp.ClientSession
) -> None:
    async with session.get(inspector.url) as answer:
        page = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "&lt;b&gt;Harbour" in page
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\son\w+=", page) == []
    assert re.findall(r"(?:src|href)=\"(?!/static/|#)[^\"]*\"", page) == []


async def test_everything_the_page_names_is_there(
    inspector: Inspector, session: aiohttp.ClientSession
) -> None:
    async with session.get(inspector.url) as answer:
        named = set(re.findall(r"/static/([\w.]+)", await answer.text()))
    assert named == set(STATIC)
    for name in named:
        async with session.get(f"{inspector.url}static/{name}") as answer:
            assert answer.status == 200
            assert answer.content_type == STATIC[name]


@pytest.mark.parametrize("name", ["inspector.html", "..%2Finspector.py", "x"])
async def test_no_other_file_is_served(
    name: str, inspector: Inspector, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{inspector.url}static/{name}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
async def test_a_foreign_page_gets_nothing(
    headers: dict[str, str], inspector: Inspector, session: aiohttp.ClientSession
) -> None:
    for path in ("", "feed", "static/inspector.js"):
        async with session.get(inspector.url + path, headers=headers) as answer:
            assert answer.status == 403
    async with session.post(f"{inspector.url}acts/echo", json={}, headers=headers) as answer:
        assert answer.status == 403


async def test_its_own_page_may_act(inspector: Inspector, session: aiohttp.ClientSession) -> None:
    headers = {"Origin": inspector.url.rstrip("/")}
    async with session.post(
        f"{inspector.url}acts/echo", json={"value": 7}, headers=headers
    ) as answer:
        assert (answer.status, await answer.json()) == (200, {"text": "heard 7"})


async def test_a_refusal_is_told_in_words(
    inspector: Inspector, session: aiohttp.ClientSession
) -> None:
    async with session.post(f"{inspector.url}acts/refuse", json={}) as answer:
        assert (answer.status, await answer.json()) == (409, {"text": "Not now."})


async def test_a_form_of_another_page_cannot_act(
    inspector: Inspector, session: aiohttp.ClientSession
) -> None:
    async with session.post(f"{inspector.url}acts/echo", data={"value": "1"}) as answer:
        assert answer.status == 415


@pytest.mark.parametrize(("name", "body", "status"), [("x", "{}", 404), ("echo", "[", 400)])
async def test_nonsense_is_refused(
    name: str, body: str, status: int, inspector: Inspector, session: aiohttp.ClientSession
) -> None:
    headers = {"Content-Type": "application/json"}
    url = f"{inspector.url}acts/{name}"
    async with session.post(url, data=body, headers=headers) as answer:
        assert answer.status == status


async def test_the_feed_sends_the_picture_with_the_time(
    inspector: Inspector, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{inspector.url}feed") as answer:
        assert answer.content_type == "text/event-stream"
        assert await answer.content.readline() == b"retry: 1000\n"
        await answer.content.readline()
        line = await answer.content.readline()
    assert re.fullmatch(rb'data: \{"now": \d{13}, "events": \[\]\}\n', line)
