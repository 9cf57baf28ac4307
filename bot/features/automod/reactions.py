"""Reactions: what a rule asks for, done step by step, and told when all of it is done.

Written down before it begins, it is finished by a sweep if the process dies. A message is deleted
again without harm; what is done to a person is begun once: whether it was, the log then leaves
to be looked up.
"""

from collections import OrderedDict
from collections.abc import Sequence
from itertools import groupby

from bot.acts import ActFailed, ActUnknown, Gone
from bot.catalogue.automod import AutomodTriggered
from bot.controls import Tone
from bot.features.automod import store, triggers
from bot.features.automod.actions import ActionKind, RuleAction, joined
from bot.features.automod.alerts import ALERT
from bot.features.automod.ports import FEATURE, AutomodPorts
from bot.features.automod.triggers import Came, Trigger
from bot.incident import Finding, Measure
from bot.posts.store import Addressee
from bot.sanctions import PERSON, OwnReason, Sanction, SanctionType, measure_of
from bot.texts import _, ngettext
from bot.user_text import clip

MESSAGE, THREAD = "message", "thread"
"""Kinds of a measure that nobody can undo."""
LONGEST_REASON = 400
TRIES = 3  # to delete what gets no answer
MOST_NAMED = 1_000  # threads whose names are remembered
MOST_AT_ONCE = 100  # messages, source: Discord's reference, "Bulk Delete Messages"


class Reactions:
    """Carries out what was written down."""

    def __init__(self, ports: AutomodPorts) -> None:
        self._ports = ports
        self._named: OrderedDict[tuple[int, str], None] = OrderedDict()

    def has_named(self, channel_id: int, name: str) -> bool:
        """Whether it was the bot that gave a thread this name, as which it is not looked at."""
        return (channel_id, name) in self._named

    async def carry_out(self, trigger: Trigger) -> int | None:
        """Everything that is still to be done; the incident's number, None if another was faster.

        The caller holds the person's lock.
        """
        came = [*trigger.came]
        actions = trigger.plan.actions
        if trigger.step > len(came):
            came.append(_in_doubt(actions[len(came)], trigger))
        for number in range(len(came), len(actions)):
            action = actions[number]
            if action.kind.is_sanction:
                now = self._ports.clock.now()
                async with self._ports.database.transaction() as tx:
                    await triggers.begin(tx, trigger.id, number + 1, came, now=now)
            came.append(await self._done(trigger, action))
        return await self._told(trigger, came)

    def would(self, trigger: Trigger) -> list[Measure]:
        """What would be done, in words."""
        found = list[Measure]()
        for action in trigger.plan.actions:
            if action.kind is ActionKind.DELETE:
                count = max(len(trigger.plan.messages), 1)
                text = ngettext(
                    "{count} message would have been deleted",
                    "{count} messages would have been deleted",
                    count,
                )
                found.append(Measure(MESSAGE, trigger.message_id or 0, text.format(count=count)))
            elif action.kind.is_sanction:
                found.append(measure_of(_sanction(trigger, action), None))
        return found

    async def _done(self, trigger: Trigger, action: RuleAction) -> Came:
        kind = action.kind
        if kind is ActionKind.DELETE:
            is_thread = trigger.plan.is_thread
            return await (self._unnamed(trigger) if is_thread else self._deleted(trigger))
        if not kind.is_sanction:
            return Came(kind, is_done=True)
        sanction = _sanction(trigger, action)
        came = await self._ports.sanctions.order(sanction)
        is_done = came.number is not None and came.refusal is None
        return Came(kind, is_done, measure_of(sanction, came))

    async def _deleted(self, trigger: Trigger) -> Came:
        """Every message of it, channel by channel."""
        gone, failed = 0, ""
        for channel_id, pairs in groupby(sorted(trigger.plan.messages), key=lambda one: one[0]):
            message_ids = [message_id for _channel, message_id in pairs][:MOST_AT_ONCE]
            try:
                await self._delete(trigger, channel_id, message_ids)
                gone += len(message_ids)
            except Gone:
                gone += len(message_ids)
            except ActFailed as error:
                failed = str(error)
        text = ngettext("{count} message was deleted", "{count} messages were deleted", gone)
        label = text.format(count=gone)
        if failed:
            label = _("a message could not be deleted: {why}").format(why=clip(failed, 200))
        measure = Measure(MESSAGE, trigger.message_id or 0, label)
        return Came(ActionKind.DELETE, gone > 0, measure)

    async def _delete(self, trigger: Trigger, channel_id: int, message_ids: list[int]) -> None:
        """What gets no answer is asked for again: done twice, it does no harm."""
        for left in reversed(range(TRIES)):
            try:
                await self._ports.acts.delete_messages(
                    trigger.guild_id, channel_id, message_ids, reason=_reason(trigger)
                )
            except ActUnknown:
                if not left:
                    raise
            else:
                return

    async def _unnamed(self, trigger: Trigger) -> Came:
        """A thread gets its old name back; one that began with that name goes."""
        acts, place = self._ports.acts, (trigger.guild_id, trigger.channel_id or 0)
        old_name, reason = trigger.plan.old_name, _reason(trigger)
        try:
            if old_name is None:
                await acts.delete_room(*place, reason=reason)
                label = _("the thread was deleted")
            else:
                self._named[place[1], old_name] = None
                if len(self._named) > MOST_NAMED:
                    self._named.popitem(last=False)
                await acts.rename_room(*place, old_name, reason=reason)
                label = _("the thread got its old name back")
        except Gone:
            label = _("the thread was gone already")
        except ActFailed as error:
            label = _("the thread stands as it is: {why}").format(why=clip(str(error), 200))
            return Came(ActionKind.DELETE, is_done=False, measure=Measure(THREAD, place[1], label))
        return Came(ActionKind.DELETE, is_done=True, measure=Measure(THREAD, place[1], label))

    async def _told(self, trigger: Trigger, came: Sequence[Came]) -> int | None:
        """The incident, the event, the call of the staff, in one transaction."""
        ports, plan = self._ports, trigger.plan
        settings = await ports.chosen(trigger.guild_id)
        alert_to = settings.alert_channel_id or await ports.settings.notice_channel(
            trigger.guild_id
        )
        done = [ActionKind(one.kind) for one in came if one.is_done]
        if alert_to is None and ActionKind.ALERT in done:
            done.remove(ActionKind.ALERT)  # nobody could be called anywhere
        measures = [one.measure for one in came if one.measure is not None]
        async with ports.database.transaction() as tx:
            if not await triggers.settle(tx, trigger.id):
                return None
            incident_id = plan.incident_id
            if incident_id is None:
                incident_id = await ports.incidents.open(tx, finding_of(trigger))
            await ports.incidents.did(tx, incident_id, *measures)
            await store.hit(tx, trigger.rule_id, ports.clock.now())
            await ports.outbox.emit(tx, _event(trigger, done))
            if alert_to is not None and ActionKind.ALERT in done:
                to = Addressee(trigger.guild_id, alert_to)
                await ports.posts.owe(tx, ALERT, trigger.id, to)
        return incident_id


def finding_of(trigger: Trigger, *, is_shadow: bool = False) -> Finding:
    """What the log says."""
    severity = max((one.kind.severity for one in trigger.plan.actions), default=0)
    return Finding(
        guild_id=trigger.guild_id,
        feature=FEATURE,
        title=trigger.plan.title,
        why=trigger.plan.why,
        user_id=trigger.user_id,
        channel_id=trigger.channel_id,
        message_id=trigger.message_id,
        is_shadow=is_shadow,
        tone=Tone.BAD if severity >= ActionKind.KICK.severity else Tone.WARNING,
    )


def _event(trigger: Trigger, done: Sequence[ActionKind]) -> AutomodTriggered:
    return AutomodTriggered(
        guild_id=trigger.guild_id,
        rule_id=trigger.rule_id,
        category=trigger.plan.category,
        user_id=trigger.user_id,
        channel_id=trigger.channel_id,
        message_id=trigger.message_id,
        action_taken=joined(done),
    )


def _sanction(trigger: Trigger, action: RuleAction) -> Sanction:
    is_tempban = action.kind is ActionKind.BAN and action.duration is not None
    kind: SanctionType = "tempban" if is_tempban else action.kind.value  # pyright: ignore[reportAssignmentType] - those that are sanctions bear their names
    return Sanction(
        trigger.guild_id, trigger.user_id, kind, _reason(trigger), duration=action.duration
    )


def _reason(trigger: Trigger) -> str:
    reason = OwnReason(trigger.plan.told or trigger.plan.title)
    reason.said = trigger.plan.title
    return reason.clipped(LONGEST_REASON)


def _in_doubt(action: RuleAction, trigger: Trigger) -> Came:
    """What had begun when the process died: it is not begun again."""
    text = _("{action} <@{user}>: I was stopped meanwhile; look at their cases")
    label = text.format(action=action.words, user=trigger.user_id)
    return Came(action.kind, is_done=False, measure=Measure(PERSON, trigger.user_id, label))
