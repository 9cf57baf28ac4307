"""Purge: many messages of a channel deleted at once; which ones is decided by pure rules."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.acts import ActFailed, Actor, ActRefused, Acts, ActUnknown, Barred
from bot.catalogue.security import AuditDraft
from bot.errors import UserError
from bot.features.cases.ports import CasesPorts
from bot.outbox.audit import AuditLog
from bot.snapshots import MessageSeen
from bot.texts import _

MOST = 1000
LOOKED_AT = 10_000  # messages read to find them
TOGETHER = 100
OLDEST = timedelta(days=14)
GIVE_UP = 3  # refusals in a row of the first ones: refused requests are counted against the bot
MARGIN = timedelta(minutes=5)  # while a large purge runs, messages grow older
_LINK = re.compile(r"https?://\S|discord(?:app)?\.(?:gg|com/invite)/\S", re.IGNORECASE)

Progress = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which messages go; each that is given must fit, and `limit` of the newest that do."""

    limit: int = 100
    user_id: int | None = None
    bots: bool = False
    contains: str | None = None
    links: bool = False
    attachments: bool = False
    before: datetime | None = None
    after: datetime | None = None

    def fit(self, message: MessageSeen) -> bool:
        """Whether that message goes; a pinned one never does."""
        return not message.is_pinned and all(
            (
                self.user_id is None or message.author_id == self.user_id,
                not self.bots or message.by_bot,
                not self.contains or self.contains.casefold() in message.content.casefold(),
                not self.links or _LINK.search(message.content) is not None,
                not self.attachments or message.attachments > 0,
                self.before is None or message.created_at < self.before,
                self.after is None or message.created_at > self.after,
            )
        )


@dataclass(frozen=True, slots=True)
class Purged:
    """How many were deleted; `too_old` where others would fit that are too old to be.

    `skipped` are those that Discord lets nobody delete, such as its own. `failure` is what it said
    where it stopped half-way.
    """

    deleted: int
    too_old: bool
    failure: str | None = None
    skipped: int = 0


def checked(filters: Filters) -> Filters:
    """The filters; a UserError says what does not fit."""
    if not 1 <= filters.limit <= MOST:
        raise UserError(_("Choose between 1 and {most} messages.").format(most=MOST))
    if filters.before and filters.after and filters.before <= filters.after:
        raise UserError(_("“before” must be later than “after”."))
    return filters


@dataclass(slots=True)
class _Deletion:
    """Deletion of found messages: of a hundred that are refused, the one at fault is looked for."""

    acts: Acts
    actor: Actor
    channel_id: int
    deleted: int = 0
    skipped: int = 0

    async def delete(self, some: Sequence[int]) -> None:
        """Delete them; ActFailed where it is not single messages that are refused."""
        reason = f"purge by {self.actor.name}"[:512]
        try:
            await self.acts.delete_messages(
                self.actor.guild_id, self.channel_id, some, reason=reason
            )
        except Barred:
            raise  # that is no single message's fault
        except ActRefused:
            if len(some) == 1:
                self.skipped += 1
                if self.deleted or self.skipped < GIVE_UP:
                    return
                raise  # none at all can be deleted: that is no single message's fault
            half = len(some) // 2
            await self.delete(some[:half])
            await self.delete(some[half:])
        else:
            self.deleted += len(some)


class PurgeService:
    """Whether the moderator may delete in that channel is the caller's to ask."""

    def __init__(self, ports: CasesPorts, audit: AuditLog) -> None:
        self._ports = ports
        self._audit = audit

    async def purge(
        self, actor: Actor, channel_id: int, filters: Filters, progress: Progress
    ) -> Purged:
        """Delete what fits, a hundred at a time, telling how many are gone; audited whatever comes.

        Discord deletes messages older than 14 days one by one only: those are left.
        """
        found, too_old = await self._find(actor.guild_id, channel_id, checked(filters))
        deletion = _Deletion(self._ports.acts, actor, channel_id)
        failure = None
        try:
            for start in range(0, len(found), TOGETHER):
                await deletion.delete(found[start : start + TOGETHER])
                await progress(deletion.deleted)
        except ActFailed as error:
            failure = str(error)
        finally:
            if deletion.deleted or failure:
                await self._write(actor, channel_id, deletion.deleted)
        return Purged(deletion.deleted, too_old, failure, deletion.skipped)

    async def _find(
        self, guild_id: int, channel_id: int, filters: Filters
    ) -> tuple[list[int], bool]:
        acts, oldest = self._ports.acts, self._ports.clock.now() - OLDEST + MARGIN
        found: list[int] = []
        looked_at, too_old = 0, False
        history = acts.history(guild_id, channel_id, before=filters.before, after=filters.after)
        try:
            async for message in history:
                looked_at += 1
                if filters.fit(message):
                    if message.created_at <= oldest:
                        too_old = True
                        break  # newest first: all that follow are older
                    found.append(message.message_id)
                if len(found) >= filters.limit or looked_at >= LOOKED_AT:
                    break
        except ActUnknown as error:
            raise UserError(_("Discord gave no answer. Try again soon.")) from error
        except ActFailed as error:
            text = _("I cannot read that channel: {reason}.")
            raise UserError(text.format(reason=error)) from error
        return found, too_old

    async def _write(self, actor: Actor, channel_id: int, deleted: int) -> None:
        async with self._ports.database.transaction() as tx:
            await self._audit.write(
                tx,
                AuditDraft(
                    guild_id=actor.guild_id,
                    event_type="messages.purged",
                    summary=f"{actor.name} deleted {deleted} messages of a channel.",
                    target_type="channel",
                    target_id=str(channel_id),
                    actor_id=actor.user_id,
                    actor_name=actor.name,
                    context={"deleted": deleted},
                ),
            )
