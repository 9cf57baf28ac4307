"""Evidence: the bytes of an attachment, copied at once: a link of Discord's lives about a day."""

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.cases import queries, store
from bot.features.cases.hierarchy import refuse_editing
from bot.features.cases.model import Case, CaseState
from bot.features.cases.ports import CasesPorts
from bot.features.cases.queries import Exhibit
from bot.texts import _
from bot.uploads import Upload, bare_type, clean_name, refuse_upload

PIECES = 5  # of one case


class EvidenceService:
    """Keeps what moderators attach to a case, and hands it out again."""

    def __init__(self, ports: CasesPorts) -> None:
        self._ports = ports

    async def add(self, actor: Actor, number: int, upload: Upload) -> int:
        """Keep a file with that case; its id."""
        refuse_upload(len(upload.content), upload.media_type)
        async with self._ports.database.reading() as reading:
            seen = _told_of(await store.numbered(reading, actor.guild_id, number))
        await self._ports.acts.meet(actor.guild_id, actor.user_id, seen.user_id)
        async with self._ports.database.transaction() as tx:
            case = _told_of(await store.numbered(tx, actor.guild_id, number, locks=True))
            refuse_editing(self._ports.acts, actor, case)
            if len(await queries.exhibits(tx, case)) >= PIECES:
                text = _("A case can have {limit} pieces of evidence, and this one has them.")
                raise UserError(text.format(limit=PIECES))
            return await queries.add_exhibit(
                tx,
                case,
                self._ports.clock.now(),
                name=clean_name(upload.name),
                media_type=bare_type(upload.media_type),
                bytes=upload.content,
                added_by_id=actor.user_id,
            )

    async def fetch(self, guild_id: int, number: int, exhibit_id: int) -> tuple[Exhibit, bytes]:
        """One piece of that case with its bytes."""
        async with self._ports.database.reading() as reading:
            case = _told_of(await store.numbered(reading, guild_id, number))
            exhibits = await queries.exhibits(reading, case)
            content = await queries.content(reading, case, exhibit_id)
        found = next((one for one in exhibits if one.id == exhibit_id), None)
        if found is None or content is None:
            raise NotFound(_("That piece of evidence is gone."))
        return found, content


def _told_of(case: Case) -> Case:
    if case.state is CaseState.VOID:
        raise NotFound(_("There is no case {number} in this server.").format(number=case.number))
    return case
