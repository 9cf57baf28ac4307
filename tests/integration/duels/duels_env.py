"""Duels with the economy they are about, joined as in the bot, on a real database."""

from itertools import count
from typing import Any

from bot.acts import Actor
from bot.features.duels import DUELS
from bot.features.duels.game import LONGEST, DuelMove, rolled
from bot.features.duels.model import Challenge, Duel, Duelist
from bot.features.duels.tables import duel as table
from bot.seeds import SEED_BYTES, commitment
from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.integration.economy.economy_env import ALICE, BOB, CAROL, EconomyEnv
from tests.support.emitter_setup import GUILD

CHANNEL = 555
PEOPLE = {one: Actor(GUILD, one, name) for one, name in ((ALICE, "a"), (BOB, "b"), (CAROL, "c"))}


def even_seed(duel_id: int) -> bytes:
    """A seed whose dice are equal in every round of that duel."""
    seeds = (number.to_bytes(SEED_BYTES, "big") for number in count())
    rounds = range(1, LONGEST + 1)
    return next(
        seed
        for seed in seeds
        if all(len(set(rolled(seed, duel_id, number))) == 1 for number in rounds)
    )


async def set_seed(database: Database, vault: Vault, duel: Duel, seed: bytes) -> None:
    """Give a duel another seed, as if it had been drawn."""
    values = {"sealed_seed": vault.seal(seed.hex()), "seed_hash": commitment(seed)}
    async with database.transaction() as tx:
        await tx.execute(table.update().where(table.c.id == duel.id).values(values))


class DuelsEnv(EconomyEnv):
    """Short words for what tests do."""

    patterns = ("duel.*", "economy.*")

    def renew(self) -> None:
        super().renew()
        self.duels = self.parts[DUELS].service

    async def prefer(self, **choices: Any) -> None:
        for name, value in choices.items():
            await self.settings.change(PEOPLE[ALICE], "duels", name, value)

    async def challenged(self, stake: int | str = 40, *, by: int = ALICE, to: int = BOB) -> Duel:
        challenge = Challenge(CHANNEL, to, None, str(stake))
        return await self.duels.challenges.challenge(PEOPLE[by], challenge)

    async def accepted(self, duel: Duel, by: int = BOB) -> Duel:
        return await self.duels.challenges.accept(PEOPLE[by], duel.id)

    async def evened(self, duel: Duel) -> Duel:
        """The same challenge with dice that are equal in every round."""
        await set_seed(self.database, self.parts[DUELS].ports.vault, duel, even_seed(duel.id))
        return await self.now(duel)

    async def begun(self, stake: int = 40, *, by: int = ALICE, to: int = BOB) -> Duel:
        return await self.accepted(await self.challenged(stake, by=by, to=to), to)

    async def moved(self, duel: Duel, by: int, code: str, number: int | None = None) -> Duel:
        number = duel.bout.number if number is None else number
        return await self.duels.bouts.move(PEOPLE[by], duel.id, number, DuelMove.of(code))

    async def round(self, duel: Duel, mine: str, theirs: str) -> Duel:
        """Both move, the challenger first."""
        one, other = duel.people
        await self.moved(duel, one, mine)
        return await self.moved(duel, other, theirs)

    async def taken(self, duel: Duel, side: int) -> Duel:
        """A round in which that side's stance beats the other's, with focus for that side."""
        winning, losing = next(
            (one, other)
            for one in duel.bout.moves(side)
            for other in duel.bout.moves(1 - side)
            if one.stance.beaten is other.stance and not other.is_focused
            if one.is_focused or not duel.bout.focus(side)
        )
        moves = (winning, losing) if side == 0 else (losing, winning)
        return await self.round(duel, *(one.code for one in moves))

    async def won(self, duel: Duel, side: int) -> Duel:
        """Fought until that side has won."""
        while not duel.state.has_ended:
            duel = await self.taken(duel, side)
        return duel

    async def swept(self, seconds: float = 0.0) -> None:
        self.clock.advance(seconds)
        await self.duels.sweep.sweep()

    async def now(self, duel: Duel) -> Duel:
        """As it stands in its row."""
        return (await self.duels.known(duel.guild_id, duel.id))[0]

    async def duelist(self, user_id: int) -> Duelist:
        found = await self.duels.stats(GUILD, user_id)
        assert found is not None
        return found.duelist

    async def finished(self) -> list[dict[str, Any]]:
        """What was told of duels that were won."""
        return [data for kind, data in await self.told() if kind == "duel.finished"]
