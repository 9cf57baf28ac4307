"""Moderation in the demo: the admin decides cases, and the person who was banned appeals."""

import re
from html import unescape

import discord
from aiohttp import ClientSession, CookieJar
from simcord import InteractionResult, MemberActor

from bot.acts import Actor
from bot.app import App
from bot.demo.messages import awaited, texts
from bot.demo.world import Refused, World
from bot.features.settings import SETTINGS

WARNED_FOR = "Loud in the harbour at night"
SOFTBANNED_FOR = "The same notice in every channel"
BANNED_FOR = "Sold the same boat twice"
APPEAL = "I sold two boats. They look alike, and both have been paid."
ANSWER = "We have counted the boats: you are right, and we are sorry."
OK = 200

_FIELD = re.compile(r'name="form" value="([^"]+)"')


class ModerationActs:
    """`open` it before anything else; what the staff decide about comes into #appeals."""

    def __init__(self, world: World, app: App) -> None:
        self._world = world
        self._app = app

    async def open(self) -> None:
        """The admin chooses channels and roles for cases and appeals, and switches these on."""
        cast, change = self._world.cast, self._app.parts[SETTINGS].service.change
        admin = Actor(cast.guild.id, cast.admin.id, cast.admin.name)
        for feature, name, value in (
            ("cases", "log_channel_id", cast.channels.log.id),
            ("cases", "mute_role_id", cast.roles.muted.id),
            ("cases", "quarantine_role_id", cast.roles.quarantine.id),
            ("appeals", "channel_id", cast.channels.appeals.id),
            ("appeals", "enabled", True),
        ):
            await change(admin, feature, name, value)

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
            answer = await member.slash(self._world.cast.channels.general, "mycases")
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
        """The newest card in #appeals."""
        return await awaited(self._world.cast.channels.appeals, "appeal:approve:")

    async def _types(self, command: str, **options: object) -> None:
        _refuse_unanswered(command, await self._world.admin_types(command, **options))


def _refuse_unanswered(what: str, result: InteractionResult) -> None:
    if not list(texts(result)):
        raise Refused(f"{what} was not answered.")
