"""Known pictures: the guild's own, the instance's, and what other guilds have said, in memory."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.features.scams import picture_store
from bot.features.scams.evidence import SeenPicture
from bot.features.scams.instance_list import InstanceList
from bot.features.scams.model import Signal, SignalKind, Sure
from bot.features.scams.resemblance import WHOLE, KnownPicture, Resemblance, candidates, most
from bot.scanner.hashes import Fingerprint, distance
from bot.storage.changes import Cache
from bot.storage.database import Database, Transaction
from bot.texts import _
from bot.user_text import inline

TOPIC = "scam_pictures"
EVERYONE = "*"
SHOWN = 60
Agrees = Callable[[Sequence[bytes]], Awaitable[Sequence[float | None]]]
"""Says how much of the detail of each of these thumbnails a picture has."""


@dataclass(frozen=True, slots=True)
class GuildPictures:
    """What one guild has said of pictures."""

    scams: tuple[KnownPicture, ...]
    digests: dict[bytes, bool]


class KnownPictures:
    """Looks pictures up; nothing is ever taken to be harmless because it looks like something."""

    def __init__(self, database: Database, instance: InstanceList) -> None:
        self._database = database
        self.instance = instance
        self._guilds: Cache[GuildPictures] = Cache(database.changes, TOPIC)
        self._wholes: Cache[list[tuple[int, int]]] = Cache(database.changes, f"{TOPIC}_all")

    async def told(self, tx: Transaction, guild_id: int) -> None:
        """The guild's have changed."""
        await self._database.changes.tell(tx, TOPIC, str(guild_id))
        await self._database.changes.tell(tx, f"{TOPIC}_all", EVERYONE)

    async def of(self, guild_id: int) -> GuildPictures:
        """The guild's own."""
        return await self._guilds.get(str(guild_id), partial(self._read, guild_id))

    async def signals(
        self, guild_id: int, seen: SeenPicture, *, agrees: Agrees, asks_others: bool
    ) -> list[Signal]:
        """What is known of a picture; the most that is."""
        mine = await self.of(guild_id)
        if mine.digests.get(seen.digest) is False:
            words = _("a picture is the very file that staff have marked as a scam")
            return [Signal(SignalKind.PICTURE, "known_picture", Sure.HIGH, words)]
        if seen.print is None:
            return []
        known = (*mine.scams, *self.instance.pictures)
        # Thousands of comparisons: the loop has others to serve meanwhile.
        found = await asyncio.to_thread(candidates, seen.print, known)
        resembled = most(await _compared(found, agrees))
        if resembled is not None:
            return [_signal(resembled)]
        return await self._elsewhere(guild_id, seen.print) if asks_others else []

    async def _elsewhere(self, guild_id: int, seen: Fingerprint) -> list[Signal]:
        others = await self._wholes.get(EVERYONE, self._read_wholes)
        foreign = [whole for other_id, whole in others if other_id != guild_id]
        if not any(distance(seen.whole, whole) <= WHOLE[Sure.HIGH] for whole in foreign):
            return []
        words = _("a picture looks like one that another server has marked as a scam")
        return [Signal(SignalKind.FOREIGN, "known_elsewhere", Sure.LOW, words)]

    async def _read(self, guild_id: int) -> GuildPictures:
        async with self._database.reading() as reading:
            scams = await picture_store.scams(reading, guild_id)
            return GuildPictures(tuple(scams), await picture_store.digests(reading, guild_id))

    async def _read_wholes(self) -> list[tuple[int, int]]:
        async with self._database.reading() as reading:
            return await picture_store.wholes(reading)


async def _compared(found: Sequence[Resemblance], agrees: Agrees) -> list[Resemblance]:
    """Those of which there is a copy, by it; the others, learnt before there were any, as found."""
    copies = [one.known.print.thumbnail for one in found if one.known.print.thumbnail]
    shares = iter(await agrees(copies) if copies else ())
    return [one.compared(next(shares)) if one.known.print.thumbnail else one for one in found]


def _signal(found: Resemblance) -> Signal:
    """In words that name the picture, so that it can be looked up and taken off the list."""
    known, name = found.known, inline(found.known.name, SHOWN)
    if known.guild_id is None:
        words = _("a picture looks like “{name}” of this bot's own list").format(name=name)
    else:
        text = _("a picture looks like number {number}, “{name}”")
        words = text.format(number=known.id, name=name)
    if found.share is not None:
        words += " " + _("({share} of its detail is the same)").format(share=f"{found.share:.0%}")
    else:
        words += " " + _("({bits} of 128 bits differ)").format(bits=found.bits)
    if found.is_part:
        words += _(", in a part of it")
    return Signal(SignalKind.PICTURE, known.category, found.sure, words)
