"""Transitions of a trade: proposed, changed, confirmed, ended or completed, each once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.acts import Actor
from bot.catalogue.base import Decimals
from bot.catalogue.trades import TradeCompleted
from bot.errors import UserError
from bot.features.trades import store
from bot.features.trades.messages import CARD, TradeCurrencies, TradeMessages
from bot.features.trades.model import Offer, Trade, TradeSide, TradeState
from bot.features.trades.ports import TradesPorts
from bot.money import Payout, Stake
from bot.posts.store import Addressee
from bot.storage.database import Transaction
from bot.texts import _


@dataclass(frozen=True, slots=True)
class Proposal:
    """Trade as somebody proposes it: with whom, what they give, and what they ask for."""

    channel_id: int
    counterparty_id: int
    gives: Offer
    gets: Offer


class TradeTransitions:
    """Money is held from a side's confirmation on, and moves once both have confirmed."""

    def __init__(self, ports: TradesPorts, messages: TradeMessages) -> None:
        self._ports = ports
        self._messages = messages

    async def propose(self, actor: Actor, proposal: Proposal) -> Trade:
        """A new trade, confirmed by whoever proposes it: their money is held at once."""
        chosen = await self._ports.require(actor.guild_id)
        if proposal.counterparty_id == actor.user_id:
            raise UserError(_("A trade takes two: name somebody else."))
        now = self._ports.clock.now()
        sides = (
            TradeSide(actor.user_id, proposal.gives, True, None),
            TradeSide(proposal.counterparty_id, proposal.gets, False, None),
        )
        await self._ports.funds.refuse_full(actor.guild_id, _moved(sides))
        # Two who are counted at once would both be the last that may be open.
        async with (
            self._ports.locks.hold((actor.guild_id, actor.user_id)),
            self._ports.database.transaction() as tx,
        ):
            if await store.standing(tx, actor.guild_id, actor.user_id) >= chosen.open_limit:
                text = _("You have {count} trades open, as many as you may: end one first.")
                raise UserError(text.format(count=chosen.open_limit))
            made = await store.add(
                tx,
                sides,
                guild_id=actor.guild_id,
                channel_id=proposal.channel_id,
                created_at=now,
                expires_at=now + chosen.expires,
            )
            made = await self._held(tx, made, actor.user_id)
            to = Addressee(actor.guild_id, channel_id=proposal.channel_id)
            await self._ports.posts.owe(tx, CARD, made.id, to, soon=False)
        return made

    async def change(
        self, actor: Actor, trade_id: int, *, gives: Offer | None, gets: Offer | None
    ) -> Trade:
        """Change what either side gives: what is held goes back, and both are to confirm anew."""
        chosen = await self._ports.require(actor.guild_id)
        async with self._ports.database.transaction() as tx:
            seen = await self._open(tx, actor, trade_id)
            mine, theirs = seen.side_of(actor.user_id), seen.other(actor.user_id)
            offers = {mine.user_id: gives or mine.offer, theirs.user_id: gets or theirs.offer}
            if offers == {one.user_id: one.offer for one in seen.sides}:
                raise UserError(_("That is what the trade says already."))
            await self._ports.funds.release(tx, seen.hold_ids)
            creator, counterparty = (
                replace(one, offer=offers[one.user_id], is_confirmed=False, hold_id=None)
                for one in seen.sides
            )
            changed = await store.change_sides(
                tx,
                seen,
                (creator, counterparty),
                version=seen.version + 1,
                expires_at=self._ports.clock.now() + chosen.expires,
            )
            await self._ports.posts.redraw(tx, CARD, seen.id)
        return changed

    async def confirm(self, actor: Actor, trade_id: int, version: int) -> Trade:
        """Agree to the version that was seen; the second of the two completes the trade."""
        await self._ports.require(actor.guild_id)
        async with self._ports.database.reading() as reading:
            seen = await store.known(reading, actor.guild_id, trade_id)
        seen.side_of(actor.user_id)
        if seen.version == version and seen.state is TradeState.OPEN:
            await self._ports.funds.refuse_full(actor.guild_id, _moved(seen.sides))
        async with self._ports.database.transaction() as tx:
            seen = await self._open(tx, actor, trade_id)
            if seen.version != version:
                raise UserError(_("It was changed meanwhile: look at it again, then confirm that."))
            if seen.side_of(actor.user_id).is_confirmed:
                raise UserError(_("You have confirmed it already: now it is the other's turn."))
            confirmed = await self._held(tx, seen, actor.user_id)
            if all(one.is_confirmed for one in confirmed.sides):
                confirmed = await store.change(tx, confirmed, state=TradeState.AGREED.value)
            await self._ports.posts.redraw(tx, CARD, seen.id)
        if confirmed.state is not TradeState.AGREED:
            return confirmed
        # Accounts are locked once in a transaction; what a crash leaves here the sweep completes.
        return await self.complete(confirmed)

    async def end(self, actor: Actor, trade_id: int) -> Trade:
        """Cancel it, or decline it: what was held goes back."""
        async with self._ports.database.transaction() as tx:
            seen = await self._open(tx, actor, trade_id)
            is_own = seen.creator.user_id == actor.user_id
            state = TradeState.CANCELLED if is_own else TradeState.DECLINED
            return await self._given_up(tx, seen, state, actor.user_id)

    async def on_gone(
        self, tx: Transaction, guild_id: int, user_ids: Collection[int]
    ) -> Sequence[int]:
        """Some left or were banned, and with them their trades end; the holds that are to go back.

        Whoever calls gives them back, with those of other bargains: wallets are locked once.
        """
        theirs = await store.standing_of(tx, guild_id, user_ids)
        for seen in theirs:
            by_id = next(one.user_id for one in seen.sides if one.user_id in user_ids)
            await self._ended(tx, seen, TradeState.LEFT, by_id)
        return [hold_id for one in theirs for hold_id in one.hold_ids]

    async def _open(self, tx: Transaction, actor: Actor, trade_id: int) -> Trade:
        """The open trade of two of whom they are one, locked."""
        seen = await store.known(tx, actor.guild_id, trade_id, locks=True)
        seen.side_of(actor.user_id)
        if seen.state is not TradeState.OPEN or seen.expires_at <= self._ports.clock.now():
            raise UserError(_("Trade {number} is over already.").format(number=seen.id))
        return seen

    async def _held(self, tx: Transaction, seen: Trade, user_id: int) -> Trade:
        """The same with that side confirmed, and its money held."""
        mine, hold_id = seen.side_of(user_id), None
        offer = mine.offer
        if offer.currency_id is not None and offer.amount is not None:
            reference = f"trade {seen.id}"
            stake = Stake(
                seen.guild_id, user_id, offer.currency_id, offer.amount, "trade", reference
            )
            (hold_id,) = await self._ports.funds.hold(tx, stake)
        held = replace(mine, is_confirmed=True, hold_id=hold_id)
        creator, counterparty = (held if one is mine else one for one in seen.sides)
        return await store.change_sides(tx, seen, (creator, counterparty))

    async def complete(self, trade: Trade) -> Trade:
        """Let what is held change hands, once."""
        now, keeps = self._ports.clock.now(), await self._keeps(trade.guild_id)
        names = await self._messages.names(trade.guild_id)
        async with self._ports.database.transaction() as tx:
            seen = await store.by_id(tx, trade.id, locks=True)
            if seen is None or seen.state is not TradeState.AGREED:
                return trade if seen is None else seen
            payouts = _payouts(seen.sides)
            if payouts and not await self._ports.funds.settle(tx, seen.hold_ids, payouts):
                raise RuntimeError(f"what trade {seen.id} holds has ended")
            done = await store.change(
                tx,
                seen,
                state=TradeState.COMPLETED.value,
                ended_at=now,
                forget_at=now + keeps,
            )
            await self._ports.outbox.emit(tx, _completed(done, names))
            await self._ports.posts.redraw(tx, CARD, seen.id)
        return done

    async def expire(self, trade: Trade) -> None:
        """End one whose time is over."""
        async with self._ports.database.transaction() as tx:
            seen = await store.by_id(tx, trade.id, locks=True)
            now = self._ports.clock.now()
            if seen is not None and seen.state is TradeState.OPEN and seen.expires_at <= now:
                await self._given_up(tx, seen, TradeState.EXPIRED)

    async def _given_up(
        self, tx: Transaction, seen: Trade, state: TradeState, by_id: int | None = None
    ) -> Trade:
        """End it, and give back what is held for it."""
        done = await self._ended(tx, seen, state, by_id)
        await self._ports.funds.release(tx, seen.hold_ids)
        return done

    async def _ended(
        self, tx: Transaction, seen: Trade, state: TradeState, by_id: int | None
    ) -> Trade:
        now, keeps = self._ports.clock.now(), await self._keeps(seen.guild_id)
        done = await store.change(
            tx,
            seen,
            state=state.value,
            ended_at=now,
            ended_by_id=by_id,
            forget_at=now + keeps,
        )
        await self._ports.posts.redraw(tx, CARD, seen.id)
        return done

    async def _keeps(self, guild_id: int) -> timedelta:
        return timedelta(days=(await self._ports.chosen(guild_id)).keep_days)


def _payouts(sides: tuple[TradeSide, TradeSide]) -> list[Payout]:
    """What either side gets of money."""
    return [
        Payout(other.user_id, one.offer.currency_id, one.offer.amount)
        for one, other in (sides, reversed(sides))
        if one.offer.currency_id is not None and one.offer.amount is not None
    ]


def _moved(sides: tuple[TradeSide, TradeSide]) -> list[Payout]:
    """The same, with what is still to be taken out of the wallets of those who give it."""
    takes = [
        Payout(one.user_id, one.offer.currency_id, -one.offer.amount)
        for one in sides
        if one.offer.currency_id is not None
        and one.offer.amount is not None
        and one.hold_id is None
    ]
    return [*_payouts(sides), *takes]


def _completed(trade: Trade, names: TradeCurrencies) -> TradeCompleted:
    mine, theirs = trade.creator.offer, trade.counterparty.offer

    def decimals(offer: Offer) -> Decimals | None:
        return None if offer.currency_id is None else names[offer.currency_id].decimals

    return TradeCompleted(
        guild_id=trade.guild_id,
        trade_id=trade.id,
        creator_id=trade.creator.user_id,
        counterparty_id=trade.counterparty.user_id,
        currency_id=mine.currency_id,
        amount=mine.amount,
        counter_currency_id=theirs.currency_id,
        counter_amount=theirs.amount,
        good=mine.good,
        counter_good=theirs.good,
        completed_at=trade.ended_at or trade.created_at,
        decimals=decimals(mine),
        counter_decimals=decimals(theirs),
    )
