"""Clock notices: owners are told that receivers refuse what a clock gone wrong signs."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from bot.acts import Outcome
from bot.controls import Post, Tone
from bot.durations import in_words
from bot.feature import Core
from bot.logs import get_logger
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import EndpointState
from bot.posts.payment import PostKind
from bot.posts.store import Addressee, PostRecord
from bot.snapshots import GuildSeen
from bot.storage.background import BackgroundTask
from bot.storage.database import Transaction
from bot.texts import _

CHANNEL, PERSON = "endpoints.clock", "endpoints.clock_to"
FRESH = timedelta(hours=1)

_log = get_logger("herald.notices")


class ClockNotices:
    """A post into each guild's channel for notices, and one to everybody who added a webhook there.

    Only for webhooks that are active, in a dialect whose signature carries the time.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._skew = core.skew
        self._found = asyncio.Event()
        self._task = BackgroundTask("clock notices", self._run)
        self.start, self.stop = self._task.start, self._task.stop
        channel = core.settings.notice_channel
        posts = core.posts
        posts.kind(PostKind(CHANNEL, self._draw, FRESH, settled=self._settled, channel=channel))
        posts.kind(PostKind(PERSON, self._draw, FRESH, settled=self._settled, members_only=True))
        core.skew.on_change.append(self._found.set)

    async def _run(self) -> None:
        while True:
            await self._found.wait()
            self._found.clear()
            if self._skew.is_off:
                await self.owe_all()

    async def owe_all(self) -> None:
        """Everybody concerned, a transaction for each guild: nobody waits for all of them."""
        by_guild: dict[int, dict[int, Endpoint]] = {}
        for endpoint in self._concerned():
            by_guild.setdefault(endpoint.guild_id, {}).setdefault(endpoint.created_by_id, endpoint)
        for guild_id, people in by_guild.items():
            try:
                async with self._core.database.transaction() as tx:
                    await self._owe(tx, guild_id, people)
            except Exception as error:  # noqa: BLE001  the other guilds are told all the same
                _log.error("notice.not_owed", guild=guild_id, exc_info=error)

    async def _owe(self, tx: Transaction, guild_id: int, people: dict[int, Endpoint]) -> None:
        owed = [(CHANNEL, guild_id, Addressee(guild_id))]
        owed += [
            (PERSON, endpoint.id, Addressee(guild_id, user_id=user_id))
            for user_id, endpoint in people.items()
        ]
        for kind, subject_id, to in owed:
            await self._core.posts.drop(tx, kind, subject_id)  # an earlier one stays as it is
            await self._core.posts.owe(tx, kind, subject_id, to)

    def _concerned(self) -> Iterable[Endpoint]:
        registry = self._core.registry
        for endpoint in registry.index.all():
            signs_time = registry.dialects[endpoint.dialect].signs_time
            if signs_time and endpoint.state is EndpointState.ACTIVE:
                yield endpoint

    async def _draw(self, _guild: GuildSeen, _subject_id: int) -> Post | None:
        """None where the clock is right again."""
        seconds = self._skew.seconds
        if not self._skew.is_off or seconds is None:
            return None
        wrong = in_words(timedelta(seconds=abs(round(seconds))))
        text = (
            _("🟠 The clock of the machine on which this bot runs is {span} fast.")
            if seconds > 0
            else _("🟠 The clock of the machine on which this bot runs is {span} slow.")
        ).format(span=wrong)
        text += " " + _(
            "Receivers that look at the time of a signature refuse its webhooks until that is "
            "mended; their own programs are not to blame. If you run this bot, let the machine "
            "set its clock by itself (NTP). If you do not, tell whoever does. What failed "
            "meanwhile can be sent again with `/webhook redeliver`."
        )
        return Post(text=text, tone=Tone.WARNING)

    async def _settled(self, tx: Transaction, record: PostRecord) -> None:
        """What was said is not drawn again."""
        if record.outcome is Outcome.SENT:
            await self._core.posts.drop(tx, record.kind, record.subject_id)
