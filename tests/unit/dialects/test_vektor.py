"""Dialect vektor, by the letter of the wire: projection, money, headers, judgement."""

import hashlib
import hmac
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue import EVENTS, Event
from bot.catalogue.cases import CaseCreated, CaseType
from bot.catalogue.economy import BalanceChanged
from bot.catalogue.members import MemberLeft
from bot.catalogue.trades import TradeCompleted
from bot.dialects import build_dialects
from bot.dialects.base import Answer, Envelope, Judgement, OutgoingAttempt
from bot.dialects.vektor_events import money
from tests.support.verifier import problem_vektor

VEKTOR = build_dialects()["vektor"]
ID = UUID("0b9f1c1e-5a0f-4c58-9c44-2c9a3f0f8a11")
ENDPOINT = UUID("2f5c1a1e-0000-4c58-9c44-2c9a3f0f8a22")
GUILD = 123456789012345678
MOMENT = datetime(2026, 4, 14, 21, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
GOOD = {"currency_id": None, "amount": None, "decimals": None, "good": "A map"}
MONEY = {"counter_currency_id": 3, "counter_amount": 1999, "counter_decimals": 2}


def body(event: Event, *, is_test: bool = False, at: datetime = MOMENT) -> dict[str, Any] | None:
    rendered = VEKTOR.render(Envelope(ID, event, at, is_test=is_test))
    return None if rendered is None else json.loads(rendered)


def data(event: Event) -> dict[str, Any]:
    rendered = body(event)
    assert rendered is not None
    return rendered["data"]


def made(kind: type[Event], /, **changes: object) -> Any:
    """The example with other values."""
    return kind.model_validate({"guild_id": GUILD, **kind.example, **changes})


def letter(content: bytes = b"{}", *, attempt: int = 1, sent_at: int = 1) -> OutgoingAttempt:
    return OutgoingAttempt(
        ID, "member.joined", ENDPOINT, 9, attempt, content, "whsec_test", sent_at
    )


def test_the_envelope_has_milliseconds_and_a_z() -> None:
    rendered = VEKTOR.render(Envelope(ID, MemberLeft.sample(GUILD), MOMENT))

    assert rendered == (
        b'{"event":"member.leave","guildId":"123456789012345678",'
        b'"timestamp":"2026-04-14T19:00:00.999Z","data":{"userId":"234567890123456789",'
        b'"username":"quiet_otter","leftAt":"2026-06-02T08:00:41.000Z"}}'
    )


def test_a_departure_that_was_found_later_is_of_the_time_it_was_found() -> None:
    assert data(made(MemberLeft, left_at=None))["leftAt"] == "2026-04-14T19:00:00.999Z"
    assert data(made(MemberLeft, kind="kicked"))["userId"] == "234567890123456789"


@pytest.mark.parametrize(
    ("amount", "decimals", "text"),
    [
        (500, 0, "500.00"),
        (50_000, 2, "500.00"),
        (1, 2, "0.01"),
        (99, 2, "0.99"),
        (100, 2, "1.00"),
        (0, 2, "0.00"),
        (-1, 2, "-0.01"),
        (-250, 0, "-250.00"),
        (-250, 2, "-2.50"),
        (2**53 - 1, 2, "90071992547409.91"),
        (2**53 - 1, 0, "9007199254740991.00"),
    ],
)
def test_money_is_exact_with_two_places(amount: int, decimals: int, text: str) -> None:
    assert money(amount, decimals) == text


@given(amount=st.integers(-(10**30), 10**30), decimals=st.sampled_from([0, 2]))
def test_money_is_never_rounded(amount: int, decimals: int) -> None:
    text = money(amount, decimals)

    assert re.fullmatch(r"-?[0-9]+\.[0-9]{2}", text)
    assert int(text.replace(".", "")) == amount * 10 ** (2 - decimals)
    assert Decimal(text).as_tuple().exponent == -2


@pytest.mark.parametrize("delta", [1, 250, -1, -12_345])
def test_a_change_of_balance_always_has_its_sign(delta: int) -> None:
    told = data(made(BalanceChanged, delta=delta, decimals=2, balance=7))

    assert told["delta"][0] == ("+" if delta > 0 else "-")
    assert Decimal(told["delta"]) * 100 == delta
    assert (told["newBalance"], told["currencyId"]) == ("0.07", "cur_1")
    assert list(told) == ["userId", "currencyId", "delta", "newBalance", "reason", "occurredAt"]


@pytest.mark.parametrize(
    ("source", "operation", "code"),
    [
        ("message_earn", "message", "MESSAGE"),
        ("voice_earn", "voice", "VOICE"),
        ("daily", "daily", "DAILY"),
        ("transfer", "transfer_in", "TRANSFER"),
        ("transfer", "transfer_out", "TRANSFER"),
        ("casino", "bet", "CASINO"),
        ("casino", "payout", "CASINO"),
        ("casino", "refund", "CASINO"),
        ("admin", "admin", "ADMIN"),
        ("api", "incoming", "INCOMING_WEBHOOK"),
        ("trade", "trade", "TRADE"),
        ("trade", "refund", "TRADE"),
        ("duel", "stake", "DUEL_STAKE"),
        ("duel", "win", "DUEL_WIN"),
        ("duel", "refund", "DUEL_REFUND"),
    ],
)
def test_the_reason_is_a_code(source: str, operation: str, code: str) -> None:
    change = made(BalanceChanged, source=source, operation=operation, reason="free text")
    assert data(change)["reason"] == code


@pytest.mark.parametrize(
    ("delta", "decimals", "threshold", "wanted"),
    [
        (1, 2, 0, True),
        (100, 2, 100, True),
        (99, 2, 100, False),
        (-100, 2, 100, True),
        (-99, 2, 100, False),
        (1, 0, 100, True),
        (1, 0, 101, False),
        (-5, 0, 500, True),
    ],
)
def test_the_threshold_is_in_hundredths(
    delta: int, decimals: int, threshold: int, wanted: bool
) -> None:
    change = made(BalanceChanged, delta=delta, decimals=decimals)
    assert VEKTOR.wants(change, threshold) is wanted


def test_a_trade_tells_the_creators_side_else_the_others() -> None:
    told = data(made(TradeCompleted, decimals=2, counter_good=None, **MONEY))
    assert (told["currencyId"], told["amount"]) == ("cur_1", "5.00")
    told = data(made(TradeCompleted, counter_good=None, **GOOD, **MONEY))
    assert (told["currencyId"], told["amount"]) == ("cur_3", "19.99")
    assert told["tradeId"] == "trade_77"


def test_a_swap_of_two_goods_is_not_sent() -> None:
    swap = made(TradeCompleted, **GOOD)
    assert body(swap) is None
    assert VEKTOR.wants(swap, 0) is False


ACTIONS = {
    **dict.fromkeys(("mute", "timeout"), "mute"),
    **dict.fromkeys(("ban", "tempban"), "ban"),
    "warn": "warn",
    "kick": "kick",
    "softban": "kick",
}


@pytest.mark.parametrize("kind", get_args(CaseType))
def test_which_cases_are_actions(kind: str) -> None:
    case = made(CaseCreated, type=kind, reason=None)
    assert VEKTOR.wants(case, 10**9) is (kind in ACTIONS)
    if kind not in ACTIONS:
        assert body(case) is None
        return
    assert data(case) == {
        "action": ACTIONS[kind],
        "targetUserId": "234567890123456789",
        "moderatorId": "456789012345678901",
        "reason": None,
        "occurredAt": "2026-04-14T19:00:00.999Z",
    }


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.type)
def test_it_has_six_events_and_no_other(kind: type[Event]) -> None:
    assert VEKTOR.events is not None
    has = kind.type in VEKTOR.events
    event = kind.sample(GUILD)
    assert VEKTOR.wants(event, 0) is has
    assert (body(event) is not None) is has
    assert (body(event, is_test=True) is not None) is has
    assert len(set(VEKTOR.events.values())) == 6


PUBLISHED = (
    '{"event":"trade.complete","guildId":"123456789012345678","timestamp":'
    '"2026-04-14T19:00:00.000Z","data":{"tradeId":"trade_test","creatorId":"111111111111111111",'
    '"counterpartyId":"222222222222222222","currencyId":"cur_test","amount":"500.00",'
    '"completedAt":"2026-04-14T19:00:00.000Z"}}'
)


def test_a_test_sends_the_published_sample_past_the_projection() -> None:
    then = datetime(2026, 4, 14, 19, tzinfo=UTC)
    envelope = Envelope(ID, TradeCompleted.sample(GUILD), then, is_test=True)
    assert VEKTOR.render(envelope) == PUBLISHED.encode()
    swap = body(made(TradeCompleted, **GOOD), is_test=True, at=then)
    assert swap == json.loads(PUBLISHED)


@pytest.mark.parametrize("name", VEKTOR.events or ())
def test_a_sample_has_the_keys_of_the_projection_and_the_times_of_now(name: str) -> None:
    kind = next(event for event in EVENTS if event.type == name)
    sample, projected = body(kind.sample(GUILD), is_test=True), body(kind.sample(GUILD))
    assert sample is not None
    assert projected is not None
    assert list(sample["data"]) == list(projected["data"])
    times = [value for key, value in sample["data"].items() if key.endswith("At")]
    assert times == ["2026-04-14T19:00:00.999Z"]
    assert sample["guildId"] == str(GUILD)


def test_the_headers_are_these_and_no_others() -> None:
    digest = hmac.new(b"whsec_test", b"{}", hashlib.sha256).hexdigest()
    headers = VEKTOR.headers(letter(attempt=4))

    assert headers == {
        "X-Webhook-Id": str(ENDPOINT),
        "X-Event": "member.join",
        "X-Signature": f"sha256={digest}",
        "X-Attempt": "4",
        "X-Idempotency-Key": headers["X-Idempotency-Key"],
        "User-Agent": "Herald-Webhooks/1.0",
        "Content-Type": "application/json",
    }
    assert {name.lower() for name in headers} == VEKTOR.reserved_headers()


def test_a_signature_that_was_computed_elsewhere() -> None:
    """By `printf '{}' | openssl dgst -sha256 -hmac whsec_test`."""
    signed = VEKTOR.headers(letter())["X-Signature"]
    assert signed == "sha256=46bdc2a2e83964bd2695acc6a1f97162d8bafc135a071aa5cd5c99aae5481440"


@given(content=st.binary(max_size=500), secret=st.text(min_size=1))
def test_what_is_signed_verifies_and_what_is_altered_does_not(content: bytes, secret: str) -> None:
    secret = secret.encode("utf-8", "replace").decode()
    headers = VEKTOR.headers(replace(letter(content), secret=secret))

    assert problem_vektor(headers, content, secret) is None
    assert problem_vektor(headers, content + b" ", secret) == "wrong signature"
    assert problem_vektor(headers, content, secret + "x") == "wrong signature"


def test_only_the_attempts_number_changes_between_attempts() -> None:
    first, last = VEKTOR.headers(letter()), VEKTOR.headers(letter(attempt=5, sent_at=999))
    changed = {name for name in first if first[name] != last[name]}
    assert changed == {"X-Attempt"}


def test_the_key_is_of_one_delivery() -> None:
    key = VEKTOR.key(ID, ENDPOINT)
    assert str(UUID(key)) == key == VEKTOR.headers(letter())["X-Idempotency-Key"]
    assert len({key, VEKTOR.key(ID, ID), VEKTOR.key(ENDPOINT, ENDPOINT), str(ID)}) == 4


@given(status=st.integers(0, 1000))
def test_everything_but_2xx_is_tried_again(status: int) -> None:
    wanted = Judgement.DELIVERED if 200 <= status <= 299 else Judgement.RETRY
    assert VEKTOR.judge(Answer(status, 1)) is wanted


@pytest.mark.parametrize(
    "error", ["timeout", "connection", "dns", "tls", "protocol", "blocked_address"]
)
def test_no_answer_is_tried_again_whatever_the_cause(error: str) -> None:
    assert VEKTOR.judge(Answer(None, 1, error)) is Judgement.RETRY


def test_a_secret_is_long_random_and_safe_in_a_url() -> None:
    secrets = {VEKTOR.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(re.fullmatch(r"whsec_[A-Za-z0-9_-]{43}", secret) for secret in secrets)
    assert all(VEKTOR.takes_secret(secret) for secret in secrets)
