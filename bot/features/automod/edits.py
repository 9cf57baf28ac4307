"""Edits that somebody made just now, and messages that are told again, each told apart. Pure.

A pin, the preview of a link and hidden embeds come as edits, too; the moment that they bear is that
of the last edit which somebody made, or none.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

LATE = timedelta(minutes=10)
"""By so much an edit may come late: after a lost connection Discord tells what was missed."""
MOST_EDITED = 20_000  # messages whose last edit is remembered
MOST_HEARD = 20_000  # messages that are known again


class HeardMessages:
    """Messages that were heard lately, in bounded memory: Discord may tell of one twice."""

    def __init__(self) -> None:
        self._ids: OrderedDict[int, None] = OrderedDict()

    def is_new(self, message_id: int) -> bool:
        """Whether it was not heard before; from now on it was."""
        if message_id in self._ids:
            return False
        self._ids[message_id] = None
        if len(self._ids) > MOST_HEARD:
            self._ids.popitem(last=False)
        return True


class EditWatch:
    """Watch over the last edits of messages, in bounded memory."""

    def __init__(self) -> None:
        self._last: OrderedDict[int, datetime] = OrderedDict()

    def is_new(self, message_id: int, edited_at: datetime | None, now: datetime) -> bool:
        """Whether somebody has edited the message, and nobody has been told of it yet."""
        if edited_at is None or now - edited_at >= LATE:
            return False
        last = self._last.get(message_id)
        if last is not None and edited_at <= last:
            return False
        self._last[message_id] = edited_at
        self._last.move_to_end(message_id)
        if len(self._last) > MOST_EDITED:
            self._last.popitem(last=False)
        return True
