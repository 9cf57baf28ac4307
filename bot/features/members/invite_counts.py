"""Invite counts: how they moved tells by which invite somebody came, or nothing does."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.snapshots import Invite, Invites

VANISHED_WITHIN = timedelta(seconds=3)
CODES = 1_000


@dataclass(slots=True)
class InviteCounts:
    """A guild's invites at the last look, kept fresh by what the gateway says of them.

    `unseen` counts the joins since that look: until the next one succeeds, their uses are part
    of every difference.
    """

    known: dict[str, Invite] | None = None
    gone: dict[str, tuple[Invite, datetime]] = field(
        default_factory=dict[str, tuple[Invite, datetime]]
    )
    unseen: int = 0

    @property
    def may_explain(self) -> bool:
        """Whether a look can name an invite: there was one before, and it found some."""
        return bool(self.known or self.gone)

    @property
    def is_empty(self) -> bool:
        """Whether the last look found no invite, and none was made since."""
        return self.known == {} and not self.gone

    def created(self, invite: Invite) -> None:
        if self.known is not None and len(self.known) < CODES:
            self.known.setdefault(invite.code, invite)

    def deleted(self, code: str, now: datetime) -> None:
        """A limited invite also vanishes with its last use, so it is remembered for a moment."""
        invite = (self.known or {}).pop(code, None)
        if invite is not None:
            self.gone[code] = (invite, now)

    def looked(
        self, after: Invites, joins: int, first_at: datetime, now: datetime
    ) -> Invite | None:
        """The one invite by which all `joins` came, the first of them at `first_at`."""
        before = {
            code: invite
            for code, (invite, at) in self.gone.items()
            if at >= first_at - VANISHED_WITHIN
        }
        had_looked = self.known is not None
        before |= self.known or {}
        joins += self.unseen
        self.known, self.gone, self.unseen = dict(after), {}, 0
        return explained(before, after, joins, now) if had_looked else None

    def failed(self, joins: int) -> None:
        """A look that failed: those joins stay part of the next difference."""
        self.unseen += joins


def explained(before: Invites, after: Invites, joins: int, now: datetime) -> Invite | None:
    """The one invite whose uses rose, and by exactly `joins`; a vanished one rose by its rest."""
    rises: list[tuple[Invite, int]] = []
    for code, invite in after.items():
        rise = invite.uses - (before[code].uses if code in before else 0)
        if rise > 0:
            rises.append((invite, rise))
    for code, invite in before.items():
        if code not in after and invite.max_uses:
            # One that expired meanwhile may have gone unused, so it explains nothing for sure.
            is_expired = invite.expires_at is not None and invite.expires_at <= now
            rest = 0 if is_expired else invite.max_uses - invite.uses
            rises.append((replace(invite, uses=invite.max_uses), rest))
    if len(rises) != 1 or rises[0][1] != joins:
        return None
    return rises[0][0]
