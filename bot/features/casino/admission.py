"""Admission to a round: whether somebody may stake so much now, and in words why not."""

from datetime import datetime, timedelta

from bot.errors import UserError
from bot.features.casino.model import CasinoPlayer
from bot.features.casino.settings import CasinoSettings
from bot.money import Currency
from bot.texts import _, ago, stamp


def refuse_game(chosen: CasinoSettings, game: str) -> None:
    """A UserError where nobody plays it here."""
    if not chosen.enabled:
        raise UserError(
            _("The casino is closed in this server. Its staff can open it with /settings.")
        )
    if not chosen.offers(game):
        raise UserError(_("This server does not offer that game: /casino odds lists the others."))


def refuse_stake(chosen: CasinoSettings, currency: Currency, stake: int) -> None:
    """A UserError for a stake out of the server's bounds."""
    least, most = chosen.min_bet * currency.unit, chosen.max_bet * currency.unit
    if not least <= stake <= most:
        said = _("The stake must be from {least} to {most} here.")
        raise UserError(said.format(least=currency.shown(least), most=currency.shown(most)))


def refuse_player(player: CasinoPlayer, chosen: CasinoSettings, now: datetime) -> None:
    """A UserError for who has paused, or played just now."""
    refuse_paused(player, now)
    cooldown = timedelta(seconds=chosen.cooldown_seconds)
    if player.played_at is not None and now < player.played_at + cooldown:
        said = _("Not so fast: the next round can begin {when}.")
        raise UserError(said.format(when=ago(player.played_at + cooldown)))


def refuse_paused(player: CasinoPlayer, now: datetime) -> None:
    """A UserError for who has shut themselves out."""
    if player.paused_until is not None and player.is_paused(now):
        said = _(
            "You have paused the casino for yourself until {when}. Nobody can end that sooner."
        )
        raise UserError(said.format(when=stamp(player.paused_until)))


def refuse_loss(limit: int | None, currency: Currency, *, lost: int, more: int) -> None:
    """A UserError where so much more could bring somebody's loss of a day above the limit."""
    if limit is None or lost + more <= limit * currency.unit:
        return
    left = max(limit * currency.unit - lost, 0)
    said = _(
        "You may lose {limit} in 24 hours here, and can stake {left} until you have won some or "
        "the time has passed: {stake} is more."
    )
    shown = currency.shown(limit * currency.unit)
    raise UserError(said.format(limit=shown, left=currency.shown(left), stake=currency.shown(more)))


def loss_limit(player: CasinoPlayer, chosen: CasinoSettings, now: datetime) -> int | None:
    """Coins that they may lose in a day: the server's limit or their own, whichever is less."""
    limits = (chosen.daily_loss or None, player.limit(now))
    return min((one for one in limits if one is not None), default=None)
