"""Scene of a repair: the incident, what was made anew before, and what its culprit made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import from_snowflake
from bot.features.nukes.records import Nuke
from bot.texts import _

CLOCKS = timedelta(minutes=1)  # by which Discord's clock may be behind this one


class ChangedSince(Exception):
    """Somebody has changed it since: it is theirs now."""


@dataclass(frozen=True, slots=True)
class RepairScene:
    """What each repair goes by: new ids by the old ones, and ids that are nobody's to take over."""

    nuke: Nuke
    moved: Mapping[int, int]
    theirs: frozenset[int]

    @property
    def reason(self) -> str:
        """What Discord's audit log shows."""
        return _("Put back after incident {number}").format(number=self.nuke.id)

    def may_be_ours(self, object_id: int, since: datetime) -> bool:
        """Whether it may have been made in place of something, by a process that died then."""
        is_new = from_snowflake(object_id) >= since - CLOCKS
        return is_new and object_id not in self.theirs and object_id not in self.moved.values()
