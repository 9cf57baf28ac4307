"""The sender against receivers on real sockets: answers, and none."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.delivery.guard import Guard, GuardPolicy
from bot.dialects.base import Reach
from tests.integration.delivery.local_sender import (
    BODY,
    HOST,
    at_home,
    once,
    plain,
    post,
    sending,
)
from tests.integration.delivery.receivers import (
    OK,
    Receiver,
    Script,
    Talk,
    answers,
)


async def test_a_delivery_carries_the_very_bytes_and_brings_the_answer_back() -> None:
    answer, receiver = await once(answers(OK))

    assert (answer.status, answer.error, answer.detail, answer.body) == (200, None, "", b"ok")
    head, _, body = receiver.requests[0].partition(b"\r\n\r\n")
    assert body == BODY
    lines = head.lower().split(b"\r\n")
    assert lines[0] == b"post /hook?a=b http/1.1"
    assert f"host: 127.0.0.1:{receiver.port}".encode() in lines
    assert b"accept-encoding: identity" in lines
    assert b"user-agent: test/1" in lines


async def test_connections_are_kept_and_cookies_are_not() -> None:
    cookie = b'HTTP/1.1 204 No Content\r\nSet-Cookie: a=b; Path=/\r\nAlt-Svc: h3=":1"\r\n\r\n'
    guard = Guard(GuardPolicy().allowing(HOST), at_home)  # a jar takes none from an IP literal
    async with Receiver(answers(cookie)) as receiver, sending(guard) as sender:
        url = guard.parse(f"http://{HOST}:{receiver.port}/")
        results = [await post(sender, url) for _ in range(3)]

    assert [result.status for result in results] == [204, 204, 204]
    assert receiver.connections == 1
    assert len(receiver.requests) == 3
    assert not any(b"cookie" in request.lower() for request in receiver.requests)


@pytest.mark.parametrize("status", [400, 401, 404, 410, 500, 502])
async def test_a_failure_keeps_its_status(status: int) -> None:
    response = f"HTTP/1.1 {status} No\r\nWWW-Authenticate: Negotiate\r\nContent-Length: 4\r\n\r\n"
    answer, receiver = await once(answers(response.encode() + b"oh\x00\xff"))

    assert (answer.status, answer.error, answer.body) == (status, None, b"oh\x00\xff")
    assert len(receiver.requests) == 1


async def test_a_slow_answer_within_the_deadline_counts() -> None:
    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.gone(seconds=0.2)
        await talk.send(OK)
        await talk.gone()

    answer, _ = await once(script)

    assert answer.status == 200
    assert answer.latency_ms >= 200


@pytest.mark.parametrize("status", range(300, 309))
async def test_a_redirect_is_recorded_and_not_followed(status: int) -> None:
    async with Receiver(answers(OK)) as target, sending() as sender:
        response = f"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:{target.port}/x\r\n"
        script = answers(response.encode() + b"Content-Length: 0\r\n\r\n")
        async with Receiver(script) as receiver:
            answer = await post(sender, plain(receiver))

    assert (answer.status, answer.error) == (status, None)
    assert answer.detail == "redirect to 127.0.0.1, not followed"
    assert (len(receiver.requests), target.connections) == (1, 0)


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        ("Location: http://169.254.169.254/latest/", "redirect to 169.254.169.254, not followed"),
        ("Location: //[fd00:ec2::254]/x", "redirect to fd00:ec2::254, not followed"),
        ("Location: /elsewhere", "redirect to the same host, not followed"),
        ("Location:", "redirect to the same host, not followed"),
        ("Location: http:\\\\169.254.169.254", "redirect to an address that cannot be read"),
        ("Location: http://[::1", "redirect to an address that cannot be read, not followed"),
        ("Location: http://h\x1bc\xff/", r"redirect to h\x1bc\udcff, not followed"),
        ("Location: http://" + "h" * 7000, f"redirect to {'h' * 100}, not followed"),
        ("X: y", "redirect without a Location, not followed"),
        ("Refresh: 0; url=http://169.254.169.254/", "redirect without a Location, not followed"),
    ],
)
async def test_where_a_redirect_pointed_is_told(header: str, detail: str) -> None:
    head = f"HTTP/1.1 302 Found\r\n{header}\r\nContent-Length: 0\r\n\r\n".encode("latin-1")
    answer, _ = await once(answers(head))

    assert (answer.status, answer.error) == (302, None)
    assert answer.detail.startswith(detail)
    assert answer.detail.isascii()
    assert answer.detail.isprintable()


async def test_a_page_that_refreshes_itself_elsewhere_is_a_plain_success() -> None:
    async with Receiver(answers(OK)) as target, sending() as sender:
        refresh = f"Refresh: 0; url=http://127.0.0.1:{target.port}/"
        head = f"HTTP/1.1 200 OK\r\n{refresh}\r\nContent-Length: 0\r\n\r\n"
        async with Receiver(answers(head.encode())) as receiver:
            answer = await post(sender, plain(receiver))

    assert (answer.status, answer.error, answer.detail) == (200, None, "")
    assert (len(receiver.requests), target.connections) == (1, 0)


async def test_who_asks_for_credentials_gets_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login admin password opensesame\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    asking = b"WWW-Authenticate: Negotiate\r\nWWW-Authenticate: Basic realm=x\r\n"
    refusal = b"HTTP/1.1 401 No\r\n" + asking + b"Content-Length: 0\r\n\r\n"
    async with Receiver(answers(refusal)) as receiver, sending() as sender:
        results = [await post(sender, plain(receiver)) for _ in range(2)]

    assert [(result.status, result.error) for result in results] == [(401, None)] * 2
    assert len(receiver.requests) == 2
    assert not any(b"authorization" in request.lower() for request in receiver.requests)


@pytest.mark.parametrize(
    ("status", "value", "seconds"),
    [
        (429, "120", 120.0),
        (503, "0", 0.0),
        (429, "99999999", 604_800.0),
        (429, "soon", None),
        (429, "-5", None),
        (429, "Wed, 21 Oct 2015 07:30:00 +99999999999999", None),
        (500, "120", None),
        (429, "Wed, 21 Oct 2015 07:30:00 GMT", 120.0),
        (429, "Wed, 21 Oct 2015 07:00:00 GMT", 0.0),
    ],
)
async def test_retry_after(status: int, value: str, seconds: float | None) -> None:
    clock = ManualClock(datetime(2015, 10, 21, 7, 28, tzinfo=UTC))
    response = f"HTTP/1.1 {status} Wait\r\nRetry-After: {value}\r\nContent-Length: 0\r\n\r\n"
    async with Receiver(answers(response.encode())) as receiver, sending(clock=clock) as sender:
        answer = await post(sender, plain(receiver))

    assert (answer.status, answer.retry_after) == (status, seconds)


async def test_retry_after_as_a_date_counts_from_now() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    response = f"HTTP/1.1 503 Wait\r\nRetry-After: {later}\r\nContent-Length: 0\r\n\r\n"
    answer, _ = await once(answers(response.encode()))

    assert answer.retry_after == pytest.approx(600, abs=15)


# --- no answer -------------------------------------------------------------------------------


async def test_a_port_where_nobody_listens() -> None:
    async with Receiver(answers(OK)) as receiver:
        url = plain(receiver)
    async with sending() as sender:
        answer = await post(sender, url)

    assert (answer.status, answer.error) == (None, "connection")
    assert answer.detail == "connect: connection refused"
    assert answer.reach is Reach.NETWORK


async def accept_and_reset(talk: Talk) -> None:
    talk.reset()


async def read_and_reset(talk: Talk) -> None:
    await talk.request()
    talk.reset()


async def half_a_status_line(talk: Talk) -> None:
    await talk.request()
    await talk.send(b"HTTP/1.1 20")


async def a_status_line(talk: Talk) -> None:
    await talk.request()
    await talk.send(b"HTTP/1.1 200 OK\r\nX-A:")
    await talk.gone(seconds=0.05)
    talk.reset()


async def an_informational_head(talk: Talk) -> None:
    await talk.request()
    await talk.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
    await talk.gone(seconds=0.05)
    talk.reset()


PHASES: dict[Script, str] = {
    accept_and_reset: "status",
    read_and_reset: "status",
    half_a_status_line: "status",
    a_status_line: "headers",
    an_informational_head: "status",
}


@pytest.mark.parametrize("script", PHASES, ids=lambda script: script.__name__)
async def test_a_connection_that_ends_before_the_answer_names_the_phase(script: Script) -> None:
    answer, receiver = await once(script)

    assert (answer.status, answer.error) == (None, "connection")
    assert answer.detail == f"{PHASES[script]}: closed by the other side"
    assert answer.reach is Reach.NETWORK
    assert receiver.connections == 1


async def test_a_reset_in_the_middle_of_the_request_says_so() -> None:
    async def script(talk: Talk) -> None:
        await talk.some()
        talk.reset()

    async with Receiver(script) as receiver, sending() as sender:
        answer = await post(sender, plain(receiver), body=b"x" * 20_000_000)

    assert (answer.status, answer.error) == (None, "connection")
    assert answer.detail == "request: closed by the other side"
