"""What leaves is a promise: checked-in files hold every byte of every event in every dialect.

A change there is a change of the contract. After one that is meant, `python -m
tests.contract.test_golden` writes the files anew and prints what became different.
"""

import difflib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from bot.catalogue import EVENTS
from bot.catalogue.cases import CaseCreated
from bot.catalogue.economy import BalanceChanged
from bot.catalogue.trades import TradeCompleted
from tests.contract.outgoing import DIALECTS, GUILD, OTHERS, bodies, headers, rendered

GOLDEN = Path(__file__).parent / "golden"
OF_SIX = {
    "case.created",
    "member.joined",
    "member.left",
    "member.banned",
    "economy.balance_changed",
    "trade.completed",
    "duel.finished",
}


def variants() -> Iterator[bytes]:
    """What the projections to vektor make of other values than those of the examples."""
    changes: list[tuple[type[CaseCreated | TradeCompleted | BalanceChanged], dict[str, object]]] = [
        *((CaseCreated, {"type": kind}) for kind in ("warn", "mute", "timeout", "kick", "ban")),
        (CaseCreated, {"type": "kick", "reason": None}),
        (BalanceChanged, {"delta": -1, "balance": 5, "decimals": 2, "source": "casino"}),
        (BalanceChanged, {"source": "duel", "operation": "stake", "delta": -12345}),
        (
            TradeCompleted,
            {
                "currency_id": None,
                "amount": None,
                "decimals": None,
                "good": "A map",
                "counter_currency_id": 3,
                "counter_amount": 1999,
                "counter_decimals": 2,
                "counter_good": None,
            },
        ),
    ]
    for kind, change in changes:
        event = kind.model_validate({"guild_id": GUILD, **kind.example, **change})
        body = rendered("vektor", event)
        assert body is not None
        yield body


def made() -> dict[str, bytes]:
    """The content of each file as the code has it now."""
    files = {f"{name}.jsonl": _lines(bodies(name).values()) for name in DIALECTS}
    files["vektor-tests.jsonl"] = _lines(bodies("vektor", is_test=True).values())
    files["vektor-variants.jsonl"] = _lines(variants())
    letters = {
        name: headers(name, "member.joined", b"{}", attempt=3, next_secret=OTHERS[name])
        for name in DIALECTS
    }
    files["headers.json"] = json.dumps(letters, indent=2).encode() + b"\n"
    return files


def _lines(texts: Iterable[bytes]) -> bytes:
    return b"".join(text + b"\n" for text in texts)


@pytest.mark.parametrize("name", sorted(made()))
def test_the_very_bytes(name: str) -> None:
    assert (GOLDEN / name).read_bytes() == made()[name]


def test_no_file_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(made())


def test_the_same_facts_give_the_same_bytes_twice() -> None:
    assert made() == made()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_event_is_there(dialect: str) -> None:
    every = {event.type for event in EVENTS}
    assert set(bodies(dialect)) == (OF_SIX if dialect == "vektor" else every)


def test_phantom_and_standard_have_one_body() -> None:
    assert bodies("phantom") == bodies("standard")


def main() -> None:
    """Write what differs, and print how."""
    for name, content in made().items():
        file = GOLDEN / name
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        after = content.decode()
        shown = difflib.unified_diff(
            before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm="", n=0
        )
        sys.stdout.write("\n".join([*shown] or [f"{name}: as it was"]) + "\n")
        file.write_bytes(content)


if __name__ == "__main__":
    main()
