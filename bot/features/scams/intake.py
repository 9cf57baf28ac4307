"""Intake of messages: those with pictures wait in a bounded line, and are looked at one by one."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from bot.acts import spoken_in
from bot.clock import from_snowflake
from bot.features.scams.detections import Detections
from bot.features.scams.inspection import PictureInspection, addresses
from bot.features.scams.model import Signal, SignalKind, Spot, Sure, judged
from bot.features.scams.ports import ScamsPorts
from bot.features.scams.settings import ScamsSettings
from bot.logs import get_logger
from bot.message_content import MessageContent
from bot.storage.background import BackgroundTask
from bot.texts import _

BURST = "burst"
LATE = timedelta(minutes=10)  # by so much a preview, or an edit, may come after what was written
MOST_OF_AUTHOR, MOST_OF_GUILD = 3, 16
"""Messages that wait: nobody fills a line that others wait in as well."""

_log = get_logger("herald.scams")


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """Message whose pictures are to be looked at."""

    content: MessageContent
    urls: tuple[str, ...]
    settings: ScamsSettings

    @property
    def owners(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The guild and its author, as their messages are counted."""
        guild_id = self.content.guild_id
        return (guild_id,), (guild_id, self.content.user_id)


class Intake:
    """Line of messages; when it is full, what comes is not looked at, and counted.

    The same when there are many of that author's, or of that guild's.
    """

    def __init__(
        self,
        ports: ScamsPorts,
        inspection: PictureInspection,
        *,
        detections: Detections,
        limit: int,
    ) -> None:
        self._ports = ports
        self._inspection = inspection
        self._detections = detections
        self._line: asyncio.Queue[WaitingMessage] = asyncio.Queue(limit)
        self._shares = Counter[tuple[int, ...]]()

    def tasks(self, count: int) -> list[BackgroundTask]:
        """What empties the line, so many at once."""
        return [BackgroundTask(f"scams {number}", self._run) for number in range(count)]

    @property
    def waiting(self) -> int:
        """How many messages wait."""
        return self._line.qsize()

    async def idle(self) -> None:
        """Everything that was heard so far has been dealt with."""
        await self._line.join()

    async def heard(self, content: MessageContent) -> None:
        """Somebody wrote; a message without a picture costs nothing."""
        if not (content.files or content.pictures) or content.message_id is None:
            return
        if content.is_own or content.is_system or (content.is_bot and not content.is_webhook):
            return
        if content.is_edit and self._is_old(content):
            return
        settings = await self._ports.chosen(content.guild_id)
        if not settings.enabled or settings.is_exempt(content.user_id, content.role_ids):
            return
        urls = tuple(addresses(content))
        if not urls:
            return
        self.remember(content)
        self._wait(WaitingMessage(content, urls, settings))

    def _is_old(self, content: MessageContent) -> bool:
        """Whether nobody wrote it just now: Discord tells of a pin as of an edit, years later."""
        written_at = content.edited_at or from_snowflake(content.message_id or 0)
        return self._ports.clock.now() - written_at >= LATE

    def remember(self, content: MessageContent) -> None:
        """It counts as one of its author's, whether or not somebody looks at it in time."""
        author = content.guild_id, content.user_id
        spot = Spot(content.channel_id, content.message_id or 0)
        self._ports.bursts.add(author, spot, self._ports.clock.now())

    def _wait(self, one: WaitingMessage) -> None:
        counts, (guild, author) = self._ports.tools.counts, one.owners
        is_much = self._shares[author] >= MOST_OF_AUTHOR or self._shares[guild] >= MOST_OF_GUILD
        if is_much or self._line.full():
            counts["dropped"] += 1
            return
        self._line.put_nowait(one)
        self._shares.update(one.owners)
        counts["heard"] += 1

    def _done(self, one: WaitingMessage) -> None:
        self._shares.subtract(one.owners)
        self._shares = +self._shares  # those without any go
        self._line.task_done()

    async def _run(self) -> None:
        while True:
            one = await self._line.get()
            try:
                with spoken_in(self._ports.acts, one.content.guild_id):
                    await self.look(one)
            except Exception as error:  # noqa: BLE001 - one message's trouble is not the next one's
                _log.error("scams.failed", message_id=one.content.message_id, exc_info=error)
            finally:
                self._done(one)

    async def look(self, one: WaitingMessage) -> None:
        """Look at its pictures, and do what follows."""
        content, now = one.content, self._ports.clock.now()
        author = content.guild_id, content.user_id
        spot = Spot(content.channel_id, content.message_id or 0)
        if self._ports.bursts.is_caught(author, now) and await self._detections.more(author, spot):
            return
        inspected = await self._inspection.inspect(
            content.guild_id, one.urls, asks_others=one.settings.asks_others
        )
        if inspected.reasons:
            self._ports.tools.counts["unscanned_messages"] += 1
        signals = [*inspected.signals, *self._burst(author)]
        verdict = judged(signals, one.settings.sensitivity)
        if verdict is not None:
            await self._detections.found(content, verdict, inspected)

    def _burst(self, author: tuple[int, int]) -> list[Signal]:
        now, bursts = self._ports.clock.now(), self._ports.bursts
        if not bursts.is_burst(author, now):
            return []
        words = _("pictures in {count} channels within seconds")
        words = words.format(count=bursts.channels(author, now))
        return [Signal(SignalKind.BURST, BURST, Sure.LOW, words)]
