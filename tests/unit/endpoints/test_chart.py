"""The picture of `/webhook stats`: a PNG whose colours tell what happened."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from PIL import Image, ImageChops

from bot.features.endpoints.chart import (
    DELIVERED,
    FAILED,
    HEIGHT,
    HIGH,
    LEFT,
    MEDIAN,
    RIGHT,
    WIDTH,
    alt_text,
    draw,
)
from bot.features.endpoints.statistics import Hour, Statistics
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import EndpointState

START = datetime(2026, 5, 23, 12, tzinfo=UTC)
ENDPOINT = Endpoint(
    1,
    uuid4(),
    2,
    "Grüße 🦦",
    "https://example.com/",
    "phantom",
    EndpointState.ACTIVE,
    3,
    START,
    START,
    0,
    None,
    None,
    ("*",),
    b"sealed",
)


def statistics(counts: Sequence[tuple[int, int]]) -> Statistics:
    hours = [
        Hour(
            START + timedelta(hours=number),
            delivered,
            failed,
            20 if delivered + failed else None,
            90 if delivered + failed else None,
        )
        for number, (delivered, failed) in enumerate(counts)
    ]
    return Statistics(ENDPOINT, hours, 20, 90)


def count(image: Image.Image, color: str) -> int:
    """How many points of the plots have that colour; the legends lie above them."""
    wanted = tuple(bytes.fromhex(color[1:]))
    plots = [image.crop((80, 99, 975, 311)), image.crop((80, 385, 975, 545))]
    return sum(plot.convert("RGB").tobytes().count(bytes(wanted)) for plot in plots)


@pytest.mark.parametrize("hours", [24, 168])
def test_what_happened_is_drawn_and_what_did_not_is_not(hours: int) -> None:
    image = Image.open(io.BytesIO(draw(statistics([(3, 0)] * hours))))
    assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
    assert count(image, DELIVERED) > 1000
    assert count(image, FAILED) == 0
    mixed = Image.open(io.BytesIO(draw(statistics([(1000, 1), *[(0, 0)] * (hours - 1)]))))
    assert count(mixed, FAILED) > 0  # one in a thousand is still seen
    assert min(count(mixed, MEDIAN), count(mixed, HIGH)) > 0


def test_an_empty_time_is_an_empty_picture() -> None:
    image = Image.open(io.BytesIO(draw(statistics([(0, 0)] * 24))))
    assert [count(image, color) for color in (DELIVERED, FAILED, MEDIAN, HIGH)] == [0, 0, 0, 0]


@pytest.mark.parametrize("name", ["Grüße", "漢字", "مرحبا", "🦦", "हिन्दी " * 100])
def test_the_name_is_drawn_in_any_script(name: str) -> None:
    shown = statistics([(3, 0)] * 24)
    named = replace(shown, endpoint=replace(ENDPOINT, name=name))
    nameless = replace(shown, endpoint=replace(ENDPOINT, name=""))
    pictures = [Image.open(io.BytesIO(draw(each))).convert("RGB") for each in (named, nameless)]
    left, top, right, foot = ImageChops.difference(*pictures).getbbox() or (0, 0, 0, 0)
    assert (left >= LEFT - 2, top > 0, foot <= 66) == (True, True, True)  # above the legend
    assert LEFT < right < RIGHT - 100  # before the span of time


def test_the_picture_in_words() -> None:
    assert alt_text(statistics([(3, 1)] * 24)) == (
        "Grüße 🦦, last 24 hours: 72 delivered, 24 failed; "
        "latency 20 ms in the median, 90 ms at the 95th percentile."
    )


def test_what_is_left_out_is_said_in_words_and_in_the_picture() -> None:
    every = statistics([(3, 1)] * 168)
    some = replace(every, newest=50_000)
    told = " Only its newest 50000 deliveries are counted."
    assert alt_text(some) == alt_text(every) + told
    assert draw(some) != draw(every)
