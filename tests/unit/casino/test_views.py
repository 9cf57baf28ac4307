"""Views of the casino with the longest that they can hold: nothing is cut, ids are read back."""

from datetime import UTC, datetime

import pytest

from bot.client import layout, limits
from bot.controls import Post
from bot.features.casino.model import RULES, Bet, CasinoPlayer, CasinoRound, RoundState
from bot.features.casino.own_seed import OWN_SEED_LIMIT
from bot.features.casino.rounds import CasinoTable
from bot.features.casino.settings import MOST, CasinoSettings
from bot.features.casino.verification import verified
from bot.money import Currency
from cogs.casino import account_views, odds_views, views
from cogs.casino.words import GAMES

NOW = datetime(2026, 5, 24, tzinfo=UTC)
LONGEST = 999_999_999_999_999_999  # of a group of an id
CURRENCY = Currency(LONGEST, LONGEST, "W" * 32, "W" * 16, 2, is_default=True)
PLAYER = CasinoPlayer(
    *(1, LONGEST, LONGEST, 2_147_483_647, b"\xff" * 32, "w" * OWN_SEED_LIMIT),
    *(MOST, MOST, NOW, NOW, NOW),
)


def played(game: str, choice: str, state: RoundState = RoundState.SETTLED) -> CasinoRound:
    stake = CURRENCY.most
    return CasinoRound(
        *(1, LONGEST, LONGEST, PLAYER.number, RULES, game, choice, LONGEST, 2, stake, 2 * stake),
        payout=None if state is RoundState.OPEN else 500 * stake,
        seed=PLAYER.seed,
        own_seed=PLAYER.own_seed,
        moves="" if state is RoundState.OPEN or game != "blackjack" else "s",
        state=state,
        hold_id=1,
        double_hold_id=2,
        started_at=NOW,
        ended_at=NOW,
        due_at=NOW,
    )


def whole(post: Post) -> str:
    """Its whole text; a failure where Discord would not take it, or something of it was cut."""
    drawn = layout.sent(post)
    view = drawn["view"]
    assert view.total_children_count <= limits.COMPONENTS
    text = "\n".join(str(one) for one in view.to_components())
    assert "…" not in text
    return text


@pytest.mark.parametrize("game", [*GAMES])
async def test_tables_and_rounds_hold_the_longest(game: str) -> None:
    seen = CasinoTable(game, CURRENCY, CURRENCY.most, CURRENCY.most, PLAYER)
    odds = await odds_views.table_text(game, CURRENCY, CURRENCY.most)
    edge = await odds_views.edge_words(game, CURRENCY.most)
    choice = {"coin": "tails", "dice": "seven", "roulette": "column2"}.get(game, "deal")
    over = played(game, "spin" if game == "slots" else choice)
    whole(views.table(seen, odds, "A note"))
    assert PLAYER.seeds.seed.hex() in whole(views.played(over, seen, edge))
    assert PLAYER.commitment in whole(account_views.verification(verified(over), CURRENCY))


async def test_odds_hands_and_accounts_hold_the_longest() -> None:
    most = CasinoSettings(enabled=True, min_bet=MOST, max_bet=MOST, cooldown_seconds=86_400)
    assert "Roulette" in whole(await odds_views.odds(most, CURRENCY))
    one = played("blackjack", "deal", RoundState.OPEN)
    assert PLAYER.seeds.seed.hex() not in whole(views.hand(one, CURRENCY))


@pytest.mark.parametrize("game", [*GAMES])
def test_a_bet_is_read_back_from_its_button(game: str) -> None:
    bet = Bet(game, "column2", LONGEST, CURRENCY.most, 2_147_483_647)
    written = views.PLAY.of(
        game=game,
        currency=bet.currency_id,
        stake=bet.stake,
        number=bet.number,
        choice=bet.choice,
    )
    kind, play, *values = written.split(":")
    assert (kind, play) == ("casino", "play")
    names = ("game", "currency", "stake", "number", "choice")
    groups: dict[str, str] = dict(zip(names, values, strict=True))
    assert views.bet_of(groups, groups["choice"]) == bet
