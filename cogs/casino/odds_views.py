"""Odds as people read them, drawn from the tables that pay."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.controls import Post
from bot.features.casino.blackjack import NATURAL_PAYS
from bot.features.casino.blackjack_odds import pay_table as blackjack_table
from bot.features.casino.games import (
    CHANCE_GAMES,
    CHERRY,
    SLOTS,
    THREE_ALIKE,
    TWO_CHERRIES,
)
from bot.features.casino.model import BLACKJACK
from bot.features.casino.pay_table import PayTable, paid
from bot.features.casino.settings import CasinoSettings
from bot.money import Currency
from bot.texts import _
from cogs.casino.words import GAMES, chance_words, factor_words, game_name, percent


@dataclass(frozen=True, slots=True)
class OddsLine:
    """Line of a game's odds: on what, how likely, and how much of a stake comes back."""

    what: str
    chance: Fraction
    factor: Fraction


async def pay_table(game: str, choice: str | None = None) -> PayTable:
    """The table of a game; that of blackjack takes a while, once."""
    if game == BLACKJACK:
        return await asyncio.to_thread(blackjack_table)
    one = CHANCE_GAMES[game]
    return one.table(choice or one.choices[0])


def odds_lines(game: str) -> Sequence[OddsLine]:
    """What can be won in a game."""
    if game == "slots":
        return _slots()
    if game == BLACKJACK:
        return _blackjack(blackjack_table())
    bets = {
        "coin": ((_("Heads or tails"), "heads"),),
        "dice": ((_("Under 7, or over 7"), "low"), (_("Exactly 7"), "seven")),
        "roulette": (
            (_("Colour, even, odd, half"), "red"),
            (_("Dozen, column"), "dozen1"),
            (_("One number"), "0"),
        ),
    }[game]
    return [_line(what, CHANCE_GAMES[game].table(choice)) for what, choice in bets]


async def edge_words(game: str, stake: int | None = None) -> str:
    """What the house keeps on average, of that stake or of any."""
    edges = sorted({table.edge(stake) for table in await _tables(game)})
    if len(edges) == 1:
        said = _("The house keeps {edge} of a stake on average.")
        return said.format(edge=percent(edges[0]))
    said = _("The house keeps {least} to {most} of a stake on average, as you choose.")
    return said.format(least=percent(edges[0]), most=percent(edges[-1]))


async def table_text(game: str, currency: Currency, stake: int) -> str:
    """The odds of a game for that stake."""
    await pay_table(game)
    lines = [
        _("{what}: {chance}, {back} back").format(
            what=line.what,
            chance=chance_words(line.chance),
            back=currency.shown(paid(stake, line.factor)),
        )
        for line in odds_lines(game)
    ]
    return "\n".join([*lines, *_notes(game), await edge_words(game, stake)])


async def odds(chosen: CasinoSettings, currency: Currency) -> Post:
    """Every game that a server offers, with its odds, and the bounds of a stake."""
    fields = list[tuple[str, str]]()
    for game in GAMES:
        if chosen.offers(game):
            await pay_table(game)
            fields.append((game_name(game), await _game_text(game)))
    bounds = _("Stakes from {least} to {most}; {seconds} s between two rounds.").format(
        least=currency.shown(chosen.min_bet * currency.unit),
        most=currency.shown(chosen.max_bet * currency.unit),
        seconds=chosen.cooldown_seconds,
    )
    rounding = _("What comes back counts the stake, and a part of the smallest coin is cut off.")
    nothing = _("The casino is closed in this server. Its staff can open it with /settings.")
    text = f"{bounds}\n{rounding}" if fields else nothing
    return Post(title=_("Odds"), text=text, fields=tuple(fields))


async def _game_text(game: str) -> str:
    lines = [
        f"{line.what}: {chance_words(line.chance)}, {factor_words(line.factor)}"
        for line in odds_lines(game)
    ]
    return "\n".join([*lines, *_notes(game), await edge_words(game)])


async def _tables(game: str) -> Sequence[PayTable]:
    if game == BLACKJACK:
        return [await pay_table(game)]
    one = CHANCE_GAMES[game]
    return [one.table(choice) for choice in one.choices]


def _notes(game: str) -> Sequence[str]:
    if game == "coin":
        return [_("On the rim, or on the other side, the stake is lost.")]
    if game == BLACKJACK:
        return [
            _(
                "The dealer stands on 17. These are the odds of whoever always makes the best "
                "move; others lose more."
            )
        ]
    return []


def _line(what: str, table: PayTable) -> OddsLine:
    return OddsLine(what, table.win_chance, table.most)


def _slots() -> Sequence[OddsLine]:
    table = SLOTS.table(SLOTS.choices[0])
    pays = [(symbol * 3, Fraction(factor)) for symbol, factor in THREE_ALIKE.items()]
    pays.append((_("Two {symbol}").format(symbol=CHERRY), Fraction(TWO_CHERRIES)))
    lines = [OddsLine(what, table.chance_of(factor), factor) for what, factor in pays]
    return sorted(lines, key=lambda line: line.factor, reverse=True)


def _blackjack(table: PayTable) -> Sequence[OddsLine]:
    natural = table.chance_of(NATURAL_PAYS)
    return [
        OddsLine(_("Blackjack"), natural, NATURAL_PAYS),
        OddsLine(_("A better hand"), table.win_chance - natural, Fraction(2)),
        OddsLine(_("As good a hand"), table.chance_of(Fraction(1)), Fraction(1)),
    ]
