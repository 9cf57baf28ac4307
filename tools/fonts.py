"""Writes bot/pictures/fonts anew: subsets of Debian's Noto fonts, and what each of them covers.

Run by hand, with what Herald itself does not need:

    apt-get install fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji unicode-data
    python -m venv /tmp/fonts && /tmp/fonts/bin/pip install fonttools Pillow
    /tmp/fonts/bin/python -m tools.fonts

docs/decisions/0019 tells what is taken and why.
"""

# fontTools is installed for this program alone, and the type checker does not see it.
# pyright: reportMissingImports=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import io
import json
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image

TARGET = Path(__file__).parent.parent / "bot" / "pictures" / "fonts"
FONTS = Path("/usr/share/fonts")
NOTO = FONTS / "truetype" / "noto"
HAN = FONTS / "opentype" / "noto" / "NotoSansCJK-Regular.ttc"  # its first font has Japanese forms
EMOJI = NOTO / "NotoColorEmoji.ttf"
EMOJI_DATA = Path("/usr/share/unicode/emoji/emoji-data.txt")

FIRST = "NotoSans"  # Latin, Greek, Cyrillic; regular and bold
# What is written today (the recommended and the limited scripts of Unicode's Standard Annex 31,
# without the largest of the latter), and old alphabets that people take for the look of them.
SCRIPTS = (
    "Adlam Arabic Armenian Balinese Batak Bengali Buginese CanadianAboriginal Chakma Cham Cherokee",
    "Coptic Deseret Devanagari Ethiopic Georgian Glagolitic Gothic Gujarati Gurmukhi",
    "HanifiRohingya Hebrew Javanese Kannada KayahLi Khmer Lao Lepcha Limbu Lisu Malayalam Mandaic",
    "MeeteiMayek Miao Mongolian Myanmar NKo NewTaiLue Ogham OlChiki OldHungarian OldItalic",
    "OldTurkic Oriya Osage Phoenician Runic Saurashtra Shavian Sinhala Sundanese SylotiNagri",
    "Syriac Tagalog TaiLe TaiTham TaiViet Tamil Telugu Thaana Thai Tifinagh Vai Wancho Yi",
    "Math Symbols Symbols2",
)
SERIF = ("NyiakengPuachueHmong", "Tibetan")  # there is no sans serif of them
HAN_BLOCKS = (
    *((0x2E80, 0x33FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF)),
    *((0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0x20000, 0x2FFFF)),
)  # all but the rare characters of Extension A
SHARED = {0x20, 0xA0, 0x200C, 0x200D, 0x25CC}  # wanted in each font: spaces, joiners, the circle

PIXELS, COLORS = 64, 64  # of an emoji; Noto has 136 and 256


def main() -> None:
    for pattern in ("*.otf", "*.ttf", "*.woff"):
        for old in TARGET.glob(pattern):
            old.unlink()
    colored = set(_emoji_presentation())
    _script(f"{FIRST}-Bold", colored)
    first = _script(f"{FIRST}-Regular", colored)
    coverage = {f"{FIRST}-Regular.woff": first}
    names = [f"NotoSans{name}-Regular" for name in " ".join(SCRIPTS).split()]
    for name in [*names, *(f"NotoSerif{name}-Regular" for name in SERIF)]:
        coverage[f"{name}.woff"] = _script(name, colored.union(first))
    coverage[f"{HAN.stem}.otf"] = _han(colored.union(*coverage.values()))
    coverage[EMOJI.name] = _emoji()
    lines = (f"{json.dumps(name)}: {list(_bounds(has))}" for name, has in coverage.items())
    (TARGET / "coverage.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    total = sum(path.stat().st_size for path in TARGET.iterdir())
    print(f"{len(coverage) + 1} fonts, {total / 1e6:.1f} MB")


def _emoji_presentation() -> Iterator[int]:
    """Characters that are emoji without being told so; what is left may be text as well."""
    for line in EMOJI_DATA.read_text(encoding="utf-8").splitlines():
        span, _, kind = line.partition("#")[0].partition(";")
        if kind.strip() == "Emoji_Presentation":
            first, _, last = span.strip().partition("..")
            yield from range(int(first, 16), int(last or first, 16) + 1)


def _script(name: str, taken: set[int]) -> list[int]:
    """One script's font without its hints and without what other fonts draw."""
    font = TTFont(NOTO / f"{name}.ttf", recalcTimestamp=False)
    wanted = {
        code
        for code in font.getBestCmap()
        if code in SHARED or code not in taken or unicodedata.category(chr(code))[0] == "M"
    }
    font.flavor = "woff"  # half the size; opening one takes a millisecond longer
    return _save(font, f"{name}.woff", wanted, subset.Options(hinting=False, name_IDs=["*"]))


def _han(taken: set[int]) -> list[int]:
    font = TTFont(HAN, fontNumber=0, recalcTimestamp=False)
    blocks = {code for first, last in HAN_BLOCKS for code in range(first, last + 1)}
    wanted = blocks.intersection(font.getBestCmap()) - taken
    # Without the forms of other languages and of vertical lines, which would be drawn by features.
    options = subset.Options(hinting=False, name_IDs=["*"], layout_features=[])
    return _save(font, f"{HAN.stem}.otf", wanted | {0x20}, options)


def _save(font: Any, name: str, wanted: set[int], options: Any) -> list[int]:
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    return _write(font, name)


def _emoji() -> list[int]:
    font = TTFont(EMOJI, recalcTimestamp=False)
    _shrink(font)
    return _write(font, EMOJI.name)


def _write(font: Any, name: str) -> list[int]:
    """Save it, and tell which characters it has."""
    notice = " ".join(font["name"].getDebugName(0).split())
    if notice not in (TARGET / "OFL.txt").read_text(encoding="utf-8"):
        raise SystemExit(f"Write this notice into OFL.txt: {notice}")
    font.save(TARGET / name)
    return sorted(font.getBestCmap())


def _shrink(font: Any) -> None:
    """Smaller bitmaps with fewer colours, and their measures with them."""
    table = font["CBLC"].strikes[0].bitmapSizeTable
    scale = PIXELS / 136
    table.ppemX = table.ppemY = round(table.ppemX * scale)
    for line in (table.hori, table.vert):
        for key in ("ascender", "descender", "widthMax"):
            setattr(line, key, round(getattr(line, key) * scale))
    for glyph in font["CBDT"].strikeData[0].values():
        image = Image.open(io.BytesIO(glyph.imageData)).convert("RGBA")
        width, height = (max(round(side * scale), 1) for side in image.size)
        size = width, height
        # Premultiplied, so that what is transparent gives no colour to its neighbours.
        image = image.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
        file = io.BytesIO()
        image.quantize(COLORS, Image.Quantize.FASTOCTREE).save(file, "PNG", optimize=True)
        glyph.imageData = file.getvalue()
        metrics = glyph.metrics
        metrics.width, metrics.height = size
        for key in ("BearingX", "BearingY", "Advance"):
            setattr(metrics, key, round(getattr(metrics, key) * scale))


def _bounds(codes: Iterable[int]) -> Iterator[int]:
    """Where a row of characters begins and where it has ended, in turns."""
    last = -2
    for code in codes:
        if code != last + 1:
            if last >= 0:
                yield last + 1
            yield code
        last = code
    yield last + 1


if __name__ == "__main__":
    main()
