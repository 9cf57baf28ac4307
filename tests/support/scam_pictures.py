"""Pictures drawn from seeds: made-up scams, what becomes of them, and what is none.

No brand, no person and no real scam stands in them. A picture is harmless though it looks much like
a scam: the same card with other words on it, the same screen of another person.
"""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont

Picture = Image.Image
Draw = Callable[[random.Random], Picture]
Change = Callable[[Picture, random.Random], bytes]

LOGIN = "https://discord.com/ra/{code}"
INKS = ("#e8443a", "#2f7de1", "#14a085", "#b65fcf", "#f0a202", "#22272e", "#f5f5f0", "#5b3a29")


@dataclass(frozen=True, slots=True)
class Palette:
    """Words of scams, words of what is harmless, and colours."""

    harm: tuple[str, ...]
    calm: tuple[str, ...]
    inks: tuple[str, ...]


TUNED = Palette(
    ("Double your coins", "Claim the bonus", "Only today", "Withdrawal done", "Free coins here"),
    ("Spring regatta", "Bake sale", "Map of the docks", "Tide times", "Crew of the month"),
    INKS,
)
HELD_OUT = Palette(
    (
        "Gift waiting for you",
        "Verify to unlock",
        "1200 EUR paid out",
        "Ends in 10 minutes",
        "Connect the wallet",
        "Scan and win",
    ),
    (
        "Choir practice on Monday",
        "Lost: a grey cat",
        "Second hand books",
        "Bring your own cup",
        "Results of round 3",
        "Garden open house",
    ),
    ("#0b3954", "#bfd7ea", "#ff6663", "#e0ff4f", "#7d4e57", "#d66853", "#11151c", "#fefefe"),
)


def card(lines: tuple[str, ...], chance: random.Random, inks: tuple[str, ...] = INKS) -> Picture:
    """A poster: a ground, shapes, a heading, a few lines and a button."""
    width, height = chance.choice([(1000, 700), (900, 900), (720, 1080)])
    ground, light, strong = chance.sample(inks, 3)
    picture = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(picture)
    for _ in range(chance.randint(4, 9)):
        x, y, size = chance.randrange(width), chance.randrange(height), chance.randint(60, 320)
        shape = draw.ellipse if chance.random() < 0.5 else draw.rectangle
        shape(
            (x - size // 2, y - size // 2, x + size // 2, y + size // 2), fill=chance.choice(inks)
        )
    top = chance.randint(30, height // 3)
    for number, line in enumerate(lines):
        size = 64 if number == 0 else 36
        font = ImageFont.load_default(size)
        draw.text((chance.randint(30, width // 3), top), line, font=font, fill=light)
        top += size + chance.randint(14, 60)
    left = chance.randint(40, width // 2)
    draw.rounded_rectangle((left, top, left + 300, top + 80), 24, fill=strong)
    draw.text((left + 30, top + 18), lines[-1], font=ImageFont.load_default(30), fill=light)
    return picture


def screen(lines: tuple[str, ...], chance: random.Random, inks: tuple[str, ...] = INKS) -> Picture:
    """A screen with a bar, a list of entries and a number."""
    width, height = chance.choice([(540, 960), (1100, 620)])
    paper, ink, bar = chance.sample(inks, 3)
    picture = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width, 70), fill=bar)
    draw.text((20, 18), lines[0], font=ImageFont.load_default(30), fill=paper)
    for number in range(chance.randint(4, 8)):
        top = 100 + number * 90
        draw.ellipse((20, top, 80, top + 60), fill=chance.choice(inks))
        words = f"{chance.choice(lines)}  {chance.randint(3, 9000)}"
        draw.text((100, top + 12), words, font=ImageFont.load_default(26), fill=ink)
        draw.rectangle((100, top + 48, 100 + chance.randint(60, 380), top + 54), fill=bar)
    return picture


def photo(chance: random.Random) -> Picture:
    """Something like a photograph: soft shapes, light from one side, grain."""
    width, height = chance.choice([(960, 640), (640, 960)])
    noise = Image.effect_noise((12, 12), 120).resize((width, height), Image.Resampling.BICUBIC)
    light = Image.linear_gradient("L").rotate(chance.randrange(360)).resize((width, height))
    bands = [ImageChops.blend(noise, light, chance.uniform(0.2, 0.8)) for _ in range(3)]
    picture = Image.merge("RGB", bands)
    draw = ImageDraw.Draw(picture)
    for _ in range(chance.randint(5, 12)):
        x, y, size = chance.randrange(width), chance.randrange(height), chance.randint(30, 260)
        draw.ellipse(
            (x, y, x + size, y + size * chance.uniform(0.4, 1.6)), fill=chance.choice(INKS)
        )
    return picture.filter(ImageFilter.GaussianBlur(chance.uniform(1, 6)))


def chart(chance: random.Random) -> Picture:
    """Bars over an axis."""
    picture = Image.new("RGB", (900, 600), "white")
    draw = ImageDraw.Draw(picture)
    for number in range(chance.randint(5, 14)):
        high, left = chance.randint(20, 480), 60 + number * 58
        draw.rectangle((left, 540 - high, left + 40, 540), fill=chance.choice(INKS))
    draw.text((60, 10), chance.choice(TUNED.calm), font=ImageFont.load_default(40), fill="black")
    return picture


def with_code(picture: Picture, text: str, chance: random.Random) -> Picture:
    """The picture with a QR code on it."""
    make = cast(
        "Callable[[str, zxingcpp.BarcodeFormat], zxingcpp.Barcode]", zxingcpp.create_barcode
    )
    code = make(text, zxingcpp.BarcodeFormat.QRCode)
    drawn = Image.open(io.BytesIO(_code_png(code, chance.randint(5, 8))))
    room = (max(picture.width - drawn.width, 1), max(picture.height - drawn.height, 1))
    copy = picture.copy()
    copy.paste(drawn.convert("RGB"), (chance.randrange(room[0]), chance.randrange(room[1])))
    return copy


def _code_png(code: zxingcpp.Barcode, scale: int) -> bytes:
    image = zxingcpp.write_barcode_to_image(code, scale=scale, add_quiet_zones=True)
    grey: Any = memoryview(cast("Any", image))
    rows, columns = grey.shape
    return png(Image.frombytes("L", (columns, rows), grey.tobytes()))


def png(picture: Picture) -> bytes:
    return _saved(picture, "PNG")


def _saved(picture: Picture, kind: str, **options: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def encoded(picture: Picture, chance: random.Random) -> bytes:
    """Another format, another quality, another size."""
    scale = chance.uniform(0.4, 1.3)
    size = (round(picture.width * scale), round(picture.height * scale))
    kind = chance.choice(("JPEG", "WEBP", "PNG"))
    return _saved(picture.resize(size), kind, **({} if kind == "PNG" else {"quality": 30}))


def tinted(picture: Picture, chance: random.Random) -> bytes:
    """Brighter or darker, softer, another colour."""
    picture = ImageEnhance.Brightness(picture).enhance(chance.uniform(0.7, 1.3))
    picture = ImageEnhance.Color(picture).enhance(chance.uniform(0, 1.8))
    return _saved(picture.filter(ImageFilter.GaussianBlur(1.2)), "JPEG", quality=60)


def overlaid(picture: Picture, chance: random.Random) -> bytes:
    """With a sticker, a line and a stamp of somebody else's on it."""
    copy = picture.copy()
    draw = ImageDraw.Draw(copy)
    x, y = chance.randrange(copy.width // 2), chance.randrange(copy.height // 2)
    size = min(copy.size) // 5
    draw.ellipse((x, y, x + size, y + size), fill=chance.choice(INKS))
    words = f"look what I found {chance.randint(1, 99)}"
    draw.text((20, copy.height - 50), words, font=ImageFont.load_default(34), fill="white")
    return _saved(copy, "JPEG", quality=75)


def trimmed(picture: Picture, chance: random.Random) -> bytes:
    """Without its edges, as people do who want to pass a filter."""
    return _part(picture, chance, (0.88, 0.97))


def cropped(picture: Picture, chance: random.Random) -> bytes:
    """A part of it: up to a third is gone on either axis."""
    return _part(picture, chance, (0.67, 0.88))


def _part(picture: Picture, chance: random.Random, shares: tuple[float, float]) -> bytes:
    wide, high = chance.uniform(*shares), chance.uniform(*shares)
    left, top = chance.uniform(0, 1 - wide), chance.uniform(0, 1 - high)
    width, height = picture.size
    box = (left * width, top * height, (left + wide) * width, (top + high) * height)
    return _saved(picture.crop(box), "JPEG", quality=80)


def framed(picture: Picture, chance: random.Random) -> bytes:
    """Seen on a screen, with something around it."""
    more = [round(chance.uniform(0.08, 0.3) * side) for side in picture.size]
    frame = Image.new("RGB", (picture.width + more[0], picture.height + more[1]), "#313338")
    draw = ImageDraw.Draw(frame)
    draw.text((14, 8), "today at 12:03", font=ImageFont.load_default(22), fill="#dbdee1")
    frame.paste(picture, (chance.randrange(more[0]), chance.randrange(more[1])))
    return _saved(frame, "JPEG", quality=80)


def barred(picture: Picture, chance: random.Random) -> bytes:
    """Between two bars, as a phone shows it."""
    more = round(picture.height * chance.uniform(0.3, 1.2))
    ground = chance.choice(("black", "#f5f5f0", "#313338"))
    screenshot = Image.new("RGB", (picture.width, picture.height + more), ground)
    screenshot.paste(picture, (0, more // 2))
    return _saved(screenshot, "JPEG", quality=80)


def stretched(picture: Picture, chance: random.Random) -> bytes:
    """Wider or narrower than it was."""
    size = (round(picture.width * chance.uniform(0.75, 1.25)), picture.height)
    return _saved(picture.resize(size), "JPEG", quality=70)


CHANGES: dict[str, Change] = {
    "encoded": encoded,
    "tinted": tinted,
    "overlaid": overlaid,
    "trimmed": trimmed,
    "cropped": cropped,
    "framed": framed,
    "barred": barred,
    "stretched": stretched,
}


def drawn(lines: tuple[str, ...], seed: int, chance: random.Random, palette: Palette) -> Picture:
    return (card if seed % 2 else screen)(lines, chance, palette.inks)


def scam(seed: int, palette: Palette = TUNED) -> Picture:
    """The scam of that number, as it was first seen."""
    chance = random.Random(seed)
    return drawn(tuple(chance.sample(palette.harm, 4)), seed, chance, palette)


def look_alike(seed: int, palette: Palette = TUNED) -> Picture:
    """The same with harmless words: the same colours, shapes and places."""
    chance = random.Random(seed)
    chance.sample(palette.harm, 4)
    return drawn(tuple(random.Random(seed).sample(palette.calm, 4)), seed, chance, palette)
