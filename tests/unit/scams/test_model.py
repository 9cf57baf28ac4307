"""Verdict on a message: what makes it surer, and what never does."""

import pytest

from bot.features.scams.model import Sensitivity, Signal, SignalKind, Sure, judged

WORDS = Signal(SignalKind.TEXT, "words", Sure.LOW, "words")
PICTURE = Signal(SignalKind.PICTURE, "known_picture", Sure.LOW, "a picture")
BURST = Signal(SignalKind.BURST, "burst", Sure.LOW, "three channels")
FOREIGN = Signal(SignalKind.FOREIGN, "known_picture", Sure.LOW, "another server knows it")


@pytest.mark.parametrize(
    ("signals", "sure"),
    [
        ([WORDS], Sure.LOW),
        ([WORDS, PICTURE], Sure.MEDIUM),
        ([WORDS, BURST], Sure.MEDIUM),
        ([WORDS, FOREIGN], Sure.LOW),
        ([BURST, FOREIGN], Sure.LOW),
        ([FOREIGN], Sure.LOW),
    ],
)
@pytest.mark.parametrize("sensitivity", ["low", "medium", "high"])
def test_what_only_other_servers_know_punishes_nobody(
    signals: list[Signal], sure: Sure, sensitivity: Sensitivity
) -> None:
    verdict = judged(signals, sensitivity)
    acts = {"low": Sure.HIGH, "medium": Sure.MEDIUM, "high": Sure.LOW}[sensitivity]
    has_content = WORDS in signals
    assert (verdict is not None and verdict.acts) == (has_content and sure >= acts)
    if verdict is not None:
        assert (verdict.sure, verdict.signals) == (sure, tuple(signals))


def test_nothing_is_nothing() -> None:
    assert judged([], "high") is None
