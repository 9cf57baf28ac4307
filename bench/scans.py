"""Scans of picture bombs, and how the loop fares beside them."""

import io

from PIL import Image

from bench.load import Load, Outcome
from bench.pauses import pauses, percentile
from bot.scanner.picture import MOST_PIXELS
from bot.scanner.pool import ScanFailed, ScanLimits, ScanPool


def bombs() -> list[bytes]:
    """As many pixels as are unpacked at all, more than are, and one that is cut off."""
    side = int(MOST_PIXELS**0.5)
    allowed = _png(Image.new("P", (side, side)))
    return [allowed, _png(Image.new("1", (30_000, 30_000))), allowed[: len(allowed) // 2]]


async def run(load: Load) -> Outcome:
    """Each bomb some times over; what was refused is an answer too."""
    pool, content, scanned = ScanPool(ScanLimits()), bombs(), 0
    async with pauses() as found:
        for _ in range(load.sizes.scans):
            for bomb in content:
                try:
                    await pool.scan(bomb)
                except ScanFailed:
                    continue
                scanned += 1
    await pool.stop()
    numbers = {"p50": percentile(found, 50), "p99": percentile(found, 99), "scanned": scanned}
    return Outcome({name: float(one) for name, one in numbers.items()}, 0)


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
