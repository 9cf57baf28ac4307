"""Words in pictures, read by a real worker within its usual bounds where the extra is installed."""

import random
import sys

import pytest

from bot.features.scams import patterns
from bot.scanner import words
from bot.scanner.pool import ScanLimits, ScanPool
from bot.scanner.worker import scanned
from tests.support.scam_pictures import TUNED, card, png, with_code

INKS = ("#22272e", "#f5f5f0", "#2f7de1")
SCAM = ("Free Nitro for 3 months", "Claim your Nitro here", "Only today")
CODE = "https://example.com/somewhere"


def drawn(lines: tuple[str, ...]) -> bytes:
    return png(card(lines, random.Random(3), INKS))


@pytest.mark.skipif(
    not words.is_there(), reason="needs the extra vision: rapidocr-onnxruntime is missing"
)
async def test_the_words_of_a_card_are_read_and_weighed() -> None:
    pool = ScanPool(ScanLimits(workers=1, seconds=60))
    read, calm = [(await pool.scan(drawn(one), reads=True)).text for one in (SCAM, TUNED.calm)]
    unread = (await pool.scan(drawn(SCAM))).text
    await pool.stop()
    assert "Nitro" in (read or "")
    signal = patterns.signal_of(read or "")
    assert signal is not None
    assert signal.category == "nitro_giveaway"
    assert "regatta" in (calm or "")
    assert patterns.signal_of(calm or "") is None
    assert unread is None


def test_without_the_extra_nothing_is_read_and_all_else_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)
    assert not words.is_there()
    chance = random.Random(1)
    found = scanned(png(with_code(card(SCAM, chance, INKS), CODE, chance)), reads=True)
    assert found.text is None
    assert found.codes == (CODE,)
    assert found.fingerprints
