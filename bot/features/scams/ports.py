"""Ports of scams: what their services are built from and share."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.acts import Acts
from bot.clock import Clock
from bot.errors import UserError
from bot.feature import GuildSettings, Incidents, Sanctions
from bot.features.scams.bursts import Bursts
from bot.features.scams.known_pictures import KnownPictures
from bot.features.scams.settings import ScamsSettings
from bot.keyed_lock import KeyedLock
from bot.outbox.outbox import Outbox
from bot.posts.posts import Posts
from bot.scanner.scan import Scan
from bot.storage.database import Database
from bot.texts import _


class ReadsPictures(Protocol):
    """The way to a picture's bytes."""

    async def read(self, url: str, *, most: int) -> bytes:
        """Its bytes; NotDownloaded says why there are none."""
        ...


class ScansPictures(Protocol):
    """Whoever opens pictures."""

    async def scan(self, content: bytes, *, reads: bool = False, dense: bool = False) -> Scan:
        """What it shows; ScanFailed says why not."""
        ...

    async def agreements(
        self, content: bytes, known: Sequence[bytes], *, frame: int
    ) -> list[float | None]:
        """How much of each known picture stands in that frame of it; ScanFailed says why not."""
        ...


@dataclass(slots=True)
class PictureTools:
    """Ways to a picture: where it is read, who opens it, what is known of others.

    `counts` is how many messages and pictures were looked at, or not, and why not.
    """

    downloads: ReadsPictures
    pool: ScansPictures
    known: KnownPictures
    reads: bool
    counts: Counter[str] = field(default_factory=Counter[str])


@dataclass(slots=True)
class ScamsPorts:
    """Ports shared by the services of the feature; the wiring adds `sanctions`."""

    database: Database
    outbox: Outbox
    settings: GuildSettings
    acts: Acts
    posts: Posts
    clock: Clock
    incidents: Incidents
    tools: PictureTools
    bursts: Bursts = field(default_factory=Bursts)
    locks: KeyedLock = field(default_factory=KeyedLock)
    sanctions: Sanctions = field(init=False)

    async def chosen(self, guild_id: int) -> ScamsSettings:
        """The guild's choices."""
        return await self.settings.get(guild_id, ScamsSettings)

    async def require(self, guild_id: int) -> ScamsSettings:
        """The guild's choices; a UserError where the feature is switched off."""
        chosen = await self.chosen(guild_id)
        if not chosen.enabled:
            raise UserError(_("Nobody looks at pictures here: /antiscam panel switches it on."))
        return chosen
