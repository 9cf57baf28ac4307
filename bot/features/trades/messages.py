"""Messages of a trade: the card in its channel, drawn anew with every change."""

from collections.abc import Mapping
from datetime import timedelta

from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.features.trades import store
from bot.features.trades.model import Offer, Trade, TradeSide, TradeState
from bot.features.trades.ports import TradesPorts
from bot.money import Currency
from bot.numbers import shown_number
from bot.posts.payment import PostKind
from bot.snapshots import GuildSeen
from bot.texts import N_, _, ago, stamp
from bot.user_text import inline

CONFIRM = ControlId("trade:confirm", trade=NUMBER, version=NUMBER)
END = ControlId("trade:end", trade=NUMBER)

TradeCurrencies = Mapping[int, Currency]
"""Currencies by their ids."""

CARD = "trades.card"
FRESH = timedelta(days=1)
GOOD_SHOWN = 200

STATES = {
    TradeState.OPEN: N_("open"),
    TradeState.AGREED: N_("agreed"),
    TradeState.COMPLETED: N_("completed"),
    TradeState.DECLINED: N_("declined"),
    TradeState.CANCELLED: N_("cancelled"),
    TradeState.EXPIRED: N_("expired"),
    TradeState.LEFT: N_("ended, as one of the two left"),
}
ENDS = {
    TradeState.AGREED: N_("Both have confirmed: what each gives changes hands now."),
    TradeState.COMPLETED: N_("Completed {when}. What was held has changed hands."),
    TradeState.DECLINED: N_("Declined by {person} {when}. What was held went back."),
    TradeState.CANCELLED: N_("Cancelled by {person} {when}. What was held went back."),
    TradeState.EXPIRED: N_("Expired {when}. What was held went back."),
    TradeState.LEFT: N_("{person} left the server {when}. What was held went back."),
}


class TradeMessages:
    """The post of each trade, where it was proposed."""

    def __init__(self, ports: TradesPorts) -> None:
        self._ports = ports
        ports.posts.kind(PostKind(CARD, self._card, FRESH))

    async def names(self, guild_id: int) -> TradeCurrencies:
        """The guild's currencies by their ids."""
        return {one.id: one for one in await self._ports.funds.currencies(guild_id)}

    async def _card(self, _guild: GuildSeen, trade_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            trade = await store.by_id(reading, trade_id)
        return None if trade is None else card(trade, await self.names(trade.guild_id))


def offered(offer: Offer, names: TradeCurrencies) -> str:
    """What a side gives, harmless wherever it is shown."""
    if offer.good is not None:
        return inline(offer.good, GOOD_SHOWN)
    currency = names.get(offer.currency_id or 0)
    return _gone(offer) if currency is None else currency.shown(offer.amount or 0)


def plainly(offer: Offer, names: TradeCurrencies) -> str:
    """The same where nothing is drawn: neither Markdown nor what escapes it."""
    if offer.good is not None:
        return offer.good
    currency = names.get(offer.currency_id or 0)
    if currency is None:
        return _gone(offer)
    return f"{shown_number(offer.amount or 0, currency.decimals)} {currency.name}"


def _gone(offer: Offer) -> str:
    return _("{amount} of a currency that is gone").format(amount=offer.amount)


def card(trade: Trade, names: TradeCurrencies) -> Post:
    """What both look at before they confirm, and what came of it."""
    is_open = trade.state is TradeState.OPEN
    creator, counterparty = (_side(one, names, is_open=is_open) for one in trade.sides)
    tones = {TradeState.COMPLETED: Tone.GOOD, TradeState.OPEN: Tone.NEXT}
    return Post(
        title=_("Trade {number}").format(number=trade.id),
        text=_about(trade),
        below=(creator, counterparty),
        tone=tones.get(trade.state, Tone.PLAIN),
        buttons=_buttons(trade) if is_open else (),
        pings=(trade.counterparty.user_id,) if is_open and trade.version == 1 else (),
        footer=_("/trade change changes it: both confirm anew then.") if is_open else "",
    )


def _side(side: TradeSide, names: TradeCurrencies, *, is_open: bool) -> str:
    given = _("<@{user}> gives {offer}").format(
        user=side.user_id, offer=f"**{offered(side.offer, names)}**"
    )
    if not is_open:
        return given
    said = _("✅ confirmed") if side.is_confirmed else _("not confirmed yet")
    if side.hold_id is not None:
        said = _("✅ confirmed, and held until the trade ends")
    return f"{given}\n{said}"


def _about(trade: Trade) -> str:
    if trade.state is TradeState.OPEN:
        text = _("It completes once both have confirmed. It expires {when}.")
        return text.format(when=ago(trade.expires_at))
    person = f"<@{trade.ended_by_id}>"
    when = stamp(trade.ended_at or trade.expires_at)
    return _(ENDS[trade.state]).format(person=person, when=when)


def _buttons(trade: Trade) -> tuple[Button, ...]:
    shown = CONFIRM.of(trade=trade.id, version=trade.version)
    return (
        Button(_("Confirm"), custom_id=shown, tone=Tone.GOOD),
        Button(_("Decline or cancel"), custom_id=END.of(trade=trade.id), tone=Tone.BAD),
    )
