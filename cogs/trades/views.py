"""Views of trades: what the two of them are answered."""

from bot.acts import Outcome
from bot.controls import NUMBER, ControlId, Post
from bot.features.trades.messages import STATES, TradeCurrencies, card, offered, plainly
from bot.features.trades.model import Trade, TradeState
from bot.features.trades.store import TradePage
from bot.texts import _, ago

PAGE = ControlId("trade:page", all="[01]", page=NUMBER, way="back|next")


def proposed(trade: Trade, outcome: Outcome | None) -> str:
    """To whoever proposed it, whose side is confirmed by that."""
    if outcome is not Outcome.SENT:
        text = _(
            "Trade {number} stands, but its message could not be sent to {channel} yet. It is "
            "tried again; my permissions there may be missing."
        )
        return text.format(number=trade.id, channel=f"<#{trade.channel_id}>")
    text = _("Trade {number} is proposed to {person}. It expires {when}.")
    person = f"<@{trade.counterparty.user_id}>"
    return text.format(number=trade.id, person=person, when=ago(trade.expires_at))


def changed(trade: Trade) -> str:
    text = _("Trade {number} is changed. Look at it again: both of you are to confirm it anew.")
    return text.format(number=trade.id)


def confirmed(trade: Trade) -> str:
    if trade.state is TradeState.OPEN:
        text = _("You have confirmed trade {number}. It completes once the other has as well.")
    else:
        text = _("Trade {number} is completed.")
    return text.format(number=trade.id)


def ended(trade: Trade) -> str:
    text = _("Trade {number} is over. What was held for it went back.")
    return text.format(number=trade.id)


def shown(trade: Trade, names: TradeCurrencies) -> Post:
    """The trade as its card in the channel shows it."""
    return card(trade, names)


def named(trade: Trade, names: TradeCurrencies) -> str:
    """One as it is suggested while a number is typed; plain text."""
    mine, theirs = (plainly(one.offer, names) for one in trade.sides)
    return f"{trade.id}: {mine} ⇄ {theirs}"


def line(trade: Trade, names: TradeCurrencies) -> str:
    """One of a list."""
    sides = " ⇄ ".join(f"<@{one.user_id}> {offered(one.offer, names)}" for one in trade.sides)
    when = ago(trade.ended_at or trade.expires_at)
    return f"**{trade.id}** {sides} · {_(STATES[trade.state])} · {when}"


def listed(page: TradePage, names: TradeCurrencies, *, is_whole: bool) -> Post:
    """Somebody's trades, one a line."""
    nothing = _("You have no trade open. Propose one with /trade offer.")
    return Post(
        title=_("All your trades") if is_whole else _("Your trades"),
        text="\n".join(line(one, names) for one in page.rows) or nothing,
        footer=_("Page {number} of {pages}").format(number=page.number, pages=page.pages),
    )
