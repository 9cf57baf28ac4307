"""Moderation in the demo: the admin decides cases, and the person who was banned appeals."""

import asyncio
import re
from html import unescape

import discord
from aiohttp import ClientSession, CookieJar
from simcord import InteractionResult, MemberActor

from bot.acts import Actor
from bot.app import App
from bot.demo.messages import components_of, texts
from bot.demo.world import Refused, World
from bot.features.settings import SETTINGS

WARNED_FOR = "Loud in the harbour at night"
SOFTBANNED_FOR = "The same notice in every channel"
BANNED_FOR = "Sold the same boat twice"
APPEAL = "I sold two boats. They look alike, and both have been paid."
ANSWER = "We have counted the boats: you are right, and we are sorry."
OK = 200
CARD_SECONDS = 10.0
LOOK_SECONDS = 0.02

_FIELD = re.compile(r'name="form" value="([^"]+)"')


class ModerationActs:
    """`open` it before anything else; the staff's cards come into the channel that is shown."""

    def __init__(self, world: World, app: App) -> None:
        self._world = world
        self._app = app

    async def open(self) -> None:
        """The admin chooses where cases are logged and appeals decided, and switches these on."""
        admin = Actor(self._world.cast.guild.id, self._world.cast.admin.id, "harbour_master")
        channel_id = self._world.cast.general.id
        change = self._app.parts[SETTINGS].service.change
        await change(admin, "cases", "log_channel_id", self._world.cast.log.id)
        await change(admin, "appeals", "channel_id", channel_id)
        await change(admin, "appeals", "enabled", True)

    async def warn(self, member: MemberActor) -> None:
        """The admin types `/warn`."""
        await self._types("warn", user=member, reason=WARNED_FOR)

    async def softban(self) -> None:
        """The admin types `/softban` for whoever joined last."""
        newest = self._world.newest
        if newest is None:
            raise Refused("Nobody has joined yet.")
        await self._types("softban", user=newest, reason=SOFTBANNED_FOR)

    async def look_up(self, member: MemberActor) -> None:
        """The person types `/mycases`; nobody else sees the answer."""
        async with self._world.in_turn():
            answer = await member.slash(self._world.cast.general, "mycases")
        if WARNED_FOR not in " ".join(texts(answer)):
            raise Refused("/mycases does not tell of the warning.")

    async def ban(self, member: MemberActor) -> None:
        """The admin types `/ban`; the person gets a letter with a private link first."""
        await self._types("ban", user=member, reason=BANNED_FOR)

    def link(self, member: MemberActor) -> str:
        """The private link in the last letter to that person."""
        letter = self._world.letters.get(member.id)
        if letter is None:
            raise Refused(f"{member.name} has no letter with a link.")
        return letter.url

    async def appeal(self, member: MemberActor) -> None:
        """The person opens the link, writes and sends, as their browser does."""
        jar = CookieJar(unsafe=True)  # the page's host is a number
        async with ClientSession(cookie_jar=jar) as browser:
            async with browser.get(self.link(member)) as page:
                found = _FIELD.search(await page.text())
            if found is None:
                raise Refused("The page behind the link has no form.")
            fields = {"form": unescape(found[1]), "message": APPEAL}
            async with browser.post(self.link(member), data=fields) as page:
                if page.status != OK or _FIELD.search(await page.text()):
                    raise Refused(f"The page did not take the appeal: {page.status}.")

    async def approve(self) -> None:
        """The admin presses Approve on the newest card, and says why."""
        admin, card = self._world.cast.admin, await self.card()
        async with self._world.in_turn():
            form = await admin.click(card, label="Approve")
        async with self._world.in_turn():
            answer = await admin.submit_modal(form, {"reason": ANSWER})
        _refuse_unanswered("Approve", answer)

    async def card(self) -> discord.Message:
        """The newest card; it comes a moment after the appeal."""
        async with asyncio.timeout(CARD_SECONDS):
            while True:
                for message in reversed(self._world.cast.general.history()):
                    if _is_card(message):
                        return message
                await asyncio.sleep(LOOK_SECONDS)

    async def _types(self, command: str, **options: object) -> None:
        _refuse_unanswered(command, await self._world.admin_types(command, **options))


def _is_card(message: discord.Message) -> bool:
    ids = [one.get("custom_id") or "" for one in components_of(message)]
    return any(custom_id.startswith("appeal:approve:") for custom_id in ids)


def _refuse_unanswered(what: str, result: InteractionResult) -> None:
    if not list(texts(result)):
        raise Refused(f"{what} was not answered.")
