"""Known pictures: the guild's own, the instance's, and what other guilds have said, in memory."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.features.scams import picture_store
from bot.features.scams.evidence import SeenPicture
from bot.features.scams.instance_list import InstanceList
from bot.features.scams.model import Signal, SignalKind, Sure
from bot.features.scams.resemblance import WHOLE, KnownPicture, Resemblance, nearest
from bot.scanner.hashes import Fingerprint, distance
from bot.storage.changes import Cache
from bot.storage.database import Database, Transaction
from bot.texts import _
from bot.user_text import inline

TOPIC = "scam_pictures"
EVERYONE = "*"
SHOWN = 60


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
        self, guild_id: int, seen: Sequence[SeenPicture], *, asks_others: bool
    ) -> list[Signal]:
        """What is known of a message's pictures; of each the most that is."""
        mine = await self.of(guild_id)
        others = await self._wholes.get(EVERYONE, self._read_wholes) if asks_others else []
        foreign = [whole for other_id, whole in others if other_id != guild_id]
        known = (*mine.scams, *self.instance.pictures)
        # Thousands of comparisons: the loop has others to serve meanwhile.
        return await asyncio.to_thread(_compared, seen, mine, known, foreign)

    async def _read(self, guild_id: int) -> GuildPictures:
        async with self._database.reading() as reading:
            scams = await picture_store.scams(reading, guild_id)
            return GuildPictures(tuple(scams), await picture_store.digests(reading, guild_id))

    async def _read_wholes(self) -> list[tuple[int, int]]:
        async with self._database.reading() as reading:
            return await picture_store.wholes(reading)


def _compared(
    seen: Sequence[SeenPicture],
    mine: GuildPictures,
    known: Sequence[KnownPicture],
    foreign: Sequence[int],
) -> list[Signal]:
    found = list[Signal]()
    for one in seen:
        if mine.digests.get(one.digest) is False:
            words = _("a picture is the very file that staff have marked as a scam")
            found.append(Signal(SignalKind.PICTURE, "known_picture", Sure.HIGH, words))
        elif one.print is not None:
            found += _signals(one.print, known, foreign)
    return found


def _signals(
    seen: Fingerprint, known: Sequence[KnownPicture], foreign: Sequence[int]
) -> list[Signal]:
    resembled = nearest(seen, known)
    if resembled is not None:
        return [_signal(resembled)]
    if any(distance(seen.whole, whole) <= WHOLE[Sure.HIGH] for whole in foreign):
        words = _("a picture looks like one that another server has marked as a scam")
        return [Signal(SignalKind.FOREIGN, "known_elsewhere", Sure.LOW, words)]
    return []


def _signal(found: Resemblance) -> Signal:
    """In words that name the picture, so that it can be looked up and taken off the list."""
    known = found.known
    if known.guild_id is None:
        text = _("a picture looks like “{name}” of this bot's own list ({bits} of 128 bits differ)")
    else:
        text = _("a picture looks like number {number}, “{name}” ({bits} of 128 bits differ)")
    words = text.format(number=known.id, name=inline(known.name, SHOWN), bits=found.bits)
    if found.is_part:
        words += _(", in a part of it")
    return Signal(SignalKind.PICTURE, known.category, found.sure, words)
