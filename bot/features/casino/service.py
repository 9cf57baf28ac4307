"""Casino service: bets that are typed, and what people look up of theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.errors import NotFound, UserError
from bot.features.casino import store
from bot.features.casino.hands import Hands
from bot.features.casino.model import DAY, Bet, CasinoPlayer, CasinoRound
from bot.features.casino.players import Players
from bot.features.casino.ports import CasinoPorts
from bot.features.casino.rounds import Rounds
from bot.features.casino.settings import CasinoSettings
from bot.features.casino.verification import VerifiedRound, verified
from bot.money import Currency
from bot.texts import _


@dataclass(frozen=True, slots=True)
class PlayerSeen:
    """Player as they see themselves: what they lost in a day, of each currency."""

    player: CasinoPlayer
    lost: Sequence[tuple[Currency, int]]


@dataclass(frozen=True, slots=True)
class RoundPage:
    """Page of somebody's rounds, and the currencies that the guild has now."""

    rows: Sequence[CasinoRound]
    number: int
    pages: int
    currencies: Mapping[int, Currency]

    @property
    def has_more(self) -> bool:
        return self.number < self.pages

    def currency(self, one: CasinoRound) -> Currency:
        """What it was played in."""
        return self.currencies.get(one.currency_id) or one.former_currency


class CasinoService:
    """Use cases of the casino; the parts of it are services of their own."""

    def __init__(self, ports: CasinoPorts) -> None:
        self.ports = ports
        self.players = Players(ports)
        self.rounds = Rounds(ports, self.players)
        self.hands = Hands(ports)

    async def order(self, guild_id: int, game: str, typed: str, currency_id: int | None) -> Bet:
        """The bet that was typed, before a table is shown for it; a UserError says what to write.

        Its number is that of no round yet.
        """
        await self.ports.money.require(guild_id)
        currency = await self.ports.money.currency(guild_id, currency_id)
        return Bet(game, "", currency.id, currency.parse(typed), 0)

    async def bounds(self, guild_id: int) -> tuple[CasinoSettings, Currency]:
        """What the guild has chosen, and its default currency."""
        return await self.ports.chosen(guild_id), await self.ports.money.currency(guild_id)

    async def account(self, guild_id: int, user_id: int) -> PlayerSeen:
        """What somebody sees of themselves."""
        player = await self.players.of(guild_id, user_id)
        since = self.ports.clock.now() - DAY
        currencies = await self.ports.money.currencies(guild_id)
        async with self.ports.database.reading() as reading:
            lost = [
                await store.lost(reading, guild_id, user_id, currency_id=one.id, since=since)
                for one in currencies
            ]
        return PlayerSeen(player, tuple(zip(currencies, lost, strict=True)))

    async def history(self, guild_id: int, user_id: int, number: int) -> RoundPage:
        """That page of somebody's rounds that are over, the newest first."""
        currencies = await self.ports.money.currencies(guild_id)
        async with self.ports.database.reading() as reading:
            page = await store.page(reading, self.ports.vault, guild_id, user_id, number)
        return RoundPage(page.rows, page.number, page.pages, {one.id: one for one in currencies})

    async def verify(self, guild_id: int, user_id: int, number: int | None) -> VerifiedRound:
        """Somebody's round of that number, or their last one, worked out once more."""
        async with self.ports.database.reading() as reading:
            if number is None:
                found = await store.last(reading, self.ports.vault, guild_id, user_id)
            else:
                found = await store.numbered(reading, self.ports.vault, guild_id, user_id, number)
        if found is None:
            raise NotFound(_("You have no such round: /casino history lists those there are."))
        if found.is_open:
            raise UserError(_("That round is not over: its seed is shown when it is."))
        return verified(found)
