"""Voice: once a minute everybody is paid who talks with somebody else, as Discord shows it then.

A look at who is there, not a bill at the end: nothing is owed for a channel that nobody saw
somebody leave, and after a restart the next minute counts as any other.
"""

import asyncio
from collections.abc import Iterable, Sequence

from bot.activity import VoiceActivity, VoicePerson
from bot.clock import to_ms
from bot.features.levels.ledger import AwardEntry, XpLedger
from bot.features.levels.model import worth
from bot.features.levels.ports import MINUTE_MS, LevelChoices, LevelsPorts, minute_of
from bot.features.levels.roles import LevelRoles
from bot.features.levels.store import Award
from bot.logs import get_logger
from bot.storage.background import BackgroundTask

COMPANY = 2  # people who hear one another

_log = get_logger("herald.levels")


def listening(channel: VoiceActivity) -> Sequence[VoicePerson]:
    """Those who are paid there: people who hear, where there are two or more of them."""
    people = [one for one in channel.people if not one.is_bot and not one.is_deafened]
    return [] if channel.is_afk or len(people) < COMPANY else people


def voice_awards(
    channels: Iterable[VoiceActivity], choices: LevelChoices, minute: int
) -> list[AwardEntry]:
    """What the people in a guild's channels earn in that minute."""
    chosen, rules = choices.settings, choices.rules
    found = list[AwardEntry]()
    for channel in channels:
        percent = rules.of_channel(channel.place)
        for person in listening(channel):
            of_roles = rules.of_roles(person.role_ids)
            xp = worth(chosen.voice_xp, percent, of_roles, chosen.percent)
            if xp:
                award = Award(channel.guild_id, person.user_id, xp, voice_minute=minute)
                found.append(AwardEntry(award, channel.channel_id))
    return found


class VoiceTicks:
    """Ticks once in each minute of the clock's; the row says whether one was paid already."""

    def __init__(self, ports: LevelsPorts, ledger: XpLedger, *, roles: LevelRoles) -> None:
        self._ports = ports
        self._ledger = ledger
        self._roles = roles
        self._task = BackgroundTask("level voice", self._run)
        self.start, self.stop = self._task.start, self._task.stop

    async def tick(self) -> int:
        """Pay for this minute; how many were. Then see whether a guild wants other roles now."""
        acts, minute = self._ports.acts, minute_of(self._ports.clock.now())
        entries = list[AwardEntry]()
        for guild_id in acts.guild_ids():
            chosen = await self._ports.chosen(guild_id)
            if chosen.enabled and chosen.voice_xp and (channels := acts.voices(guild_id)):
                choices = await self._ports.choices(guild_id)
                entries += voice_awards(channels, choices, minute)
        paid = await asyncio.gather(*(self._ledger.enter(one) for one in entries))
        await self._roles.look()
        return sum(one is not None for one in paid)

    async def _run(self) -> None:
        while True:
            now = to_ms(self._ports.clock.now())
            await self._ports.clock.sleep((MINUTE_MS - now % MINUTE_MS) / 1_000)
            try:
                await self.tick()
            except Exception as error:  # noqa: BLE001 - the next minute is another one
                _log.error("levels.tick_failed", exc_info=error)
