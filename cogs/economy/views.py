"""Views of the economy: wallets, payments, statements, the richest, the books."""

from collections.abc import Mapping

from bot.catalogue.economy import Operation
from bot.controls import NUMBER, SNOWFLAKE, ControlId, Post, Tone
from bot.features.economy.adjustments import Adjustment
from bot.features.economy.dailies import TakenDaily
from bot.features.economy.statement_store import StatementLine
from bot.features.economy.statements import (
    Books,
    FortunesPage,
    Purse,
    StatementPage,
    StatementQuery,
)
from bot.features.economy.transfers import Transfer
from bot.money import Currency
from bot.texts import N_, _, ago, ngettext
from bot.user_text import inline

LEDGER = ControlId("economy:ledger", page=NUMBER, user=SNOWFLAKE, currency=NUMBER, way="back|next")
RICHEST = ControlId("economy:richest", page=NUMBER, currency=NUMBER, way="back|next")

OPERATIONS: Mapping[Operation, str] = {
    "message": N_("Messages"),
    "voice": N_("Voice"),
    "daily": N_("Daily"),
    "transfer_in": N_("Received"),
    "transfer_out": N_("Paid"),
    "bet": N_("Bet"),
    "payout": N_("Paid out"),
    "stake": N_("Stake"),
    "win": N_("Won"),
    "refund": N_("Given back"),
    "trade": N_("Trade"),
    "admin": N_("By the staff"),
    "incoming": N_("By another program"),
}
REASON_SHOWN = 80  # characters


def named(currency: Currency) -> str:
    """Its name, harmless wherever it is shown."""
    return inline(currency.name, 40)


def wallet(purse: Purse, user_id: int, *, is_own: bool) -> Post:
    """What somebody has of each currency."""
    lines = [f"<@{user_id}>"]
    for currency, free, held in purse.balances:
        text = _("{name}: **{amount}**") if not held else _("{name}: **{amount}**, {held} held")
        shown = {"amount": currency.shown(free), "held": currency.shown(held)}
        lines.append(text.format(name=named(currency), **shown))
    footer = ""
    if is_own and purse.daily.streak:
        streak = purse.daily.streak
        footer = ngettext(
            "Your daily: {count} day in a row.", "Your daily: {count} days in a row.", streak
        ).format(count=streak)
    return Post(title=_("Wallet"), text="\n".join(lines), footer=footer)


def paid(made: Transfer, user_id: int) -> str:
    """What the payer reads."""
    shown = made.currency.shown
    text = _("You paid {amount} to <@{user}>. You have {balance} left.")
    said = text.format(amount=shown(made.amount), user=user_id, balance=shown(made.balance))
    if made.tax:
        text = _("{tax} of it are tax: they got {received}.")
        said += " " + text.format(tax=shown(made.tax), received=shown(made.received))
    return said


def payment(made: Transfer, payer_id: int, payee_id: int, reason: str) -> Post:
    """What everybody in the channel reads; whoever was paid is pinged."""
    text = _("<@{payer}> paid <@{payee}> {amount}.")
    amount = made.currency.shown(made.received)
    said = text.format(payer=payer_id, payee=payee_id, amount=amount)
    if reason.strip():
        said += f"\n> {inline(reason, REASON_SHOWN)}"
    return Post(text=said, pings=(payee_id,), is_plain=True)


def taken(one: TakenDaily) -> str:
    """What a daily paid, and when the next one comes."""
    shown = one.currency.shown
    lines = [_("You took {amount} and have {balance}.")]
    if not one.amount:
        lines = [_("Your wallet is full at {balance}: there was no room for today's.")]
    elif one.lost:
        lines.append(_("Your wallet is full now: there was no room for {lost} more."))
    streak = one.daily.streak
    if streak > 1:
        lines.append(
            ngettext("{count} day in a row.", "{count} days in a row.", streak).format(count=streak)
        )
    if one.daily.next_at is not None:
        lines.append(_("The next one can be taken {when}.").format(when=ago(one.daily.next_at)))
    amounts = {"amount": one.amount, "lost": one.lost, "balance": one.balance}
    said = {name: shown(amount) for name, amount in amounts.items()}
    return " ".join(line.format(**said) for line in lines)


def adjusted(made: Adjustment, user_id: int) -> str:
    """What somebody has after the staff changed it."""
    text = _("<@{user}> has {balance} now ({change}).")
    sign = "+" if made.delta > 0 else ""
    return text.format(
        user=user_id,
        balance=made.currency.shown(made.balance),
        change=f"{sign}{made.currency.shown(made.delta)}",
    )


def statement(page: StatementPage, query: StatementQuery) -> Post:
    """What moved, the newest first."""
    lines = [f"<@{query.user_id}>"]
    lines += [_moved(one, page.currencies[one.currency_id]) for one in page.rows.rows]
    if not page.rows.rows:
        lines.append(_("Nothing has moved yet."))
    footer = _("Page {number} of {pages}, {total} in all")
    rows = page.rows
    shown = footer.format(number=rows.number, pages=rows.pages, total=rows.total)
    return Post(title=_("Ledger"), text="\n".join(lines), footer=shown)


def _moved(line: StatementLine, currency: Currency) -> str:
    sign = "+" if line.delta > 0 else ""
    change, balance = currency.shown(line.delta), currency.shown(line.balance)
    parts = [
        f"{ago(line.created_at)} **{sign}{change}** → {balance}",
        _(OPERATIONS[line.operation]),
    ]
    if line.with_id is not None:
        parts.append(f"<@{line.with_id}>")
    if line.operation == "admin" and line.actor_id is not None:
        parts.append(f"<@{line.actor_id}>")
    if line.reason:
        parts.append(inline(line.reason, REASON_SHOWN))
    return " · ".join(parts)


def richest(page: FortunesPage) -> Post:
    """Who holds most."""
    lines = [
        f"{one.place}. <@{one.user_id}> **{page.currency.shown(one.balance)}**"
        for one in page.rows.rows
    ] or [_("Nobody has any yet.")]
    title = _("The richest: {name}").format(name=named(page.currency))
    footer = _("Page {number} of {pages}, {total} in all")
    rows = page.rows
    shown = footer.format(number=rows.number, pages=rows.pages, total=rows.total)
    return Post(title=title, text="\n".join(lines), footer=shown)


def books(found: Books) -> Post:
    """Where all of a currency is."""
    shown = found.currency.shown
    lines = (
        (_("In wallets"), found.in_wallets),
        (_("Held by games, trades and duels"), found.held),
        (_("Won by the house"), found.of_house),
        (_("Made so far"), found.made),
    )
    said = _("It adds up.") if found.is_balanced else _("It does not add up: tell whoever runs me.")
    return Post(
        title=_("Books: {name}").format(name=named(found.currency)),
        fields=tuple((name, shown(amount)) for name, amount in lines),
        footer=said,
        tone=Tone.PLAIN if found.is_balanced else Tone.BAD,
    )
