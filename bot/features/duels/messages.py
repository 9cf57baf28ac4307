"""Messages of a duel: the challenge, and the card on which it is fought, drawn with each move."""

from datetime import timedelta

from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.features.duels import store
from bot.features.duels.game import (
    FOCUS,
    FOCUS_COUNT,
    MOVES,
    STANCE_COUNT,
    DuelMove,
    DuelRound,
    Stance,
)
from bot.features.duels.model import Duel, DuelState
from bot.features.duels.ports import DuelsPorts
from bot.money import Currency
from bot.posts.payment import PostKind
from bot.snapshots import GuildSeen
from bot.texts import N_, _, ago, stamp

ACCEPT = ControlId("duel:accept", duel=NUMBER)
END = ControlId("duel:end", duel=NUMBER)
MOVE = ControlId("duel:move", duel=NUMBER, round="[1-9]", move="[sfg][+-]")

CARD = "duels.card"
BOUT = "duels.bout"
FRESH = timedelta(days=1)

STANCES = {Stance.STRIKE: N_("Strike"), Stance.FEINT: N_("Feint"), Stance.GUARD: N_("Guard")}
FOCUSED = {
    Stance.STRIKE: N_("Strike with focus"),
    Stance.FEINT: N_("Feint with focus"),
    Stance.GUARD: N_("Guard with focus"),
}
EMOJI = {Stance.STRIKE: "⚔️", Stance.FEINT: "🎭", Stance.GUARD: "🛡️"}

STATES = {
    DuelState.CHALLENGED: N_("challenged"),
    DuelState.PLAYING: N_("is fought"),
    DuelState.WON: N_("won"),
    DuelState.FORFEITED: N_("won, as the other did not move"),
    DuelState.DRAWN: N_("drawn"),
    DuelState.SILENT: N_("drawn, as neither moved"),
    DuelState.DECLINED: N_("declined"),
    DuelState.CANCELLED: N_("cancelled"),
    DuelState.EXPIRED: N_("expired"),
    DuelState.LEFT: N_("ended, as one of the two left"),
    DuelState.VOID: N_("ended, as it could not go on"),
}
ENDS = {
    DuelState.WON: N_("{winner} has won {when}, and takes **{won}**."),
    DuelState.FORFEITED: N_(
        "{winner} has won {when}, and takes **{won}**: {loser} did not move in time."
    ),
    DuelState.DRAWN: N_("A draw {when}: both stakes went back."),
    DuelState.SILENT: N_("Neither moved in time {when}: both stakes went back."),
    DuelState.DECLINED: N_("Declined by {person} {when}."),
    DuelState.CANCELLED: N_("Cancelled by {person} {when}."),
    DuelState.EXPIRED: N_("Not accepted in time: expired {when}."),
    DuelState.LEFT: N_("{person} left the server {when}. What was held went back."),
    DuelState.VOID: N_("It could not go on {when}: both stakes went back."),
}


class DuelMessages:
    """Two posts of each duel in its channel: the challenge, and from its acceptance on the bout."""

    def __init__(self, ports: DuelsPorts) -> None:
        self._ports = ports
        ports.posts.kind(PostKind(CARD, self._card, FRESH))
        ports.posts.kind(PostKind(BOUT, self._bout, FRESH))

    async def _card(self, _guild: GuildSeen, duel_id: int) -> Post | None:
        found = await self._found(duel_id)
        return None if found is None else card(found, await self._ports.currency_of(found))

    async def _bout(self, _guild: GuildSeen, duel_id: int) -> Post | None:
        found = await self._found(duel_id)
        return None if found is None else bout(found, await self._ports.currency_of(found))

    async def _found(self, duel_id: int) -> Duel | None:
        async with self._ports.database.reading() as reading:
            return await store.by_id(reading, duel_id)


def card(duel: Duel, currency: Currency) -> Post:
    """The challenge, with the rules, and what became of it."""
    challenger, opponent = (f"<@{one}>" for one in duel.people)
    text = _("{challenger} challenges {opponent} for **{stake}** each.")
    said = text.format(challenger=challenger, opponent=opponent, stake=currency.shown(duel.stake))
    if duel.has_begun:
        begun = _("Accepted: it is fought below.")
        return Post(title=_title(duel), text=f"{said}\n{begun}")
    if duel.state is not DuelState.CHALLENGED:
        return Post(title=_title(duel), text=f"{said}\n{_end(duel, currency)}")
    until = _("It can be accepted until {when}; then both stakes are held.")
    lines = [said, until.format(when=ago(duel.expires_at)), *_terms(duel)]
    return Post(
        title=_title(duel),
        text="\n".join(lines),
        below=(rules(),),
        tone=Tone.NEXT,
        buttons=(
            Button(_("Accept"), custom_id=ACCEPT.of(duel=duel.id), tone=Tone.GOOD),
            Button(_("Decline or cancel"), custom_id=END.of(duel=duel.id), tone=Tone.BAD),
        ),
        pings=(duel.opponent.user_id,),
        footer=_hash(duel),
    )


def bout(duel: Duel, currency: Currency) -> Post:
    """What both look at while they fight, and how it ended."""
    wins = duel.bout.wins
    score = f"<@{duel.people[0]}> **{wins[0]} : {wins[1]}** <@{duel.people[1]}>"
    rounds = "\n".join(_line(number, one) for number, one in enumerate(duel.bout.rounds, start=1))
    if duel.state is not DuelState.PLAYING:
        lines = [score, _end(duel, currency), *_ratings(duel)]
        fields = () if duel.seed is None else ((_("Seed of the dice"), f"`{duel.seed}`"),)
        tone = Tone.GOOD if duel.winner_id is not None else Tone.PLAIN
        return Post(
            title=_title(duel),
            text="\n".join(lines),
            fields=fields,
            below=(rounds,) if rounds else (),
            tone=tone,
            footer=_hash(duel),
        )
    title = _("Duel {number}, round {round}")
    until = _("Both choose in secret, until {when}; whoever has not by then has lost.")
    stake = _("For **{stake}** each.").format(stake=currency.shown(duel.stake))
    sides = "\n".join(_side(duel, side) for side in (0, 1))
    return Post(
        title=title.format(number=duel.id, round=duel.bout.number),
        text="\n".join((score, stake, until.format(when=ago(duel.expires_at)))),
        below=tuple(one for one in (sides, rounds, rules()) if one),
        tone=Tone.NEXT,
        buttons=tuple(_button(duel, one) for one in MOVES),
        pings=duel.people if duel.bout.number == 1 else (),
        footer=_hash(duel),
    )


def rules() -> str:
    """The rules, as short as they can be read."""
    text = _(
        "-# Each round has two open dice. In secret you choose a stance, and whether one of your "
        "{focus} points of focus goes into it. You count your die, {more} more if your stance "
        "beats the other's, {focused} more with focus; the higher count takes the round, and two "
        "rounds win. {strike} Strike beats {feint} Feint, Feint beats {guard} Guard, Guard beats "
        "Strike. Nobody takes the same stance twice running."
    )
    return text.format(
        focus=FOCUS,
        more=STANCE_COUNT,
        focused=FOCUS_COUNT,
        strike=EMOJI[Stance.STRIKE],
        feint=EMOJI[Stance.FEINT],
        guard=EMOJI[Stance.GUARD],
    )


def move_named(move: DuelMove) -> str:
    """A move in words."""
    named = FOCUSED if move.is_focused else STANCES
    return _(named[move.stance])


def _title(duel: Duel) -> str:
    return _("Duel {number}").format(number=duel.id)


def _terms(duel: Duel) -> list[str]:
    """Whether it counts, and what a loser gets back."""
    rated = _("It is rated.")
    unrated = _("It is not rated: you two have fought as many rated duels as count in 24 hours.")
    lines = [rated if duel.is_rated else unrated]
    if duel.gives_back:
        back = _("Whoever loses gets {percent} % of their stake back.")
        lines.append(back.format(percent=duel.gives_back))
    return lines


def _hash(duel: Duel) -> str:
    return _("SHA-256 of the dice's seed: {hash}").format(hash=duel.seed_hash)


def _end(duel: Duel, currency: Currency) -> str:
    return _(ENDS[duel.state]).format(
        winner=f"<@{duel.winner_id}>",
        loser=f"<@{duel.loser_id}>",
        person=f"<@{duel.ended_by_id}>",
        won=currency.shown(duel.won),
        when=stamp(duel.ended_at or duel.expires_at),
    )


def _ratings(duel: Duel) -> list[str]:
    if duel.rating_change is None:
        return []
    changes = (duel.rating_change, -duel.rating_change)
    shown = (f"<@{one}> {by:+d}" for one, by in zip(duel.people, changes, strict=True))
    return [_("Ratings: {changes}").format(changes=", ".join(shown))]


def _side(duel: Duel, side: int) -> str:
    """A side in the round that is fought; what it has chosen stays hidden."""
    one, left = duel.sides[side], duel.bout.focus(side)
    die = 0 if duel.dice is None else duel.dice[side]
    parts = [
        f"<@{one.user_id}> 🎲 **{die}**",
        _("focus {points}").format(points="●" * left + "○" * (FOCUS - left)),
    ]
    barred = duel.bout.barred(side)
    if barred is not None:
        parts.append(_("not {stance} again").format(stance=_(STANCES[barred])))
    parts.append(_("chooses") if one.move is None else _("✅ has chosen"))
    return " · ".join(parts)


def _line(number: int, one: DuelRound) -> str:
    """A round that is over."""
    sides = [
        f"{EMOJI[move.stance]} {move_named(move)} 🎲 {_sum(move, die, count)}"
        for move, die, count in zip(one.moves, one.dice, one.counts, strict=True)
    ]
    text = _("Round {number}: {mine} against {theirs}")
    return text.format(number=number, mine=sides[0], theirs=sides[1])


def _sum(move: DuelMove, die: int, count: int) -> str:
    """How a count comes about: the die, what the stance gains, what focus adds."""
    focus = FOCUS_COUNT if move.is_focused else 0
    parts = (die, count - die - focus, focus)
    return f"{' + '.join(str(one) for one in parts if one)} = **{count}**"


def _button(duel: Duel, move: DuelMove) -> Button:
    shown = MOVE.of(duel=duel.id, round=duel.bout.number, move=move.code)
    is_allowed = any(duel.bout.allows(side, move) for side in (0, 1))
    return Button(
        move_named(move),
        custom_id=shown,
        tone=Tone.NEXT if move.is_focused else Tone.PLAIN,
        is_disabled=not is_allowed,
        emoji=EMOJI[move.stance],
        begins_row=move == MOVES[len(MOVES) // 2],
    )
