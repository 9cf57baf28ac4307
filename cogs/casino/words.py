"""Words for games, choices and chances, as people read them."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from bot.features.casino.blackjack import Hand, name_of
from bot.features.casino.games import OUTSIDE, coin_side, dice_total, reels
from bot.features.casino.model import BLACKJACK
from bot.texts import N_, _

GAMES: Mapping[str, str] = {
    "coin": N_("Coin flip"),
    "dice": N_("Dice"),
    "slots": N_("Slot machine"),
    "roulette": N_("Roulette"),
    BLACKJACK: N_("Blackjack"),
}
SIDES: Mapping[str, str] = {"heads": N_("Heads"), "tails": N_("Tails"), "rim": N_("the rim")}
TOTALS: Mapping[str, str] = {
    "low": N_("Under 7"),
    "seven": N_("Exactly 7"),
    "high": N_("Over 7"),
}
POCKETS: Mapping[str, str] = {
    "red": N_("Red"),
    "black": N_("Black"),
    "even": N_("Even"),
    "odd": N_("Odd"),
    "low": N_("1 to 18"),
    "high": N_("19 to 36"),
    "dozen1": N_("1 to 12"),
    "dozen2": N_("13 to 24"),
    "dozen3": N_("25 to 36"),
    "column1": N_("First column"),
    "column2": N_("Second column"),
    "column3": N_("Third column"),
}
DICE_FACES = "⚀⚁⚂⚃⚄⚅"
HIDDEN = "🂠"
PERCENT_FROM = Fraction(1, 100)  # what is rarer is read more easily as one in so many


def game_name(game: str) -> str:
    """A game by its name for people."""
    return _(GAMES[game])


def choice_name(game: str, choice: str) -> str:
    """What was bet on; empty where there is nothing to choose."""
    names = {"coin": SIDES, "dice": TOTALS, "roulette": POCKETS}.get(game, {})
    if choice in names:
        return _(names[choice])
    return choice if game == "roulette" else ""


def drawn_words(game: str, numbers: Sequence[int]) -> str:
    """What came."""
    drawn = tuple(numbers)
    if game == "coin":
        return _(SIDES[coin_side(drawn)])
    if game == "dice":
        faces = " ".join(DICE_FACES[one] for one in drawn)
        return f"{faces} = {dice_total(drawn)}"
    return " ".join(reels(drawn)) if game == "slots" else pocket_words(drawn[0])


def pocket_words(pocket: int) -> str:
    """A pocket of the wheel with its colour."""
    if not pocket:
        return "🟢 0"
    return f"🔴 {pocket}" if OUTSIDE["red"](pocket) else f"⚫ {pocket}"


def hand_words(hand: Hand, *, is_open: bool = True) -> str:
    """Cards and what they come to; of the dealer's, while somebody still plays, the first alone."""
    if not is_open:
        return f"{name_of(hand.cards[0])} {HIDDEN}"
    return f"{' '.join(map(name_of, hand.cards))} = {hand.total}"


def percent(part: Fraction) -> str:
    """`2.7 %`, to a hundredth of one."""
    shown = f"{float(part * 100):.2f}".rstrip("0").rstrip(".")
    return f"{shown} %"


def chance_words(chance: Fraction) -> str:
    """How likely something is."""
    if chance >= PERCENT_FROM:
        return percent(chance)
    return _("1 in {count}").format(count=round(1 / chance))


def factor_words(factor: Fraction) -> str:
    """How many times the stake comes back, exactly."""
    shown = f"{float(factor):.3f}".rstrip("0").rstrip(".")
    return _("{count} times back").format(count=shown)
