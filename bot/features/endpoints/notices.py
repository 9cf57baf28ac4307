"""Notices: who has to know is told of an endpoint that is off or behind, of a clock gone wrong."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from bot.acts import Outcome
from bot.controls import NUMBER, SNOWFLAKE, Button, ControlId, Post, Tone
from bot.durations import in_words
from bot.feature import Core
from bot.features.endpoints.ports import EndpointsPorts, is_gone
from bot.kept_texts import worded
from bot.logs import get_logger
from bot.outbox.endpoints import Endpoint
from bot.outbox.held_limits import FELL_OUT
from bot.outbox.tables import EndpointState
from bot.posts.payment import Chosen, PostKind
from bot.posts.posts import Posts
from bot.posts.store import Addressee, PostRecord
from bot.snapshots import GuildSeen
from bot.storage.background import BackgroundTask
from bot.storage.database import Transaction
from bot.texts import _, ngettext
from bot.user_text import escaped, inline

CHANNEL, PERSON = "endpoints.notice", "endpoints.notice_to"
QUEUE_CHANNEL, QUEUE_PERSON = "endpoints.queue", "endpoints.queue_to"
HALF_CHANNEL, HALF_PERSON = "endpoints.half", "endpoints.half_to"
CLOCK_CHANNEL, CLOCK_PERSON = "endpoints.clock", "endpoints.clock_to"
OTHER = {
    CHANNEL: PERSON,
    PERSON: CHANNEL,
    QUEUE_CHANNEL: QUEUE_PERSON,
    QUEUE_PERSON: QUEUE_CHANNEL,
    HALF_CHANNEL: HALF_PERSON,
    HALF_PERSON: HALF_CHANNEL,
}
"""The two posts of one notice, each by the other."""
FRESH = timedelta(days=1)
CLOCK_FRESH = timedelta(hours=1)

WHY = ControlId("webhook:why", guild=SNOWFLAKE, endpoint=NUMBER)
REENABLE = ControlId("webhook:reenable", guild=SNOWFLAKE, endpoint=NUMBER)

_log = get_logger("herald.notices")


class Notices:
    """Two posts: into the guild's channel for notices, and to the person who added the endpoint."""

    def __init__(
        self, ports: EndpointsPorts, posts: Posts, *, notice_channel: Chosen, disable_after: int
    ) -> None:
        self._ports = ports
        self._posts = posts
        self._disable_after = disable_after
        for channel, person, draw in (
            (CHANNEL, PERSON, self._draw),
            (QUEUE_CHANNEL, QUEUE_PERSON, self._draw_queue),
            (HALF_CHANNEL, HALF_PERSON, self._draw_half),
        ):
            settled = self._settled
            posts.kind(PostKind(channel, draw, FRESH, settled=settled, channel=notice_channel))
            # Who left the server has no say in it any more.
            posts.kind(PostKind(person, draw, FRESH, settled=settled, members_only=True))

    async def owe(self, tx: Transaction, endpoint: Endpoint) -> None:
        """Owe both with the transaction that switches the endpoint off."""
        await self._owe(tx, endpoint, CHANNEL)

    async def owe_overflow(self, tx: Transaction, endpoint: Endpoint) -> None:
        """Owe both with the transaction in which the oldest of its queue failed."""
        await self._owe(tx, endpoint, QUEUE_CHANNEL)

    async def owe_warning(self, tx: Transaction, endpoint: Endpoint) -> None:
        """Owe both with the transaction that counts half of what switches the endpoint off."""
        await self._owe(tx, endpoint, HALF_CHANNEL)

    async def _owe(self, tx: Transaction, endpoint: Endpoint, channel: str) -> None:
        guild_id = endpoint.guild_id
        person = Addressee(guild_id, user_id=endpoint.created_by_id)
        for kind, to in ((channel, Addressee(guild_id)), (OTHER[channel], person)):
            await _owe_anew(self._posts, tx, kind, endpoint.id, to)

    async def _draw(self, guild: GuildSeen, endpoint_id: int) -> Post | None:
        """None where it is switched on again, or gone."""
        async with self._ports.database.reading() as reading:
            endpoint = await self._ports.registry.numbered(reading, guild.guild_id, endpoint_id)
        if endpoint is None or endpoint.state is not EndpointState.AUTO_DISABLED:
            return None
        return switched_off(endpoint, guild.name)

    async def _draw_half(self, guild: GuildSeen, endpoint_id: int) -> Post | None:
        """None where it has recovered since, does not receive, or is gone."""
        async with self._ports.database.reading() as reading:
            endpoint = await self._ports.registry.numbered(reading, guild.guild_id, endpoint_id)
        if endpoint is None or not endpoint.receives or not endpoint.failures:
            return None
        of = {"guild": endpoint.guild_id, "endpoint": endpoint.id}
        return Post(
            text=what_fails(endpoint, guild.name, self._disable_after),
            tone=Tone.WARNING,
            buttons=(Button(_("Why?"), custom_id=WHY.of(**of)),),
        )

    async def _draw_queue(self, guild: GuildSeen, endpoint_id: int) -> Post | None:
        """What the entry says that was written with it; None where the endpoint is gone."""
        async with self._ports.database.reading() as reading:
            endpoint = await self._ports.registry.numbered(reading, guild.guild_id, endpoint_id)
            entry = await self._ports.audit.last(
                reading, guild.guild_id, FELL_OUT, str(endpoint_id)
            )
        if endpoint is None or entry is None:
            return None
        text = what_fell_out(endpoint, guild.name, entry.context["count"])
        return Post(text=text, tone=Tone.WARNING)

    async def _settled(self, tx: Transaction, record: PostRecord) -> None:
        """What was said is not drawn again; where neither of the two reaches anybody, say so."""
        if record.outcome is Outcome.SENT:
            await self._posts.drop(tx, record.kind, record.subject_id)
            return
        other = await self._posts.outcome(tx, OTHER[record.kind], record.subject_id)
        if other is not None:
            _log.warning("notice.nobody_reached", endpoint=record.subject_id)


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
        channel, drawn = core.settings.notice_channel, (self._draw, CLOCK_FRESH, self._settled)
        core.posts.kind(PostKind(CLOCK_CHANNEL, *drawn, channel=channel))
        core.posts.kind(PostKind(CLOCK_PERSON, *drawn, members_only=True))
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
        owed = [(CLOCK_CHANNEL, guild_id, Addressee(guild_id))]
        owed += [
            (CLOCK_PERSON, endpoint.id, Addressee(guild_id, user_id=user_id))
            for user_id, endpoint in people.items()
        ]
        for kind, subject_id, to in owed:
            await _owe_anew(self._core.posts, tx, kind, subject_id, to)

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


async def _owe_anew(
    posts: Posts, tx: Transaction, kind: str, subject_id: int, to: Addressee
) -> None:
    """Owe a new message; an earlier one stays as it is."""
    await posts.drop(tx, kind, subject_id)
    await posts.owe(tx, kind, subject_id, to)


def switched_off(endpoint: Endpoint, guild_name: str) -> Post:
    """What happened, why, and what to do; its buttons name the server, for direct messages."""
    of = {"guild": endpoint.guild_id, "endpoint": endpoint.id}
    return Post(
        text=_what_happened(endpoint, guild_name),
        tone=Tone.BAD,
        buttons=(
            Button(_("Why?"), custom_id=WHY.of(**of)),
            Button(_("Re-enable"), custom_id=REENABLE.of(**of), tone=Tone.GOOD),
        ),
    )


def _what_happened(endpoint: Endpoint, guild_name: str) -> str:
    if is_gone(endpoint):
        gone = _(
            "🔴 The webhook {name} of {guild} was switched off: the program behind its address "
            "answered 410 Gone, which says that it wants nothing more. What happens from now on "
            "is kept as missed. Delete the webhook, or mend the program and enable it again."
        )
        return gone.format(name=f"**{escaped(endpoint.name)}**", guild=inline(guild_name, 100))
    text = _(
        "🔴 The webhook {name} of {guild} was switched off after {count} failed attempts in a row. "
        "The last error: {error}. What happens from now on is kept as missed. Mend the program "
        "behind the address, then enable the webhook again."
    )
    return text.format(
        name=f"**{escaped(endpoint.name)}**",
        guild=inline(guild_name, 100),
        count=endpoint.failures,
        error=inline(worded(endpoint.last_error or "?"), 200),
    )


def what_fails(endpoint: Endpoint, guild_name: str, limit: int) -> str:
    """That it is halfway to being switched off, and what keeps it from that."""
    text = _(
        "🟠 The webhook {name} of {guild} has failed {count} times in a row; after {limit} it is "
        "switched off. The last error: {error}. Mend the program behind the address: the first "
        "success begins the count anew. While you work on it, pause the webhook: what comes is "
        "held then."
    )
    return text.format(
        name=f"**{escaped(endpoint.name)}**",
        guild=inline(guild_name, 100),
        count=endpoint.failures,
        limit=limit,
        error=inline(worded(endpoint.last_error or "?"), 200),
    )


def what_fell_out(endpoint: Endpoint, guild_name: str, count: int) -> str:
    """That its queue was too long, and what makes it shorter."""
    text = ngettext(
        "🟠 The webhook {name} of {guild} takes less than it gets: its oldest waiting delivery has "
        "failed without arriving. Choose fewer events or a narrower filter, raise its rate limit, "
        "or mend the program behind the address. /webhook deliveries shows what failed; there it "
        "can be sent again.",
        "🟠 The webhook {name} of {guild} takes less than it gets: its {count} oldest waiting "
        "deliveries have failed without arriving. Choose fewer events or a narrower filter, raise "
        "its rate limit, or mend the program behind the address. /webhook deliveries shows what "
        "failed; there it can be sent again.",
        count,
    )
    name, guild = f"**{escaped(endpoint.name)}**", inline(guild_name, 100)
    return text.format(name=name, guild=guild, count=count)
