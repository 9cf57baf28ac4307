"""Algorithm as docs/casino.md publishes it: what others write by it gives the same rounds."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.features.casino.blackjack import Move, name_of, play
from bot.features.casino.blackjack_odds import pay_table
from bot.features.casino.games import CHANCE_GAMES, DICE, ROULETTE, SLOTS, coin_side, reels
from bot.features.casino.settings import CasinoSettings
from bot.seeds import RoundSeeds, commitment

PAGE = (Path(__file__).parents[3] / "docs" / "casino.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    """The page's own program."""
    (source,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(source, names)
    return names


def test_the_published_program_gives_every_round(published: dict[str, Any]) -> None:
    for number in range(1, 200):
        seeds = RoundSeeds(bytes([number]) * 32, "luck-7", number)
        given = (seeds.seed.hex(), seeds.name, number)
        assert published["committed"](given[0]) == commitment(seeds.seed)
        drawn = {name: game.draw(seeds.stream()) for name, game in CHANCE_GAMES.items()}
        assert published["coin"](*given) == coin_side(drawn["coin"])
        assert published["dice"](*given) == [one + 1 for one in drawn["dice"]]
        assert published["slots"](*given) == list(reels(drawn["slots"]))
        assert published["roulette"](*given) == drawn["roulette"][0]
        table = play(seeds.stream().below, "")
        while table.result is None:
            move = Move.HIT if table.player.total < 15 else Move.STAND
            table = play(seeds.stream().below, table.moves + move)
        player, dealer = table.player.cards, table.dealer.cards
        in_order = [player[0], dealer[0], player[1], dealer[1], *player[2:], *dealer[2:]]
        named = [name_of(card) for card in in_order]
        assert published["cards"](*given, count=len(named)) == named


def test_the_page_tells_the_odds_that_are_played_by() -> None:
    for row, table in (
        ("Coin", CHANCE_GAMES["coin"].table("heads")),
        ("Slots", SLOTS.table("spin")),
        ("Blackjack", pay_table()),
    ):
        (line,) = re.findall(rf"^\| {row} \|.*$", PAGE, re.MULTILINE)
        chance, edge = float(table.win_chance * 100), float(table.edge() * 100)
        assert f"| {chance:.2f}".rstrip("0").rstrip(".") + " % |" in line
        assert f"| {edge:.2f}".rstrip("0").rstrip(".") + " % |" in line
    assert DICE.table("low").edge() * 24 == ROULETTE.table("7").edge() * 37 == 1


def test_the_page_tells_the_defaults() -> None:
    chosen = CasinoSettings()
    assert f"| {chosen.min_bet}, {chosen.max_bet:,} |".replace(",000", " 000") in PAGE
    assert f"| `cooldown_seconds` | {chosen.cooldown_seconds} |" in PAGE
    assert f"| `daily_loss` | {chosen.daily_loss:,} |".replace(",", " ") in PAGE
