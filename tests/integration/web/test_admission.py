"""What is let in: methods, hosts, paths, bodies, and nothing that takes for ever."""

import asyncio

import pytest

from tests.integration.web.conftest import PUBLIC, Site, Sites
from tests.support.patience import PATIENCE
from tests.support.raw_http import ask, parsed, send

LIMIT = 64 * 1024
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
async def test_other_methods_are_refused(site: Site, method: str) -> None:
    answer = await ask(site.port, "/private/one", method=method)
    assert answer.status == 405
    assert sorted(answer.headers["Allow"].split(",")) == ["GET", "POST"]
    probe = await ask(site.port, "/healthz", method=method)
    assert probe.status == 405
    assert "GET" in probe.headers["Allow"]


async def test_a_form_is_not_taken_where_there_is_none(site: Site) -> None:
    answer = await ask(site.port, "/refusal", method="POST", body=b"a=b", headers=FORM)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")


async def test_a_proxy_is_not_what_this_is(site: Site) -> None:
    tunnel = await ask(site.port, "mail.example:25", method="CONNECT")
    assert tunnel.status in {400, 404, 405, 421}
    for target in ("http://other.example/private/one", f"http://127.0.0.1:{site.port}/private/one"):
        answer = await ask(site.port, target)
        assert answer.status == 421


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("herald.example", 200),
        ("HERALD.example", 200),
        ("herald.example:443", 200),
        ("127.0.0.1", 200),
        ("127.0.0.1:8080", 200),
        ("localhost:9", 200),
        ("[::1]:8080", 200),
        ("other.example", 421),
        ("herald.example:80", 421),
        ("herald.example.other.example", 421),
        ("127.0.0.1.other.example", 421),
        ("other@herald.example", 421),
        ("10.0.0.1", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
async def test_pages_are_given_out_under_their_own_address_alone(
    site: Site, host: str, status: int
) -> None:
    answer = await ask(site.port, "/private/one", host=host)
    assert answer.status == status
    assert (b"for one" in answer.body) is (status == 200)
    probe = await ask(site.port, "/healthz", host=host)
    assert probe.status == 200


async def test_two_hosts_or_none_are_no_host(site: Site) -> None:
    two = b"GET /who HTTP/1.1\r\nHost: herald.example\r\nHost: other.example\r\n\r\n"
    assert (await send(site.port, two)).status in {400, 421}
    assert (await send(site.port, b"GET /who HTTP/1.0\r\n\r\n")).status == 421


async def test_without_a_public_address_pages_are_for_this_machine(sites: Sites) -> None:
    private = await sites()
    assert (await ask(private.port, "/who")).status == 200
    assert (await ask(private.port, "/who", host=PUBLIC.removeprefix("https://"))).status == 421


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../config.toml",
        "/static/..%2f..%2fparts.py",
        "/static/%2e%2e/parts.py",
        "/static/..%5cparts.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/",
        "/static",
        "/../etc/passwd",
        "/static/portal.css%00.html",
    ],
)
async def test_no_path_leads_out(site: Site, path: str) -> None:
    answer = await ask(site.port, path)
    assert answer.status in {400, 404}
    assert b"root:" not in answer.body
    assert b"Probe" not in answer.body


async def test_a_form_is_read_and_answered(site: Site) -> None:
    body = b"message=" + b"a" * (LIMIT - 8)
    answer = await ask(site.port, "/private/one", method="POST", body=body, headers=FORM)
    assert (answer.status, answer.headers["Location"]) == (303, "/done")
    assert site.bodies == [body]
    assert site.measures.requests["/private/{token}", "POST", 303] == 1


async def test_a_body_that_is_too_long_is_refused_in_words(site: Site) -> None:
    body = b"a" * (LIMIT + 1)
    told = await ask(
        site.port, "/private/one", method="POST", body=body, Accept="text/html", headers=FORM
    )
    chunked = b"".join(b"400\r\n" + b"a" * 1024 + b"\r\n" for _ in range(65)) + b"0\r\n\r\n"
    head = (
        "POST /private/one HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    counted = await send(site.port, head.encode(), chunked)
    claimed = await ask(
        site.port, "/private/one", method="POST", Content_Length=str(10**12), headers=FORM
    )
    assert [told.status, counted.status, claimed.status] == [413, 413, 413]
    assert "too much text" in told.text
    assert "too much text" in claimed.json["error"]
    assert site.bodies == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "multipart/form-data; boundary=x"},
        {**FORM, "Content-Encoding": "gzip"},
    ],
)
async def test_what_could_unfold_in_memory_is_not_taken(
    site: Site, headers: dict[str, str]
) -> None:
    answer = await ask(site.port, "/private/one", method="POST", body=b"--x--", headers=headers)
    assert answer.status == 415
    assert site.bodies == []


CHUNKED = (
    b"POST /private/one HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
)
SENT = ("/private/{token}", "POST", 400)


async def test_a_broken_body_is_no_bug(site: Site) -> None:
    answer = await send(site.port, CHUNKED + b"\r\nzz\r\nhello\r\n0\r\n\r\n")
    assert answer.status == 400


async def test_a_body_that_breaks_while_it_is_read_is_no_bug(sites: Sites) -> None:
    impatient = await sites(read_timeout=0.3)
    reader, writer = await _halfway(impatient)
    writer.write(b"zz\r\nhello\r\n0\r\n\r\n")
    answer = parsed(await reader.read())
    writer.close()
    assert answer.status in {400, 408}
    assert impatient.bodies == []


async def test_a_visitor_who_leaves_amid_a_form_is_no_bug(site: Site) -> None:
    _reader, writer = await _halfway(site)
    writer.write(b"2\r\na=\r\n")
    writer.close()
    async with asyncio.timeout(PATIENCE):
        while not site.measures.requests[SENT]:
            await ask(site.port, "/healthz")
    assert site.bodies == []


async def _halfway(site: Site) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A form whose body the server waits for."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(CHUNKED + b"Expect: 100-continue\r\n\r\n")
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    return reader, writer


async def test_a_head_that_trickles_in_is_cut_off(sites: Sites) -> None:
    impatient = await sites(read_timeout=0.2)
    with pytest.raises(AssertionError, match="no answer"):
        await send(impatient.port, b"GET /private/one HTTP/1.1\r\nHost: 127", b".0.0.1\r\n")


async def test_a_connection_that_says_nothing_is_cut_off(sites: Sites) -> None:
    impatient = await sites(read_timeout=0.2)
    with pytest.raises(AssertionError, match="no answer"):
        await send(impatient.port)


@pytest.mark.thorough("waits for a deadline")
async def test_a_body_that_trickles_in_is_cut_off_in_words(sites: Sites) -> None:
    impatient = await sites(read_timeout=0.2)
    answer = await ask(
        impatient.port, "/private/one", method="POST", body=b"a=", Content_Length="9", headers=FORM
    )
    assert answer.status == 408
    assert "too long" in answer.json["error"]
    assert answer.headers["Connection"] == "close"
    assert impatient.bodies == []
