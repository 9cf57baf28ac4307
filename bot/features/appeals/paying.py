"""What an appeal owes: its card in the staff's channel, and a letter with the outcome."""

from datetime import timedelta

from bot.acts import ActFailed, ActRefused, Acts
from bot.catalogue.security import AuditDraft
from bot.controls import Post
from bot.features.appeals import messages, store
from bot.features.appeals.cards import Card, CardStore
from bot.features.appeals.links import Issuing
from bot.features.appeals.model import Appeal, AppealState, Told
from bot.features.appeals.ports import Tools
from bot.features.appeals.settings import AppealsSettings
from bot.logs import get_logger
from bot.texts import SOURCE, _, use

FRESH = timedelta(days=1)  # what could not be sent for so long is given up

_log = get_logger("herald.appeals")


class Paying:
    """The sweep alone calls this, so nothing is sent twice at once.

    In English: whoever reads it is not the one whose doing it followed from.
    """

    def __init__(self, tools: Tools, issuing: Issuing) -> None:
        self._tools = tools
        self._issuing = issuing
        self._cards = CardStore()

    async def letter(self, appeal: Appeal) -> None:
        """Write to the person once; what came of it is kept, and their page shows the rest."""
        acts = self._tools.acts
        guild = acts.guild(appeal.guild_id)
        told = Told.LATE
        if guild is not None and self._is_fresh(appeal):
            with use(SOURCE):
                post = messages.letter(appeal, guild.name, await self._url(appeal))
            told = await _sent(acts, appeal.user_id, post)
        async with self._tools.database.transaction() as tx:
            await store.told(tx, appeal, told)

    async def card(self, card: Card) -> None:
        """Send the card, or redraw the one that is there."""
        acts = self._tools.acts
        if card.appeal_id is None:
            await self._take_leave(acts, card)
            return
        post = await self._drawn(card)
        if post is None:
            return
        try:
            values = await self._written(acts, card, post)
        except ActFailed as error:
            await self._not_written(card, error)
            return
        async with self._tools.database.transaction() as tx:
            await self._cards.drawn(tx, card, Told.SENT, failure=None, **values)

    def _is_fresh(self, appeal: Appeal) -> bool:
        since = appeal.decided_at or appeal.created_at
        return self._tools.clock.now() - since <= FRESH

    async def _url(self, appeal: Appeal) -> str | None:
        """After a denial the page says what can be done; otherwise there is nothing to do."""
        if appeal.state is not AppealState.DENIED:
            return None
        async with self._tools.database.reading() as reading:
            punishment = await self._tools.cases.find(reading, appeal.case_id)
        return None if punishment is None else await self._issuing.link(punishment.case)

    async def _drawn(self, card: Card) -> Post | None:
        """The card as it is to look now; None where its case was deleted a moment ago."""
        async with self._tools.database.reading() as reading:
            appeal = await store.by_id(reading, card.guild_id, card.appeal_id or 0)
            punishment = appeal and await self._tools.cases.find(reading, appeal.case_id)
        if appeal is None or punishment is None:
            return None
        with use(SOURCE):
            return messages.card(appeal, punishment.case)

    async def _written(self, acts: Acts, card: Card, post: Post) -> dict[str, object]:
        if card.channel_id is not None and card.message_id is not None:
            await acts.redraw(card.guild_id, card.channel_id, card.message_id, post)
            return {}
        settings = await self._tools.settings.get(card.guild_id, AppealsSettings)
        if settings.channel_id is None:
            raise ActRefused(_("no channel for appeals is chosen"))
        message_id = await acts.send(card.guild_id, settings.channel_id, post)
        return {"channel_id": settings.channel_id, "message_id": message_id}

    async def _not_written(self, card: Card, error: ActFailed) -> None:
        """Tried again for a day, for a channel can be chosen anew; said once, and never silent."""
        is_refused = isinstance(error, ActRefused)
        is_over = self._tools.clock.now() - card.owed_since > FRESH
        if is_over or (is_refused and card.message_id is not None):
            state = Told.CLOSED if is_refused else Told.LATE
        else:
            state = Told.OWED
        async with self._tools.database.transaction() as tx:
            await self._cards.drawn(tx, card, state, failure=str(error)[:500])
            if card.failure != str(error)[:500] and card.message_id is None:
                _log.warning("appeal.card_not_sent", card=card.id, error=str(error))
                await self._tools.audit.write(tx, _warning(card, error))

    async def _take_leave(self, acts: Acts, card: Card) -> None:
        """Let the card say that its case is gone, where that is still possible."""
        if card.channel_id is not None and card.message_id is not None:
            with use(SOURCE):
                post = messages.deleted_card(card.case_number)
            try:
                await acts.redraw(card.guild_id, card.channel_id, card.message_id, post)
            except ActFailed as error:
                _log.info("appeal.card_left", card=card.id, error=str(error))
                is_over = self._tools.clock.now() - card.owed_since > FRESH
                if not isinstance(error, ActRefused) and not is_over:
                    return
        async with self._tools.database.transaction() as tx:
            await self._cards.remove(tx, card)


async def _sent(acts: Acts, user_id: int, post: Post) -> Told:
    try:
        await acts.tell(user_id, post)
    except ActRefused:
        return Told.CLOSED
    except ActFailed:
        return Told.LATE  # it may have arrived: a second one would be worse than none
    return Told.SENT


def _warning(card: Card, error: ActFailed) -> AuditDraft:
    return AuditDraft(
        guild_id=card.guild_id,
        event_type="appeal.card_not_sent",
        severity="warn",
        source="system",
        summary=(
            f"The appeal of case {card.case_number} cannot be shown to the staff: {error}. "
            "Choose a channel in the settings of appeals; it is tried again for a day."
        ),
        target_type="appeal",
        target_id=str(card.appeal_id),
        context={"case_number": card.case_number, "error": str(error)},
    )
