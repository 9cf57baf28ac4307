"""Reviews: what staff say of a finding or a picture, by which the guild's own list grows."""

from dataclasses import dataclass

from bot.acts import Actor
from bot.errors import UserError
from bot.features.scams import picture_store, store
from bot.features.scams.evidence import SeenPicture
from bot.features.scams.inspection import PictureInspection
from bot.features.scams.instance_list import written
from bot.features.scams.messages import ScamMessages
from bot.features.scams.model import Detection, ScamDecision
from bot.features.scams.ports import ScamsPorts
from bot.scanner.downloads import NotDownloaded
from bot.scanner.pool import ScanFailed
from bot.storage.database import Transaction
from bot.texts import N_, _
from bot.user_text import clean_line, clip

MOST = 200  # pictures that a guild knows
NAME = 80  # characters
ADDED = "known_picture"
HINTS = frozenset({"burst", "known_elsewhere"})
"""Categories that say nothing of what is on the picture."""
REASONS = {
    "foreign_host": N_("it does not lie with Discord"),
    "too_large": N_("it is too large to be looked at"),
    "gone": N_("it is gone"),
    "no_answer": N_("Discord gave no answer"),
    "no_picture": N_("it is no picture that I can read"),
    "broken": N_("it is broken"),
    "time": N_("it took too long to look at"),
    "memory": N_("it takes too much memory"),
}


def reason_words(reason: str) -> str:
    """Why a picture was not looked at."""
    return _(REASONS.get(reason, N_("it could not be opened")))


@dataclass(eq=False)
class Reviews:
    """Decisions of staff; of two at once the first one counts."""

    ports: ScamsPorts
    inspection: PictureInspection
    messages: ScamMessages

    async def confirm(self, actor: Actor, detection_id: int) -> Detection:
        """It is a scam: its pictures are known from now on."""
        async with self.ports.database.transaction() as tx:
            seen = await self._open(tx, actor, detection_id)
            pictures = await store.pictures_of(tx, seen.id)
            await self._refuse_full(tx, actor.guild_id)
            category = ADDED if seen.category in HINTS else seen.category
            for one in pictures:
                await self._add(tx, actor, one, category, _("finding {n}").format(n=seen.id))
            return await self._decided(tx, actor, seen, ScamDecision.CONFIRMED)

    async def dismiss(self, actor: Actor, detection_id: int) -> Detection:
        """It is harmless: the very same files are left alone, what looks like them is not."""
        async with self.ports.database.transaction() as tx:
            seen = await self._open(tx, actor, detection_id)
            for one in await store.pictures_of(tx, seen.id):
                await self._add(tx, actor, one, seen.category, "", is_harmless=True)
            after = await self._decided(tx, actor, seen, ScamDecision.DISMISSED)
        self.ports.bursts.free(seen.person)
        return after

    async def add(self, actor: Actor, urls: list[str], name: str) -> list[int]:
        """Know these pictures as scams; the numbers of those that are new."""
        await self.ports.require(actor.guild_id)
        if not urls:
            raise UserError(_("There is no picture in it."))
        pictures = [one for url in urls for one in await self._scanned(url)]
        async with self.ports.database.transaction() as tx:
            await self._refuse_full(tx, actor.guild_id)
            shown = clip(clean_line(name), NAME) or _("added by {name}").format(name=actor.name)
            added = [await self._add(tx, actor, one, ADDED, shown) for one in pictures]
            await self.ports.tools.known.told(tx, actor.guild_id)
        return [one for one in added if one is not None]

    async def remove(self, guild_id: int, picture_id: int) -> str:
        """Forget one; its name."""
        async with self.ports.database.transaction() as tx:
            name = await picture_store.remove(tx, guild_id, picture_id)
            await self.ports.tools.known.told(tx, guild_id)
        return name

    async def exported(self, guild_id: int) -> str:
        """The guild's list as an instance's is written."""
        return written((await self.ports.tools.known.of(guild_id)).scams)

    async def page(self, guild_id: int, number: int) -> picture_store.KnownPage:
        """That page of the guild's list."""
        async with self.ports.database.reading() as reading:
            return await picture_store.page(reading, guild_id, number)

    async def suggested(self, guild_id: int) -> list[picture_store.Listed]:
        """The guild's newest."""
        async with self.ports.database.reading() as reading:
            return await picture_store.suggested(reading, guild_id, MOST)

    async def _scanned(self, url: str) -> list[SeenPicture]:
        try:
            content = await self.inspection.read(url)
            seen = (await self.inspection.known_again(content)).seen
        except (NotDownloaded, ScanFailed) as error:
            text = _("That picture cannot be added: {reason}.")
            raise UserError(text.format(reason=reason_words(str(error)))) from error
        if all(one.print is None for one in seen):
            raise UserError(
                _("That picture shows next to nothing: much that is harmless does too.")
            )
        return seen[:1]

    async def _refuse_full(self, tx: Transaction, guild_id: int) -> None:
        if await picture_store.count(tx, guild_id) >= MOST:
            text = _("This server knows {count} pictures already: /antiscam remove makes room.")
            raise UserError(text.format(count=MOST))

    async def _open(self, tx: Transaction, actor: Actor, detection_id: int) -> Detection:
        seen = await store.known(tx, actor.guild_id, detection_id, locks=True)
        if seen.decision is not None:
            text = _("That was decided already, by {person}.")
            raise UserError(text.format(person=f"<@{seen.decided_by_id}>"))
        return seen

    async def _decided(
        self, tx: Transaction, actor: Actor, seen: Detection, decision: ScamDecision
    ) -> Detection:
        after = await store.change(
            tx,
            seen,
            decision=decision.value,
            decided_by_id=actor.user_id,
            decided_at=self.ports.clock.now(),
            **store.FORGOTTEN,
        )
        await self.messages.redraw(tx, seen.id)
        await self.ports.tools.known.told(tx, seen.guild_id)
        return after

    async def _add(
        self,
        tx: Transaction,
        actor: Actor,
        seen: SeenPicture,
        category: str,
        name: str,
        *,
        is_harmless: bool = False,
    ) -> int | None:
        return await picture_store.add(
            tx,
            actor.guild_id,
            seen,
            is_harmless=is_harmless,
            category=category,
            name=name,
            added_by_id=actor.user_id,
            added_at=self.ports.clock.now(),
        )
