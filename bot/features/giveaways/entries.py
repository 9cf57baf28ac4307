"""Entries of giveaways: people enter and leave by a button, and leave with the server."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.clock import to_ms
from bot.errors import UserError
from bot.features.giveaways import entry_store, store
from bot.features.giveaways.messages import CARD
from bot.features.giveaways.model import Candidate, Entrant, Giveaway, GiveawayState, unmet, weight
from bot.features.giveaways.ports import GiveawaysPorts
from bot.features.giveaways.terms_words import lacking
from bot.storage.database import Transaction
from bot.texts import _


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody is in: with how many entries, beside how many people."""

    giveaway: Giveaway
    weight: int
    people: int
    was_in: bool


class Entries:
    """Whoever changes entries holds the giveaway's row: once it is closed, nothing changes them."""

    def __init__(self, ports: GiveawaysPorts) -> None:
        self._ports = ports

    async def enter(self, entrant: Entrant, giveaway_id: int) -> Entered:
        """Enter, or take over what one's roles bring now; a UserError says what is missing."""
        now = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            seen = await self._held(tx, entrant, giveaway_id)
            if not seen.takes_entries(now):
                raise UserError(_closed(seen))
            await self._refuse(tx, entrant, seen)
            places = weight(seen.terms, entrant.role_ids)
            before = await entry_store.weight_of(tx, seen.id, entrant.user_id)
            if before != places:
                await entry_store.put(
                    tx,
                    giveaway_id=seen.id,
                    user_id=entrant.user_id,
                    guild_id=seen.guild_id,
                    weight=places,
                    entered_at=to_ms(now),
                )
            if before is None:
                await self._ports.posts.redraw(tx, CARD, seen.id)
            people = await entry_store.entry_count(tx, seen.id)
        return Entered(seen, places, people, was_in=before is not None)

    async def leave(self, entrant: Entrant, giveaway_id: int) -> Giveaway:
        """Be in it no more; a UserError where they were not, or where it is over."""
        async with self._ports.database.transaction() as tx:
            seen = await self._held(tx, entrant, giveaway_id)
            if not seen.takes_entries(self._ports.clock.now()):
                raise UserError(_closed(seen))
            if not await entry_store.take_out(tx, seen.id, [entrant.user_id]):
                raise UserError(_("You are not in it."))
            await self._ports.posts.redraw(tx, CARD, seen.id)
        return seen

    async def on_gone(self, tx: Transaction, guild_id: int, user_ids: Collection[int]) -> None:
        """A reaction: whoever leaves the server, or is banned, leaves what is open there."""
        await self.leave_all(tx, guild_id, user_ids)

    async def leave_all(self, tx: Transaction, guild_id: int, user_ids: Collection[int]) -> int:
        """Leave everything that is open; how many giveaways that were."""
        left = 0
        for giveaway_id in await entry_store.leavable(tx, guild_id, user_ids):
            if await entry_store.take_out(tx, giveaway_id, user_ids):
                await self._ports.posts.redraw(tx, CARD, giveaway_id)
                left += 1
        return left

    async def _held(self, tx: Transaction, entrant: Entrant, giveaway_id: int) -> Giveaway:
        seen = await store.held(tx, giveaway_id)
        if seen is None or seen.guild_id != entrant.guild_id:
            raise UserError(_("That giveaway is not there any more."))
        return seen

    async def _refuse(self, tx: Transaction, entrant: Entrant, seen: Giveaway) -> None:
        level = 0
        if seen.terms.min_level is not None:
            level = await self._ports.level_of(tx, seen.guild_id, entrant.user_id)
        person = Candidate(entrant.user_id, entrant.role_ids, entrant.joined_at, level)
        missing = unmet(seen.terms, person, self._ports.clock.now())
        if missing:
            raise UserError(lacking(seen.terms, person, missing))


def _closed(seen: Giveaway) -> str:
    if seen.state is GiveawayState.SCHEDULED:
        return _("It has not begun yet.")
    if seen.state is GiveawayState.PAUSED:
        return _("It is paused: nobody enters or leaves until it goes on.")
    if seen.state is GiveawayState.CANCELLED:
        return _("It was cancelled.")
    return _("It is over: nobody enters or leaves any more.")
