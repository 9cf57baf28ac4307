"""Views of duels: what people are answered."""

from collections.abc import Mapping

from bot.acts import Outcome
from bot.controls import NUMBER, ControlId, Post
from bot.features.duels.duelist_store import DuelistPage
from bot.features.duels.game import DuelMove
from bot.features.duels.messages import STATES, bout, card, move_named
from bot.features.duels.model import Duel, DuelState
from bot.features.duels.service import RankedDuelist
from bot.features.duels.store import DuelPage
from bot.money import Currency
from bot.numbers import shown_number
from bot.texts import _, ago

PAGE = ControlId("duel:page", page=NUMBER, way="back|next")
TABLE = ControlId("duel:table", page=NUMBER, way="back|next")

DuelCurrencies = Mapping[int, Currency]
"""Currencies of a server by their ids."""

HistoryQuery = tuple[int, DuelCurrencies]
"""Whose duels, and what they can be about."""


def challenged(duel: Duel, outcome: Outcome | None) -> str:
    """To whoever challenged."""
    if outcome is not Outcome.SENT:
        return _unsent(duel)
    text = _("{person} is challenged: duel {number}. It can be accepted until {when}.")
    person = f"<@{duel.opponent.user_id}>"
    return text.format(person=person, number=duel.id, when=ago(duel.expires_at))


def accepted(duel: Duel, outcome: Outcome | None) -> str:
    """To whoever accepted."""
    if outcome is not Outcome.SENT:
        return _unsent(duel)
    text = _("Duel {number} is on: both stakes are held. Choose your first move below.")
    return text.format(number=duel.id)


def _unsent(duel: Duel) -> str:
    text = _(
        "Duel {number} stands, but its message could not be sent to {channel} yet. It is tried "
        "again; my permissions there may be missing."
    )
    return text.format(number=duel.id, channel=f"<#{duel.channel_id}>")


def moved(duel: Duel, move: DuelMove) -> str:
    """To whoever moved; what they chose is theirs alone until the other has chosen as well."""
    chosen = _("You chose {move}.").format(move=move_named(move))
    if any(one.move is not None for one in duel.sides):
        more = _("Nobody sees it before the other has chosen as well.")
    elif duel.state.has_ended:
        more = _("Duel {number} is over: see how it ended.").format(number=duel.id)
    else:
        text = _("So did the other: round {number} has begun.")
        more = text.format(number=duel.bout.number)
    return f"{chosen} {more}"


def ended(duel: Duel) -> str:
    return _("Duel {number} is over.").format(number=duel.id)


def shown(duel: Duel, currency: Currency) -> Post:
    """The duel as its newest message in the channel shows it."""
    return bout(duel, currency) if duel.has_begun else card(duel, currency)


def named(duel: Duel, names: DuelCurrencies) -> str:
    """One as it is suggested while a number is typed; plain text."""
    currency = names.get(duel.currency_id)
    amount = shown_number(duel.stake, duel.decimals)
    stake = amount if currency is None else f"{amount} {currency.name}"
    return f"{duel.id}: {stake}, {_(STATES[duel.state])}"


def line(duel: Duel, user_id: int, names: DuelCurrencies) -> str:
    """One of somebody's list."""
    other = next(one for one in duel.people if one != user_id)
    currency = names.get(duel.currency_id) or Currency.former(
        duel.currency_id, duel.guild_id, duel.decimals
    )
    state = _(STATES[duel.state])
    if duel.winner_id is not None and duel.winner_id != user_id:
        is_late = duel.state is DuelState.FORFEITED
        state = _("lost, as you did not move") if is_late else _("lost")
    change = duel.rating_change
    parts = [f"**{duel.id}** <@{other}>", currency.shown(duel.stake), state]
    if change is not None:
        parts.append(f"{change if user_id == duel.people[0] else -change:+d}")
    parts.append(ago(duel.ended_at or duel.expires_at))
    return " · ".join(parts)


def history(page: DuelPage, query: HistoryQuery) -> Post:
    """Somebody's duels that are over, one a line."""
    user_id, names = query
    nothing = _("You have fought none yet. Challenge somebody with /duel challenge.")
    return Post(
        title=_("Your duels"),
        text="\n".join(line(one, user_id, names) for one in page.rows) or nothing,
        footer=_("Page {number} of {pages}").format(number=page.number, pages=page.pages),
    )


def table(page: DuelistPage) -> Post:
    """The best duelists, one a line."""
    text = _("**{rating}** <@{user}> · {wins} won, {losses} lost, {draws} drawn")
    lines = [
        text.format(
            rating=one.rating,
            user=one.user_id,
            wins=one.wins,
            losses=one.losses,
            draws=one.draws,
        )
        for one in page.rows
    ]
    nothing = _("No rated duel was fought yet. Challenge somebody with /duel challenge.")
    footer = _("Page {number} of {pages}, {total} in all")
    return Post(
        title=_("Duelists"),
        text="\n".join(lines) or nothing,
        footer=footer.format(number=page.number, pages=page.pages, total=page.total),
    )


def stats(user_id: int, found: RankedDuelist | None) -> Post:
    """Somebody's rating and results."""
    if found is None:
        text = _("{person} has fought no duel yet.").format(person=f"<@{user_id}>")
        return Post(text=text, is_plain=True)
    one = found.duelist
    place = _("none yet") if found.place is None else str(found.place)
    fields = (
        (_("Rating"), str(one.rating)),
        (_("Place"), place),
        (_("Won"), str(one.wins)),
        (_("Lost"), str(one.losses)),
        (_("Drawn"), str(one.draws)),
    )
    return Post(title=_("Duels"), text=f"<@{user_id}>", fields=fields)
