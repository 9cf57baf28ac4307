"""Card handlers: what the buttons of panels, of a ticket's card and of its letter do."""

from typing import Any

import discord

from bot.client.interactions import (
    HeraldModal,
    Interaction,
    Press,
    TextField,
    actor_of,
    control,
    redraw,
    working,
)
from bot.client.ui import ReasonModal
from bot.features.tickets import cards, exposure, panels
from bot.features.tickets.model import COMMENT_LIMIT, REASON_LIMIT, Ticket
from bot.texts import _
from cogs.tickets import views
from cogs.tickets.handlers import TicketHandlers, hindered
from cogs.tickets.visitors import visitor_of


class CardHandlers:
    """Everybody can press them; who may is asked of the service."""

    def __init__(self, handlers: TicketHandlers) -> None:
        self._handlers = handlers
        self._tickets = handlers.tickets

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(panels.OPEN, self._open),
            control(panels.CHOOSE, self._choose),
            control(cards.CLAIM, self._claim),
            control(cards.CLOSE, self._close),
            control(cards.REOPEN, self._reopen),
            control(cards.ACCEPT, self._accept),
            control(cards.DECLINE, self._decline),
            control(cards.RATE, self._rate),
            control(exposure.HIDE, self._hide),
            control(views.DROP, self._drop),
            control(views.LEAVE, self._leave),
        ]

    async def _open(self, interaction: Interaction, press: Press) -> None:
        await self._handlers.begin(interaction, int(press["type"]))

    async def _choose(self, interaction: Interaction, press: Press) -> None:
        """An option of a panel, or of a menu, which carries what the ticket is about."""
        type_id, _separator, subject = press.values[0].partition(" ")
        await self._handlers.begin(interaction, int(type_id), subject)

    async def _claim(self, interaction: Interaction, press: Press) -> None:
        async with working(interaction) as answer:
            ticket = await self._pressed(interaction, press)
            await self._tickets.charge.claim(visitor_of(interaction), ticket)
            await answer(_("You are in charge of ticket {number}.").format(number=ticket.number))

    async def _hide(self, interaction: Interaction, press: Press) -> None:
        async with working(interaction) as answer:
            ticket = await self._pressed(interaction, press)
            await self._tickets.charge.hide(visitor_of(interaction), ticket)
            await answer(_("They are out again."))

    async def _close(self, interaction: Interaction, press: Press) -> None:
        """Ask for the reason; the service asks who may, again, when it is sent."""
        ticket = await self._pressed(interaction, press)
        await self._tickets.closures.refuse(visitor_of(interaction), ticket)

        async def submit(interaction: Interaction, reason: str) -> None:
            async with working(interaction) as answer:
                visitor = visitor_of(interaction)
                closed = await self._tickets.closures.close(visitor, ticket, reason, "staff_button")
                await answer(views.closed(closed) + hindered(interaction, closed))

        title = _("Close ticket {number}").format(number=ticket.number)
        about = _("Whoever opened it reads it.")
        modal = ReasonModal(title, submit, longest=REASON_LIMIT, about=about, is_required=False)
        await interaction.response.send_modal(modal)

    async def _reopen(self, interaction: Interaction, press: Press) -> None:
        ticket = await self._pressed(interaction, press)
        await self._handlers.reopen(interaction, ticket.number)

    async def _accept(self, interaction: Interaction, press: Press) -> None:
        await self._answer(interaction, press, agrees=True)

    async def _decline(self, interaction: Interaction, press: Press) -> None:
        await self._answer(interaction, press, agrees=False)

    async def _answer(self, interaction: Interaction, press: Press, *, agrees: bool) -> None:
        """The question says what was answered, and can be answered no more."""
        await interaction.response.defer()
        ticket = await self._pressed(interaction, press)
        visitor = visitor_of(interaction)
        await self._tickets.closures.answer(visitor, ticket, agrees=agrees)
        await redraw(interaction, views.agreed(visitor.user_id, agrees=agrees))

    async def _rate(self, interaction: Interaction, press: Press) -> None:
        """In a direct message, where there is no server; a modal cannot follow anything else."""
        ticket_id, stars = int(press["ticket"]), int(press.values[0])

        async def submit(interaction: Interaction, comment: str) -> None:
            async with working(interaction) as answer:
                rate = self._tickets.ratings.rate
                await rate(interaction.user.id, ticket_id, stars, comment)
                await answer(_("Thank you."))

        await interaction.response.send_modal(CommentForm(submit))
        await self._tickets.ratings.rate(interaction.user.id, ticket_id, stars)

    async def _drop(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        ticket = await self._pressed(interaction, press)
        gone = await self._tickets.moves.delete(visitor_of(interaction), ticket)
        text = _("The channel of ticket {number} is being deleted.")
        await redraw(interaction, text.format(number=gone.number) + hindered(interaction, gone))

    async def _leave(self, interaction: Interaction, _press: Press) -> None:
        await redraw(interaction, _("It stays."))

    async def _pressed(self, interaction: Interaction, press: Press) -> Ticket:
        return await self._tickets.known(actor_of(interaction).guild_id, int(press["ticket"]))


class CommentForm(HeraldModal):
    """Modal of what somebody has to say beside their stars; the stars are kept without it."""

    def __init__(self, submit: views.SubmitText) -> None:
        super().__init__(_("Your rating"))
        self._submit = submit
        about = _("Your stars are kept; the staff read this too")
        self._comment = self.ask(
            TextField("comment", _("Comment"), about, longest=COMMENT_LIMIT, has_lines=True)
        )

    async def submitted(self, interaction: Interaction) -> None:
        await self._submit(interaction, self._comment.value)
