"""Bursts: one author who posts pictures in several channels within seconds, from memory."""

from collections import OrderedDict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.features.scams.model import Spot

CHANNELS = 3
WITHIN = timedelta(seconds=15)
TOGETHER = timedelta(seconds=30)
KEPT = timedelta(seconds=60)
MOST_MESSAGES = 40  # of one author
MOST_AUTHORS = 10_000

Author = tuple[int, int]
"""Guild and user."""


class Bursts:
    """What authors posted in the last minute, in bounded memory."""

    def __init__(self) -> None:
        self._authors: OrderedDict[Author, deque[tuple[datetime, Spot]]] = OrderedDict()
        self._caught = OrderedDict[Author, datetime]()

    def add(self, author: Author, spot: Spot, now: datetime) -> None:
        """They posted one more; edits of it count once."""
        posted = self._authors.setdefault(author, deque(maxlen=MOST_MESSAGES))
        self._authors.move_to_end(author)
        if all(one.message_id != spot.message_id for _at, one in posted):
            posted.append((now, spot))
        if len(self._authors) > MOST_AUTHORS:
            self._authors.popitem(last=False)

    def channels(self, author: Author, now: datetime) -> int:
        """In how many channels they posted just now."""
        return len({one.channel_id for one in self._since(author, now - WITHIN)})

    def is_burst(self, author: Author, now: datetime) -> bool:
        """Whether that is what no person does by hand."""
        return self.channels(author, now) >= CHANNELS

    def spots(self, author: Author, now: datetime) -> tuple[Spot, ...]:
        """All that they posted so shortly before that it belongs together."""
        return tuple(self._since(author, now - TOGETHER))

    def caught(self, author: Author, now: datetime) -> None:
        """They were acted on: what they post in the next minute belongs to it."""
        self._caught[author] = now
        self._caught.move_to_end(author)
        if len(self._caught) > MOST_AUTHORS:
            self._caught.popitem(last=False)

    def is_caught(self, author: Author, now: datetime) -> bool:
        """Whether they were within the last minute."""
        at = self._caught.get(author)
        return at is not None and timedelta() <= now - at < KEPT

    def free(self, author: Author) -> None:
        """What was found was no scam."""
        self._caught.pop(author, None)

    def _since(self, author: Author, since: datetime) -> Iterable[Spot]:
        return (spot for at, spot in self._authors.get(author, ()) if at >= since)
