"""Detections: what was found is written down, one for a burst, and dealt with at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.features.scams import store
from bot.features.scams.bursts import KEPT, Author
from bot.features.scams.evidence import SeenPicture
from bot.features.scams.inspection import Inspected, PictureInspection
from bot.features.scams.messages import finding_of
from bot.features.scams.model import Detection, DetectionState, ScamVerdict, Spot, joined
from bot.features.scams.ports import ScamsPorts
from bot.features.scams.response import ScamResponse
from bot.features.scams.settings import ScamsSettings
from bot.message_content import MessageContent
from bot.scanner.pool import ScanFailed
from bot.storage.database import Transaction
from bot.storage.sweep import LEASE
from bot.texts import _


@dataclass(frozen=True, slots=True)
class FoundScam:
    """A message, what is thought of it, and what its pictures are known by."""

    content: MessageContent
    verdict: ScamVerdict
    pictures: tuple[SeenPicture, ...] = ()
    preview: bytes | None = None
    spared: tuple[str, ...] = ()
    is_shadow: bool = False

    @property
    def author(self) -> Author:
        return self.content.guild_id, self.content.user_id


class Detections:
    """The way from a verdict to what follows from it."""

    def __init__(
        self, ports: ScamsPorts, inspection: PictureInspection, *, response: ScamResponse
    ) -> None:
        self._ports = ports
        self._inspection = inspection
        self._response = response

    async def found(
        self, content: MessageContent, verdict: ScamVerdict, inspected: Inspected
    ) -> None:
        """A scam: with those of its burst it is one detection, however often it is told."""
        ports = self._ports
        settings = await ports.chosen(content.guild_id)
        is_shadow = await ports.incidents.is_shadow(content.guild_id, "scams")
        spared = self._spared(content)
        verdict = replace(verdict, acts=verdict.acts and not spared)
        pictures, preview = await self._kept(inspected)
        found = FoundScam(content, verdict, pictures, preview, spared, is_shadow)
        async with ports.locks.hold(found.author):
            async with ports.database.transaction() as tx:
                detection = await self._written(tx, found, settings)
            if detection is not None:
                if detection.acts:
                    ports.bursts.caught(found.author, ports.clock.now())
                await self._response.deal(detection)

    async def more(self, author: Author, spot: Spot) -> bool:
        """Another message of somebody who was just acted on; false where nothing is known of it."""
        async with self._ports.locks.hold(author):
            async with self._ports.database.transaction() as tx:
                since = self._ports.clock.now() - KEPT
                before = await store.newest_of(tx, *author, since)
                if before is None or not before.acts:
                    return False
                after = await self._joined(tx, before, (spot,))
            await self._response.deal(after)
        return True

    async def _written(
        self, tx: Transaction, found: FoundScam, settings: ScamsSettings
    ) -> Detection | None:
        """The detection, or the one that it belongs to; None for a message that was told of."""
        content, now = found.content, self._ports.clock.now()
        message_id = content.message_id or 0
        if await store.of_message(tx, content.guild_id, message_id) is not None:
            return None
        spots = self._spots(found)
        before = await store.newest_of(tx, *found.author, now - KEPT)
        if before is not None and before.acts >= found.verdict.acts:
            return await self._joined(tx, before, spots)
        incident_id = await self._ports.incidents.open(tx, finding_of(found, settings))
        return await store.add(
            tx,
            spots,
            found.pictures,
            guild_id=content.guild_id,
            user_id=content.user_id,
            channel_id=content.channel_id,
            message_id=message_id,
            state=DetectionState.PENDING.value,
            confidence=found.verdict.sure.told,
            category=found.verdict.category,
            acts=found.verdict.acts,
            is_shadow=found.is_shadow,
            incident_id=incident_id,
            signals={"all": [one.words for one in found.verdict.signals]},
            preview=found.preview,
            action_taken="none",
            is_told=False,
            created_at=now,
            look_at=now + LEASE,
        )

    async def _joined(self, tx: Transaction, before: Detection, spots: Sequence[Spot]) -> Detection:
        return await store.change(
            tx,
            before,
            spots=joined(before.spots, spots),
            state=DetectionState.PENDING.value,
            look_at=self._ports.clock.now() + LEASE,
        )

    def _spots(self, found: FoundScam) -> tuple[Spot, ...]:
        """The message, and of a scam all that came with it within a minute."""
        own = Spot(found.content.channel_id, found.content.message_id or 0)
        others = self._ports.bursts.spots(found.author, self._ports.clock.now())
        return joined((own,), others if found.verdict.acts else ())

    def _spared(self, content: MessageContent) -> tuple[str, ...]:
        """Why that person is never acted on, whatever they post; nothing for anybody else."""
        acts, guild_id = self._ports.acts, content.guild_id
        me, author = acts.own_standing(guild_id), acts.standing(guild_id, content.user_id)
        if content.is_owner:
            return (_("the owner of the server is never acted on"),)
        if me is not None and author is not None and author.rank >= me.rank:
            return (_("their highest role is as high as mine or higher"),)
        return ()

    async def _kept(self, inspected: Inspected) -> tuple[tuple[SeenPicture, ...], bytes | None]:
        """What is known again of the pictures that gave it away, and a small copy of the first.

        They are looked at once more, for crops of them.
        """
        kept, preview = list[SeenPicture](), None
        for one in inspected.guilty:
            try:
                again = await self._inspection.known_again(one.content)
            except ScanFailed:
                again = one
            shown = replace(again, guilty=one.guilty).shown
            kept.append(SeenPicture(one.digest, shown.print))
            preview = preview or shown.preview
        return tuple(kept), preview
