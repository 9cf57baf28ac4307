"""Fixtures for tests of what leaves."""

import logging
from collections.abc import Generator, MutableMapping
from typing import Any

import pytest
import structlog

from bot.clock import ManualClock, to_ms

LogLine = MutableMapping[str, Any]


@pytest.fixture
def told(clock: ManualClock) -> Generator[list[LogLine]]:
    """Every line that is logged meanwhile, debugging included; `at` is the clock's ms."""

    def stamp(_logger: object, _name: str, line: LogLine) -> LogLine:
        return {**line, "at": to_ms(clock.now())}

    before = structlog.get_config()
    delivery, capture = logging.getLogger("herald.delivery"), structlog.testing.LogCapture()
    level = delivery.level
    delivery.setLevel(logging.DEBUG)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger("DEBUG"), processors=[stamp, capture]
    )
    yield capture.entries
    structlog.configure(wrapper_class=before["wrapper_class"], processors=before["processors"])
    delivery.setLevel(level)
