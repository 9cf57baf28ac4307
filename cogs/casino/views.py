"""Views of the casino: tables to play at, rounds that were played, hands that go on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.controls import NUMBER, Button, ControlId, Option, Post, Select, Tone
from bot.features.casino.blackjack import BlackjackTable, HandResult, Move
from bot.features.casino.games import CHANCE_GAMES, OUTSIDE, POCKETS
from bot.features.casino.model import BLACKJACK, Bet, CasinoPlayer, CasinoRound
from bot.features.casino.rounds import CasinoTable
from bot.features.casino.verification import verified
from bot.money import Currency
from bot.seeds import commitment
from bot.texts import N_, _, ago
from cogs.casino.words import choice_name, drawn_words, game_name, hand_words, pocket_words

_BET = {"game": "[a-z]{1,10}", "currency": NUMBER, "stake": NUMBER, "number": NUMBER}
PLAY = ControlId("casino:play", **_BET, choice=r"\w{1,20}")
PICK = ControlId("casino:pick", **_BET, part="[0-9]")
MOVE = ControlId("casino:move", number=NUMBER, at=NUMBER, move="[hsd]")

DEAL = "deal"
HALF = POCKETS // 2 + 1  # numbers in the first of two selects, which hold 25 each
MOVES: Mapping[Move, str] = {
    Move.HIT: N_("Hit"),
    Move.STAND: N_("Stand"),
    Move.DOUBLE: N_("Double"),
}
ENDS: Mapping[HandResult, str] = {
    HandResult.NATURAL: N_("You have a blackjack."),
    HandResult.WON: N_("Your hand is the better one."),
    HandResult.PUSH: N_("Both hands are alike: your stake is yours again."),
    HandResult.LOST: N_("The dealer's hand is the better one."),
    HandResult.BUST: N_("You have more than 21."),
}


def bet_of(groups: Mapping[str, str], choice: str) -> Bet:
    """The bet in a control's id."""
    currency_id, stake = int(groups["currency"]), int(groups["stake"])
    return Bet(groups["game"], choice, currency_id, stake, int(groups["number"]))


def table(seen: CasinoTable, odds: str, note: str = "") -> Post:
    """A table before the round: what is staked, the odds, and what was committed to."""
    shown = seen.currency.shown
    said = _("Your stake is {stake}; you have {balance}.").format(
        stake=shown(seen.stake), balance=shown(seen.balance)
    )
    post = Post(
        title=game_name(seen.game),
        text="\n".join(filter(None, (note, said, odds))),
        below=(_next_round(seen.player),),
    )
    return with_choices(post, seen)


def with_choices(post: Post, seen: CasinoTable) -> Post:
    """The post with the buttons and selects of the next round."""
    bet = {
        "game": seen.game,
        "currency": seen.currency.id,
        "stake": seen.stake,
        "number": seen.player.number,
    }
    if seen.game == "roulette":
        return replace(post, selects=_pockets(bet))
    choices = (DEAL,) if seen.game == BLACKJACK else CHANCE_GAMES[seen.game].choices
    labels = {DEAL: _("Deal"), "spin": _("Spin")}
    buttons = (
        Button(
            labels.get(choice) or choice_name(seen.game, choice),
            custom_id=PLAY.of(**bet, choice=choice),
            tone=Tone.NEXT,
        )
        for choice in choices
    )
    return replace(post, buttons=tuple(buttons))


def played(one: CasinoRound, seen: CasinoTable, edge: str) -> Post:
    """A round that is over, with its seed, and the next one's table."""
    shown = seen.currency.shown
    back = one.staked if one.payout is None else one.payout
    fields = (
        (_("Stake"), shown(one.staked)),
        (_("Back"), shown(back)),
        (_("You have"), shown(seen.balance)),
    )
    post = Post(
        title=f"{game_name(one.game)}: {_ended(one)}",
        text=f"{_outcome(one)}\n{edge}".strip(),
        fields=fields,
        below=(_revealed(one), _next_round(seen.player)),
        tone=Tone.GOOD if one.gain > 0 else Tone.PLAIN,
    )
    return with_choices(post, seen)


def hand(one: CasinoRound, currency: Currency) -> Post:
    """An open round of blackjack, with the moves that can be made."""
    at = one.table()
    said = _("Your stake is {stake}. If you make no move you stand {when}.")
    when = ago(one.due_at or one.started_at)
    post = Post(
        title=game_name(one.game),
        text=said.format(stake=currency.shown(one.staked), when=when),
        fields=_hands(at),
        below=(_committed(one.number, commitment(one.seeds.seed), one.own_seed),),
    )
    buttons = (
        Button(
            _(MOVES[move]),
            custom_id=MOVE.of(number=one.number, at=len(one.moves), move=move.value),
            tone=Tone.NEXT if move is Move.HIT else Tone.PLAIN,
        )
        for move in at.allowed
    )
    return replace(post, buttons=tuple(buttons))


def _hands(at: BlackjackTable) -> tuple[tuple[str, str], ...]:
    dealer = hand_words(at.dealer, is_open=at.result is not None)
    return (_("Dealer"), dealer), (_("You"), hand_words(at.player))


def _ended(one: CasinoRound) -> str:
    if one.payout is None:
        return _("your stake was given back")
    if one.gain == 0:
        return _("your stake is back")
    return _("you win") if one.gain > 0 else _("you lose")


def _outcome(one: CasinoRound) -> str:
    again = verified(one)
    if again.table is not None:
        hands = " · ".join(f"{name} {cards}" for name, cards in _hands(again.table))
        ended = _(ENDS[again.table.result]) if again.table.result is not None else ""
        return "\n".join(filter(None, (hands, ended)))
    if not again.numbers:
        return ""
    came = drawn_words(one.game, again.numbers)
    bet_on = choice_name(one.game, one.choice)
    if not bet_on:
        return came
    return _("{came}. You bet on: {choice}.").format(came=came, choice=bet_on)


def _next_round(player: CasinoPlayer) -> str:
    return _committed(player.number, player.commitment, player.own_seed)


def _committed(number: int, digest: str, own_seed: str) -> str:
    said = _("Round {number}: the SHA-256 of its seed is `{digest}`; your own seed is `{own}`.")
    return f"-# {said.format(number=number, digest=digest, own=own_seed)}"


def _revealed(one: CasinoRound) -> str:
    if one.seed is None:
        said = _("The seed of round {number} was lost with the key that sealed it.")
        return f"-# {said.format(number=one.number)}"
    said = _("Round {number} had the seed `{seed}`: /casino verify works it out once more.")
    return f"-# {said.format(number=one.number, seed=one.seed.hex())}"


def _pockets(bet: Mapping[str, object]) -> tuple[Select, ...]:
    numbers = range(POCKETS)
    parts: Sequence[tuple[str, Iterable[tuple[str, str]]]] = (
        (_("Colour, half, dozen, column"), ((choice_name("roulette", o), o) for o in OUTSIDE)),
        (_("A number from 0 to 18"), ((pocket_words(n), str(n)) for n in numbers[:HALF])),
        (_("A number from 19 to 36"), ((pocket_words(n), str(n)) for n in numbers[HALF:])),
    )
    return tuple(
        Select(
            PICK.of(**bet, part=part),
            options=tuple(Option(label, value) for label, value in options),
            placeholder=placeholder,
        )
        for part, (placeholder, options) in enumerate(parts)
    )
