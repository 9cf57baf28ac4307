"""The look of pages: a transcript is a file by itself, and has the colours of the others."""

import re
from pathlib import Path

from bot.features.tickets.transcript import document
from bot.web import pages

SCHEMES = re.compile(r":root \{(.*?)\n *\}", re.DOTALL)
VALUE = re.compile(r"(--[\w-]+): ([^;]+);")


def _looks(file: Path) -> list[dict[str, str]]:
    """The values of its names, in light, in dark, on paper."""
    return [dict(VALUE.findall(found)) for found in SCHEMES.findall(file.read_text("utf-8"))]


def test_a_name_means_one_colour_everywhere() -> None:
    others = _looks(pages.FOLDER / "static" / "portal.css")
    ours = _looks(document.FOLDER / "transcript.css")
    assert len(others) == len(ours) == 3
    for known, own in zip(others[:2], ours[:2], strict=True):
        shared = {name: value for name, value in own.items() if name in known}
        assert shared == {name: known[name] for name in shared}
        assert set(own) - set(shared) <= {"--note"}  # the staff's, which no other page has
