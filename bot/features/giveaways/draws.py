"""Draws: the winners are found, Discord asked about each, and all of it written down at once.

| Step | If the process ends after it |
|---|---|
| the row `drawing`: nobody enters or leaves any more | the sweep finds it |
| the lots, and Discord asked about everybody whose lot came up | it is done again |
| the row `drawn`, with winners, seed, event, and what is owed to people | posts, what they owe |
| the announcement is sent: the row `announced` | nothing is left |
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.acts import ActFailed, Actor
from bot.catalogue.giveaways import GiveawayEnded, GiveawayRerolled
from bot.errors import ConfigError, UserError
from bot.features.giveaways import entry_store, store
from bot.features.giveaways.draw import Drum
from bot.features.giveaways.entry_store import DrawRecord, Winner
from bot.features.giveaways.messages import ANNOUNCEMENT, CARD, LETTER
from bot.features.giveaways.model import (
    Candidate,
    Giveaway,
    GiveawayState,
    GiveawayStep,
    Unmet,
    unmet,
    weight,
)
from bot.features.giveaways.ports import GiveawaysPorts
from bot.features.giveaways.schedule import GiveawaySchedule
from bot.kept_texts import UNREADABLE_SECRET
from bot.posts.store import Addressee
from bot.storage.database import Transaction
from bot.texts import _


@dataclass(slots=True)
class Findings:
    """Findings of one draw: its winners, and those of whose lots nothing came."""

    winner_ids: list[int] = field(default_factory=list[int])
    places: dict[int, int] = field(default_factory=dict[int, int])
    reasons: dict[int, list[Unmet]] = field(default_factory=dict[int, list[Unmet]])


class Draws:
    """Draws and draws anew; each can be begun again until it is written down."""

    def __init__(self, ports: GiveawaysPorts, schedule: GiveawaySchedule) -> None:
        self._ports = ports
        self._schedule = schedule

    async def draw(self, giveaway: Giveaway) -> Giveaway | None:
        """Draw one that is closed; None where it was drawn or cancelled meanwhile.

        ActFailed where Discord gives no answer about somebody: it is due again after the lease.
        """
        assert giveaway.sealed_seed is not None  # noqa: S101  it is drawing
        try:
            seed = self._ports.vault.open(giveaway.sealed_seed)
        except ConfigError:
            await self._failed(giveaway, UNREADABLE_SECRET)
            raise
        drum = await self._drum(giveaway, seed)
        found = await self._found(giveaway, drum, giveaway.winner_count, {})
        now, chosen = self._ports.clock.now(), await self._ports.chosen(giveaway.guild_id)
        async with self._ports.database.transaction() as tx:
            drawn = await store.move(
                tx,
                giveaway.id,
                GiveawayStep.DRAW,
                seed=seed,
                sealed_seed=None,
                failure=None,
                ended_at=now,
                forget_at=now + chosen.keeps,
                look_at=None,
            )
            if drawn is None:
                return None
            won = await self._write(tx, drawn, 1, found, wanted=giveaway.winner_count, by_id=None)
            event = GiveawayEnded(
                guild_id=drawn.guild_id,
                giveaway_id=drawn.id,
                winner_ids=tuple(found.winner_ids),
                entry_count=len(drum.weights),
            )
            await self._ports.outbox.emit(tx, event)
            await self._tell(tx, drawn, won, tells_winners=chosen.tells_winners)
            await self._schedule.follow(tx, drawn)
        return drawn

    async def reroll(
        self, actor: Actor, giveaway_id: int, *, instead_of: int | None = None
    ) -> tuple[Giveaway, list[int]]:
        """Draw anew for one winner, or for all of them; nobody who has won wins again.

        A UserError where it has not ended, or where nobody else can win.
        """
        async with self._ports.locks.hold((actor.guild_id, giveaway_id)):
            async with self._ports.database.reading() as reading:
                seen = await store.known(reading, actor.guild_id, giveaway_id)
                draws = await entry_store.draws_of(reading, seen.id)
                before = await entry_store.winners_of(reading, seen.id)
            if seen.seed is None or not seen.has_ended:
                raise UserError(_("Giveaway {number} was not drawn yet.").format(number=seen.id))
            given_up = _given_up(before, instead_of)
            drum = await self._drum(seen, seen.seed)
            won_before = {one.user_id: 0 for one in before}
            wanted = len(given_up) or seen.winner_count
            try:
                found = await self._found(seen, drum, wanted, won_before)
            except ActFailed as error:
                text = _("Discord did not say who is still here: {error}. Try again.")
                raise UserError(text.format(error=error)) from error
            if not found.winner_ids:
                raise UserError(_("Nobody else who entered can win."))
            drawn = await self._rerolled(
                actor, seen, found, number=len(draws) + 1, before=before, given_up=given_up
            )
        return drawn, found.winner_ids

    async def _rerolled(
        self,
        actor: Actor,
        seen: Giveaway,
        found: Findings,
        *,
        number: int,
        before: Sequence[Winner],
        given_up: Sequence[int],
    ) -> Giveaway:
        chosen = await self._ports.chosen(seen.guild_id)
        async with self._ports.database.transaction() as tx:
            drawn = await store.move(tx, seen.id, GiveawayStep.REROLL)
            draws = await entry_store.draws_of(tx, seen.id)
            if drawn is None or len(draws) != number - 1:
                raise UserError(_("Somebody else was quicker."))
            await entry_store.replace(tx, seen.id, given_up)
            wanted = len(given_up) or seen.winner_count
            won = await self._write(tx, drawn, number, found, wanted=wanted, by_id=actor.user_id)
            event = GiveawayRerolled(
                guild_id=drawn.guild_id,
                giveaway_id=drawn.id,
                winner_ids=tuple(found.winner_ids),
                previous_winner_ids=tuple(one.user_id for one in before),
                entry_count=await entry_store.entry_count(tx, drawn.id),
                rerolled_by_id=actor.user_id,
            )
            await self._ports.outbox.emit(tx, event)
            await self._tell(tx, drawn, won, tells_winners=chosen.tells_winners)
        return drawn

    async def _drum(self, giveaway: Giveaway, seed: str) -> Drum:
        """Nobody enters or leaves any more: it is the same whenever it is read."""
        async with self._ports.database.reading() as reading:
            weights = await entry_store.weights(reading, giveaway.id)
        return await asyncio.to_thread(Drum, seed, weights)

    async def _found(
        self, giveaway: Giveaway, drum: Drum, wanted: int, barred: dict[int, int]
    ) -> Findings:
        """Ask about everybody whose lot came up, until all who win were asked about."""
        found, asked = Findings(), set[int]()
        while True:
            left = {**found.places, **barred}
            won = await asyncio.to_thread(drum.winners, wanted, left)
            unasked = [one for one in won if one not in asked]
            if not unasked:
                found.winner_ids = won
                return found
            for user_id in unasked:
                await self._ask(giveaway, user_id, drum.weights[user_id], found)
                asked.add(user_id)

    async def _ask(self, giveaway: Giveaway, user_id: int, entered: int, found: Findings) -> None:
        why, places = await self._standing(giveaway, user_id)
        if why:
            found.reasons[user_id] = why
        if places < entered:
            found.places[user_id] = places

    async def _standing(self, giveaway: Giveaway, user_id: int) -> tuple[list[Unmet], int]:
        """What keeps somebody from winning now, and how many places they have."""
        member = await self._ports.acts.member(giveaway.guild_id, user_id)
        if member is None:
            return [Unmet.GONE], 0
        level = 0
        if giveaway.terms.min_level is not None:
            async with self._ports.database.reading() as reading:
                level = await self._ports.level_of(reading, giveaway.guild_id, user_id)
        person = Candidate(user_id, member.role_ids, member.joined_at, level)
        why = unmet(giveaway.terms, person, self._ports.clock.now())
        return why, 0 if why else weight(giveaway.terms, member.role_ids)

    async def _write(
        self,
        tx: Transaction,
        drawn: Giveaway,
        number: int,
        found: Findings,
        *,
        wanted: int,
        by_id: int | None,
    ) -> tuple[DrawRecord, list[Winner]]:
        return await entry_store.add_draw(
            tx,
            drawn.id,
            number,
            places=found.places,
            reasons=found.reasons,
            winner_ids=found.winner_ids,
            wanted=wanted,
            drawn_at=self._ports.clock.now(),
            by_id=by_id,
        )

    async def _tell(
        self,
        tx: Transaction,
        drawn: Giveaway,
        won: tuple[DrawRecord, list[Winner]],
        *,
        tells_winners: bool,
    ) -> None:
        posts, guild_id = self._ports.posts, drawn.guild_id
        record, winners = won
        here = Addressee(guild_id, channel_id=drawn.channel_id)
        await posts.owe(tx, CARD, drawn.id, here)
        await posts.owe(tx, ANNOUNCEMENT, record.id, here)
        for one in winners if tells_winners else ():
            await posts.owe(tx, LETTER, one.id, Addressee(guild_id, user_id=one.user_id))

    async def _failed(self, giveaway: Giveaway, why: str) -> None:
        """What keeps it from being drawn, for whoever looks at it."""
        async with self._ports.database.transaction() as tx:
            if giveaway.state is GiveawayState.DRAWING:
                await store.change(tx, giveaway, failure=why)


def _given_up(winners: Sequence[Winner], instead_of: int | None) -> list[int]:
    """Whose prizes are drawn anew; a UserError where they have none."""
    holding = [one.user_id for one in winners if not one.is_replaced]
    if instead_of is None:
        return holding
    if instead_of not in holding:
        raise UserError(_("They are no winner of it: the giveaway's message names those who are."))
    return [instead_of]
