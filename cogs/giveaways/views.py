"""Views of giveaways: what the staff and whoever enters are answered."""

from collections.abc import Sequence
from typing import Literal

from bot.acts import Outcome
from bot.client.ui import confirm
from bot.controls import NUMBER, Button, ControlId, Picture, Post, Tone
from bot.durations import in_words
from bot.features.giveaways.draw import Drum
from bot.features.giveaways.entries import Entered
from bot.features.giveaways.entry_store import Winner
from bot.features.giveaways.messages import STATES
from bot.features.giveaways.model import Giveaway, GiveawayState
from bot.features.giveaways.proof import summary
from bot.features.giveaways.service import DrawBook, GiveawayOverview
from bot.features.giveaways.store import GiveawayPage
from bot.features.giveaways.terms_words import WHY, bonuses, needed
from bot.kept_texts import worded
from bot.texts import N_, _, ago, ngettext, stamp
from bot.user_text import escaped, inline

SureAct = Literal["end", "cancel"]
SURE = ControlId("giveaway:sure", act="end|cancel", giveaway=NUMBER)
KEEP = ControlId("giveaway:keep", giveaway=NUMBER)
PAGE = ControlId("giveaway:page", all="[01]", page=NUMBER, way="back|next")

PAUSED = N_("Giveaway {number} is paused. /giveaway resume lets it go on for as long as was left.")
RESUMED = N_("Giveaway {number} goes on. It ends {when}.")
CANCELLED = N_("Giveaway {number} is cancelled: nothing is drawn, and no other follows it.")
PRIZE_SHOWN = 100
SHOWN = 20  # people of whose lots nothing came


def created(giveaway: Giveaway, outcome: Outcome | None) -> str:
    channel = f"<#{giveaway.channel_id}>"
    if giveaway.state is GiveawayState.SCHEDULED:
        text = _("Giveaway {number} opens in {channel} {when}.")
        when = stamp(giveaway.starts_at)
        return text.format(number=giveaway.id, channel=channel, when=when)
    if outcome is not Outcome.SENT:
        text = _(
            "Giveaway {number} is open, but its message could not be sent to {channel} yet. It is "
            "tried again; look at my permissions there."
        )
        return text.format(number=giveaway.id, channel=channel)
    text = _("Giveaway {number} is open in {channel}. It ends {when}.")
    return text.format(number=giveaway.id, channel=channel, when=stamp(giveaway.ends_at))


def changed(giveaway: Giveaway) -> str:
    text = _("Giveaway {number} is changed. /giveaway show shows all of it.")
    return text.format(number=giveaway.id)


def done(giveaway: Giveaway, said: str) -> str:
    return _(said).format(number=giveaway.id, when=stamp(giveaway.ends_at))


def rerolled(giveaway: Giveaway, winner_ids: Sequence[int]) -> str:
    named = " ".join(f"<@{one}>" for one in winner_ids)
    text = _("Giveaway {number} was drawn anew: {winners}. They are called in {channel}.")
    channel = f"<#{giveaway.channel_id}>"
    return text.format(number=giveaway.id, winners=named, channel=channel)


def entered(found: Entered) -> str:
    """To whoever pressed the button."""
    said = _("You were in already.") if found.was_in else _("You are in.")
    if found.weight > 1:
        text = ngettext("You have {count} entry.", "You have {count} entries.", found.weight)
        said = f"{said} {text.format(count=found.weight)}"
    ends = _("It is drawn {when}; you must be here then.").format(when=ago(found.giveaway.ends_at))
    return f"{said} {ends}"


def question(giveaway: Giveaway, act: SureAct) -> Post:
    """The question before what cannot be undone."""
    prize = inline(giveaway.prize, PRIZE_SHOWN)
    if act == "end":
        text = _("End giveaway {number} ({prize}) now, and draw its winners?")
        label = _("End it now")
    else:
        text = _("Cancel giveaway {number} ({prize})? Nothing is drawn, and its series ends.")
        label = _("Cancel it")
    yes = Button(label, custom_id=SURE.of(act=act, giveaway=giveaway.id))
    no = Button(_("Keep it"), custom_id=KEEP.of(giveaway=giveaway.id))
    return confirm(text.format(number=giveaway.id, prize=prize), yes, no)


def listed(page: GiveawayPage, is_whole: bool) -> Post:
    """Those of a server, one a line."""
    nothing = _("No giveaway is held now. Begin one with /giveaway create.")
    return Post(
        title=_("All giveaways") if is_whole else _("Giveaways"),
        text="\n".join(map(_line, page.rows)) or nothing,
        footer=_("Page {number} of {pages}").format(number=page.number, pages=page.pages),
    )


def shown(found: GiveawayOverview) -> Post:
    """All that the staff may want to know of one."""
    one = found.giveaway
    fields = [
        (_("State"), _(STATES[one.state])),
        (_("Channel"), f"<#{one.channel_id}>"),
        (_("Opens"), stamp(one.starts_at)),
        (_("Ends"), stamp(one.ended_at or one.ends_at)),
        (_("Winners"), _winners(found) or str(one.winner_count)),
        (_("Entries"), str(found.people)),
    ]
    if lines := needed(one.terms):
        fields.append((_("Needed"), "\n".join(lines)))
    if lines := bonuses(one.terms.bonus):
        fields.append((_("More entries"), "\n".join(lines)))
    if one.every is not None:
        fields.append((_("Begins anew every"), in_words(one.every)))
    fields += [(_("Held by"), f"<@{one.created_by_id}>"), *_troubles(found)]
    return Post(
        title=_("Giveaway {number}: {prize}").format(number=one.id, prize=escaped(one.prize)),
        text=escaped(one.about),
        fields=tuple(fields),
        footer=_("SHA-256 of the seed: {hash}").format(hash=one.seed_hash),
    )


def verified(book: DrawBook, problems: Sequence[str], url: str | None) -> Post:
    """Whether the draw agrees when it is done again, and all that it takes to do so elsewhere."""
    proof = book.proof
    said = _("Drawn again from the seed, the winners are the same.")
    if problems:
        said = "\n".join([_("Drawn again from the seed, it does not agree:"), *problems])
    document = Picture(f"giveaway-{proof.giveaway}.json", proof.model_dump_json(indent=1).encode())
    links = () if url is None else (Button(_("The draw, lot by lot"), url=url),)
    drum: Drum = proof.drum()
    return Post(
        title=_("The draw of giveaway {number}").format(number=proof.giveaway),
        text=said,
        fields=(
            (_("Seed"), f"`{proof.seed}`"),
            (_("SHA-256 of the seed, shown since it opened"), f"`{proof.seed_hash}`"),
            (_("Entries"), summary(proof)),
            (_("SHA-256 of the list of entries"), f"`{drum.digest}`"),
            *_passed_over(book),
        ),
        tone=Tone.BAD if problems else Tone.GOOD,
        buttons=links,
        picture=document,
        footer=_("The file holds everything: `herald giveaway verify` checks it anywhere."),
    )


def _passed_over(book: DrawBook) -> list[tuple[str, str]]:
    """Whose lot came up, and who could not win any more."""
    lines = [
        f"<@{user_id}>: {', '.join(_(WHY[one]) for one in reasons)}"
        for draw in book.draws
        for user_id, reasons in draw.reasons.items()
    ]
    if not lines:
        return []
    more = [_("and {count} more").format(count=len(lines) - SHOWN)] if len(lines) > SHOWN else []
    return [(_("Drawn, but could not win"), "\n".join([*lines[:SHOWN], *more]))]


def _line(one: Giveaway) -> str:
    when = one.starts_at if one.state is GiveawayState.SCHEDULED else one.ended_at or one.ends_at
    prize = inline(one.prize, PRIZE_SHOWN)
    return f"**{one.id}** {prize} · {_(STATES[one.state])} · <#{one.channel_id}> · {ago(when)}"


def _winners(found: GiveawayOverview) -> str:
    """Who won, and whether they were told; none before the draw."""
    if not found.giveaway.has_ended:
        return ""
    lines = [_winner(one, found) for one in found.winners]
    return "\n".join(lines) or _("nobody could win")


def _winner(one: Winner, found: GiveawayOverview) -> str:
    if one.is_replaced:
        return f"~~<@{one.user_id}>~~"
    texts = {
        Outcome.SENT: _("has the direct message"),
        Outcome.REFUSED: _("takes no direct messages"),
        Outcome.LATE: _("the direct message is on its way"),
        None: _("called in the channel"),
    }
    return f"<@{one.user_id}> · {texts[found.told[one.id]]}"


def _troubles(found: GiveawayOverview) -> list[tuple[str, str]]:
    troubles = list[tuple[str, str]]()
    if found.giveaway.failure:
        troubles.append((_("It cannot be drawn"), escaped(worded(found.giveaway.failure))))
    text = _("could not be sent yet: look at my permissions in {channel}")
    channel = f"<#{found.giveaway.channel_id}>"
    for name, outcome in (
        (_("Its message"), found.card),
        (_("The call to its winners"), found.announcement),
    ):
        if outcome in (Outcome.REFUSED, Outcome.LATE):
            troubles.append((name, text.format(channel=channel)))
    return troubles
