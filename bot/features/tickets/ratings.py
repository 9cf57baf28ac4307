"""Ratings: what whoever opened a ticket thinks of it, once it is closed."""

from bot.errors import NotFound, UserError
from bot.features.tickets import store
from bot.features.tickets.cards import LETTER, LOG
from bot.features.tickets.model import COMMENT_LIMIT, STARS, Ticket, TicketState
from bot.features.tickets.ports import TicketsPorts
from bot.texts import _
from bot.user_text import clean_paragraphs, clip


class Ratings:
    """Given in a direct message, by whoever opened the ticket alone; it can be changed."""

    def __init__(self, ports: TicketsPorts) -> None:
        self._ports = ports

    async def rate(
        self, user_id: int, ticket_id: int, stars: int, comment: str | None = None
    ) -> Ticket:
        """One to five stars; without a comment the one that was given stays."""
        if not 1 <= stars <= STARS:
            raise UserError(_("A rating has one to five stars."))
        async with self._ports.database.transaction() as tx:
            seen = await store.by_id(tx, ticket_id, locks=True)
            if seen is None or seen.opener_id != user_id or seen.state is TicketState.VOID:
                raise NotFound(_("That ticket is not there any more."))
            if seen.state is not TicketState.CLOSED:
                raise UserError(_("Your ticket is open again: rate it once it is closed."))
            said = clip(clean_paragraphs(comment or ""), COMMENT_LIMIT)
            values = {"rating_comment": said} if said else {}
            rated = await store.change(tx, seen, rating=stars, **values)
            assert rated is not None  # noqa: S101  it is locked
            await self._ports.posts.redraw(tx, LETTER, ticket_id)
            await self._ports.posts.redraw(tx, LOG, ticket_id)
        return rated
