"""What the doctor sends: true to the byte where it should be, wrong in one point where not."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import pytest

from bot.dialects import build_dialects
from bot.dialects.base import OutgoingAttempt
from bot.features.endpoints import doctor_probes as probes
from bot.features.endpoints.doctor_requests import ProbedEndpoint, ProbeRequest, ProbeSigner
from tests.support.doctor_receivers import IDS, SECRETS, SIGNATURES, Came, believes

DIALECTS = build_dialects()
NOW = datetime(2026, 5, 24, 11, 32, 18, 987_654, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ENDPOINT = UUID("2f5c1a1e-77aa-4c58-9c44-2c9a3f0f8a22")
OTHER = "whsec_" + "b3RoZXIh" * 4


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def desk_of(
    dialect: str,
    *,
    patterns: tuple[str, ...] = ("*",),
    headers: Mapping[str, str] | None = None,
    next_secret: str | None = None,
) -> ProbeSigner:
    probed = ProbedEndpoint(
        "https://hooks.example.com/",
        DIALECTS[dialect],
        81,
        SECRETS[dialect],
        next_secret,
        ENDPOINT,
        patterns,
        headers or {},
    )
    return ProbeSigner(probed, lambda: NOW)


def came(dialect: str, request: ProbeRequest, *, secret: str | None = None) -> Came:
    return Came(dialect, secret or SECRETS[dialect], request.headers, request.body)


def is_believed(dialect: str, request: ProbeRequest, *, now: int = SECONDS) -> bool:
    asked = came(dialect, request)
    return believes(asked) if dialect == "vektor" else believes(asked, now=float(now))


def test_the_good_request_is_a_deliverys(dialect: str) -> None:
    signer = desk_of(dialect)
    (request,) = probes.good(signer)
    first = signer.first
    secret = SECRETS[dialect]
    letter = OutgoingAttempt(first.id, first.type, ENDPOINT, 7, 1, first.body, secret, SECONDS)
    assert request.body == first.body
    assert request.headers == DIALECTS[dialect].headers(letter)
    assert is_believed(dialect, request)


def test_everything_signed_rightly_is_believed_by_the_page(dialect: str) -> None:
    signer = desk_of(dialect)
    makers = (probes.good, probes.duplicate, probes.large, probes.text, probes.unforeseen)
    requests = [one for make in (*makers, probes.together) for one in make(signer)]
    assert len(requests) == 11
    assert [is_believed(dialect, one) for one in requests] == [True] * 11


def test_a_forgery_is_wrong_in_one_point_and_never_believed(dialect: str) -> None:
    signature, body, secret = probes.forged(desk_of(dialect))
    assert [is_believed(dialect, one) for one in (signature, body, secret)] == [False] * 3
    assert isinstance(json.loads(body.body), dict)
    # What was signed is the body before its change.
    (digit,) = [at for at in range(len(body.body)) if is_believed(dialect, _undone(body, at))]
    assert body.body[digit : digit + 1].isdigit()


def _undone(request: ProbeRequest, at: int) -> ProbeRequest:
    """With the byte there one less."""
    body = request.body
    return ProbeRequest(body[:at] + bytes([(body[at] - 1) % 256]) + body[at + 1 :], request.headers)


def test_a_changed_signature_differs_in_one_character(dialect: str) -> None:
    signer = desk_of(dialect)
    changed = probes.forged(signer)[0]
    name = SIGNATURES[dialect]
    digest = DIALECTS[dialect].headers(
        OutgoingAttempt(
            UUID(changed.headers["webhook-id"]) if dialect == "standard" else signer.first.id,
            signer.first.type,
            ENDPOINT,
            0,
            1,
            changed.body,
            SECRETS[dialect],
            SECONDS,
        )
    )[name]
    pairs = zip(changed.headers[name], digest, strict=True)
    assert sum(one != other for one, other in pairs) == 1


def test_an_unsigned_request_lacks_the_signature_alone(dialect: str) -> None:
    signer = desk_of(dialect, headers={"X-Team": "moderation"})
    (request,) = probes.unsigned(signer)
    (right,) = probes.good(signer)
    assert right.headers.keys() - request.headers.keys() == {SIGNATURES[dialect]}
    assert request.headers["X-Team"] == "moderation"


@pytest.mark.parametrize("dialect", ["phantom", "standard"])
def test_stale_requests_are_right_at_another_time(dialect: str) -> None:
    old, early = probes.stale(desk_of(dialect))
    for request, away in ((old, -probes.STALE_SECONDS), (early, probes.STALE_SECONDS)):
        assert not is_believed(dialect, request)
        assert is_believed(dialect, request, now=SECONDS + away)


def test_no_time_is_signed_in_vektor() -> None:
    assert probes.stale(desk_of("vektor")) == []


def test_ids_are_fresh_but_the_duplicates(dialect: str) -> None:
    signer = desk_of(dialect)
    (good,), (again,) = probes.good(signer), probes.duplicate(signer)
    name = IDS[dialect]
    assert again.headers[name] == good.headers[name]
    assert again.body == good.body
    makers = (probes.forged, probes.unsigned, probes.stale, probes.large, probes.text)
    others = [r for make in (*makers, probes.unforeseen, probes.together) for r in make(signer)]
    ids = [good.headers[name], *(request.headers[name] for request in others)]
    assert len(set(ids)) == len(ids) > 12


def test_the_large_body_is_as_large_as_can_be(dialect: str) -> None:
    (request,) = probes.large(desk_of(dialect))
    assert len(request.body) == 256 * 1024


def test_the_text_is_all_of_it_and_its_other_spelling_means_the_same(dialect: str) -> None:
    typed, respelled = probes.text(desk_of(dialect))
    values = list(json.loads(typed.body)["data"].values())
    assert probes.TEXT in values
    assert list(json.loads(respelled.body)["data"].values()) == values
    assert respelled.body.isascii()
    assert not typed.body.isascii()
    assert b'": ' in respelled.body


@pytest.mark.parametrize(
    ("dialect", "patterns", "type", "word"),
    [
        ("phantom", ("*",), "case.created", "type"),
        ("phantom", ("member.left",), "member.left", "kind"),
        ("standard", ("ticket.*",), "ticket.message", "author_role"),
        ("phantom", ("member.joined",), "test.ping", None),
        ("vektor", ("*",), "moderation.action", "action"),
        ("vektor", ("economy.balance_changed",), "balance.change", "reason"),
        ("vektor", ("member.left",), "member.leave", None),
    ],
)
def test_the_unforeseen_is_in_an_event_that_the_receiver_gets(
    dialect: str, patterns: tuple[str, ...], type: str, word: str | None
) -> None:
    (request,) = probes.unforeseen(desk_of(dialect, patterns=patterns))
    assert came(dialect, request).type == type
    data = json.loads(request.body)["data"]
    unknown = {key for key, value in data.items() if value == "a_value_of_tomorrow"}
    assert unknown == {"a_key_of_tomorrow"} | ({word} if word else set())


def test_the_instances_livemode_is_in_every_body() -> None:
    probed = desk_of("phantom").probed
    for livemode in (True, False):
        signer = ProbeSigner(probed, lambda: NOW, livemode=livemode)
        requests = [*probes.good(signer), *probes.large(signer), *probes.unforeseen(signer)]
        assert {json.loads(one.body)["livemode"] for one in requests} == {livemode}


def test_a_dialect_of_some_events_is_sent_what_it_subscribed_to() -> None:
    signer = desk_of("vektor", patterns=("duel.finished", "member.left"))
    assert came("vektor", probes.good(signer)[0]).type == "duel.finish"
    assert came("vektor", probes.text(signer)[0]).type == "member.leave"


def test_own_headers_go_along_but_never_over_the_dialects(dialect: str) -> None:
    name = SIGNATURES[dialect].lower()
    signer = desk_of(dialect, headers={"Authorization": "Bearer x", name: "mine"})
    (request,) = probes.good(signer)
    assert request.headers["Authorization"] == "Bearer x"
    assert name not in request.headers or request.headers[name] != "mine"
    assert is_believed(dialect, request)


def test_while_a_secret_waits_a_delivery_is_copied_and_a_forgery_carries_neither() -> None:
    signer = desk_of("standard", next_secret=OTHER)
    assert len(probes.good(signer)[0].headers["webhook-signature"].split(" ")) == 2
    for request in probes.forged(signer)[::2]:
        assert len(request.headers["webhook-signature"].split(" ")) == 1
        for secret in (SECRETS["standard"], OTHER):
            assert not believes(came("standard", request, secret=secret), now=float(SECONDS))
