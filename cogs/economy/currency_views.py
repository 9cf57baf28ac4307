"""Views of currencies: the list, and the question before one is deleted."""

from collections.abc import Sequence

from bot.client.ui import confirm
from bot.controls import NUMBER, Button, ControlId, Post
from bot.features.economy.statements import Books
from bot.money import Currency
from bot.texts import _
from cogs.economy.views import named

DELETE = ControlId("economy:delcurrency", currency=NUMBER)
KEEP = ControlId("economy:keepcurrency", currency=NUMBER)


def listed(currencies: Sequence[Currency]) -> Post:
    """All currencies of a server."""
    return Post(title=_("Currencies"), text="\n".join(map(_line, currencies)))


def deletion(found: Books) -> Post:
    """The question before a currency is deleted."""
    text = _(
        "Delete the currency “{name}”? Members have {amount} of it, which nobody sees any more."
    )
    currency = found.currency
    said = text.format(name=named(currency), amount=currency.shown(found.in_wallets))
    yes = Button(_("Delete"), custom_id=DELETE.of(currency=currency.id))
    return confirm(said, yes, Button(_("Keep"), custom_id=KEEP.of(currency=currency.id)))


def _line(currency: Currency) -> str:
    line = f"**{named(currency)}** {currency.shown(currency.unit)}"
    is_default = _("the default")
    return f"{line} · {is_default}" if currency.is_default else line
