"""Published pages of the two products, word for word: what receivers were written against."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from bot.catalogue import event_named
from bot.dialects import build_dialects
from bot.dialects.base import Envelope
from bot.dialects.vektor_events import NAMES, SAMPLES

GUILD = 123456789012345678
ID = UUID("0b9f1c1e-5a0f-4c58-9c44-2c9a3f0f8a11")
THEN = datetime(2026, 4, 14, 19, tzinfo=UTC)
PUBLISHED = Path(__file__).parent / "published"
PHANTOM: dict[str, dict[str, Any]] = json.loads(
    (PUBLISHED / "phantom_data_examples.json").read_bytes()
)
# The six bodies as the page's own product sends them.
LINES = (PUBLISHED / "vektor_bodies.jsonl").read_bytes().splitlines()
BODIES = {json.loads(body)["event"]: body for body in LINES}
ABBREVIATED = "…"  # how the page shortens ids


def spelt_out(value: object) -> object:
    """An id that the page shortened, as an id."""
    match value:
        case str() if value.rstrip(ABBREVIATED).isdigit():
            return value.replace(ABBREVIATED, "0" * 15)
        case list():
            return [spelt_out(one) for one in cast("list[object]", value)]
        case _:
            return value


@pytest.mark.parametrize("name", BODIES)
def test_a_test_in_vektor_sends_the_published_sample(name: str) -> None:
    ours = next(kind for kind, theirs in NAMES.items() if theirs == name)
    envelope = Envelope(ID, event_named(ours).sample(GUILD), THEN, is_test=True)

    assert build_dialects()["vektor"].render(envelope) == BODIES[name]


def test_the_samples_are_all_there() -> None:
    assert set(SAMPLES) == set(BODIES) == set(NAMES.values())
    assert {name: json.loads(body) for name, body in BODIES.items()} == SAMPLES


@pytest.mark.parametrize("name", PHANTOM)
def test_a_documented_example_of_phantom_is_an_event_of_ours(name: str) -> None:
    """Key by key, type by type, value by value; the keys of ours come beside them."""
    published = {key: spelt_out(value) for key, value in PHANTOM[name].items()}
    kind = event_named(name)
    event = kind.model_validate({"guild_id": GUILD, **kind.example, **published})

    sent: dict[str, Any] = json.loads(event.data())

    assert {key: sent[key] for key in published} == published
    assert {key: type(sent[key]) for key in published} == {
        key: type(value) for key, value in published.items()
    }
    assert [key for key in sent if key in published] == list(published)
