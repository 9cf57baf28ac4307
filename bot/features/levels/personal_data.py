"""Personal data of levels: points, of all time and of each week."""

from bot.clock import Clock
from bot.features.levels import store
from bot.features.levels.roles import LevelRoles
from bot.features.levels.tables import level_member, level_up, level_week
from bot.personal_data import DataFate, PersonalTable
from bot.storage.database import Transaction
from bot.texts import N_


class LevelData:
    """Points go as when the staff reset them, with the roles of their levels."""

    tables = (
        PersonalTable(
            table=level_member,
            about=N_("Your points and your level"),
            own=("user_id",),
            shown=("xp", "earned_at", "left_at"),
            fate=DataFate.EMPTIED,
            why=N_("Only when you last earned something stays, so that nobody earns twice."),
        ),
        PersonalTable(
            table=level_week,
            about=N_("Your points of each week"),
            own=("user_id",),
            shown=("week", "xp"),
            fate=DataFate.DELETED,
        ),
        PersonalTable(
            table=level_up,
            about=N_("Your last rises, for as long as they are announced"),
            own=("user_id",),
            shown=("old_level", "new_level", "total_xp", "reached_at"),
            why=N_("It goes by itself within a day."),
        ),
    )

    def __init__(self, clock: Clock, roles: LevelRoles) -> None:
        self._clock = clock
        self._roles = roles

    async def release(self, tx: Transaction, guild_id: int, user_id: int) -> int:
        """All of it; the roles are taken right after."""
        tx.on_commit(self._roles.sweep.wake)
        return await store.reset(tx, guild_id, user_id, self._clock.now())
