"""Redaction: whoever writes an entry, no secret and no path of an address gets into it."""

from typing import Any

import pytest

from bot.features.audit.redaction import redacted, redacted_context

HOOK = "https://discord.com/api/webhooks/1456074443980800030/aBcDeF-gHi_jKl"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("to https://example.com/hook?key=abc#x.", "to https://example.com/…"),
        ("to https://user:pw@example.com:8443/hook", "to https://example.com:8443/…"),
        ("https://example.com/", "https://example.com"),
        ("https://example.com", "https://example.com"),
        ("“http://[::1]:80/a”", "“http://[::1]:80/…”"),
        ("wss://a.example/x and ftp://b.example/y", "wss://a.example/… and ftp://b.example/…"),
        (f"see {HOOK}", "see https://discord.com/…"),
        ("see discord.com/api/v10/webhooks/1/abc", "see discord.com/…"),
        ("HTTPS://EXAMPLE.COM/SECRET", "HTTPS://EXAMPLE.COM/…"),
        ("https://discord.com/channels/1/2/3", "https://discord.com/channels/1/2/3"),
        ("https://discord.com/channels/1/2/3?x=1", "https://discord.com/…"),
        ("signed with whsec_c2VjcmV0c2VjcmV0", "signed with [redacted]"),
        ("Authorization: Bearer abcdefghijklmnop.qrs", "Authorization: [redacted]"),
        ("Bearer bonds, and Bot commands", "Bearer bonds, and Bot commands"),
        ("half of 1/2, and/or more", "half of 1/2, and/or more"),
    ],
)
def test_what_is_kept_of_a_text(text: str, kept: str) -> None:
    assert redacted(text) == kept
    assert redacted(kept) == kept


def test_however_deep_it_stands() -> None:
    context: dict[str, Any] = {
        "url": "https://example.com/a",
        "headers": [{"Authorization": "x", "X-Api-Key": "y", "Accept": "https://b.example/c"}],
        "token": "abc",
        "secret_version": 3,
        "keep_secret": True,
        "password": "",
        "count": 7,
        "nothing": None,
    }
    assert redacted_context(context) == {
        "url": "https://example.com/…",
        "headers": [
            {
                "Authorization": "[redacted]",
                "X-Api-Key": "[redacted]",
                "Accept": "https://b.example/…",
            }
        ],
        "token": "[redacted]",
        "secret_version": 3,
        "keep_secret": True,
        "password": "",
        "count": 7,
        "nothing": None,
    }
