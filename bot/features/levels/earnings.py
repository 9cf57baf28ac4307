"""Earnings: what a message is worth, decided from memory, so that one that earns nothing is cheap.

Memory only keeps questions away that the database would answer with no: the row says for good
whether somebody's turn has come.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.activity import MessageActivity
from bot.clock import from_ms, to_ms
from bot.features.levels.ledger import Awarded, AwardEntry, XpLedger
from bot.features.levels.model import worth
from bot.features.levels.ports import LevelsPorts
from bot.features.levels.spam import REPEATS_MS, RecentTexts, Spam
from bot.features.levels.store import Award
from bot.rates import Keyed

PEOPLE = 20_000  # of whom something is remembered

Choose = Callable[[int, int], int]
"""A whole number from the first to the second, both included."""


class Unpaid(StrEnum):
    """Reason why a message earned nothing."""

    COOLDOWN = "cooldown"
    CHANNEL = "channel"
    ROLE = "role"
    SERVER = "server"
    REPEAT = "repeat"
    ONE_WORD = "one word"
    FLOOD = "flood"
    ROW = "row"  # another process, or a restart in between, or all that there can be


OF_SPAM = {Spam.REPEAT: Unpaid.REPEAT, Spam.ONE_WORD: Unpaid.ONE_WORD, Spam.FLOOD: Unpaid.FLOOD}


@dataclass(slots=True)
class Diligence:
    """Diligence of one person in one guild, as memory has it; moments in ms.

    `at` is that of the last message that was looked at, `unpaid` the reason for it, None where it
    earned.
    """

    free_at: int = 0
    texts: RecentTexts = field(default_factory=RecentTexts)
    unpaid: Unpaid | None = None
    channel_id: int | None = None
    at: int = 0

    def is_unused(self, now: int) -> bool:
        return now >= self.free_at and now - self.at >= REPEATS_MS


class XpEarnings:
    """Weighs messages; `choose` chooses between least and most."""

    def __init__(self, ports: LevelsPorts, ledger: XpLedger, *, choose: Choose) -> None:
        self._ports = ports
        self._ledger = ledger
        self._choose = choose
        self._people: Keyed[tuple[int, int], Diligence] = Keyed(Diligence, most=PEOPLE)

    def last(self, guild_id: int, user_id: int) -> Diligence:
        """What is remembered of somebody; nothing after a restart."""
        return self._people.of((guild_id, user_id))

    async def heard(self, message: MessageActivity) -> Awarded | None:
        """A message, as it comes; what it earned, once that is durable."""
        if message.is_bot or message.is_system:
            return None
        chosen = await self._ports.chosen(message.guild_id)
        if not chosen.enabled:
            return None
        key, now = (message.guild_id, message.user_id), to_ms(self._ports.clock.now())
        person = self._people.of(key)
        person.channel_id, person.at = message.channel_id, now
        if now < person.free_at:
            person.unpaid = Unpaid.COOLDOWN
            return None
        xp = await self._worth(message, person, now)
        if xp:
            cooldown = timedelta(seconds=chosen.cooldown_seconds)
            person.free_at, person.unpaid = now + cooldown // timedelta(milliseconds=1), None
        # Before anything is awaited again: of two messages at once the second finds it.
        self._people.keep(key, person, now)
        if not xp:
            return None
        moment, free_at = from_ms(now), from_ms(person.free_at)
        award = Award(*key, xp, earned_at=moment, free_at=free_at)
        awarded = await self._ledger.enter(AwardEntry(award, message.channel_id))
        if awarded is None:
            person.unpaid = Unpaid.ROW
        return awarded

    async def _worth(self, message: MessageActivity, person: Diligence, now: int) -> int:
        """The points, nought with the reason in `person.unpaid`."""
        choices = await self._ports.choices(message.guild_id)
        chosen, rules = choices.settings, choices.rules
        percents = (
            (Unpaid.CHANNEL, rules.of_channel(message.place)),
            (Unpaid.ROLE, rules.of_roles(message.role_ids)),
            (Unpaid.SERVER, chosen.percent),
        )
        nothing = next((reason for reason, percent in percents if not percent), None)
        if nothing is None and chosen.checks_spam:
            spam = person.texts.judge(message, now)
            nothing = None if spam is None else OF_SPAM[spam]
        xp = worth(self._choose(*chosen.message_xp), *(percent for _reason, percent in percents))
        person.unpaid = nothing if nothing or xp else Unpaid.SERVER
        return 0 if nothing else xp
