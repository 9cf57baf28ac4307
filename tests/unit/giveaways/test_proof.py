"""The proof: what was drawn agrees, and nothing in it can be changed without being found."""

import json
from typing import Any

import pytest

from bot.errors import UserError
from bot.features.giveaways.draw import ALGORITHM, Drum, hash_of
from bot.features.giveaways.proof import problems, read

SEED = "5f" * 32
WEIGHTS = {10: 1, 20: 2, 30: 3, 40: 4, 50: 1}


def document() -> dict[str, Any]:
    """A draw of two, of whom one had left and one had lost a role; then one drawn anew."""
    drum = Drum(SEED, WEIGHTS)
    places = {30: 0, 40: 2}
    won = drum.winners(2, places)
    anew = drum.winners(1, dict.fromkeys(won, 0) | {20: 1})
    return {
        "algorithm": ALGORITHM,
        "giveaway": 9,
        "guild": "81384788765712384",
        "prize": "A signed print",
        "seed_hash": hash_of(SEED),
        "seed": SEED,
        "entries": [[str(one), weight] for one, weight in WEIGHTS.items()],
        "draws": [
            {
                "number": 1,
                "wanted": 2,
                "places": {str(one): left for one, left in places.items()},
                "winners": [str(one) for one in won],
            },
            {
                "number": 2,
                "wanted": 1,
                "places": {"20": 1},
                "winners": [str(one) for one in anew],
            },
        ],
    }


def found(changed: dict[str, Any]) -> str:
    return "\n".join(problems(read(json.dumps(changed))))


def test_an_honest_one_agrees() -> None:
    assert found(document()) == ""


TAMPERED: list[tuple[str, Any, str]] = [
    ("seed", "60" * 32, "not the one whose hash was published"),
    ("seed_hash", "60" * 32, "not the one whose hash was published"),
    ("entries.0", ["10", 2], "has other winners"),
    ("entries.4", ["51", 1], "has other winners"),
    ("entries.4", ["40", 1], "somebody is in it twice"),
    ("entries.4", ["9", 1], "not in the order"),
    ("entries.4", ["50", 2**53 - 1], "more places than there can be"),
    ("draws.0.winners.0", "30", "Draw 1 has other winners"),
    ("draws.0.winners", [], "Draw 1 has other winners"),
    ("draws.0.wanted", 1, "Draw 1 has other winners"),
    ("draws.0.places", {}, "Draw 1 has other winners"),
    ("draws.0.places.40", 9, "places that they do not have"),
    ("draws.0.places.11", 0, "places that they do not have"),
    ("draws.0.number", 2, "not numbered one after the other"),
    ("draws.1.winners.0", "50", "Draw 2 has other winners"),
    ("draws.1.winners.0", "first", "Draw 2 has other winners"),
]


@pytest.mark.parametrize(("where", "value", "said"), TAMPERED)
def test_whatever_is_changed_is_found(where: str, value: Any, said: str) -> None:
    changed = document()
    if value == "first":  # somebody wins again
        value = changed["draws"][0]["winners"][0]
    *path, last = where.split(".")
    at: Any = changed
    for name in path:
        at = at[int(name) if isinstance(at, list) else name]
    at[int(last) if isinstance(at, list) else last] = value
    assert said in found(changed)


def test_the_last_lots_are_needed_too() -> None:
    changed = document()
    changed["entries"].pop()
    assert "has other winners" in found(changed)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"algorithm": "another-1"}, "algorithm"),
        ({"seed": "5F" * 32}, "seed"),
        ({"entries": [["010", 1]]}, "entries.0.0"),
        ({"entries": [["10", 0]]}, "entries.0.1"),
        ({"entries": [["10", True]]}, "entries.0.1"),
        ({"entries": [["10", 1.5]]}, "entries.0.1"),
        ({"draws": []}, "draws"),
        ({"more": 1}, "more"),
    ],
)
def test_what_is_no_proof_is_named(change: dict[str, Any], where: str) -> None:
    with pytest.raises(UserError, match=rf"That is no proof of a draw \({where}"):
        read(json.dumps({**document(), **change}))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": NaN}', b"\xff\xfe"])
def test_what_is_no_document_is_refused(text: str | bytes) -> None:
    with pytest.raises(UserError, match="That is no proof of a draw"):
        read(text)
