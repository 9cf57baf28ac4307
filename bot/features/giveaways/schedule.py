"""Schedule of giveaways: set up, opened when their time comes, and followed by the next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.acts import Actor
from bot.catalogue.giveaways import GiveawayCreated
from bot.errors import UserError
from bot.features.giveaways import store
from bot.features.giveaways.draw import hash_of, new_seed
from bot.features.giveaways.messages import CARD
from bot.features.giveaways.model import (
    Giveaway,
    GiveawayState,
    GiveawayStep,
    Terms,
    next_start,
)
from bot.features.giveaways.plans import GiveawayPlan, checked
from bot.features.giveaways.ports import GiveawaysPorts
from bot.posts.store import Addressee
from bot.storage.database import Transaction
from bot.structure import renumbered
from bot.texts import _

MOST = 100  # of one server that have not ended


class GiveawaySchedule:
    """Sets giveaways up; the seed of each is made, and its hash with it, when it is."""

    def __init__(self, ports: GiveawaysPorts) -> None:
        self._ports = ports

    async def create(self, actor: Actor, plan: GiveawayPlan) -> Giveaway:
        """Set one up; it is open at once, or opens by itself."""
        plan = await self.planned(actor.guild_id, plan)
        async with self._ports.database.transaction() as tx:
            return await self.create_in(tx, actor, plan)

    async def planned(self, guild_id: int, plan: GiveawayPlan) -> GiveawayPlan:
        """The plan as it is kept; a UserError where it cannot be. Ask before a transaction."""
        if not (await self._ports.chosen(guild_id)).enabled:
            raise UserError(_("Giveaways are switched off in this server: see /settings."))
        return checked(plan, self._ports.clock.now())

    async def create_in(self, tx: Transaction, actor: Actor, plan: GiveawayPlan) -> Giveaway:
        """Set one up in that transaction; the plan is checked."""
        if await store.standing(tx, actor.guild_id) >= MOST:
            text = _("A server can have {count} giveaways at a time.")
            raise UserError(text.format(count=MOST))
        return await self._add(
            tx,
            plan,
            self._ports.clock.now(),
            guild_id=actor.guild_id,
            created_by_id=actor.user_id,
            created_by_name=actor.name,
        )

    async def begin(self, giveaway: Giveaway) -> None:
        """Open one whose time has come; where all of it has passed meanwhile, it has it now."""
        now = self._ports.clock.now()
        ends_at = giveaway.ends_at if giveaway.ends_at > now else now + giveaway.lasts
        async with self._ports.database.transaction() as tx:
            begun = await store.move(
                tx, giveaway.id, GiveawayStep.BEGIN, ends_at=ends_at, look_at=None
            )
            if begun is not None:
                await self._show(tx, begun)

    async def follow(self, tx: Transaction, ended: Giveaway) -> None:
        """The next of a series, when one was drawn; times that were missed are passed over.

        None where giveaways were switched off meanwhile.
        """
        now = self._ports.clock.now()
        starts_at = next_start(ended, now)
        if starts_at is None or not (await self._ports.chosen(ended.guild_id)).enabled:
            return
        plan = GiveawayPlan(
            prize=ended.prize,
            channel_id=ended.channel_id,
            winner_count=ended.winner_count,
            lasts=ended.lasts,
            about=ended.about,
            terms=ended.terms,
            starts_at=starts_at,
            every=ended.every,
        )
        await self._add(
            tx,
            plan,
            now,
            guild_id=ended.guild_id,
            created_by_id=ended.created_by_id,
            created_by_name=ended.created_by_name,
        )

    async def _add(
        self, tx: Transaction, plan: GiveawayPlan, now: datetime, *, guild_id: int, **by: Any
    ) -> Giveaway:
        starts_at, seed = plan.starts_at or now, new_seed()
        is_open = starts_at <= now
        made = await store.add(
            tx,
            guild_id=guild_id,
            channel_id=plan.channel_id,
            prize=plan.prize,
            about=plan.about,
            winner_count=plan.winner_count,
            terms=plan.terms,
            state=(GiveawayState.OPEN if is_open else GiveawayState.SCHEDULED).value,
            created_at=now,
            starts_at=starts_at,
            ends_at=starts_at + plan.lasts,
            lasts=plan.lasts,
            every=plan.every,
            sealed_seed=self._ports.vault.seal(seed),
            seed_hash=hash_of(seed),
            **by,
        )
        await self._ports.outbox.emit(tx, _created(made))
        tx.on_commit(self._ports.wake)
        if is_open:
            await self._show(tx, made)
        return made

    async def on_remade(
        self, tx: Transaction, guild_id: int, new_ids: Mapping[int, int]
    ) -> list[str]:
        """A reaction: terms name the new roles, and a card is shown in the new channel."""
        followed = list[str]()
        for seen in await store.lock_standing(tx, guild_id):
            channel_id = new_ids.get(seen.channel_id, seen.channel_id)
            terms = Terms.read(renumbered(seen.terms.document(), new_ids))
            if (channel_id, terms) == (seen.channel_id, seen.terms):
                continue
            after = await store.change(tx, seen, channel_id=channel_id, terms=terms)
            if after is not None and after.state is not GiveawayState.SCHEDULED:
                if channel_id != seen.channel_id:
                    await self._ports.posts.drop(tx, CARD, seen.id)
                await self._show(tx, after)
            followed.append(_("giveaway {number}").format(number=seen.id))
        return followed

    async def _show(self, tx: Transaction, giveaway: Giveaway) -> None:
        to = Addressee(giveaway.guild_id, channel_id=giveaway.channel_id)
        await self._ports.posts.owe(tx, CARD, giveaway.id, to)


def _created(giveaway: Giveaway) -> GiveawayCreated:
    return GiveawayCreated(
        guild_id=giveaway.guild_id,
        giveaway_id=giveaway.id,
        prize=giveaway.prize,
        winner_count=giveaway.winner_count,
        channel_id=giveaway.channel_id,
        created_by_id=giveaway.created_by_id,
        starts_at=giveaway.starts_at,
        ends_at=giveaway.ends_at,
        required_role_ids=giveaway.terms.required_role_ids,
        min_level=giveaway.terms.min_level,
    )
