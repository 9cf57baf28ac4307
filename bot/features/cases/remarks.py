"""Remarks: what staff read in the moderation log, or beside it, that is no case of theirs."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.catalogue.members import MemberBanned, MemberJoined, MemberLeft, MemberUnbanned
from bot.controls import SNOWFLAKE, Button, ControlId, Post, Tone
from bot.features.cases import queries, remark_store
from bot.features.cases.model import Case
from bot.features.cases.ports import CasesPorts
from bot.features.cases.remark_store import Remark, RemarkKind
from bot.features.cases.settings import CasesSettings
from bot.posts.payment import PostKind
from bot.posts.store import Addressee
from bot.snapshots import GuildSeen
from bot.storage.database import Transaction
from bot.texts import N_, _, stamp
from bot.user_text import inline

HISTORY = ControlId("case:history", user=SNOWFLAKE)
BY_HAND, RETURN = "cases.by_hand", "cases.return"
FRESH = timedelta(days=1)
KEPT = timedelta(days=30)
SHOWN = 5  # of somebody's cases
REASON_SHOWN = 200  # characters

TITLES: dict[RemarkKind, str] = {
    "ban": N_("{name} was banned by hand"),
    "unban": N_("{name} was unbanned by hand"),
    "kick": N_("{name} was kicked by hand"),
    "timeout": N_("{name} was timed out by hand"),
    "untimeout": N_("{name} may write again, by hand"),
    "return": N_("{name} came back"),
    "unkept": N_("Muted people can write in a new channel"),
}

Fact = MemberJoined | MemberLeft | MemberBanned | MemberUnbanned


class Remarks:
    """Each is a row and the post that it owes, written with what made it true."""

    def __init__(self, ports: CasesPorts) -> None:
        self._ports = ports
        posts = ports.posts
        posts.kind(PostKind(BY_HAND, self._draw, FRESH, channel=self._log_channel))
        posts.kind(PostKind(RETURN, self._draw, FRESH, channel=self._return_channel))

    async def warm(self, guild_id: int) -> None:
        """Have the settings in memory: inside a transaction there is no connection to spare."""
        await self._ports.settings.get(guild_id, CasesSettings)

    async def on_fact(self, tx: Transaction, fact: Fact) -> None:
        """A reaction: somebody joined, or something was done by hand, told in this transaction."""
        settings = await self._ports.settings.get(fact.guild_id, CasesSettings)
        if not settings.enabled:
            return
        if isinstance(fact, MemberJoined):
            cases = await queries.about(tx, fact.guild_id, fact.user_id, 1)
            if settings.return_channel_id is not None and cases:
                await self._add(tx, self._remark(fact, "return"))
            return
        kind = _kind(fact)
        if kind is not None and settings.logs_by_hand:
            reason = None if isinstance(fact, MemberLeft) else fact.reason
            remark = self._remark(fact, kind)
            await self._add(tx, replace(remark, moderator_id=fact.moderator_id, reason=reason))

    async def timed_out(self, remark: Remark) -> None:
        """A timeout, or its end, by hand, as the audit log tells it."""
        await self._write(remark)

    async def unkept(self, guild_id: int, channel_id: int, why: str) -> None:
        """The muting role could not be denied anything in a new channel."""
        now = self._ports.clock.now()
        await self._write(
            Remark(
                guild_id=guild_id,
                kind="unkept",
                subject_id=channel_id,
                name="",
                created_at=now,
                reason=why,
            )
        )

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Those of a month ago; what they said stays said."""
        gone = 1
        while gone:
            async with self._ports.database.transaction() as tx:
                dropped = await remark_store.drop_old(tx, now - KEPT)
                for remark_id, kind in dropped:
                    await self._ports.posts.drop(tx, _post(kind), remark_id)
                gone = len(dropped)
            yield gone

    async def _write(self, remark: Remark) -> None:
        settings = await self._ports.settings.get(remark.guild_id, CasesSettings)
        if settings.enabled and settings.logs_by_hand:
            async with self._ports.database.transaction() as tx:
                await self._add(tx, remark)

    async def _add(self, tx: Transaction, remark: Remark) -> None:
        remark_id = await remark_store.add(tx, remark)
        if remark_id is not None:
            to = Addressee(remark.guild_id)
            await self._ports.posts.owe(tx, _post(remark.kind), remark_id, to)

    def _remark(self, fact: Fact, kind: RemarkKind) -> Remark:
        return Remark(
            guild_id=fact.guild_id,
            kind=kind,
            subject_id=fact.user_id,
            name=fact.username,
            created_at=self._ports.clock.now(),
        )

    async def _draw(self, guild: GuildSeen, remark_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            remark = await remark_store.find(reading, guild.guild_id, remark_id)
            if remark is None:
                return None
            if remark.kind != "return":
                return by_hand(remark)
            about = (guild.guild_id, remark.subject_id)
            cases = await queries.about(reading, *about, SHOWN)
            return came_back(remark, cases, await queries.count_about(reading, *about))

    async def _log_channel(self, guild_id: int) -> int | None:
        return (await self._ports.settings.get(guild_id, CasesSettings)).log_channel_id

    async def _return_channel(self, guild_id: int) -> int | None:
        return (await self._ports.settings.get(guild_id, CasesSettings)).return_channel_id


def by_hand(remark: Remark) -> Post:
    """The line about something that was done without Herald, or that it could not do."""
    title = _(TITLES[remark.kind]).format(name=inline(remark.name, 40))
    reason = inline(remark.reason or _("none given"), REASON_SHOWN)
    if remark.kind == "unkept":
        channel = (_("Channel"), f"<#{remark.subject_id}>")
        return Post(title=title, fields=(channel, (_("Why"), reason)), tone=Tone.WARNING)
    who = _("not known") if remark.moderator_id is None else f"<@{remark.moderator_id}>"
    fields = [(_("Person"), _person(remark)), (_("Moderator"), who), (_("Reason"), reason)]
    if remark.ends_at is not None:
        fields.append((_("Ends"), stamp(remark.ends_at)))
    return Post(title=title, fields=tuple(fields), at=remark.created_at)


def came_back(remark: Remark, cases: Sequence[Case], count: int) -> Post:
    """The alert about somebody with cases, the newest of them shown."""
    lines = [
        f"**{case.number}** {_(case.kind.done)}: {inline(case.reason or '-', REASON_SHOWN)}"
        for case in cases
    ]
    if count > len(lines):
        lines.append("…")
    return Post(
        title=_(TITLES["return"]).format(name=inline(remark.name, 40)),
        text="\n".join(lines),
        fields=((_("Person"), _person(remark)), (_("Cases"), str(count))),
        tone=Tone.WARNING,
        buttons=(Button(_("History"), custom_id=HISTORY.of(user=remark.subject_id)),),
        at=remark.created_at,
    )


def _person(remark: Remark) -> str:
    return f"<@{remark.subject_id}> `{remark.subject_id}`"


def _post(kind: str) -> str:
    return RETURN if kind == "return" else BY_HAND


def _kind(fact: Fact) -> RemarkKind | None:
    """What was done by hand; who left by themselves did nothing to anybody."""
    match fact:
        case MemberBanned():
            return "ban"
        case MemberUnbanned():
            return "unban"
        case MemberLeft(kind="kicked"):
            return "kick"
        case _:
            return None
