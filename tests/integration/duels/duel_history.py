"""History of one guild's duels: after each step all that people have follows from them."""

from collections.abc import Sequence
from typing import ClassVar

from bot.features.duels.game import DuelMove
from bot.features.duels.model import STANDING, Challenge, Duel, DuelState
from tests.integration.duels.duel_books import agreed
from tests.integration.duels.duels_env import CHANNEL, DuelsEnv
from tests.integration.economy.bargain_history import GIVEN, BargainHistory


class DuelHistory(BargainHistory[DuelsEnv]):
    """Three people with money, and two duels that are fought."""

    feature = "duels"
    choices: ClassVar[dict[str, int]] = {"cooldown_seconds": 0, "gives_back": 30, "open_limit": 8}

    async def prepare(self) -> None:
        await super().prepare()
        for by, to, is_accepted in ((1, 2, True), (2, 3, True), (3, 1, False)):
            await self.begin(by, to, 100, is_accepted=is_accepted)

    async def agreed(self) -> object:
        return await agreed(self.env, GIVEN, self.guild_id)

    async def begin(self, by: int, to: int, stake: int, *, is_accepted: bool) -> None:
        challenges = self.env.duels.challenges
        wanted = Challenge(CHANNEL, to, None, str(stake))
        made = await challenges.challenge(self.actor(by), wanted)
        if is_accepted:
            await challenges.accept(self.actor(to), made.id)

    def standing(self, *states: DuelState) -> Sequence[Duel]:
        """Those that have not ended, each once."""
        found = {
            one.id: one
            for who in GIVEN
            for one in self.wait(self.env.duels.suggested(self.guild_id, who, states or STANDING))
        }
        return [found[one] for one in sorted(found)]

    def choose(
        self, duel_id: int, number: int, who: int, move: DuelMove, how: str | int | None = None
    ) -> None:
        self.act(lambda env: env.duels.bouts.move(self.actor(who), duel_id, number, move), how)
