"""Account views: what somebody looks up of themselves: seeds, limits and earlier rounds."""

from datetime import datetime, timedelta

from bot.client.ui import confirm
from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.durations import in_words
from bot.features.casino.model import CasinoPlayer, CasinoRound
from bot.features.casino.service import PlayerSeen, RoundPage
from bot.features.casino.verification import VerifiedRound
from bot.money import Currency
from bot.numbers import shown_number
from bot.texts import _, ago, stamp
from cogs.casino.words import choice_name, drawn_words, game_name, hand_words

PAUSE = ControlId("casino:pause", seconds=NUMBER)
STAY = ControlId("casino:stay")


def account(seen: PlayerSeen, now: datetime) -> Post:
    """What somebody has chosen for themselves, and what their next round is."""
    player = seen.player
    seeds = _("Round {number} is next: the SHA-256 of its seed is `{digest}`.").format(
        number=player.number, digest=player.commitment
    )
    own = _("Your own seed is `{own}`; /casino seed changes it.").format(own=player.own_seed)
    lost = "\n".join(currency.shown(max(amount, 0)) for currency, amount in seen.lost)
    fields = (
        (_("Seeds"), f"{seeds}\n{own}"),
        (_("Lost in 24 hours"), lost),
        (_("Your limit for that"), limit_words(player, now)),
        (_("Pause"), pause_words(player, now)),
    )
    return Post(title=_("You in the casino"), fields=fields)


def limit_words(player: CasinoPlayer, now: datetime) -> str:
    """The limit of their own that counts, and the one that will."""
    said = _coins(player.limit(now))
    if player.next_limit_at is not None and now < player.next_limit_at:
        later = _("{when}: {limit}")
        when, limit = stamp(player.next_limit_at), _coins(player.next_limit)
        return f"{said}\n{later.format(when=when, limit=limit)}"
    return said


def pause_words(player: CasinoPlayer, now: datetime) -> str:
    """Until when they have shut themselves out."""
    if player.paused_until is not None and player.is_paused(now):
        said = _("until {when}; nobody can end it sooner")
        return said.format(when=stamp(player.paused_until))
    return _("none; /casino pause begins one")


def pause(lasts: timedelta) -> Post:
    """Whether they mean it."""
    question = _(
        "Pause the casino for yourself for {lasts}? You can make the pause longer, but neither "
        "you nor the staff can end it sooner. A hand that you are playing can be finished."
    )
    yes = Button(_("Pause"), custom_id=PAUSE.of(seconds=int(lasts.total_seconds())))
    return confirm(
        question.format(lasts=in_words(lasts)), yes, Button(_("Cancel"), custom_id=STAY.of())
    )


def history(page: RoundPage, _user_id: int) -> Post:
    """Rounds that are over, the newest first."""
    lines = [_line(one, page.currency(one)) for one in page.rows]
    nothing = _("You have not played yet: /casino odds lists the games.")
    footer = _("Page {number} of {pages} · kept for 90 days").format(
        number=page.number, pages=page.pages
    )
    return Post(title=_("Your rounds"), text="\n".join(lines) or nothing, footer=footer)


def verification(seen: VerifiedRound, currency: Currency) -> Post:
    """A round worked out once more, with all that others need to do the same."""
    one = seen.round
    if one.seed is None:
        said = _("Its seed was lost with the key that sealed it: the stake was given back.")
        tone = Tone.WARNING
    elif seen.payout is None:
        said, tone = _("It was played by the rules of an earlier version."), Tone.WARNING
    elif one.payout is None:
        said, tone = _("It was not played to its end: the stake was given back."), Tone.PLAIN
    elif seen.agrees:
        said, tone = _("What was paid is what these seeds give."), Tone.GOOD
    else:
        said, tone = _("What was paid is not what these seeds give!"), Tone.BAD
    title = _("Round {number}: {game}").format(number=one.number, game=game_name(one.game))
    return Post(title=title, text=said, fields=_facts(seen, currency), tone=tone)


def _facts(seen: VerifiedRound, currency: Currency) -> tuple[tuple[str, str], ...]:
    one = seen.round
    paid = one.staked if one.payout is None else one.payout
    seed, digest = "", ""
    if one.seed is not None:
        seed, digest = f"`{one.seed.hex()}`", f"`{seen.commitment}`"
    facts = [
        (_("Seed"), seed),
        (_("Its SHA-256, shown before the round"), digest),
        (_("Your own seed"), f"`{one.own_seed}`"),
        (_("Bet on"), choice_name(one.game, one.choice)),
        (_("Result"), _result(seen)),
        (_("Stake"), currency.shown(one.staked)),
        (_("Back"), currency.shown(paid)),
    ]
    return tuple((name, text) for name, text in facts if text)


def _result(seen: VerifiedRound) -> str:
    if seen.table is not None:
        dealer, player = hand_words(seen.table.dealer), hand_words(seen.table.player)
        return _("Dealer {dealer} · you {player}").format(dealer=dealer, player=player)
    if not seen.numbers:
        return ""
    numbers = ", ".join(map(str, seen.numbers))
    return f"{drawn_words(seen.round.game, seen.numbers)} ({numbers})"


def _line(one: CasinoRound, currency: Currency) -> str:
    sign = "+" if one.gain > 0 else ""
    gained = f"{sign}{currency.shown(one.gain)}" if one.payout is not None else _("given back")
    names = (game_name(one.game), choice_name(one.game, one.choice), gained)
    said = " · ".join(name for name in names if name)
    return f"**{one.number}** {said} · {ago(one.ended_at or one.started_at)}"


def _coins(limit: int | None) -> str:
    if limit is None:
        return _("none; /casino limit sets one")
    return _("{count} coins").format(count=shown_number(limit))
