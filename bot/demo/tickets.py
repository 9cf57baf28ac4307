"""Tickets in the demo: a member asks for help on the panel, the admin answers, and is rated."""

import re

import discord
from simcord import ChannelHandle, InteractionResult, MemberActor

from bot.acts import Actor
from bot.app import App
from bot.demo.messages import awaited, texts
from bot.demo.world import Refused, World
from bot.features.settings import SETTINGS
from bot.features.tickets import TICKETS
from bot.features.tickets.types import FormQuestion

PANEL = "Need help?"
TYPE = "Support"
QUESTION = "What is it about?"
SUBJECT = "My boat is not at its berth"
WELCOME = "Somebody will be with you soon. Say what you know in the meantime."
WRITTEN = "It was at berth four this morning."
ANSWERED = "It is at berth nine: the dredger needed the room."
CLOSED_FOR = "Found at berth nine"
STARS = 5
COMMENT = "Quick, and kind."

_CHANNEL = re.compile(r"<#(\d+)>")


class TicketActs:
    """`open` it before anything else: it makes the type and posts the panel in #help."""

    def __init__(self, world: World, app: App) -> None:
        self._world = world
        self._tickets = app.parts[TICKETS].service
        self._change = app.parts[SETTINGS].service.change
        self._room: ChannelHandle | None = None

    @property
    def room(self) -> ChannelHandle:
        """The channel of the ticket that was opened last."""
        if self._room is None:
            raise Refused("No ticket was opened yet.")
        return self._room

    async def open(self) -> None:
        """The admin makes a type of ticket, and posts the panel."""
        cast = self._world.cast
        admin = Actor(cast.guild.id, cast.admin.id, cast.admin.name)
        await self._change(admin, "tickets", "log_channel_id", cast.channels.ticket_log.id)
        await self._change(admin, "tickets", "staff_channel_id", cast.channels.staff.id)
        types, panels = self._tickets.types, self._tickets.panels
        made = await types.create(admin, TYPE)
        for name, value in (
            ("emoji", "🛟"),
            ("staff_role_ids", (cast.roles.staff.id,)),
            ("ping_role_ids", (cast.roles.staff.id,)),
            ("category_id", cast.channels.tickets.id),
            ("welcome", WELCOME),
        ):
            await types.change(admin, made.id, name, value)
        await types.ask(admin, made.id, (FormQuestion(text=QUESTION),))
        panel = await panels.create(admin, PANEL)
        text = "Press the button: a channel opens that only you and the staff see."
        await panels.change(admin, panel.id, text=text)
        await panels.post(admin, panel.id, cast.channels.help.id)
        await self._panel()

    async def ask(self, member: MemberActor) -> str:
        """A member presses the panel's button, and sends the form."""
        panel = await self._panel()
        async with self._world.in_turn():
            form = await member.click(panel, label=TYPE)
        if form.modal is None:
            raise Refused(_told(form))
        async with self._world.in_turn():
            answer = _told(await member.submit_modal(form, {"q0": SUBJECT}))
        found = _CHANNEL.search(answer)
        if found is None:
            raise Refused(answer)
        self._room = self._world.map.channel(int(found[1]))
        return f"{member.name} opened a ticket: #{self._room.name}."

    async def write(self, member: MemberActor) -> None:
        """They say more in the ticket."""
        async with self._world.in_turn():
            await member.send(self.room, WRITTEN)

    async def claim(self) -> None:
        """The admin presses Claim on the card in the ticket."""
        card, admin = await self._card(), self._world.cast.admin
        async with self._world.in_turn():
            await admin.click(card, label="Claim")

    async def answer(self) -> None:
        """The admin answers."""
        async with self._world.in_turn():
            await self._world.cast.admin.send(self.room, ANSWERED)

    async def close(self) -> None:
        """The admin presses Close on the card, and says why."""
        card, admin = await self._card(), self._world.cast.admin
        async with self._world.in_turn():
            form = await admin.click(card, label="Close")
        async with self._world.in_turn():
            answer = _told(await admin.submit_modal(form, {"reason": CLOSED_FOR}))
        if "is closed" not in answer:
            raise Refused(answer)

    async def rate(self, member: MemberActor) -> None:
        """The member chooses stars in the direct message that came, and says why."""
        letter = await awaited(member.user.dm_channel, "ticket:rate:")
        async with self._world.in_turn():
            form = await member.user.select(letter, [str(STARS)])
        async with self._world.in_turn():
            answer = _told(await member.user.submit_modal(form, {"comment": COMMENT}))
        if "Thank you" not in answer:
            raise Refused(answer)

    async def _panel(self) -> discord.Message:
        return await awaited(self._world.cast.channels.help, "ticket:open:")

    async def _card(self) -> discord.Message:
        return await awaited(self.room, "ticket:close:")


def _told(result: InteractionResult) -> str:
    return " ".join(texts(result)) or "The bot did not answer."
