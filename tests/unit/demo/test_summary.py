"""The sentences of the inspector, from the documented examples in their real bodies."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from bot.catalogue import event_named
from bot.demo.summary import summary
from bot.dialects.base import Envelope
from bot.dialects.phantom import Phantom

SENTENCES = {
    "member.joined": "quiet_otter joined through the invite hello",
    "member.left": "quiet_otter left",
    "member.banned": "quiet_otter was banned: Advertising in private messages",
    "member.unbanned": "The ban of quiet_otter was lifted",
    "ticket.opened": "234567890123456789 opened ticket 41: My order did not arrive",
    "ticket.message": (
        "456789012345678901 (staff) wrote in ticket 41: It left our house this morning. (1 file)"
    ),
    "ticket.claimed": "456789012345678901 is in charge of ticket 41",
    "ticket.closed": "Ticket 41 was closed (staff_command): Answered",
    "ticket.reopened": "234567890123456789 opened ticket 41 again",
    "security.audit_entry": "harbour_master added the webhook “backend”.",
    "test.ping": "It works.",
}


@pytest.mark.parametrize(("name", "sentence"), SENTENCES.items())
def test_an_event_is_told_in_words(name: str, sentence: str) -> None:
    event = event_named(name).sample(1)
    body = Phantom("tests").render(Envelope(uuid4(), event, datetime.now(UTC), True))
    assert body is not None
    assert summary(body) == sentence


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"type":"member.joined"}', b'{"type":"x","data":{}}']
)
def test_what_has_no_words_stays_silent(body: bytes) -> None:
    assert summary(body) == ""
