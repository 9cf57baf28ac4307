"""Plans: of what the rules found, what is to be done about it, and what the log says. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.features.automod.actions import ActionKind, RuleAction, severest
from bot.features.automod.bursts import Burst
from bot.features.automod.model import CATEGORIES, Hit
from bot.features.automod.triggers import PENDING, Trigger, TriggerPlan
from bot.incident import Why
from bot.message_content import MessageContent
from bot.sanctions import OwnReason
from bot.texts import N_, _
from bot.user_text import inline

NAME_SHOWN = 60


@dataclass(slots=True)
class Outbreak:
    """What has been done about one person's burst."""

    span: int
    last: int = 0
    incident_id: int | None = None
    severity: int = -1

    def is_unused(self, now: int) -> bool:
        return self.incident_id is None or now - self.last >= self.span


def would_be(content: MessageContent, lead: Hit, plan: TriggerPlan, now: datetime) -> Trigger:
    """The trigger that it is, or would be: without a number."""
    return Trigger(
        id=0,
        guild_id=content.guild_id,
        rule_id=lead.rule.id,
        user_id=content.user_id,
        channel_id=content.channel_id or None,
        message_id=content.message_id,
        plan=plan,
        step=0,
        state=PENDING,
        created_at=now,
    )


def severity_of(hit: Hit) -> int:
    """How much the rule does that found it."""
    return severest(hit.rule.draft.actions) if hit.rule.draft else 0


def deal_with(burst: Burst, hits: Sequence[Hit]) -> None:
    """What a rule has found of a burst is not found again by the next message."""
    messages = {message_id for hit in hits for _channel, message_id in hit.messages}
    for one in burst.sent:
        one.is_dealt_with |= one.message_id in messages


def plan_of(
    content: MessageContent, lead: Hit, hits: Sequence[Hit], outbreak: Outbreak
) -> TriggerPlan:
    """What the leading rule is to do, and why."""
    rule = lead.rule
    number, name = rule.id, inline(rule.name, NAME_SHOWN)
    title = OwnReason.of(
        N_("Rule {number} “{name}”: {why}"), number=number, name=name, why=lead.why
    )
    others = [hit.rule.id for hit in hits if hit is not lead]
    said = _("{title} (category: {category}).").format(
        title=title.said, category=_(CATEGORIES[rule.category])
    )
    if others:
        also = ", ".join(map(str, others))
        said += " " + _("So did the rules {rules}; the one that does most acts.").format(rules=also)
    own = () if content.message_id is None else ((content.channel_id, content.message_id),)
    messages = dict.fromkeys((*own, *lead.messages))
    return TriggerPlan(
        title.said,
        Why(said, lead.counters),
        rule.category.value,
        _actions(rule.draft.actions if rule.draft else (), content, outbreak),
        tuple(messages),
        incident_id=outbreak.incident_id,
        is_thread=content.message_id is None and content.channel_id != 0,
        found=lead.found,
        told=str(title),
    )


def _actions(
    actions: Sequence[RuleAction], content: MessageContent, outbreak: Outbreak
) -> tuple[RuleAction, ...]:
    """Those that are left to do: of a burst only what does more than was done already."""
    # Who gave a thread another name is not told, and a webhook is nobody.
    is_nobodys = content.is_webhook or (content.is_edit and content.message_id is None)
    left = list[RuleAction]()
    for action in actions:
        kind = action.kind
        if kind.is_sanction and (is_nobodys or kind.severity <= outbreak.severity):
            continue
        if kind is ActionKind.ALERT and outbreak.incident_id is not None:
            continue
        left.append(action)
    return tuple(left)
