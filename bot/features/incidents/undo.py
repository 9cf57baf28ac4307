"""Undo of an incident: noted once, then done measure by measure by a sweep, whatever dies."""

from bot.acts import Actor, ActRefused, ActUnknown
from bot.catalogue.security import AuditDraft
from bot.errors import UserError
from bot.features.incidents import store
from bot.features.incidents.messages import IncidentMessages
from bot.features.incidents.model import TRIES, Incident, MeasureRecord, MeasureState
from bot.features.incidents.ports import IncidentsPorts
from bot.features.incidents.tables import incident_measure
from bot.permission_names import permission_name
from bot.storage.sweep import DueRows, Sweep
from bot.texts import _, ngettext, use
from bot.user_text import clip

FAILURE_LIMIT = 300  # characters


class UndoService:
    """Undoes what can be, once, for whoever pressed first."""

    def __init__(self, ports: IncidentsPorts, messages: IncidentMessages, *, sweep: Sweep) -> None:
        self._ports = ports
        self._messages = messages
        self._sweep = sweep
        sweep.rows(
            DueRows(
                "undoing",
                incident_measure,
                store.undoing,
                store.measure_of,
                self._undo,
                still=store.still,
                also=store.CLAIM,
            )
        )

    async def begin(self, actor: Actor, incident_id: int) -> int:
        """Note that all of it is to be undone; how many measures. A UserError says why not."""
        chosen = await self._ports.chosen(actor.guild_id)
        await self._ports.acts.meet(actor.guild_id, actor.user_id)
        async with self._ports.database.transaction() as tx:
            seen = await store.known(tx, actor.guild_id, incident_id)
            self._refuse(actor, seen, chosen.undo_permission)
            now, undoable = self._ports.clock.now(), self._ports.undoable
            count = await store.undo(tx, seen, actor.user_id, now, undoable)
            if count is None:
                raise UserError(_("Somebody else undoes that already."))
            if not count:
                raise UserError(_("Nothing of it can be undone."))
            await self._messages.redraw(tx, seen.id)
            await self._ports.audit.write(tx, _entry(actor, seen, count))
            tx.on_commit(self._sweep.wake)
        return count

    def _refuse(self, actor: Actor, seen: Incident, permission: str) -> None:
        """Whoever it is about does not decide about it, and who may not act may not undo."""
        if seen.is_shadow:
            raise UserError(_("Nothing was done: the protection was in shadow."))
        if actor.user_id == seen.user_id:
            raise UserError(_("It is about yourself: somebody else has to decide."))
        standing = self._ports.acts.standing(actor.guild_id, actor.user_id)
        if standing is None:
            raise UserError(_("I cannot see the members of this server right now. Try again soon."))
        if not standing.may(permission):
            text = _("You may not undo that: it takes the permission **{name}**.")
            raise UserError(text.format(name=permission_name(permission)))

    async def _undo(self, seen: MeasureRecord) -> None:
        """One measure; what gets no answer is tried again when its lease is over."""
        if seen.tries > TRIES:
            await self._settled(seen, _("Discord gave no answer"))
            return
        guild = self._ports.acts.guild(seen.guild_id)
        undo = self._ports.undoes.get(seen.kind)
        if guild is None or seen.undone_by_id is None:
            return
        with use(guild.locale):
            if undo is None:
                await self._settled(seen, _("nothing here knows how any more"))
                return
            try:
                await undo(seen.undone_by_id, seen.guild_id, seen.measure)
            except ActUnknown:
                return
            except (UserError, ActRefused) as error:
                await self._settled(seen, str(error))
                return
        await self._settled(seen, None)

    async def _settled(self, seen: MeasureRecord, failure: str | None) -> None:
        state = MeasureState.UNDONE if failure is None else MeasureState.KEPT
        said = None if failure is None else clip(failure, FAILURE_LIMIT)
        async with self._ports.database.transaction() as tx:
            if await store.settle(tx, seen, state, said):
                await self._messages.redraw(tx, seen.incident_id)


def begun(count: int) -> str:
    """To whoever pressed."""
    text = ngettext(
        "I undo that. The entry in the log says what came of it.",
        "I undo these {count} things. The entry in the log says what came of each.",
        count,
    )
    return text.format(count=count)


def _entry(actor: Actor, seen: Incident, count: int) -> AuditDraft:
    return AuditDraft(
        guild_id=actor.guild_id,
        event_type="incident.undone",
        summary=f"{actor.name} undid what {seen.feature} did in incident {seen.id}.",
        target_type="incident",
        target_id=str(seen.id),
        actor_id=actor.user_id,
        actor_name=actor.name,
        severity="warn",
        context={"feature": seen.feature, "measures": count},
    )
