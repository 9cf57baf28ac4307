"""Scams service: what is heard is looked at, what is found is dealt with, staff decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.features.scams import picture_store, store
from bot.features.scams.detections import Detections
from bot.features.scams.inspection import Inspected, PictureInspection
from bot.features.scams.intake import Intake
from bot.features.scams.messages import ScamMessages
from bot.features.scams.model import ScamVerdict, judged
from bot.features.scams.ports import ScamsPorts
from bot.features.scams.response import ScamResponse
from bot.features.scams.reviews import MOST, Reviews
from bot.scanner import words
from bot.storage.sweep import DueRows, Sweep
from bot.texts import _


@dataclass(eq=False)
class ScamsService:
    """The feature's services by name."""

    ports: ScamsPorts
    queue_limit: int

    def __post_init__(self) -> None:
        ports = self.ports
        self.inspection = PictureInspection(ports.tools)
        self.messages = ScamMessages(ports)
        self.response = ScamResponse(ports, self.messages)
        detections = Detections(ports, self.inspection, response=self.response)
        self.intake = Intake(ports, self.inspection, detections=detections, limit=self.queue_limit)
        self.reviews = Reviews(ports, self.inspection, self.messages)
        ready = ports.acts
        self.sweep = Sweep(
            "scams",
            ports.database,
            clock=ports.clock,
            ready=lambda: ready.is_connected,
            locks=ports.locks,
        )
        self.sweep.rows(
            DueRows(
                "pending",
                store.table,
                store.pending,
                store.detection_of,
                self.response.deal,
                key=lambda one: one.person,
                still=store.still,
            )
        )

    async def tried(
        self, guild_id: int, urls: Sequence[str]
    ) -> tuple[Inspected, ScamVerdict | None]:
        """What would be thought of these pictures; nothing is done about them."""
        settings = await self.ports.chosen(guild_id)
        inspected = await self.inspection.inspect(guild_id, urls, asks_others=settings.asks_others)
        return inspected, judged(inspected.signals, settings.sensitivity)

    async def status(self, guild_id: int) -> Sequence[tuple[str, str]]:
        """How things are, for the panel and the status."""
        tools, counts = self.ports.tools, self.ports.tools.counts
        async with self.ports.database.reading() as reading:
            known = await picture_store.count(reading, guild_id)
        lines = [
            (_("Known pictures"), _known(known, len(tools.known.instance.pictures))),
            (_("Pictures since the start"), _looked(counts)),
            (_("Waiting"), self._waiting(counts["dropped"])),
        ]
        if not tools.reads:
            unread = _("not read: the extra “vision” is not installed, or switched off")
            lines.append((_("Words in pictures"), unread))
        elif counts["unread"]:
            text = _("took too long on {count} pictures, of which all else was looked at")
            lines.append((_("Words in pictures"), text.format(count=counts["unread"])))
        return lines

    def _waiting(self, dropped: int) -> str:
        text = _("{waiting} of {limit}; {dropped} found no room and were not looked at")
        waiting = self.intake.waiting
        return text.format(waiting=waiting, limit=self.queue_limit, dropped=dropped)


def _known(mine: int, instance: int) -> str:
    text = _("{known} of {most}, and {instance} of the bot's own list")
    return text.format(known=mine, most=MOST, instance=instance)


def _looked(counts: Mapping[str, int]) -> str:
    text = _("{scanned} looked at; of {messages} messages some picture was not")
    return text.format(scanned=counts["scanned"], messages=counts["unscanned_messages"])


def reads_words(*, is_wanted: bool) -> bool:
    """Whether words in pictures are read here."""
    return is_wanted and words.is_there()
