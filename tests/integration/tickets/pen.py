"""Pen of the tests: messages in the rooms of tickets, as Discord would tell of them."""

from dataclasses import replace
from typing import Any

from bot.clock import to_snowflake
from bot.features.tickets.model import Ticket
from bot.rooms import Writer, Writing
from tests.integration.tickets.tickets_env import TicketsEnv
from tests.support.emitter_setup import GUILD


class Pen:
    """Writes messages into rooms, as Discord would tell of them."""

    def __init__(self, env: TicketsEnv) -> None:
        self._env = env
        self._count = 0

    def by(self, user_id: int, *role_ids: int, bot: bool = False) -> Writer:
        return Writer(user_id, f"otter_{user_id}", None, bot, frozenset(role_ids))

    async def write(
        self,
        ticket: Ticket,
        writer: Writer,
        content: str | None,
        *,
        heard: bool = True,
        **more: Any,
    ) -> Writing:
        assert ticket.channel_id is not None
        self._count += 1
        one = Writing(
            message_id=to_snowflake(self._env.clock.now()) + self._count,
            guild_id=GUILD,
            channel_id=ticket.channel_id,
            writer=writer,
            content=content,
            written_at=self._env.clock.now(),
            **more,
        )
        self._env.discord.written.setdefault(ticket.channel_id, []).append(one)
        if heard:
            await self._env.tickets.conversation.heard(one)
        return one

    def change(self, one: Writing, **values: Any) -> Writing:
        """What Discord's history says of it from now on; nobody is told."""
        other = replace(one, **values)
        written = self._env.discord.written[one.channel_id]
        written[written.index(one)] = other
        return other

    def erase(self, one: Writing) -> None:
        """The same of a message that is gone."""
        self._env.discord.written[one.channel_id].remove(one)
