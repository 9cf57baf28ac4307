"""Paint of the pictures: colours that come from somebody's portrait, soft grounds, bars."""

import colorsys
import io

from PIL import Image

from bot.pictures.shapes import faded, rounded, scaled
from bot.pictures.text import Style

WHITE, FAINT, DIM = "#ffffff", "#c9ced6", "#9aa1ab"
INK = (14, 16, 22)
GOLD, SILVER, BRONZE = (250, 196, 66), (200, 208, 218), (214, 143, 92)

Colour = tuple[int, int, int]


def accent_of(portrait: Image.Image) -> Colour:
    """The most colourful part of the portrait, as it reads on dark ground."""
    small = scaled(portrait, (8, 8), Image.Resampling.BOX)
    found = list[tuple[float, float, float, float]]()
    for number in range(64):
        pixel = small.getpixel((number % 8, number // 8))
        red, green, blue = pixel if isinstance(pixel, tuple) else (0, 0, 0)
        hue, saturation, value = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
        found.append((saturation * value, hue, saturation, value))
    _weight, hue, saturation, value = max(found)
    if saturation < 0.12:
        return (148, 170, 255)  # of a grey picture: a quiet blue
    red, green, blue = colorsys.hsv_to_rgb(hue, min(max(saturation, 0.45), 0.8), max(value, 0.9))
    return round(red * 255), round(green * 255), round(blue * 255)


def ground(portrait: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The portrait's colours, as soft as fog, under a dark glass."""
    few = scaled(portrait, (6, 6), Image.Resampling.BOX)
    fog = scaled(few, size, Image.Resampling.BICUBIC)
    return Image.blend(fog, Image.new("RGB", size, INK), 0.74)


def tinted(image: Image.Image, box: tuple[int, int, int, int], radius: float, light: int) -> None:
    """Lay a rounded sheet of white glass over it; `light` from 0 to 255."""
    left, top, right, foot = box
    mask = faded(rounded(right - left, foot - top, radius), light)
    image.paste((255, 255, 255), (left, top, right, foot), mask)


def bar(image: Image.Image, box: tuple[int, int, int, int], share: float, colour: Colour) -> None:
    """A round bar that is filled so far, from a darker tone to the colour itself."""
    left, top, right, foot = box
    height, width = foot - top, right - left
    tinted(image, box, height / 2, 38)
    filled = min(max(round(width * share), height), width)
    if share <= 0:
        return
    deep = tuple(one * 6 // 10 for one in colour)
    fade = scaled(
        Image.linear_gradient("L").rotate(90), (filled, height), Image.Resampling.BILINEAR
    )
    fill = Image.composite(
        Image.new("RGB", (filled, height), colour), Image.new("RGB", (filled, height), deep), fade
    )
    image.paste(fill, (left, top), rounded(filled, height, height / 2))


def bold(size: int, colour: str = WHITE) -> Style:
    return Style(size, colour, bold=True)


def hexadecimal(colour: Colour) -> str:
    """As a text's style wants it."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def png(image: Image.Image) -> bytes:
    """The file: for a chat, quick to make rather than as small as can be."""
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()
