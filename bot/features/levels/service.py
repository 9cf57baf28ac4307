"""Service of levels: its parts by name, each a few use cases."""

from random import randint

from bot.features.levels import store
from bot.features.levels.announcements import Announcements
from bot.features.levels.boards import LevelBoards
from bot.features.levels.corrections import XpCorrections
from bot.features.levels.earnings import Choose, XpEarnings
from bot.features.levels.ledger import XpLedger
from bot.features.levels.pictures import LevelPictures
from bot.features.levels.ports import LevelsPorts
from bot.features.levels.reasons import XpReasons
from bot.features.levels.role_failures import RoleFailures
from bot.features.levels.role_repairs import RoleRepairs
from bot.features.levels.roles import LevelRoles
from bot.features.levels.rulebook import LevelRulebook
from bot.features.levels.transfers import XpTransfers
from bot.features.levels.voice import VoiceTicks
from bot.features.levels.weekly import WeeklyBoards
from bot.storage.database import Reading


class LevelsService:
    """Everything about levels; `choose` says what a message earns between two numbers."""

    def __init__(self, ports: LevelsPorts, *, choose: Choose = randint) -> None:
        self.ports = ports
        self.announcements = Announcements(ports)
        failures = RoleFailures(ports)
        self.roles = LevelRoles(ports, failures)
        self.repairs = RoleRepairs(ports, failures, roles=self.roles)
        self.forgive = failures.forgive
        self.ledger = XpLedger(ports, self.announcements, wake=self.roles.sweep.wake)
        self.earnings = XpEarnings(ports, self.ledger, choose=choose)
        self.voice = VoiceTicks(ports, self.ledger, roles=self.roles)
        self.boards = LevelBoards(ports)
        self.pictures = LevelPictures(ports, self.boards)
        self.weekly = WeeklyBoards(ports, self.pictures)
        self.corrections = XpCorrections(ports, self.ledger, roles=self.roles)
        self.rulebook = LevelRulebook(ports, self.roles)
        self.transfers = XpTransfers(ports, self.roles)
        self.reasons = XpReasons(ports, self.earnings)

    async def level_of(self, reading: Reading, guild_id: int, user_id: int) -> int:
        """What others ask for: somebody's level, 1 for whoever has nothing."""
        seen = await store.member(reading, guild_id, user_id)
        return 1 if seen is None else seen.level
