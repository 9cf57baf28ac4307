"""Players: their own seed, and the limits that they set themselves and nobody lifts."""

from datetime import timedelta

from bot.errors import UserError
from bot.features.casino import store
from bot.features.casino.model import (
    LIMIT_UP_TO,
    LOOSER_AFTER,
    PAUSE_FROM,
    PAUSE_UP_TO,
    CasinoPlayer,
)
from bot.features.casino.own_seed import OWN_SEED_LIMIT, is_own_seed
from bot.features.casino.ports import CasinoPorts
from bot.storage.database import Transaction
from bot.texts import _, stamp


class Players:
    """What somebody chooses for themselves, also where the casino is closed."""

    def __init__(self, ports: CasinoPorts) -> None:
        self._ports = ports

    async def of(self, guild_id: int, user_id: int) -> CasinoPlayer:
        """The player that they are, with the next round's seed."""
        async with self._ports.database.reading() as reading:
            found = await store.player_of(reading, self._ports.vault, guild_id, user_id)
        if found is not None and found.seed is not None:
            return found
        async with self._ports.database.transaction() as tx:
            return await self._locked(tx, guild_id, user_id)

    async def choose_seed(self, guild_id: int, user_id: int, typed: str) -> CasinoPlayer:
        """Mix that into the numbers of all their rounds that are still to begin."""
        own_seed = typed.strip()
        if not is_own_seed(own_seed):
            said = _("Write up to {count} letters and digits, without accents; - and _ may be too.")
            raise UserError(said.format(count=OWN_SEED_LIMIT))
        async with self._ports.database.transaction() as tx:
            player = await self._locked(tx, guild_id, user_id)
            await store.change_player(tx, player, own_seed=own_seed)
            return await self._locked(tx, guild_id, user_id)

    async def choose_limit(self, guild_id: int, user_id: int, coins: int | None) -> CasinoPlayer:
        """Lose no more than that in 24 hours; None for no limit.

        One that allows less counts at once; one that allows more, tomorrow.
        """
        if coins is not None and not 0 <= coins <= LIMIT_UP_TO:
            raise UserError(_("Name a limit from 0 to 1000000000 coins."))
        now = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            player = await self._locked(tx, guild_id, user_id)
            counts = player.limit(now)
            if coins is not None and (counts is None or coins <= counts):
                after = {"own_limit": coins, "next_limit": None, "next_limit_at": None}
            elif coins == counts:
                after = {"own_limit": counts, "next_limit": None, "next_limit_at": None}
            else:
                later = now + LOOSER_AFTER
                after = {"own_limit": counts, "next_limit": coins, "next_limit_at": later}
            await store.change_player(tx, player, **after)
            return await self._locked(tx, guild_id, user_id)

    def refuse_pause(self, lasts: timedelta) -> None:
        """A UserError for a pause that is too short or too long."""
        if not PAUSE_FROM <= lasts <= PAUSE_UP_TO:
            raise UserError(_("A pause lasts from 1 hour to 365 days: write 12h, 7d or 3mo."))

    async def pause(self, guild_id: int, user_id: int, lasts: timedelta) -> CasinoPlayer:
        """Shut them out of every round that is still to begin; it can only be made longer."""
        self.refuse_pause(lasts)
        now = self._ports.clock.now()
        until = now + lasts
        async with self._ports.database.transaction() as tx:
            player = await self._locked(tx, guild_id, user_id)
            if player.paused_until is not None and player.paused_until >= until:
                said = _("You have paused until {when} already. A pause can only be made longer.")
                raise UserError(said.format(when=stamp(player.paused_until)))
            await store.change_player(tx, player, paused_until=until)
            return await self._locked(tx, guild_id, user_id)

    async def _locked(self, tx: Transaction, guild_id: int, user_id: int) -> CasinoPlayer:
        """Them with a next round: another one where nobody can open the seed of the one shown."""
        vault = self._ports.vault
        found = await store.player_of(tx, vault, guild_id, user_id, locks=True)
        if found is None:
            sealed_seed = store.sealed_seed(vault, self._ports.new_seed())
            own_seed = str(user_id)
            await store.enter(tx, guild_id, user_id, sealed_seed=sealed_seed, own_seed=own_seed)
            found = await store.player_of(tx, vault, guild_id, user_id, locks=True)
        elif found.seed is None:
            await store.begin_next(tx, vault, found, self._ports.new_seed())
            found = await store.player_of(tx, vault, guild_id, user_id, locks=True)
        assert found is not None  # noqa: S101  it is there, whoever made it
        return found
