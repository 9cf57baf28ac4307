"""Scams with the incidents and cases they are about, on a real database and a small Discord."""

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import Any, Self

from bot.acts import Actor
from bot.clock import ManualClock
from bot.controls import Post
from bot.delivery.emitter import Emitter
from bot.features.cases import CASES
from bot.features.incidents import INCIDENTS
from bot.features.scams import SCAMS, store
from bot.features.scams.inspection import addresses
from bot.features.scams.intake import WaitingMessage
from bot.features.scams.model import Detection
from bot.features.scams.tables import detection as table
from bot.features.settings import SETTINGS
from bot.message_content import FileContent, MessageContent
from bot.scanner.downloads import NotDownloaded
from bot.scanner.pool import ScanFailed
from bot.scanner.scan import Scan, unpacked, unpacked_shares
from bot.scanner.worker import answer, compared
from tests.integration.cases.cases_env import Written
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import MODERATOR, OWNER, SECOND, FakeActs
from tests.support.features import features_on

QUEEN = Actor(GUILD, OWNER, "queen")
HARBOUR_MASTER = Actor(GUILD, MODERATOR, "harbour_master")
PILOT = Actor(GUILD, SECOND, "pilot")
OTTER, GULL = 1000, 1001
LOG, REVIEWS = 500, 501


@cache
def answered(content: bytes, *, dense: bool) -> tuple[bytes, bool]:
    """What a worker answers; each picture is looked at once for all tests."""
    return answer(content, reads=False, dense=dense)


class ScansHere:
    """Scanner in this very process: what is posted in these tests was drawn by them."""

    async def scan(self, content: bytes, *, reads: bool = False, dense: bool = False) -> Scan:
        said, is_scan = await asyncio.to_thread(answered, content, dense=dense)
        if not is_scan:
            raise ScanFailed(said.decode())
        return unpacked(said)

    async def agreements(
        self, content: bytes, known: Sequence[bytes], *, frame: int
    ) -> list[float | None]:
        said, is_answer = await asyncio.to_thread(compared, content, known, frame=frame)
        if not is_answer:
            raise ScanFailed(said.decode())
        return unpacked_shares(said)


class Shelf:
    """Pictures by their address."""

    def __init__(self) -> None:
        self.files = dict[str, bytes]()

    async def read(self, url: str, *, most: int) -> bytes:
        if url not in self.files:
            raise NotDownloaded("gone")
        if len(self.files[url]) > most:
            raise NotDownloaded("too_large")
        return self.files[url]


class ScamsEnv(Written):
    """Short words for what tests do; `renew` is a new process on what the last one left."""

    def __init__(self, emitter: Emitter, clock: ManualClock) -> None:
        super().__init__(emitter)
        self.clock, self.database = clock, emitter.database
        self.discord = FakeActs()
        self.discord.clock = clock
        self.discord.channel_ids = [LOG, REVIEWS]
        for user_id in (OTTER, GULL):
            self.discord.enter(user_id, roles={10})
        self.shelf, self.message_id = Shelf(), 9_000
        self.renew()

    def renew(self) -> None:
        parts = features_on(self.emitter, self.clock, acts=self.discord)
        self.parts = parts
        self.settings = parts[SETTINGS].service
        self.incidents = parts[INCIDENTS].service
        self.scams = parts[SCAMS].service
        self.tools = parts[SCAMS].ports.tools
        self.tools.pool, self.tools.downloads = ScansHere(), self.shelf
        self.posts_ = parts.core.posts

    @classmethod
    async def open(cls, emitter: Emitter, clock: ManualClock) -> Self:
        patterns = ("case.*", "security.scam_detected")
        await add_endpoint(emitter, "http://127.0.0.1:9/", patterns=patterns)
        env = cls(emitter, clock)
        await env.choose("incidents", log_channel_id=LOG)
        await env.choose("scams", enabled=True, review_channel_id=REVIEWS)
        return env

    async def choose(self, feature: str, **choices: Any) -> None:
        for name, value in choices.items():
            await self.settings.change(QUEEN, feature, name, value)

    def message(
        self, *pictures: bytes, user_id: int = OTTER, channel_id: int = 70, **more: Any
    ) -> MessageContent:
        """A message with these pictures."""
        self.message_id += 1
        files = list[FileContent]()
        for number, content in enumerate(pictures):
            url = f"https://cdn.discordapp.com/{self.message_id}/{number}.png"
            self.shelf.files[url] = content
            files.append(FileContent(f"{number}.png", len(content), url, "image/png"))
        values: dict[str, Any] = {"files": tuple(files), "role_ids": frozenset({10}), **more}
        return MessageContent(
            guild_id=GUILD,
            place=(channel_id,),
            user_id=user_id,
            message_id=self.message_id,
            **values,
        )

    async def look(self, message: MessageContent) -> None:
        """It is heard, and looked at."""
        settings = await self.parts[SCAMS].ports.chosen(GUILD)
        urls = tuple(addresses(message))
        self.hear(message)
        await self.scams.intake.look(WaitingMessage(message, urls, settings))

    def hear(self, message: MessageContent) -> None:
        """It is remembered as one of its author's, and looked at by nobody yet."""
        self.scams.intake.remember(message)

    async def post(self, *pictures: bytes, **more: Any) -> MessageContent:
        message = self.message(*pictures, **more)
        await self.look(message)
        return message

    async def sweep(self, seconds: float = 0) -> None:
        """What is due is done, then said."""
        self.clock.advance(seconds)
        await self.parts[CASES].service.sweep.sweep()
        await self.scams.sweep.sweep()
        await self.posts_.sweep()

    async def detections(self) -> list[Detection]:
        async with self.database.reading() as reading:
            rows = await reading.execute(table.select().order_by(table.c.id))
            return [store.detection_of(row) for row in rows]

    async def events(self) -> list[dict[str, Any]]:
        """What was told of scams."""
        return [data for kind, data in await self.told() if kind == "security.scam_detected"]

    async def cases(self) -> list[str]:
        return [data["type"] for kind, data in await self.told() if kind == "case.created"]

    def said(self, title: str) -> list[Post]:
        """Messages of the bot's in a channel whose title begins so."""
        return [post for post in self.discord.lines.values() if post.title.startswith(title)]

    @property
    def deleted(self) -> set[int]:
        return {one for ids in self.discord.deleted for one in ids}
