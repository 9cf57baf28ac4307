"""Pushed giveaways: begun and ended by other programs, in the transaction of their request."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.acts import Actor, ActUnknown
from bot.errors import NotFound, UserError
from bot.features.giveaways import store
from bot.features.giveaways.messages import NEEDED
from bot.features.giveaways.model import Terms
from bot.features.giveaways.plans import GiveawayPlan
from bot.features.giveaways.ports import GiveawaysPorts
from bot.features.giveaways.schedule import GiveawaySchedule
from bot.features.giveaways.transitions import GiveawayTransitions
from bot.needs import place_defect
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

    @property
    def min_account_days(self) -> int: ...

    @property
    def min_member_days(self) -> int: ...

    @property
    def bonus(self) -> Sequence[tuple[int, int]]: ...

    @property
    def starts_in_seconds(self) -> int | None: ...

    @property
    def every_seconds(self) -> int | None: ...


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
        """One to be begun in a transaction, which brings its number and when it ends.

        A NotFound or a UserError for a channel in which it could not be held.
        """
        actor = self._actor(guild_id, by_name)
        self._refuse_place(guild_id, asked.channel_id)
        waits = _time(asked.starts_in_seconds)
        plan = GiveawayPlan(
            prize=asked.prize,
            channel_id=asked.channel_id,
            winner_count=asked.winner_count,
            lasts=timedelta(seconds=asked.duration_seconds),
            about=asked.details or "",
            terms=_terms(asked),
            starts_at=None if waits is None else self._ports.clock.now() + waits,
            every=_time(asked.every_seconds),
        )
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

    def _refuse_place(self, guild_id: int, channel_id: int) -> None:
        seen = self._ports.acts.surroundings(guild_id)
        if seen is None:
            raise ActUnknown(_("the server is not available"))
        if channel_id not in seen.channels:
            raise NotFound(_("That channel is not in this server. Choose another."))
        if found := place_defect(seen, channel_id, NEEDED):
            raise UserError(found.text)

    def _actor(self, guild_id: int, by_name: str) -> Actor:
        me = self._ports.acts.own_standing(guild_id)
        if me is None:
            raise ActUnknown(_("the server is not available"))
        return Actor(guild_id, me.account.user_id, by_name)


def _terms(asked: PushedPlan) -> Terms:
    bonus = dict(asked.bonus)
    if len(bonus) < len(asked.bonus):
        raise UserError(_("One of the roles is named twice."))
    return Terms(
        tuple(dict.fromkeys(asked.required_role_ids)),
        asked.min_level,
        asked.min_account_days,
        asked.min_member_days,
        bonus,
    )


def _time(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
