"""What would be a mistake of the bot's own never becomes an event."""

import json
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

import pytest
from pydantic import ValidationError

from bot.catalogue import event_named

NOON = datetime(2026, 5, 24, 12, tzinfo=UTC)
NO_MONEY = {"currency_id": None, "amount": None, "decimals": None}


def make(name: str, **changed: Any) -> dict[str, Any]:
    event = event_named(name)
    return json.loads(event.model_validate({"guild_id": 1, **event.example, **changed}).data())


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("network.hit", {"trust_score": 101}),
        ("network.hit", {"trust_score": -1}),
        ("network.hit", {"approved_report_count": 0}),
        ("economy.balance_changed", {"delta": 0}),
        ("economy.balance_changed", {"delta": 2.0}),
        ("economy.balance_changed", {"delta": "250"}),
        ("economy.balance_changed", {"delta": True}),
        ("economy.balance_changed", {"balance": -1}),
        ("economy.balance_changed", {"balance": 2**53}),
        ("economy.balance_changed", {"decimals": 1}),
        ("economy.balance_changed", {"source": "lottery"}),
        ("economy.balance_changed", {"currency_id": 0}),
        ("duel.finished", {"stake": -1}),
        ("trade.completed", {"amount": 0}),
        ("trade.completed", {"amount": None}),
        ("trade.completed", {"decimals": None}),
        ("trade.completed", {"currency_id": None}),
        ("trade.completed", {"good": "A song"}),
        ("trade.completed", {"counter_amount": 5}),
        ("xp.level_up", {"new_level": 4}),
        ("xp.level_up", {"old_level": -1}),
        ("giveaway.created", {"winner_count": 0}),
        ("giveaway.created", {"starts_at": NOON, "ends_at": NOON}),
        ("giveaway.created", {"ends_at": NOON.replace(tzinfo=None)}),
        ("giveaway.ended", {"entry_count": -1}),
        ("giveaway.ended", {"winner_ids": ["x"]}),
        ("case.created", {"type": "exile"}),
        ("case.created", {"source": "discord"}),
        ("case.created", {"case_type": "warn"}),
        ("case.updated", {"changed_fields": ["status"]}),
        ("case.updated", {"changes": {"status": {"old": 1}}}),
        ("security.audit_entry", {"context": {"kind": Enum("Kind", "A").A}}),
        ("security.audit_entry", {"context": {"inner": [object()]}}),
        ("member.joined", {"account_age_days": -1}),
    ],
)
def test_a_wrong_value_is_refused(name: str, changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make(name, **changed)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("network.hit", {"trust_score": 0}),
        ("network.hit", {"trust_score": 100}),
        ("economy.balance_changed", {"delta": -250, "balance": 0, "decimals": 2}),
        ("duel.finished", {"stake": 0}),
        ("trade.completed", {**NO_MONEY, "good": "A song"}),
        ("trade.completed", {"counter_good": None}),
        ("xp.level_up", {"old_level": 0, "new_level": 30}),
        ("giveaway.ended", {"winner_ids": [], "entry_count": 0}),
        ("case.updated", {"changed_fields": ["status", "reason", "notes"]}),
        ("ticket.message", {"content": None}),
    ],
)
def test_the_edge_of_it_is_taken(name: str, changed: dict[str, Any]) -> None:
    made = make(name, **changed)
    assert {key: made[key] for key in changed} == changed


def test_a_giveaway_may_last_a_second() -> None:
    ends_at = NOON + timedelta(seconds=1)
    made = make("giveaway.created", starts_at=NOON, ends_at=ends_at)
    assert made["ends_at"] == "2026-05-24T12:00:01+00:00"


def test_what_a_program_puts_into_a_context_is_made_plain() -> None:
    given = {
        "ratio": 1.5,
        "role_id": 2**63,
        "when": NOON,
        "inner": {7: ("a\ud800", None, True, 12)},
        "large": -(2**53),
        "exact": 2**53 - 1,
    }
    assert make("security.audit_entry", context=given)["context"] == {
        "ratio": "1.5",
        "role_id": "9223372036854775808",
        "when": "2026-05-24T12:00:00+00:00",
        "inner": {"7": ["a?", None, True, 12]},
        "large": "-9007199254740992",
        "exact": 9007199254740991,
    }
