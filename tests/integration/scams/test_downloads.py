"""Downloads of pictures: from the allowed hosts alone, no longer and no more than was said."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from aiohttp import web

from bot.scanner.downloads import LARGEST, Downloads, NotDownloaded

PICTURE = b"\x89PNG" + b"\x00" * 5000


class PictureHost:
    """Server on this machine that keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[web.Request] = []
        self.let_go = asyncio.Event()
        self.port = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        name = request.path.strip("/")
        if name == "moved":
            raise web.HTTPFound(f"http://127.0.0.1:{self.port}/picture")
        if name == "gone":
            raise web.HTTPNotFound
        if name == "slow":
            await self.let_go.wait()
        if name != "endless":
            return web.Response(body=PICTURE, headers={"Set-Cookie": "who=you"})
        response = web.StreamResponse()
        await response.prepare(request)
        while not self.let_go.is_set():
            await response.write(b"\x00" * 65536)
        return response

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}"


@pytest.fixture
async def host() -> AsyncGenerator[PictureHost]:
    made = PictureHost()
    app = web.Application()
    app.router.add_get("/{name}", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ((_address, made.port),) = runner.addresses
    yield made
    made.let_go.set()
    await runner.cleanup()


@pytest.fixture
async def downloads(host: PictureHost) -> AsyncGenerator[Downloads]:
    made = Downloads([f"127.0.0.1:{host.port}", "Pictures.Example"])
    yield made
    await made.stop()


async def refusal(downloads: Downloads, url: str, most: int = LARGEST) -> str:
    with pytest.raises(NotDownloaded) as caught:
        await downloads.read(url, most=most)
    return str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/picture",
        "http://pictures.example/picture",
        "https://pictures.example:8443/picture",
        "https://user@pictures.example/picture",
        "https://user:secret@pictures.example/picture",
        "https://pictures.example.evil.example/picture",
        "https://evil.example/pictures.example",
        "https://pictures.example@evil.example/picture",
        "https://pictures.example:port/picture",
        "file:///etc/passwd",
        "//pictures.example/picture",
        "",
    ],
)
async def test_nobody_else_is_asked(downloads: Downloads, url: str) -> None:
    assert await refusal(downloads, url) == "foreign_host"


async def test_a_host_is_known_however_its_name_is_written(downloads: Downloads) -> None:
    assert downloads.allows("https://PICTURES.example/one.png?ex=1&hm=2")


async def test_a_picture_is_read_as_it_is_and_nothing_is_remembered(
    downloads: Downloads, host: PictureHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    for _ in range(2):
        assert await downloads.read(host.url("picture")) == PICTURE
    assert [one.headers.get("Cookie") for one in host.asked] == [None, None]
    assert {one.headers["Accept-Encoding"] for one in host.asked} == {"identity"}


async def test_it_follows_nobody_elsewhere(downloads: Downloads, host: PictureHost) -> None:
    assert await refusal(downloads, host.url("moved")) == "gone"
    assert await refusal(downloads, host.url("gone")) == "gone"
    assert [one.path for one in host.asked] == ["/moved", "/gone"]


async def test_what_has_no_end_is_cut(downloads: Downloads, host: PictureHost) -> None:
    assert await refusal(downloads, host.url("endless"), most=200_000) == "too_large"


async def test_what_is_a_byte_too_large_is_refused(downloads: Downloads, host: PictureHost) -> None:
    assert await downloads.read(host.url("picture"), most=len(PICTURE)) == PICTURE
    assert await refusal(downloads, host.url("picture"), most=len(PICTURE) - 1) == "too_large"


async def test_who_does_not_answer_is_left(host: PictureHost) -> None:
    impatient = Downloads([f"127.0.0.1:{host.port}"], seconds=0.05)
    assert await refusal(impatient, host.url("slow")) == "no_answer"
    assert len(host.asked) == 1
    await impatient.stop()
