"""Messages of a giveaway: its card with the buttons, the call to its winners, a letter to each."""

from collections.abc import Sequence
from datetime import timedelta

from bot.acts import Outcome
from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.features.giveaways import entry_store, store
from bot.features.giveaways.model import Giveaway, GiveawayState, GiveawayStep
from bot.features.giveaways.ports import GiveawaysPorts
from bot.features.giveaways.terms_words import bonuses, needed
from bot.posts.payment import PostKind
from bot.posts.store import PostRecord
from bot.snapshots import GuildSeen
from bot.storage.database import Transaction
from bot.texts import N_, _, ngettext, stamp
from bot.user_text import escaped, inline

ENTER = ControlId("giveaway:enter", giveaway=NUMBER)
LEAVE = ControlId("giveaway:leave", giveaway=NUMBER)
VERIFY = ControlId("giveaway:verify", giveaway=NUMBER)

CARD, ANNOUNCEMENT, LETTER = "giveaways.card", "giveaways.announcement", "giveaways.letter"
NEEDED = ("view_channel", "send_messages", "embed_links")
"""Permissions that the bot needs where one is held."""
FRESH = timedelta(days=7)
PACE = timedelta(seconds=5)
"""How often the count is edited at most: Discord takes five edits in five seconds."""

STATES = {
    GiveawayState.SCHEDULED: N_("not open yet"),
    GiveawayState.OPEN: N_("open"),
    GiveawayState.PAUSED: N_("paused"),
    GiveawayState.DRAWING: N_("is being drawn"),
    GiveawayState.DRAWN: N_("drawn"),
    GiveawayState.ANNOUNCED: N_("drawn, and the winners were called"),
    GiveawayState.CANCELLED: N_("cancelled"),
}
TONES = {GiveawayState.OPEN: Tone.GOOD, GiveawayState.PAUSED: Tone.WARNING}


class GiveawayMessages:
    """Posts of each giveaway; the card is drawn anew with each change."""

    def __init__(self, ports: GiveawaysPorts) -> None:
        self._ports = ports
        ports.posts.kind(PostKind(CARD, self._card, FRESH, pace=PACE))
        ports.posts.kind(PostKind(ANNOUNCEMENT, self._called, FRESH, settled=self._settled))
        ports.posts.kind(PostKind(LETTER, self._direct, FRESH, members_only=True))

    async def _card(self, _guild: GuildSeen, giveaway_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            giveaway = await store.by_id(reading, giveaway_id)
            people = await entry_store.entry_count(reading, giveaway_id)
            winners = await entry_store.winners_of(reading, giveaway_id)
        if giveaway is None:
            return None
        holding = [one.user_id for one in winners if not one.is_replaced]
        return card(giveaway, people, holding, self._ports.links.url(giveaway_id))

    async def _called(self, _guild: GuildSeen, draw_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            draw = await entry_store.draw_by_id(reading, draw_id)
            giveaway = draw and await store.by_id(reading, draw.giveaway_id)
            if draw is None or giveaway is None:
                return None
            winners = await entry_store.winners_of(reading, giveaway.id)
        won = [one.user_id for one in winners if one.draw_id == draw_id]
        return announcement(giveaway, won, is_reroll=draw.number > 1)

    async def _direct(self, guild: GuildSeen, winner_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            winner = await entry_store.winner_by_id(reading, winner_id)
            giveaway = winner and await store.by_id(reading, winner.giveaway_id)
        if winner is None or giveaway is None or winner.is_replaced:
            return None
        return direct_message(giveaway, guild.name, self._ports.links.url(giveaway.id))

    async def _settled(self, tx: Transaction, record: PostRecord) -> None:
        """The winners were called: that was the last step of the draw, or of the reroll."""
        draw = await entry_store.draw_by_id(tx, record.subject_id)
        if draw is not None and record.outcome is Outcome.SENT:
            draws = await entry_store.draws_of(tx, draw.giveaway_id)
            if draws[-1].id == draw.id:
                await store.move(tx, draw.giveaway_id, GiveawayStep.ANNOUNCE)


def card(giveaway: Giveaway, people: int, winner_ids: Sequence[int], url: str | None) -> Post:
    """What stands in the channel, from the opening to long after the draw."""
    fields = [(_("Winners"), str(giveaway.winner_count)), (_("Entries"), str(people))]
    if giveaway.has_ended:
        named = " ".join(f"<@{one}>" for one in winner_ids) or _("nobody could win")
        fields[0] = (ngettext("Winner", "Winners", len(winner_ids)), named)
    else:
        fields += _rules(giveaway)
    fields.append((_("Held by"), f"<@{giveaway.created_by_id}>"))
    if giveaway.seed is not None:
        fields.append((_("Seed"), f"`{giveaway.seed}`"))
    return Post(
        title=escaped(giveaway.prize),
        text="\n".join(part for part in (_when(giveaway), escaped(giveaway.about)) if part),
        fields=tuple(fields),
        tone=TONES.get(giveaway.state, Tone.PLAIN),
        footer=_("SHA-256 of the seed: {hash}").format(hash=giveaway.seed_hash),
        buttons=_buttons(giveaway, url),
    )


def announcement(giveaway: Giveaway, winner_ids: Sequence[int], *, is_reroll: bool) -> Post:
    """The call to those who won in one draw."""
    prize = f"**{inline(giveaway.prize, 200)}**"
    footer = _("Giveaway {number}").format(number=giveaway.id)
    if not winner_ids:
        text = _("{prize} was drawn, and nobody who entered could win it.")
        return Post(text=text.format(prize=prize), footer=footer)
    text = _("Congratulations, {prize} is yours!")
    if is_reroll:
        text = _("Drawn anew. Congratulations, {prize} is yours!")
    check = Button(_("Check the draw"), custom_id=VERIFY.of(giveaway=giveaway.id))
    return Post(
        text=text.format(prize=prize),
        tone=Tone.GOOD,
        pings=tuple(winner_ids),
        buttons=(check,),
        footer=footer,
    )


def direct_message(giveaway: Giveaway, guild_name: str, url: str | None) -> Post:
    """What a winner reads."""
    text = _("You won **{prize}** in {guild}. It was held in {channel} by {host}: ask them for it.")
    proof = () if url is None else (Button(_("How it was drawn"), url=url),)
    return Post(
        title=_("You won"),
        text=text.format(
            prize=inline(giveaway.prize, 200),
            guild=escaped(guild_name),
            channel=f"<#{giveaway.channel_id}>",
            host=f"<@{giveaway.created_by_id}>",
        ),
        tone=Tone.GOOD,
        buttons=proof,
    )


def _rules(giveaway: Giveaway) -> list[tuple[str, str]]:
    terms, found = giveaway.terms, list[tuple[str, str]]()
    if lines := needed(terms):
        found.append((_("You need"), "\n".join(lines)))
    if lines := bonuses(terms.bonus):
        found.append((_("More entries"), "\n".join(lines)))
    return found


def _when(giveaway: Giveaway) -> str:
    texts = {
        GiveawayState.SCHEDULED: _("Opens {when}").format(when=stamp(giveaway.starts_at)),
        GiveawayState.OPEN: _("Ends {when}").format(when=stamp(giveaway.ends_at)),
        GiveawayState.PAUSED: _("Paused: nobody enters or leaves until it goes on."),
        GiveawayState.DRAWING: _("It is over, and is being drawn."),
        GiveawayState.CANCELLED: _("It was cancelled; nothing is drawn."),
    }
    ended = stamp(giveaway.ended_at or giveaway.ends_at)
    return texts.get(giveaway.state) or _("Ended {when}").format(when=ended)


def _buttons(giveaway: Giveaway, url: str | None) -> tuple[Button, ...]:
    number, made = giveaway.id, list[Button]()
    if giveaway.state in (GiveawayState.OPEN, GiveawayState.PAUSED):
        is_shut = giveaway.state is GiveawayState.PAUSED
        made += [
            Button(
                _("Enter"),
                custom_id=ENTER.of(giveaway=number),
                tone=Tone.GOOD,
                is_disabled=is_shut,
            ),
            Button(_("Leave"), custom_id=LEAVE.of(giveaway=number), is_disabled=is_shut),
        ]
    if giveaway.has_ended:
        made.append(Button(_("Check the draw"), custom_id=VERIFY.of(giveaway=number)))
    if url is not None and giveaway.state is not GiveawayState.CANCELLED:
        made.append(Button(_("How it is drawn"), url=url))
    return tuple(made)
