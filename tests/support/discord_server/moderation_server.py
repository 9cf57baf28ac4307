"""The small Discord with everything that moderation asks of it; it can end a bot half-way."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote

from aiohttp import web

from tests.support.discord_server import moderator
from tests.support.discord_server.moderator import Answers, File, Option, Person
from tests.support.discord_server.payloads import EVERYTHING, OWNER_ID
from tests.support.discord_server.populated_guild import PopulatedGuild, Told
from tests.support.discord_server.routes import Doors, Nothing, Opened
from tests.support.discord_server.server import DiscordServer, answer

Moment = Literal["before", "done", "told"]
"""Of a call: not yet done; done, and nobody knows; done and heard by the gateway, not answered."""


@dataclass(slots=True)
class Cut:
    """Ends the bot at the first such call, given as a pattern over "PUT guilds/1/bans/2".

    Or it does something else to it that it `lives` through, and hears the answer.
    """

    call: str
    moment: Moment
    kill: Callable[[], Awaitable[None]]
    done: bool = False
    lives: bool = False

    def at(self, call: str, moment: Moment) -> bool:
        return not self.done and moment == self.moment and re.search(self.call, call) is not None


class ModeratingServer(DiscordServer):
    """`guild` is its server, `calls` what was asked about people, `answers` by interaction."""

    def __init__(self, guild: PopulatedGuild | None = None) -> None:
        self.guild = guild or PopulatedGuild()
        super().__init__(permissions=EVERYTHING, world=self.guild)
        self.calls: list[str] = []
        self.answers: dict[str, Answers] = {}
        self.cut: Cut | None = None
        self._doors = Doors(self.guild, self._ids)

    async def use(self, name: str, **options: Option | Person | File) -> Answers:
        """Use a slash command, and return once it is answered in full."""
        return await self.answered(await self.begin(name, **options))

    async def begin(self, name: str, **options: Option | Person | File) -> str:
        """Use a slash command; its interaction's token."""
        return await self.interact(moderator.COMMAND, moderator.command(name, options))

    async def interact(self, kind: int, data: dict[str, Any], user_id: int = OWNER_ID) -> str:
        """Anything that a person can do; its token."""
        number = next(self._ids)
        token = f"interaction-{number}"
        self.answers[token] = Answers(asyncio.get_running_loop().time())
        told = moderator.interaction(number, kind, data, user_id)
        await self.gateway.dispatch("INTERACTION_CREATE", told)
        return token

    async def answered(self, token: str) -> Answers:
        await self.gateway.until(lambda: self.answers[token].said)
        return self.answers[token]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        call = f"{request.method} {path}"
        opened = self._doors.open(call)
        if opened is not None:
            return await self._moderated(request, call, opened)
        await self._note(request, path)
        return await super()._answer(request)

    async def _moderated(
        self, request: web.Request, call: str, opened: Opened
    ) -> web.StreamResponse:
        await self.gateway.until(self._acknowledged)
        if await self._cut(call, "before"):
            return web.Response(status=503)
        self.calls.append(call)
        reason = unquote(request.headers.get("X-Audit-Log-Reason", ""))
        try:
            value, told = opened(body=await _body(request), reason=reason, query=request.query)
        except Nothing as error:
            return answer({"message": "Unknown", "code": int(str(error))}, status=404)
        dies = await self._cut(call, "done") or await self._heard(call, told)
        await self.gateway.changed()
        if isinstance(value, bytes):
            return web.Response(body=value)
        return web.Response(status=204) if value is None or dies else answer(value)

    def _acknowledged(self) -> bool:
        """Nothing is answered before the person is: Discord may take longer than they wait."""
        return all(one.first for one in self.answers.values()) or not self.gateway.connected

    async def _heard(self, call: str, told: Sequence[Told]) -> bool:
        """Tell it by the gateway; whether the bot was to die of that."""
        if self.gateway.connected:
            for event, data in told:
                await self.gateway.dispatch(event, data)
        if self.cut is not None and self.cut.at(call, "told"):
            await self.gateway.caught_up()
        return await self._cut(call, "told")

    async def _cut(self, call: str, moment: Moment) -> bool:
        """Whether the bot is dead by now, and nobody waits for the answer."""
        if self.cut is None or not self.cut.at(call, moment):
            return False
        await self.cut.kill()
        self.cut.done = True
        await self.gateway.changed()
        return not self.cut.lives

    async def _note(self, request: web.Request, path: str) -> None:
        """Keep what answers an interaction."""
        token = next((one for one in self.answers if re.search(rf"{one}(/|$)", path)), None)
        if token is None:
            return
        found, body = self.answers[token], await _body(request)
        if path.endswith("/callback"):
            found.seconds = asyncio.get_running_loop().time() - found.asked_at
            found.first = body
            return
        if path.endswith("/messages/@original"):
            body = {**body, "edited": True}
        found.later.append(body)


async def _body(request: web.Request) -> Any:
    """JSON, also where files come with it."""
    if request.content_type == "application/json":
        return await request.json()
    if request.content_type == "multipart/form-data":
        return json.loads(str((await request.post())["payload_json"]))
    return {}
