"""Spam: messages that say nothing new, and floods of single words. Pure, and bounded."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.activity import MessageActivity
from bot.user_text import sought

REMEMBERED = 5  # texts of one person
REPEATS_MS = 10 * 60_000  # in which the same text earns nothing
SINGLE_WORDS = 2  # in a row that are taken for conversation
LONGEST = 200  # characters that are compared


class Spam(StrEnum):
    """Spam of one of these kinds."""

    REPEAT = "repeat"
    ONE_WORD = "one word"
    FLOOD = "flood"


@dataclass(slots=True)
class RecentTexts:
    """Recent texts of one person: those whose turn to earn it was, whether they did or not."""

    _texts: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    _single: int = 0  # words alone, in a row

    def judge(self, message: MessageActivity, now: int) -> Spam | None:
        """What is wrong with the next one, and remember it; `now` in ms.

        Pictures and files speak for themselves, and so does a text that the bot may not read.
        """
        if message.content is None or (message.files and not message.content):
            return None
        words = sought(message.content[:LONGEST]).split()
        print_ = hash(tuple(words))
        is_repeat = any(seen == print_ and now - at < REPEATS_MS for seen, at in self._texts)
        self._texts = [*self._texts[1 - REMEMBERED :], (print_, now)]
        self._single = self._single + 1 if len(words) <= 1 else 0
        if is_repeat:
            return Spam.REPEAT
        if len(words) > SINGLE_WORDS and len(set(words)) == 1:
            return Spam.ONE_WORD
        return Spam.FLOOD if self._single > SINGLE_WORDS else None
