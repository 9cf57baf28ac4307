"""The guard's reading of URLs: one normal form, and a sentence for everything else."""

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.delivery.addresses import judge
from bot.delivery.guard import Guard, GuardPolicy
from bot.delivery.urls import MAX_URL_LENGTH
from bot.errors import RefusedAddress


async def nobody(name: str) -> Sequence[str]:
    raise AssertionError(f"reading a URL asked for {name}")


def guard() -> Guard:
    return Guard(GuardPolicy(), nobody)


@pytest.mark.parametrize(
    ("text", "normal", "host", "port"),
    [
        ("https://example.com", "https://example.com/", "example.com", 443),
        ("HTTPS://Example.COM:443/A?b=C", "https://example.com/A?b=C", "example.com", 443),
        ("https://a.b:8443?x", "https://a.b:8443/?x", "a.b", 8443),
        ("https://a.b:65535/", "https://a.b:65535/", "a.b", 65535),
        ("https://a.b/x?", "https://a.b/x", "a.b", 443),
        ("https://a.b??", "https://a.b/??", "a.b", 443),
        ("https://a.b/%2e/../x%zz", "https://a.b/%2e/../x%zz", "a.b", 443),
        ("https://a.b/ä?ü=ß", "https://a.b/%C3%A4?%C3%BC=%C3%9F", "a.b", 443),
        ("https://a.b/{x}|'\"", "https://a.b/%7Bx%7D%7C'%22", "a.b", 443),
        ("https://ex\u0430mple.com/", "https://xn--exmple-4nf.com/", "xn--exmple-4nf.com", 443),
        ("https://ⓔxample。com", "https://example.com/", "example.com", 443),
        ("https://1.1.1.1", "https://1.1.1.1/", "1.1.1.1", 443),
        ("https://[2606:4700:0:0::1111]:8443", "https://[2606:4700::1111]:8443/", None, 8443),
        ("https://[64:ff9b::8.8.8.8]/", "https://[64:ff9b::808:808]/", None, 443),
    ],
)
def test_the_normal_form(text: str, normal: str, host: str | None, port: int) -> None:
    url = guard().parse(text)

    assert (url.text, url.port) == (normal, port)
    assert url.host == (host or normal.partition("[")[2].partition("]")[0])
    assert url.is_literal == (host in (None, "1.1.1.1"))
    # What is dialled is what was judged: the URL library reads the text the same way.
    assert (url.url.raw_host, url.url.port) == (url.host, url.port)
    assert str(url.url) == url.text
    assert guard().parse(url.text) == url


NUMBERS = "Write an IP address as four plain numbers"
BLOCKED = "blocked: private address"

REFUSED = {
    NUMBERS: [
        "https://127.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://0x7f000001/",
        "https://127.0.0.01/",
        "https://\uff11\uff12\uff17.0.0.1/",
        "https://127。0。0。1/",
        "https://\uff11.1.1.1/",
        "https://1.2.3.4.5/",
        "https://1.2.3.256/",
        "https://foo.0x/",
    ],
    BLOCKED: [
        "https://127.0.0.1/",
        "https://0.0.0.0/",
        "https://169.254.169.254/",
        "https://168.63.129.16/",
        "https://[::]/",
        "https://[::1]/",
        "https://[::ffff:8.8.8.8]/",
        "https://[::127.0.0.1]/",
        "https://[64:ff9b::10.0.0.1]/",
        "https://[2002:7f00:1::]/",
        "https://[fd00:ec2::254]/",
        "https://localhost/",
        "https://LocalHost:8443/",
        "https://x.localhost/",
        "https://Metadata.Google.Internal/",
        "https://metadata.goog/",
        "https://metadata/",
    ],
    "Remove the dot": [
        "https://a.b./",
        "https://a.b。/",
        "https://metadata.goog./",
        "https://127.0.0.1./",
        "https://localhost./",
    ],
    "Write the whole host name": ["https://intranet/", "https://receiver:8443/"],
    "The host name is not valid": [
        "https://",
        "https:///x",
        "https://a..b/",
        "https://-a.b/",
        "https://a.b-/",
        "https://a!b.c/",
        "https://[::1/",
        "https://[::1]x/",
        "https://[1.2.3.4]/",
        "https://a.b\uff0fc/",
        f"https://{'a' * 64}.b/",
        "https://[v1.x]/",
        "https://" + "a." * 130 + "b/",
        "https://*.a.b/",
        "https://a,b.c/",
    ],
    "Write the host name without a %": ["https://[fe80::1%25eth0]/", "https://%31.1.1.1/"],
    "Remove the user name": [
        "https://u@a.b/",
        "https://u:p@a.b/",
        "https://@a.b/",
        "https://a.b@127.0.0.1/",
    ],
    "An address has no backslashes": ["https://a.b\\@127.0.0.1/", "https:\\\\a.b"],
    "An address has no spaces": [
        "https://a.b/\t",
        "https://a.b/\nx",
        "https://a .b/",
        " https://a.b/",
        "https://a.b/\x00",
        "https://a.b/\u200b",
        "https://a.b/\xa0",
        "https://a.b/\r\nHost: x",
        "https://a\xad.b/",
        "https://a.b/\x7f",
        "https://a.b/\ud800",
    ],
    "Only https": [
        "http://a.b/",
        "ftp://a.b/",
        "file:///etc/passwd",
        "gopher://a.b/",
        "http://8.8.8.8/",
    ],
    "Write the whole address": ["a.b", "//a.b/x", "https:a.b", "https:/a.b", "", "javascript:x"],
    "Remove the #": ["https://a.b/#x", "https://a.b#", "https://a.b/?x#y"],
    "Port": [
        "https://a.b:80/",
        "https://a.b:0/",
        "https://a.b:1023/",
        "https://a.b:65536/",
        "https://a.b:6379/",
        "https://a.b:0443/",
        "https://a.b:/",
        "https://a.b:+443/",
        "https://a.b:\uff14\uff14\uff13/",
        "https://a.b:443:443/",
        "https://[2606:4700::1111]:22/",
    ],
    "The address is too long": ["https://a.b/" + "x" * 2048, "https://a.b/" + "ä" * 1000],
}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [(text, sentence) for sentence, texts in REFUSED.items() for text in texts],
)
def test_everything_else_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(RefusedAddress, match="^" + sentence) as refusal:
        guard().parse(text)

    assert refusal.value.reason == "blocked_address"
    assert str(refusal.value).endswith(".")


@given(st.text(max_size=60), st.sampled_from(["https://", "https://a.b", "https://[", ""]))
def test_no_text_at_all_gets_through_in_two_readings(text: str, start: str) -> None:
    try:
        url = guard().parse(start + text)
    except RefusedAddress:
        return
    other = urlsplit(url.text)
    assert (url.url.raw_host, url.url.port, url.url.scheme) == (url.host, url.port, "https")
    assert (other.hostname, other.port or 443, other.scheme) == (url.host, url.port, "https")
    assert other.username is None
    assert url.text.isascii()
    assert url.text.isprintable()
    assert len(url.text) <= MAX_URL_LENGTH


@given(st.ip_addresses(), st.sampled_from(["", "?", ":8443/x"]))
def test_a_literal_is_allowed_exactly_when_its_address_is(address: object, tail: str) -> None:
    text = str(address)
    assume("%" not in text)
    shown = f"[{text}]" if ":" in text else text
    try:
        url = guard().parse(f"https://{shown}{tail}")
    except RefusedAddress:
        assert judge(ip_address(text)) is not None
    else:
        assert judge(ip_address(text)) is None
        assert url.is_literal
