"""Settings of levels: what a guild chooses about them."""

from typing import Literal

from pydantic import Field, field_validator

from bot.features.levels.model import FULL, MOST_PERCENT
from bot.placeholders import fillable
from bot.settings import ChannelId, FeatureSettings, FilesChannelId, LongText
from bot.texts import N_

PLACEHOLDERS = ("user", "name", "level", "old_level", "xp", "server")
Announcing = Literal["off", "current", "channel", "dm"]


class LevelsSettings(FeatureSettings):
    """Settings of the feature in one guild."""

    feature = "levels"
    title = N_("Levels")

    enabled: bool = Field(
        default=False, description=N_("Let members earn experience points (XP) and levels")
    )
    message_xp_least: int = Field(
        default=15, ge=0, le=1_000, description=N_("The least XP that a message earns")
    )
    message_xp_most: int = Field(
        default=25, ge=0, le=1_000, description=N_("The most XP that a message earns")
    )
    cooldown_seconds: int = Field(
        default=60,
        ge=0,
        le=86_400,
        description=N_("Seconds after a message that earned, in which others earn nothing"),
    )
    voice_xp: int = Field(
        default=5,
        ge=0,
        le=1_000,
        description=N_("XP for each minute in a voice channel with somebody else; 0 is none"),
    )
    percent: int = Field(
        default=FULL,
        ge=0,
        le=MOST_PERCENT,
        description=N_("How much of it everybody earns, in per cent: 200 doubles it"),
    )
    checks_spam: bool = Field(
        default=True,
        description=N_("Give nothing for repeated messages and floods of single words"),
    )
    announces: Announcing = Field(
        default="current",
        description=N_("Where a new level is announced: off, current channel, one channel, or DM"),
    )
    announce_channel_id: ChannelId = Field(
        default=None, description=N_("The channel of announcements, where they have one")
    )
    announce_text: LongText = Field(
        default="🎉 {user} reached **level {level}**!",
        min_length=1,
        max_length=1_000,
        description=N_(
            "The announcement; it may hold {user} {name} {level} {old_level} {xp} {server}"
        ),
    )
    stacks_roles: bool = Field(
        default=True, description=N_("Keep the roles of lower levels; off leaves the highest alone")
    )
    keeps_xp: bool = Field(
        default=True, description=N_("Keep the XP of members who leave, for when they come back")
    )
    weekly_channel_id: FilesChannelId = Field(
        default=None,
        description=N_("Where the week's most active members are shown each Monday; none for no"),
    )

    @field_validator("announce_text")
    @classmethod
    def _fillable(cls, text: str) -> str:
        return fillable(text, PLACEHOLDERS)

    @property
    def message_xp(self) -> tuple[int, int]:
        """Least and most, also where somebody chose them the other way round."""
        least, most = sorted((self.message_xp_least, self.message_xp_most))
        return least, most
