"""What holds in every dialect, for any event with anything in its texts."""

import json
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from bot.catalogue import EVENTS
from bot.dialects import build_dialects
from bot.dialects.base import Envelope

DIALECTS = build_dialects()
TEXTS = st.text(st.characters(), max_size=30)  # lone surrogates too
SECONDS = st.floats(1_420_000_000, 4_100_000_000)
MOMENTS = SECONDS.map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def filled(example: Any, draw: st.DataObject) -> Any:
    """The example with other values of the same kind, where any value may stand."""
    if isinstance(example, dict):
        items = cast("dict[str, Any]", example).items()
        return {key: filled(value, draw) for key, value in items}
    if not isinstance(example, str):
        return example
    if example.isdigit():
        return str(draw.draw(st.integers(0, 2**64 - 1)))
    if example.endswith("+00:00"):
        return draw.draw(MOMENTS).isoformat()
    return draw.draw(TEXTS) if " " in example or "_" in example else example


@pytest.mark.parametrize("dialect", DIALECTS)
@given(draw=st.data(), is_test=st.booleans())
def test_rendering_never_raises_and_gives_json(
    dialect: str, draw: st.DataObject, is_test: bool
) -> None:
    kind = draw.draw(st.sampled_from(EVENTS))
    try:
        fields = {"guild_id": 1, **filled(kind.example, draw)}
        event = kind.model_validate(fields)
    except ValueError:
        reject()  # a text where only certain words may stand is no event
    at = draw.draw(MOMENTS)

    body = DIALECTS[dialect].render(Envelope(UUID(int=7), event, at, is_test=is_test))

    if body is not None:
        assert isinstance(json.loads(body)["data"], dict)
        again = DIALECTS[dialect].render(Envelope(UUID(int=7), event, at, is_test=is_test))
        assert body == again


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_it_takes_the_secrets_that_it_makes(dialect: Any) -> None:
    secret = dialect.new_secret()
    assert secret.startswith("whsec_")
    assert dialect.takes_secret(secret)
    assert not dialect.takes_secret("")


def test_three_dialects_and_the_first_is_the_default() -> None:
    assert list(DIALECTS) == ["phantom", "vektor", "standard"]
    assert all(name == dialect.name for name, dialect in DIALECTS.items())
