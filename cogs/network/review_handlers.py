"""Handlers of the reviewers' cards: who may decide is asked by the service."""

from functools import partial
from typing import Any

import discord

from bot.client.interactions import Interaction, Press, actor_of, control, working
from bot.client.ui import ReasonModal
from bot.controls import Picture, Post
from bot.features.network import SharedNetwork
from bot.features.network.drawings import APPROVE, DENY, FILE, GRANT, REFUSE
from bot.features.network.model import REASON_LIMIT, ReviewVerdict
from bot.texts import _
from cogs.network import views


class ReviewHandlers:
    """Buttons in the reviewers' channel, alive after a restart."""

    def __init__(self, network: SharedNetwork) -> None:
        self._network = network

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old cards."""
        return [
            control(APPROVE, self.approve),
            control(REFUSE, self.refuse),
            control(FILE, self.file),
            control(GRANT, partial(self.appeal, verdict="approved")),
            control(DENY, partial(self.appeal, verdict="refused")),
        ]

    async def approve(self, interaction: Interaction, press: Press) -> None:
        async with working(interaction) as answer:
            decided = await self._network.reviews.decide(
                actor_of(interaction), int(press["report"]), "approved"
            )
            await answer(views.decided(decided))

    async def refuse(self, interaction: Interaction, press: Press) -> None:
        """Ask why, where there is still something to decide; no modal after a defer."""
        actor, reviews = actor_of(interaction), self._network.reviews
        report = await reviews.ready(actor, int(press["report"]))

        async def submit(interaction: Interaction, reason: str) -> None:
            async with working(interaction) as answer:
                decided = await reviews.decide(actor_of(interaction), report.id, "refused", reason)
                await answer(views.decided(decided))

        title = _("Refuse report {number}").format(number=report.id)
        about = _("The server that made it reads this.")
        modal = ReasonModal(title, submit, longest=REASON_LIMIT, about=about)
        await interaction.response.send_modal(modal)

    async def file(self, interaction: Interaction, press: Press) -> None:
        """Hand out what was attached."""
        async with working(interaction) as answer:
            name, content = await self._network.reviews.file(
                actor_of(interaction), int(press["report"])
            )
            await answer(Post(picture=Picture(name, content), is_plain=True))

    async def appeal(
        self, interaction: Interaction, press: Press, *, verdict: ReviewVerdict
    ) -> None:
        """Ask for a reason, which the person reads."""
        actor, objections = actor_of(interaction), self._network.objections
        appeal = await objections.ready(actor, int(press["appeal"]))
        is_denial = verdict == "refused"

        async def submit(interaction: Interaction, reason: str) -> None:
            async with working(interaction) as answer:
                decided = await objections.decide(actor_of(interaction), appeal.id, verdict, reason)
                await answer(views.appeal_decided(decided))

        text = _("Deny appeal {number}") if is_denial else _("Approve appeal {number}")
        modal = ReasonModal(
            text.format(number=appeal.id),
            submit,
            longest=REASON_LIMIT,
            about=_("The person who appealed reads it."),
            is_required=is_denial,
        )
        await interaction.response.send_modal(modal)
