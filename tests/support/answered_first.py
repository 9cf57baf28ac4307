"""Watch over interactions: whoever writes has answered or deferred before.

Discord waits three seconds for an answer, a writer that is busy may take longer: what was done
then is done, and nobody has read of it.
"""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any

import discord
import pytest

from bot.catalogue.base import Event
from bot.outbox.outbox import Outbox
from bot.storage.database import Database, Transaction

HANDLERS = ("CommandTree-invoker", "discord-ui-")
"""Beginnings of the names that discord.py gives to the tasks of interactions."""

_handled: ContextVar[discord.Interaction[Any] | None] = ContextVar("handled", default=None)


@contextmanager
def answered_first(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """At its end, fail for each interaction that wrote before it was answered."""
    early: list[str] = []
    made, transaction, record = discord.Interaction.__init__, Database.transaction, Outbox.record

    def make(self: discord.Interaction[Any], *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        # discord.py makes the task that handles it right after it, in this very context.
        _handled.set(self)

    def look() -> None:
        task, interaction = asyncio.current_task(), _handled.get()
        if task is None or interaction is None or not task.get_name().startswith(HANDLERS):
            return
        if not interaction.response.is_done():
            early.append(f"{interaction.data}")

    @asynccontextmanager
    async def watched(self: Database) -> AsyncGenerator[Transaction]:
        look()
        async with transaction(self) as tx:
            yield tx

    async def recorded(self: Outbox, event: Event) -> Any:
        look()
        return await record(self, event)

    monkeypatch.setattr(discord.Interaction, "__init__", make)
    monkeypatch.setattr(Database, "transaction", watched)
    monkeypatch.setattr(Outbox, "record", recorded)
    yield
    assert early == [], "written before the interaction was answered or deferred"
