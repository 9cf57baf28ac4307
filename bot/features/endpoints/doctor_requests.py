"""Requests of the doctor, without I/O: each as the receiver's dialect spells and signs it.

No event stands behind the ids: nothing is stored, counted or tried again. Every request has a
fresh id, so that a receiver which knows an id already cannot answer out of its memory; only the
probe of duplicates repeats one. The samples are those of a test, or of an event's documentation.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Literal, get_args, get_origin
from uuid import UUID, uuid4

from bot.catalogue import SUBSCRIBABLE, Event, event_named
from bot.catalogue.test import TestPing
from bot.dialects.base import Dialect, Envelope, OutgoingAttempt
from bot.features.endpoints.event_choices import covered

GREETING = "A probe of this webhook: Herald's doctor looks how it is answered."
NEW_KEY, NEW_VALUE = "a_key_of_tomorrow", "a_value_of_tomorrow"

# Where a dialect of some events carries what a person typed, and what is one of a few words.
TEXTS = (("case.created", "reason"), ("member.joined", "username"), ("member.left", "username"))
WORDS = {"case.created": "action", "economy.balance_changed": "reason"}


@dataclass(frozen=True, slots=True)
class ProbedEndpoint:
    """The receiver to be examined, and how its requests are made; `headers` are the admin's."""

    url: str
    dialect: Dialect
    guild_id: int
    secret: str = field(repr=False)
    next_secret: str | None = field(default=None, repr=False)
    endpoint_uuid: UUID = field(default_factory=uuid4)
    patterns: tuple[str, ...] = ("*",)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    seconds: float | None = None  # that a request may take, where not as usual


@dataclass(frozen=True, slots=True)
class ProbeDraft:
    """An event in the bytes of its dialect, not signed yet."""

    id: UUID
    type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """One request as it leaves."""

    body: bytes
    headers: Mapping[str, str] = field(repr=False)


class ProbeSigner:
    """Drafts and signs the requests to one receiver; `first` is the sample that must be taken."""

    def __init__(
        self, probed: ProbedEndpoint, now: Callable[[], datetime], *, livemode: bool = True
    ) -> None:
        self.probed = probed
        self._now = now
        self._livemode = livemode
        reserved = probed.dialect.reserved_headers()
        own = probed.headers.items()
        self._own = {name: value for name, value in own if name.lower() not in reserved}
        self.first = self.sample()

    @property
    def seconds(self) -> int:
        """Now, in Unix seconds."""
        return int(self._now().timestamp())

    @property
    def is_timed(self) -> bool:
        """Whether the dialect signs the time too."""
        now = self.seconds
        early, late = (self.sign(self.first, sent_at=stamp).headers for stamp in (now, now + 1))
        return early != late

    def sample(self) -> ProbeDraft:
        """What a test sends."""
        dialect, guild_id = self.probed.dialect, self.probed.guild_id
        if dialect.events is not None:
            wanted = covered(dialect, self.probed.patterns) or tuple(dialect.events)
            return self._draft(event_named(wanted[0]).sample(guild_id), is_test=True)
        ping = TestPing.sample(guild_id)
        return self._draft(ping.model_copy(update={"message": GREETING, "sent_at": self._now()}))

    def worded(self, text: str) -> ProbeDraft:
        """An event in which a person typed that."""
        dialect = self.probed.dialect
        if dialect.events is None:
            kind, key = TestPing.type, "message"
        else:
            wanted = covered(dialect, self.probed.patterns)
            kind, key = next((pair for pair in TEXTS if pair[0] in wanted), TEXTS[0])
        event = event_named(kind).sample(self.probed.guild_id)
        return self._draft(event.model_copy(update={key: text}))

    def unforeseen(self) -> ProbeDraft:
        """An event with a key, and where it has an enumeration a value, that is not in use yet."""
        found = self._enumerating()
        draft = self.sample() if found is None else self._draft(found[0])
        news = {NEW_KEY: NEW_VALUE} if found is None else {found[1]: NEW_VALUE, NEW_KEY: NEW_VALUE}
        envelope = json.loads(draft.body)
        envelope["data"].update(news)
        body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
        return replace(draft, body=body)

    def sign(
        self,
        draft: ProbeDraft,
        *,
        sent_at: int | None = None,
        attempt: int = 1,
        secret: str | None = None,
    ) -> ProbeRequest:
        """The request, signed as a delivery would be; with a `secret` given, by that one alone."""
        probed = self.probed
        outgoing = OutgoingAttempt(
            draft.id,
            draft.type,
            probed.endpoint_uuid,
            0,  # no delivery
            attempt,
            draft.body,
            probed.secret if secret is None else secret,
            self.seconds if sent_at is None else sent_at,
            probed.next_secret if secret is None else None,
        )
        return ProbeRequest(draft.body, {**self._own, **probed.dialect.headers(outgoing)})

    def _draft(self, event: Event, *, is_test: bool = False) -> ProbeDraft:
        envelope = Envelope(uuid4(), event, self._now(), self._livemode, is_test)
        body = self.probed.dialect.render(envelope)
        assert body is not None  # noqa: S101  chosen among the events that the dialect has
        return ProbeDraft(envelope.id, event.type, body)

    def _enumerating(self) -> tuple[Event, str] | None:
        """The first event with an enumeration that the receiver is sent, and its key."""
        probed = self.probed
        wanted = covered(probed.dialect, probed.patterns)
        for name in SUBSCRIBABLE:
            event = event_named(name).sample(probed.guild_id)
            key = self._word(event)
            if key is not None and any(fnmatchcase(name, pattern) for pattern in wanted):
                return event, key
        return None

    def _word(self, event: Event) -> str | None:
        """The key of `data` that holds one of a few words."""
        if self.probed.dialect.events is not None:
            return WORDS.get(event.type)
        for name, known in type(event).model_fields.items():
            values = get_args(known.annotation) if get_origin(known.annotation) is Literal else ()
            if values and all(isinstance(value, str) for value in values):
                return known.alias or name
        return None
