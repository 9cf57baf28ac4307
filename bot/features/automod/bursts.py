"""Bursts: what each person wrote in the last two minutes, in bounded memory. Pure."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.lookalikes.forms import closed_up
from bot.lookalikes.plain_text import plain
from bot.message_content import MessageContent
from bot.rates import Keyed

SPAN = 120_000  # ms
MOST_SENT = 60  # of one person
MOST_PEOPLE = 20_000


@dataclass(slots=True)
class Sent:
    """A message that somebody sent; `what` is the same for the same text with the same files."""

    moment: int
    channel_id: int
    message_id: int
    what: int | None
    is_dealt_with: bool = False


@dataclass(slots=True)
class Burst:
    """The last messages of one person."""

    sent: deque[Sent] = field(default_factory=lambda: deque[Sent](maxlen=MOST_SENT))

    def since(self, now: int, seconds: int) -> Iterator[Sent]:
        """Those of the last seconds, the newest first."""
        for one in reversed(self.sent):
            if now - one.moment >= seconds * 1000:
                return
            yield one

    def is_unused(self, now: int) -> bool:
        return not self.sent or now - self.sent[-1].moment >= SPAN


class BurstWatch:
    """Watch over the bursts of everybody."""

    def __init__(self) -> None:
        self._bursts = Keyed[tuple[int, int], Burst](Burst, most=MOST_PEOPLE)

    def add(self, content: MessageContent, now: int) -> Burst:
        """One more message; all of that person's."""
        key = content.guild_id, content.user_id
        burst = self._bursts.of(key)
        burst.sent.append(Sent(now, content.channel_id, content.message_id or 0, _what(content)))
        self._bursts.keep(key, burst, now)
        return burst


def _what(content: MessageContent) -> int | None:
    files = tuple((file.name, file.size) for file in content.files)
    if not content.text.strip() and not files:
        return None
    return hash((closed_up(plain(content.text).text).strip(), files))
