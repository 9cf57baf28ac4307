"""Invites with which people come back whose ban was lifted because they appealed."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from bot.acts import ActFailed
from bot.features.appeals import store
from bot.features.appeals.messages import CARD, DIRECT, warning
from bot.features.appeals.model import BANS, Appeal
from bot.features.appeals.ports import AppealsPorts
from bot.features.appeals.settings import AppealsSettings
from bot.snapshots import case_mark
from bot.storage.sweep import DueRows

USES = 1
LASTS = timedelta(days=7)  # the longest that Discord knows, but for ever
AGAIN = timedelta(minutes=15)
GIVEN_UP = timedelta(days=1)  # after the decision
NO_INVITE = (
    "No invite could be made for the approved appeal of case {number}: {failure}. "
    "It is tried again for a day; or send one yourself."
)


def owed(_now: datetime) -> Select[Any]:
    """Approved appeals whose invite is still to be made."""
    return select(store.table.c.id).where(store.table.c.invite_owed).order_by(store.table.c.id)


class ReturnInvites:
    """An invite is owed with the approval, made after it, and tried again for a day.

    If the process dies between Discord's answer and the row, a second one is made; nobody has
    the first, which ends by itself.
    """

    def __init__(self, ports: AppealsPorts) -> None:
        self._ports = ports
        self.rows = DueRows("uninvited", store.table, owed, store.appeal_of, self.make)

    async def is_wanted(self, appeal: Appeal) -> bool:
        """Whether the guild has chosen so, and there was a ban."""
        return appeal.case_type in BANS and await self._channel(appeal.guild_id) is not None

    async def make(self, appeal: Appeal) -> None:
        """Make it, and show it on the page and in what the person was told."""
        channel_id = await self._channel(appeal.guild_id)
        if channel_id is None:
            await self._settled(appeal)
            return
        now = self._ports.clock.now()
        try:
            url = await self._ports.acts.invite(
                appeal.guild_id,
                channel_id,
                uses=USES,
                lasts=LASTS,
                reason=f"{case_mark(appeal.case_number)} the appeal was approved",
            )
        except ActFailed as error:
            await self._failed(appeal, str(error))
        else:
            await self._settled(appeal, invite_url=url, invite_ends_at=now + LASTS, failure=None)

    async def _failed(self, appeal: Appeal, failure: str) -> None:
        """It stays owed for a day; the staff see why, and the first time is in the audit log."""
        now = self._ports.clock.now()
        came = {
            "invite_owed": now < (appeal.decided_at or appeal.created_at) + GIVEN_UP,
            "failure": failure[:500],
            "look_at": now + AGAIN,
        }
        async with self._ports.database.transaction() as tx:
            before = await store.by_id(tx, appeal.guild_id, appeal.id)
            moved = await store.invited(tx, appeal, **came)
            if moved is not None and before is not None and before.failure != moved.failure:
                entry = warning(appeal, "invite_not_made", NO_INVITE, failure)
                await self._ports.audit.write(tx, entry)
                await self._ports.posts.redraw(tx, CARD, appeal.id)

    async def _settled(self, appeal: Appeal, **values: Any) -> None:
        async with self._ports.database.transaction() as tx:
            if await store.invited(tx, appeal, invite_owed=False, **values) is not None:
                await self._ports.posts.redraw(tx, DIRECT, appeal.id)
                await self._ports.posts.redraw(tx, CARD, appeal.id)

    async def _channel(self, guild_id: int) -> int | None:
        return (await self._ports.settings.get(guild_id, AppealsSettings)).invite_channel_id
