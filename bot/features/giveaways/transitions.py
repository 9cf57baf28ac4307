"""Transitions of a giveaway that the staff ask for, and its end in time."""

from datetime import datetime

from bot.acts import Actor
from bot.errors import UserError
from bot.features.giveaways import store
from bot.features.giveaways.messages import CARD
from bot.features.giveaways.model import Giveaway, GiveawayState, GiveawayStep
from bot.features.giveaways.plans import GiveawayEdit, edited
from bot.features.giveaways.ports import GiveawaysPorts
from bot.storage.database import Transaction
from bot.storage.sweep import LEASE
from bot.texts import N_, _

REFUSALS = {
    GiveawayStep.PAUSE: N_("Only an open giveaway can be paused; see /giveaway show."),
    GiveawayStep.RESUME: N_("Giveaway {number} is not paused."),
    GiveawayStep.CLOSE: N_("Only a giveaway that has begun, and is not over, can be ended."),
    GiveawayStep.CANCEL: N_("Giveaway {number} is over already."),
}


class GiveawayTransitions:
    """Each is one transaction; of two at once the second is refused."""

    def __init__(self, ports: GiveawaysPorts) -> None:
        self._ports = ports

    async def pause(self, actor: Actor, giveaway_id: int) -> Giveaway:
        """Let nobody enter or leave for a while, which is added at its end."""
        now = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            seen = await self._locked(tx, actor, giveaway_id, GiveawayStep.PAUSE)
            if not seen.takes_entries(now):
                raise UserError(_(REFUSALS[GiveawayStep.PAUSE]))
            return await self._moved(
                tx, actor, seen, GiveawayStep.PAUSE, what="paused", paused_at=now
            )

    async def resume(self, actor: Actor, giveaway_id: int) -> Giveaway:
        """Open it again, for as long as was left."""
        now = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            seen = await self._locked(tx, actor, giveaway_id, GiveawayStep.RESUME)
            ends_at = seen.ends_at + (now - (seen.paused_at or now))
            tx.on_commit(self._ports.wake)
            return await self._moved(
                tx,
                actor,
                seen,
                GiveawayStep.RESUME,
                what="resumed",
                ends_at=ends_at,
                paused_at=None,
            )

    async def cancel(self, actor: Actor, giveaway_id: int) -> Giveaway:
        """End it without a draw, and its series with it."""
        async with self._ports.database.transaction() as tx:
            seen = await self._locked(tx, actor, giveaway_id, GiveawayStep.CANCEL)
            now, chosen = self._ports.clock.now(), await self._ports.chosen(actor.guild_id)
            return await self._moved(
                tx,
                actor,
                seen,
                GiveawayStep.CANCEL,
                what="cancelled",
                sealed_seed=None,
                ended_at=now,
                forget_at=now + chosen.keeps,
                look_at=None,
            )

    async def edit(self, actor: Actor, giveaway_id: int, edit: GiveawayEdit) -> Giveaway:
        """Change one that has not ended; whoever entered is measured by its terms at the draw."""
        now = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            seen = await store.known(tx, actor.guild_id, giveaway_id, locks=True)
            changed = await store.change(tx, seen, **edited(seen, edit, now))
            assert changed is not None  # noqa: S101  it is locked
            tx.on_commit(self._ports.wake)
            await self._ports.posts.redraw(tx, CARD, changed.id)
            await self._ports.audited(tx, actor, changed, "changed")
        return changed

    async def end(self, actor: Actor, giveaway_id: int) -> Giveaway:
        """Close it before its time; whoever calls this draws it."""
        look_at = self._ports.clock.now() + LEASE
        async with self._ports.database.transaction() as tx:
            return await self.end_in(tx, actor, giveaway_id, look_at=look_at)

    async def end_in(
        self, tx: Transaction, actor: Actor, giveaway_id: int, *, look_at: datetime | None
    ) -> Giveaway:
        """The same in that transaction; the sweep draws it from `look_at` on."""
        seen = await self._locked(tx, actor, giveaway_id, GiveawayStep.CLOSE)
        return await self._moved(tx, actor, seen, GiveawayStep.CLOSE, what="ended", look_at=look_at)

    async def close(self, giveaway: Giveaway) -> None:
        """Close one whose time is over; the sweep draws it next."""
        now = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            seen = await store.by_id(tx, giveaway.id, locks=True)
            # It may have been paused, or given more time, since it was found.
            is_due = seen is not None and seen.state is GiveawayState.OPEN and seen.ends_at <= now
            if is_due:
                await store.move(tx, giveaway.id, GiveawayStep.CLOSE, look_at=None)
                await self._ports.posts.redraw(tx, CARD, giveaway.id)

    async def _locked(
        self, tx: Transaction, actor: Actor, giveaway_id: int, step: GiveawayStep
    ) -> Giveaway:
        seen = await store.known(tx, actor.guild_id, giveaway_id, locks=True)
        if not seen.may(step):
            raise UserError(_(REFUSALS[step]).format(number=seen.id))
        return seen

    async def _moved(
        self,
        tx: Transaction,
        actor: Actor,
        seen: Giveaway,
        step: GiveawayStep,
        *,
        what: str,
        **values: object,
    ) -> Giveaway:
        moved = await store.move(tx, seen.id, step, **values)
        assert moved is not None  # noqa: S101  it is locked
        await self._ports.posts.redraw(tx, CARD, moved.id)
        await self._ports.audited(tx, actor, moved, what)
        return moved
