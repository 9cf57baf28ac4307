"""Pushed giveaways: begun and ended by other programs, in the transaction of their request."""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from typing import Protocol

from bot.acts import Actor, ActUnknown
from bot.features.giveaways import store
from bot.features.giveaways.model import Terms
from bot.features.giveaways.plans import GiveawayPlan
from bot.features.giveaways.ports import GiveawaysPorts
from bot.features.giveaways.schedule import GiveawaySchedule
from bot.features.giveaways.transitions import GiveawayTransitions
from bot.storage.database import Transaction
from bot.texts import _


class PushedPlan(Protocol):
    """Plan as a program gives it."""

    @property
    def channel_id(self) -> int: ...

    @property
    def prize(self) -> str: ...

    @property
    def duration_seconds(self) -> int: ...

    @property
    def winner_count(self) -> int: ...

    @property
    def details(self) -> str | None: ...

    @property
    def required_role_ids(self) -> Collection[int]: ...

    @property
    def min_level(self) -> int | None: ...


class PushedGiveaways:
    """Holds and ends them as the bot, under the name of the webhook that asked."""

    def __init__(
        self,
        ports: GiveawaysPorts,
        schedule: GiveawaySchedule,
        *,
        transitions: GiveawayTransitions,
    ) -> None:
        self._ports = ports
        self._schedule = schedule
        self._transitions = transitions

    async def start(
        self,
        guild_id: int,
        asked: PushedPlan,
        *,
        by_name: str,
    ) -> Callable[[Transaction], Awaitable[tuple[int, datetime]]]:
        """One to be begun in a transaction, which brings its number and when it ends."""
        plan = GiveawayPlan(
            prize=asked.prize,
            channel_id=asked.channel_id,
            winner_count=asked.winner_count,
            lasts=timedelta(seconds=asked.duration_seconds),
            about=asked.details or "",
            terms=Terms(tuple(asked.required_role_ids), asked.min_level),
        )
        actor = self._actor(guild_id, by_name)
        plan = await self._schedule.planned(guild_id, plan)

        async def begun(tx: Transaction) -> tuple[int, datetime]:
            made = await self._schedule.create_in(tx, actor, plan)
            return made.id, made.ends_at

        return begun

    async def end(
        self, guild_id: int, giveaway_id: int, *, by_name: str
    ) -> Callable[[Transaction], Awaitable[int]]:
        """Its end before its time; the sweep draws it right after. NotFound without it."""
        actor = self._actor(guild_id, by_name)
        async with self._ports.database.reading() as reading:
            await store.known(reading, guild_id, giveaway_id)

        async def ended(tx: Transaction) -> int:
            tx.on_commit(self._ports.wake)
            return (await self._transitions.end_in(tx, actor, giveaway_id, look_at=None)).id

        return ended

    def _actor(self, guild_id: int, by_name: str) -> Actor:
        me = self._ports.acts.own_standing(guild_id)
        if me is None:
            raise ActUnknown(_("the server is not available"))
        return Actor(guild_id, me.account.user_id, by_name)
