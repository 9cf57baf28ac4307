"""Challenges: made, accepted with both stakes held, or taken back."""

from datetime import datetime
from itertools import chain

from bot.acts import Actor
from bot.errors import UserError
from bot.features.duels import duelist_store, store
from bot.features.duels.endings import DuelEndings
from bot.features.duels.game import dice_code, rolled
from bot.features.duels.messages import BOUT, CARD
from bot.features.duels.model import ACCEPT, DAY, Challenge, Duel, Duelist, DuelState, won_of
from bot.features.duels.ports import DuelsPorts
from bot.features.duels.settings import DuelsSettings
from bot.money import Currency, NotEnough, Payout, Stake
from bot.posts.store import Addressee
from bot.seeds import commitment
from bot.storage.database import Transaction
from bot.texts import _, ago


class DuelChallenges:
    """Nothing is held before a challenge is accepted; then both stakes are, or neither."""

    def __init__(self, ports: DuelsPorts, endings: DuelEndings) -> None:
        self._ports = ports
        self._endings = endings

    async def challenge(self, actor: Actor, challenge: Challenge) -> Duel:
        """A new challenge, by somebody who could pay the stake now."""
        chosen = await self._ports.require(actor.guild_id)
        currency = await self._ports.funds.currency(actor.guild_id, challenge.currency_id)
        stake, opponent_id = currency.parse(challenge.stake), challenge.opponent_id
        if opponent_id == actor.user_id:
            raise UserError(_("A duel takes two: name somebody else."))
        won = _won(actor.user_id, currency.id, stake, chosen.gives_back)
        await self._ports.funds.refuse_full(actor.guild_id, won)
        now, people = self._ports.clock.now(), (actor.user_id, opponent_id)
        async with self._ports.database.transaction() as tx:
            duelists = await duelist_store.locked(tx, actor.guild_id, people)
            mine = duelists[actor.user_id]
            _refuse_soon(mine, chosen, now)
            await self._refuse_many(tx, mine, chosen)
            await self._refuse_poor(tx, actor, currency, stake)
            rated = await store.rated_count(tx, actor.guild_id, people, now - DAY)
            seed = self._ports.new_seed()
            made = await store.add(
                tx,
                guild_id=actor.guild_id,
                channel_id=challenge.channel_id,
                challenger_id=actor.user_id,
                opponent_id=opponent_id,
                currency_id=currency.id,
                decimals=currency.decimals,
                stake=stake,
                is_rated=rated < chosen.rated_per_day,
                gives_back=chosen.gives_back,
                turn=chosen.turn_seconds,
                sealed_seed=self._ports.vault.seal(seed.hex()),
                seed_hash=commitment(seed),
                created_at=now,
                expires_at=now + ACCEPT,
            )
            await duelist_store.change(tx, mine, challenged_at=now)
            to = Addressee(actor.guild_id, channel_id=challenge.channel_id)
            await self._ports.posts.owe(tx, CARD, made.id, to, soon=False)
        return made

    async def accept(self, actor: Actor, duel_id: int) -> Duel:
        """Hold both stakes, and begin."""
        chosen = await self._ports.require(actor.guild_id)
        now = self._ports.clock.now()
        await self._refuse_full(actor, duel_id)
        async with self._ports.database.transaction() as tx:
            seen = await self._challenged(tx, actor, duel_id)
            if seen.opponent.user_id != actor.user_id:
                raise UserError(_("You have challenged: it is the other's to accept."))
            duelists = await duelist_store.locked(tx, seen.guild_id, seen.people)
            await self._refuse_many(tx, duelists[actor.user_id], chosen)
            seed = self._ports.seed_of(seen)
            if seed is None:
                raise UserError(_("The dice of this duel are lost: one of you challenges anew."))
            mine, theirs = await self._ports.funds.hold(tx, *_stakes(seen))
            begun = await store.change(
                tx,
                seen,
                state=DuelState.PLAYING.value,
                dice=dice_code(rolled(seed, seen.id, 1)),
                challenger_hold_id=mine,
                opponent_hold_id=theirs,
                expires_at=now + seen.turn,
            )
            await self._ports.posts.redraw(tx, CARD, seen.id)
            to = Addressee(seen.guild_id, channel_id=seen.channel_id)
            await self._ports.posts.owe(tx, BOUT, seen.id, to, soon=False)
        return begun

    async def end(self, actor: Actor, duel_id: int) -> Duel:
        """Decline a challenge, or take one's own back."""
        async with self._ports.database.transaction() as tx:
            seen = await self._challenged(tx, actor, duel_id)
            is_own = seen.challenger.user_id == actor.user_id
            state = DuelState.CANCELLED if is_own else DuelState.DECLINED
            return await self._endings.given_up(tx, seen, state, actor.user_id)

    async def _challenged(self, tx: Transaction, actor: Actor, duel_id: int) -> Duel:
        """The challenge of two of whom they are one, locked."""
        seen = await store.known(tx, actor.guild_id, duel_id, locks=True)
        seen.side_of(actor.user_id)
        if seen.is_over_at(self._ports.clock.now()):
            raise UserError(_("Duel {number} is over already.").format(number=seen.id))
        if seen.state is not DuelState.CHALLENGED:
            text = _("Duel {number} is on already: it ends by being fought.")
            raise UserError(text.format(number=seen.id))
        return seen

    async def _refuse_full(self, actor: Actor, duel_id: int) -> None:
        """NoRoom where one of the two could not hold what they may win."""
        async with self._ports.database.reading() as reading:
            seen = await store.known(reading, actor.guild_id, duel_id)
        seen.side_of(actor.user_id)
        won = [_won(one, seen.currency_id, seen.stake, seen.gives_back) for one in seen.people]
        if seen.state is DuelState.CHALLENGED:
            await self._ports.funds.refuse_full(actor.guild_id, list(chain(*won)))

    async def _refuse_many(self, tx: Transaction, one: Duelist, chosen: DuelsSettings) -> None:
        """A UserError for who has as many duels open as they may; their row is locked."""
        if await store.open_count(tx, one.guild_id, one.user_id) >= chosen.open_limit:
            text = _("You have {count} duels open, as many as you may: end one first.")
            raise UserError(text.format(count=chosen.open_limit))

    async def _refuse_poor(
        self, tx: Transaction, actor: Actor, currency: Currency, stake: int
    ) -> None:
        """NotEnough for whoever could not pay it."""
        held = actor.guild_id, actor.user_id, currency.id
        balance = await self._ports.funds.balance(tx, *held)
        if balance < stake:
            raise NotEnough(actor.user_id, currency, balance=balance, needed=stake)


def _refuse_soon(one: Duelist, chosen: DuelsSettings, now: datetime) -> None:
    if one.challenged_at is not None and now < one.challenged_at + chosen.cooldown:
        text = _("Not so fast: you can challenge again {when}.")
        raise UserError(text.format(when=ago(one.challenged_at + chosen.cooldown)))


def _won(user_id: int, currency_id: int, stake: int, gives_back: int) -> list[Payout]:
    """What winning brings somebody, less the stake that they still have."""
    return [
        Payout(user_id, currency_id, won_of(stake, gives_back)),
        Payout(user_id, currency_id, -stake),
    ]


def _stakes(duel: Duel) -> list[Stake]:
    return [
        Stake(duel.guild_id, one, duel.currency_id, duel.stake, "duel", f"duel {duel.id}")
        for one in duel.people
    ]
