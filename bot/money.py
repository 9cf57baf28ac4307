"""Money in plain data: a currency, a stake that is held, what is paid out of it.

Amounts are whole numbers of a currency's smallest unit: with two decimals 250 is 2.50.
"""

import re
from dataclasses import dataclass
from typing import Literal

from bot.errors import UserError
from bot.numbers import parse_number, shown_number
from bot.texts import _
from bot.user_text import escaped

MOST = 10**9
"""Of a currency's unit, so much a wallet holds at most."""

OWN_EMOJI = re.compile(r"<a?:\w{2,32}:[0-9]{15,20}>")
"""An emoji of a server's own, as Discord writes it."""

Purpose = Literal["casino", "trade", "duel"]
"""What money is held for; the source of the events that tell of it."""


@dataclass(frozen=True, slots=True)
class Currency:
    """Currency of one guild; of a deleted one nothing new is paid, and what is held comes back."""

    id: int
    guild_id: int
    name: str
    symbol: str
    decimals: Literal[0, 2]
    is_default: bool
    is_deleted: bool = False

    @classmethod
    def former(cls, currency_id: int, guild_id: int, decimals: Literal[0, 2]) -> "Currency":
        """What is known of one that the guild has no more."""
        return cls(currency_id, guild_id, "", "", decimals, is_default=False, is_deleted=True)

    @property
    def unit(self) -> int:
        """How many of its smallest unit make one."""
        return 10**self.decimals

    @property
    def most(self) -> int:
        """What one amount, or one wallet, is at most."""
        return MOST * self.unit

    def shown(self, amount: int) -> str:
        """`1 234.50 🪙`, harmless wherever it is shown."""
        symbol = self.symbol if OWN_EMOJI.fullmatch(self.symbol) else escaped(self.symbol)
        return f"{shown_number(amount, self.decimals)} {symbol}"

    def plain(self, amount: int) -> str:
        """`-1234.50` for programs: an exact decimal with all its digits."""
        whole, rest = divmod(abs(amount), self.unit)
        point = f".{rest:0{self.decimals}}" if self.decimals else ""
        return f"{'-' if amount < 0 else ''}{whole}{point}"

    def parse(self, typed: str, *, least: int = 1) -> int:
        """The amount that was typed, from `least` to the most; a UserError says what to write."""
        return parse_number(typed, decimals=self.decimals, least=least, most=self.most)


@dataclass(frozen=True, slots=True)
class Stake:
    """Money that is to be held for a game, a trade or a duel.

    `reference` names that in words of its feature, such as `duel 12`, for the ledger.
    """

    guild_id: int
    user_id: int
    currency_id: int
    amount: int
    purpose: Purpose
    reference: str


@dataclass(frozen=True, slots=True)
class Payout:
    """What somebody gets out of the stakes that are settled.

    `is_refund` says that it is theirs and comes back, as a part of a lost stake may.
    """

    user_id: int
    currency_id: int
    amount: int
    is_refund: bool = False


@dataclass(frozen=True, slots=True)
class WalletAfter:
    """Wallet after a change that somebody else than its owner made."""

    currency: Currency
    delta: int
    balance: int


class NoRoom(UserError):
    """Refusal where a wallet would hold more than the server allows, whose it is and how much."""

    def __init__(self, user_id: int, currency: Currency, *, most: int) -> None:
        text = _("<@{user}> can hold at most {most} and would have more than that.")
        super().__init__(text.format(user=user_id, most=currency.shown(most)))
        self.user_id, self.currency, self.most = user_id, currency, most


class NotEnough(UserError):
    """Refusal where a wallet holds less than is needed; whose wallet, and what is in it."""

    def __init__(self, user_id: int, currency: Currency, *, balance: int, needed: int) -> None:
        text = _("That takes {needed}, and there is only {balance} in the wallet of <@{user}>.")
        shown = text.format(
            needed=currency.shown(needed), balance=currency.shown(balance), user=user_id
        )
        super().__init__(shown)
        self.user_id, self.currency = user_id, currency
        self.balance, self.needed = balance, needed
