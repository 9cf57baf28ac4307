"""Requests in flight: the timer that looks for silent ones runs while there are any."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import pytest

from bot.delivery.in_flight import InFlight
from bot.outbox.rows import LeasedDelivery


async def for_ever() -> None:
    await asyncio.Event().wait()


async def test_with_nothing_in_flight_no_timer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for the loop to have nothing more to do would wait for it."""
    loop = asyncio.get_running_loop()
    started: list[asyncio.TimerHandle] = []
    call_later = loop.call_later

    def seen(seconds: float, callback: Callable[..., None], *of: object) -> asyncio.TimerHandle:
        started.append(call_later(seconds, callback, *of))
        return started[-1]

    monkeypatch.setattr(loop, "call_later", seen)
    flights = InFlight(on_silent=lambda due: None)
    due = LeasedDelivery(1, 1, 1, uuid4(), "member.joined", b"{}")
    one, other = (loop.create_task(for_ever()) for _ in range(2))
    flights.begin(one, due)
    flights.begin(other, due)

    flights.end(one)
    assert [timer.cancelled() for timer in started] == [False]
    flights.end(other)
    assert [timer.cancelled() for timer in started] == [True]
    one.cancel()
    other.cancel()
