"""Earnings by messages and by voice: decided from memory, confirmed by a row, paid in groups."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from secrets import randbelow

from bot.activity import MessageActivity
from bot.catalogue.economy import BalanceSource
from bot.clock import to_ms
from bot.features.economy import earner_store
from bot.features.economy.earner_store import By
from bot.features.economy.model import (
    AccountKey,
    EntryDraft,
    mint,
    pair,
    room_for,
    wallet,
)
from bot.features.economy.ports import EconomyPorts
from bot.features.economy.settings import EconomySettings
from bot.money import Currency
from bot.rates import Bucket, Keyed
from bot.storage.database import Transaction
from bot.storage.group import Group

SOURCES: Mapping[By, BalanceSource] = {"message": "message_earn", "voice": "voice_earn"}
MINUTE = timedelta(minutes=1)
SLACK = timedelta(seconds=10)  # by which a minute of voice may be looked at too early
TOGETHER = 200  # that share one transaction, at most
KEPT = 50_000  # people whose next turn is known in memory


@dataclass(frozen=True, slots=True)
class Earned:
    """What somebody is to be paid where their turn has come."""

    guild_id: int
    by: By
    user_id: int
    amount: int  # whole units
    wait: timedelta


class Earnings:
    """Pays what people earn; a message that earns nothing costs a look into memory."""

    def __init__(self, ports: EconomyPorts, *, draw: Callable[[int], int] = randbelow) -> None:
        self._ports = ports
        self._draw = draw
        self._turns: Keyed[tuple[int, int], Bucket] = Keyed(lambda: Bucket(1, 1), most=KEPT)
        self.group: Group[Earned, int] = Group(self._write, limit=TOGETHER)

    async def message(self, message: MessageActivity) -> None:
        """Somebody wrote: they are paid soon, where it is their turn."""
        if message.is_bot or message.is_system:
            return
        guild_id, user_id = message.guild_id, message.user_id
        chosen = await self._ports.treasury.chosen(guild_id)
        if not chosen.enabled or not chosen.message_most:
            return
        if self._takes(guild_id, user_id, chosen.message_wait_seconds * 1000):
            wait = timedelta(seconds=chosen.message_wait_seconds)
            self.group.put(Earned(guild_id, "message", user_id, self._drawn(chosen), wait))

    async def pays_voice(self, guild_id: int) -> bool:
        """Whether a minute in voice earns something there."""
        chosen = await self._ports.treasury.chosen(guild_id)
        return chosen.enabled and chosen.voice_amount > 0

    async def voice(self, guild_id: int, user_ids: Collection[int]) -> None:
        """These have talked for a minute."""
        chosen = await self._ports.treasury.chosen(guild_id)
        for user_id in user_ids:
            wait = MINUTE - SLACK
            self.group.put(Earned(guild_id, "voice", user_id, chosen.voice_amount, wait))

    def _takes(self, guild_id: int, user_id: int, wait: int) -> bool:
        now, person = to_ms(self._ports.clock.now()), (guild_id, user_id)
        turn = self._turns.of(person)
        turn.period = wait  # as it is chosen now
        if turn.take(now):
            return False
        self._turns.keep(person, turn, now)
        return True

    def _drawn(self, chosen: EconomySettings) -> int:
        least = min(chosen.message_least, chosen.message_most)
        return least + self._draw(chosen.message_most - least + 1)

    async def _write(self, batch: Sequence[Earned]) -> Sequence[int]:
        """Pay them in one transaction; what each was paid."""
        paid = Counter[Earned]()
        by_guild = defaultdict[int, list[Earned]](list)
        for one in batch:
            by_guild[one.guild_id].append(one)
        # Before the transaction, which reads nothing but what it locks.
        purses = {guild_id: await self._purse(guild_id) for guild_id in by_guild}
        async with self._ports.database.transaction() as tx:
            for guild_id, some in sorted(by_guild.items()):  # so that no two wait for each other
                due = await self._due(tx, guild_id, some)
                paid += await self._pay(tx, purses[guild_id], due)
        return [paid.pop(one, 0) for one in batch]

    async def _purse(self, guild_id: int) -> "_Purse":
        currency = await self._ports.treasury.currency(guild_id)
        chosen = await self._ports.treasury.chosen(guild_id)
        return _Purse(guild_id, currency, chosen.most_of(currency))

    async def _due(self, tx: Transaction, guild_id: int, some: Sequence[Earned]) -> list[Earned]:
        """The first of each person and kind, where it is their turn."""
        now = self._ports.clock.now()
        turns = await earner_store.turns(tx, guild_id, {one.user_id for one in some})
        due = list[Earned]()
        for one in some:
            turn = turns[one.user_id, one.by]
            if turn is None or turn <= now:
                turns[one.user_id, one.by] = now + one.wait
                due.append(one)
        for by in SOURCES:
            ids = [one.user_id for one in due if one.by == by]
            if ids:
                next_at = now + max(one.wait for one in due if one.by == by)
                await earner_store.take_turns(tx, guild_id, ids, by, next_at=next_at)
        return due

    async def _pay(
        self, tx: Transaction, purse: "_Purse", due: Sequence[Earned]
    ) -> Counter[Earned]:
        """One entry for each, in one posting: so accounts are locked in their order."""
        paid, unit = Counter[Earned](), purse.currency.unit
        source = mint(purse.currency.id)
        wallets = {one: wallet(one.user_id, purse.currency.id) for one in due}

        def decided(balances: Mapping[AccountKey, int]) -> Sequence[EntryDraft]:
            now, drafts = dict(balances), list[EntryDraft]()
            for one, theirs in wallets.items():
                amount = room_for(one.amount * unit, now[theirs], purse.most)
                if amount:
                    now[theirs] += amount
                    paid[one] = amount
                    legs = pair(source, theirs, amount, operation=one.by)
                    drafts.append(EntryDraft(purse.guild_id, SOURCES[one.by], legs))
            return drafts

        if due:
            keys = {source, *wallets.values()}
            await self._ports.ledger.decide(tx, purse.guild_id, keys, decided)
        return paid


@dataclass(frozen=True, slots=True)
class _Purse:
    """What a guild pays in, and what a wallet holds at most."""

    guild_id: int
    currency: Currency
    most: int
