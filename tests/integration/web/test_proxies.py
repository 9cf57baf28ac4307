"""Proxies of the documentation, really run: what visitors get through nginx and Caddy."""

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.web.server import free_port
from tests.integration.delivery.receivers import Authority
from tests.integration.web.conftest import Site, Sites
from tests.support.installed import installed
from tests.support.patience import PATIENCE
from tests.support.raw_http import Answer, parsed

NAME = "herald.example.com"
PAGE = Path("docs/operate.md")
VISITOR = "127.0.0.2"  # another address than the proxy's

Configure = Callable[[Path, int, int], list[str]]
"""Writes its settings into a folder, for its port and Herald's; the command that starts it."""


def example(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def put(text: str, **places: str) -> str:
    """The example with other places in it; each stands there."""
    for name, value in places.items():
        was = WAS[name]
        assert was in text, was
        text = text.replace(was, value)
    return text


WAS = {
    "herald": "127.0.0.1:8080",
    "listen": "listen 443 ssl",
    "certificate": "/etc/ssl/herald.example.com.pem",
    "errors": "/var/log/nginx/error.log",
    "key": "/etc/ssl/herald.example.com.key",
    "name": f"{NAME} {{\n",
}


def nginx(folder: Path, port: int, herald: int) -> list[str]:
    program = installed("nginx")
    signed = str(folder / "signed.pem")
    server = put(
        example("nginx"),
        herald=f"127.0.0.1:{herald}",
        listen=f"listen 127.0.0.1:{port} ssl",
        certificate=signed,
        key=signed,
        errors="stderr",
    )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    whole = (
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr;\n"
        f"events {{}}\nhttp {{ {temporary}\n{server} }}\n"
    )
    (folder / "nginx.conf").write_text(whole)
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]


def caddy(folder: Path, port: int, herald: int) -> list[str]:
    program = installed("caddy")
    signed = str(folder / "signed.pem")
    site = put(
        example("caddyfile"),
        herald=f"127.0.0.1:{herald}",
        name=f"{NAME}:{port} {{\n\tbind 127.0.0.1\n\ttls {signed} {signed}\n",
    )
    options = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n"
    (folder / "Caddyfile").write_text(options + site)
    return [program, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


class Proxied:
    """A visitor who comes through the proxy."""

    def __init__(self, port: int, trusts: ssl.SSLContext) -> None:
        self._port = port
        self._trusts = trusts

    async def ask(self, path: str, *, body: bytes = b"", **headers: str) -> Answer:
        named = {"Host": NAME, "Connection": "close", **headers}
        if body:
            named["Content-Length"] = str(len(body))
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
        method = "POST" if body else "GET"
        async with asyncio.timeout(PATIENCE):
            reader, writer = await self._connect()
            try:
                writer.write(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
                return parsed(await reader.read())
            finally:
                writer.close()

    async def started(self) -> None:
        """Return once it listens."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    _reader, writer = await self._connect()
                except OSError:
                    continue
                writer.close()
                return

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(
            "127.0.0.1",
            self._port,
            ssl=self._trusts,
            server_hostname=NAME,
            local_addr=(VISITOR, 0),
        )


@asynccontextmanager
async def through(configure: Configure, folder: Path, site: Site) -> AsyncGenerator[Proxied]:
    port, authority = await free_port("127.0.0.1"), Authority(folder)
    authority.server(NAME)
    (signed,) = folder.glob(f"{NAME}-*.pem")
    signed.rename(folder / "signed.pem")
    command = configure(folder, port, site.port)
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log, env=home)
    try:
        proxied = Proxied(port, authority.client())
        await proxied.started()
        yield proxied
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture(params=[nginx, caddy], ids=lambda one: one.__name__)
def configure(request: pytest.FixtureRequest) -> Configure:
    installed(request.param.__name__)
    found: Configure = request.param
    return found


async def test_what_visitors_get(configure: Configure, tmp_path: Path, sites: Sites) -> None:
    site = await sites(public_url=f"https://{NAME}", trusted_proxies=["127.0.0.1/32"])
    async with through(configure, tmp_path, site) as proxied:
        page = await proxied.ask("/private/a-link")
        assert (page.status, page.text) == (200, "for a-link")

        # Who asks is the visitor, whatever they say themselves.
        who = await proxied.ask("/who", X_Forwarded_For="198.51.100.7")
        assert who.text == VISITOR

        metrics = await proxied.ask("/metrics")
        assert metrics.status == 404
        assert "X-Request-Id" not in metrics.headers

        sent = await proxied.ask("/private/a-link", body=b"a=" + b"b" * 60_000)
        assert sent.status == 303
        assert len(site.bodies) == 1
        longer = await proxied.ask("/private/a-link", body=b"a=" + b"b" * 70_000)
        assert longer.status == 413
        assert len(site.bodies) == 1

        foreign = await proxied.ask("/private/a-link", Host="elsewhere.example")
        assert foreign.text != "for a-link"
    assert "a-link" not in (tmp_path / "log").read_text()
