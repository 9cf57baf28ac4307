"""ScamResponse to a scam: three steps that can be done again, as what follows is on Discord.

1. A transaction: the detection with its messages, the incident with its log post (`detections`).
2. The messages are deleted, the account is timed out: both once, however often it is tried.
3. A transaction: what was done, the event, and what the person and the staff are told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.acts import ActRefused, ActUnknown, Gone
from bot.catalogue.security import ScamDetected
from bot.features.scams import store
from bot.features.scams.messages import ScamMessages, deleted_words, refused_words, would_words
from bot.features.scams.model import Detection, DetectionState, told_actions
from bot.features.scams.ports import ScamsPorts
from bot.features.scams.settings import ScamsSettings
from bot.incident import Measure
from bot.sanctions import OwnReason, Sanction, Sanctioned, measure_of
from bot.storage.database import Transaction
from bot.storage.sweep import LEASE
from bot.texts import N_, _

MESSAGE = "message"
"""Kind of a measure that is a deleted message: nobody brings it back."""
MOST_TRIES = 5  # of deleting without an answer


@dataclass(frozen=True, slots=True)
class Responded:
    """What came of the second step: whether each message is settled, and what was done.

    It is not over where Discord gave no answer about the account: all is looked at again then.
    """

    settled: Mapping[int, bool]
    is_deleted: bool
    sanctioned: Sanctioned | None
    measures: tuple[Measure, ...]
    is_over: bool = True


class ScamResponse:
    """Does what follows from a detection; its person's turn is the caller's."""

    def __init__(self, ports: ScamsPorts, messages: ScamMessages) -> None:
        self._ports = ports
        self._messages = messages

    async def deal(self, seen: Detection) -> None:
        """Everything that is left to do; what Discord gave no answer to stays for the sweep."""
        settings = await self._ports.chosen(seen.guild_id)
        came = await self._responded(seen, settings)
        async with self._ports.database.transaction() as tx:
            now = await store.by_id(tx, seen.id, locks=True)
            if now is None:
                return
            await self._write(tx, now, came, settings)

    async def _responded(self, seen: Detection, settings: ScamsSettings) -> Responded:
        if not seen.acts:
            return Responded(_all(seen), is_deleted=False, sanctioned=None, measures=())
        sanction = self._sanction(seen, settings)
        if seen.is_shadow:
            measures = would_words(seen) if settings.deletes else []
            if sanction is not None and not seen.is_told:
                measures.append(measure_of(sanction, None))
            return Responded(_all(seen), False, None, tuple(measures))
        settled, measures = dict[int, bool](), list[Measure]()
        if settings.deletes:
            for channel_id, message_ids in seen.left.items():
                measures += await self._delete(seen, channel_id, message_ids, settled)
        else:
            settled |= _all(seen)
        came = None
        if sanction is not None and not seen.is_told:
            came = await self._ports.sanctions.order(sanction)
            if is_unknown(came) and seen.tries < MOST_TRIES:
                return Responded({}, False, None, (), is_over=False)
            measures.append(measure_of(sanction, came))
        is_deleted = any(one.data.get("deleted") for one in measures)
        return Responded(settled, is_deleted, came, tuple(measures))

    async def _delete(
        self, seen: Detection, channel_id: int, message_ids: list[int], settled: dict[int, bool]
    ) -> list[Measure]:
        """Those of one channel; what cannot be deleted is said, and not tried again."""
        guild_id, reason = seen.guild_id, _("A scam picture (finding {number})")
        reason = reason.format(number=seen.id)
        try:
            await self._ports.acts.delete_messages(guild_id, channel_id, message_ids, reason=reason)
            words, was = deleted_words(channel_id, len(message_ids)), True
        except Gone:
            words, was = deleted_words(channel_id, len(message_ids)), True
        except ActRefused as error:
            words, was = refused_words(channel_id, str(error)), False
        except ActUnknown as error:
            if seen.tries < MOST_TRIES:
                return []
            words, was = refused_words(channel_id, str(error)), False
        settled |= dict.fromkeys(message_ids, True)
        return [Measure(MESSAGE, message_ids[0], words, {"deleted": was})]

    def _sanction(self, seen: Detection, settings: ScamsSettings) -> Sanction | None:
        """What is done to the account; by its key it is ordered once."""
        if settings.lasts is None:
            return None
        reason = OwnReason.of(
            N_("Scam pictures: the account may be taken over (finding {number})"), number=seen.id
        )
        return Sanction(
            seen.guild_id,
            seen.user_id,
            "timeout",
            reason,
            duration=settings.lasts,
            key=f"scams:{seen.id}",
        )

    async def _write(
        self, tx: Transaction, now: Detection, came: Responded, settings: ScamsSettings
    ) -> None:
        """The third step; messages that joined meanwhile are left for the next look."""
        spots = tuple(
            replace(one, is_settled=one.is_settled or came.settled.get(one.message_id, False))
            for one in now.spots
        )
        is_done = all(one.is_settled for one in spots)
        values: dict[str, object] = {"spots": spots, "tries": now.tries + 1}
        values["state"] = (DetectionState.DONE if is_done else DetectionState.PENDING).value
        values["look_at"] = None if is_done else self._ports.clock.now() + LEASE
        tells = came.is_over and not now.is_told
        if tells:
            values |= self._told(now, came, settings)
        after = await store.change(tx, now, **values)
        await self._ports.incidents.did(tx, now.incident_id, *came.measures)
        if not tells:
            return
        if not now.is_shadow:  # events tell what was done
            await self._ports.outbox.emit(tx, event_of(after))
        has_acted = came.is_deleted or after.case_number is not None
        await self._messages.owe(tx, after, tells=settings.tells and has_acted)

    def _told(self, now: Detection, came: Responded, settings: ScamsSettings) -> dict[str, object]:
        """In shadow the event says what would have been done."""
        number = came.sanctioned.number if came.sanctioned is not None else None
        deleted, sanctioned = came.is_deleted, number is not None
        if now.is_shadow:
            deleted, sanctioned = settings.deletes, settings.lasts is not None
        action = told_actions(deleted=deleted, sanctioned=sanctioned, acts=now.acts)
        return {"is_told": True, "case_number": number, "action_taken": action}


def is_unknown(came: Sanctioned) -> bool:
    """Whether it is settled later what became of it."""
    return came.number is not None and came.refusal is not None


def event_of(detection: Detection) -> ScamDetected:
    """What the world is told."""
    return ScamDetected(
        guild_id=detection.guild_id,
        detection_id=detection.id,
        user_id=detection.user_id,
        channel_id=detection.channel_id,
        message_id=detection.message_id,
        confidence=detection.confidence,
        category=detection.category,
        action_taken=detection.action_taken,
    )


def _all(seen: Detection) -> dict[int, bool]:
    """Nothing is done to any of its messages."""
    return dict.fromkeys((one.message_id for one in seen.spots), True)
