"""Native rules, of Discord's own AutoMod: what they did is told once, and ours can lie there."""

from dataclasses import dataclass

from bot.acts import ActFailed, Actor, ActUnknown, Gone
from bot.catalogue.automod import AutomodTriggered
from bot.clock import to_ms
from bot.errors import UserError
from bot.features.automod import store
from bot.features.automod.actions import ActionKind
from bot.features.automod.model import AutomodRule
from bot.features.automod.ports import AutomodPorts
from bot.features.automod.terms import Category, KeywordTerms, ScopeKind
from bot.native_rules import (
    LONGEST_KEYWORD,
    MOST_ALLOWED,
    MOST_EXEMPT_CHANNELS,
    MOST_EXEMPT_ROLES,
    MOST_KEYWORD_RULES,
    NativeAction,
    NativeExecution,
    NativeRule,
    NativeTrigger,
)
from bot.rates import Keyed, Window
from bot.texts import _

SAME = 15_000  # ms within which actions about the same thing are one
CATEGORIES: dict[NativeTrigger, Category] = {
    "keyword": Category.KEYWORDS,
    "keyword_preset": Category.KEYWORDS,
    "member_profile": Category.KEYWORDS,
    "spam": Category.SPAM,
    "mention_spam": Category.MENTIONS,
}
ACTIONS: dict[NativeAction, str] = {
    "block_message": "delete",
    "send_alert_message": "alert",
    "timeout": "timeout",
    "block_member_interactions": "mute",
}
NativeKey = tuple[int, int, int, int | str]


@dataclass(eq=False)
class NativeRules:
    """What goes to Discord's own AutoMod, and what comes from it."""

    ports: AutomodPorts

    def __post_init__(self) -> None:
        self._seen = Keyed[NativeKey, Window](lambda: Window(1, SAME))

    async def executed(self, told: NativeExecution) -> bool:
        """One event for one thing, however many actions it brought; false where it was told."""
        chosen = await self.ports.chosen(told.guild_id)
        if not (chosen.enabled and chosen.native) or not self._is_news(told):
            return False
        done = await self._actions(told)
        category = CATEGORIES[told.trigger]
        now = self.ports.clock.now()
        async with self.ports.database.transaction() as tx:
            number = await store.number_of_native(
                tx, told.guild_id, told.rule_id, category=category, now=now
            )
            await store.hit(tx, number, now)
            event = AutomodTriggered(
                guild_id=told.guild_id,
                rule_id=number,
                category=category.value,
                user_id=told.user_id,
                channel_id=told.channel_id,
                message_id=told.message_id,
                action_taken="_and_".join(dict.fromkeys(ACTIONS[one] for one in done)),
                native_rule_id=told.rule_id,
            )
            await self.ports.outbox.emit(tx, event)
        return True

    async def push(self, actor: Actor, rule_id: int) -> AutomodRule:
        """Lay the guild's rule at Discord, or lay it anew; a UserError says what does not fit."""
        async with self.ports.database.reading() as reading:
            rule = await store.known(reading, actor.guild_id, rule_id)
        chosen = await self.ports.chosen(actor.guild_id)
        notices = await self.ports.settings.notice_channel(actor.guild_id)
        native = native_of(rule, chosen.exempt_role_ids, chosen.alert_channel_id or notices)
        native_id = await self._put(actor, rule, native)
        async with self.ports.database.transaction() as tx:
            await store.known(tx, actor.guild_id, rule_id, locks=True)
            await store.pushed(tx, rule_id, native_id)
            await self.ports.audited(tx, actor, "pushed", rule, {"native_id": str(native_id)})
            await self.ports.ruled(tx, actor.guild_id)
        return rule

    async def _put(self, actor: Actor, rule: AutomodRule, native: NativeRule) -> int:
        reason = _("{name} laid rule {number} of Herald here").format(
            name=actor.name, number=rule.id
        )
        put = self.ports.acts.put_native_rule
        try:
            try:
                return await put(actor.guild_id, rule.native_id, native, reason=reason)
            except Gone:
                return await put(actor.guild_id, None, native, reason=reason)
        except ActUnknown as error:
            text = _("Discord gives no answer ({why}): look into its settings, then try again.")
            raise UserError(text.format(why=error)) from error
        except ActFailed as error:
            text = _(
                "Discord did not take the rule: {why}. It takes {most} keyword rules of a server."
            )
            raise UserError(text.format(why=error, most=MOST_KEYWORD_RULES)) from error

    def _is_news(self, told: NativeExecution) -> bool:
        key = told.guild_id, told.rule_id, told.user_id, told.message_id or told.content
        now = to_ms(self.ports.clock.now())
        window = self._seen.of(key)
        if window.count(now):
            return False
        window.add(now)
        self._seen.keep(key, window, now)
        return True

    async def _actions(self, told: NativeExecution) -> tuple[NativeAction, ...]:
        """All that the rule does; where Discord does not say, that which was heard of."""
        try:
            found = await self.ports.acts.native_actions(told.guild_id, told.rule_id)
        except ActFailed:
            return (told.action,)
        return found or (told.action,)


def native_of(
    rule: AutomodRule, exempt_role_ids: tuple[int, ...], alert_channel_id: int | None
) -> NativeRule:
    """The rule as Discord takes it; a UserError says what it does not take."""
    draft = rule.draft
    if draft is None or not isinstance(draft.terms, KeywordTerms):
        raise UserError(_("Discord takes rules about keywords alone: this one looks elsewhere."))
    if draft.scope.kind is ScopeKind.INCLUDE:
        raise UserError(
            _("Discord's rules hold everywhere but in some channels: change its scope.")
        )
    roles = tuple(dict.fromkeys((*draft.scope.exempt_role_ids, *exempt_role_ids)))
    terms, kinds = draft.terms, {action.kind: action for action in draft.actions}
    for count, most, what in (
        (len(terms.allow), MOST_ALLOWED, _("allowed words")),
        (len(roles), MOST_EXEMPT_ROLES, _("exempt roles")),
        (len(draft.scope.channel_ids), MOST_EXEMPT_CHANNELS, _("exempt channels")),
    ):
        if count > most:
            text = _("Discord takes {most} {what} of a rule: this one has {count}.")
            raise UserError(text.format(most=most, what=what, count=count))
    timed = kinds.get(ActionKind.TIMEOUT)
    return NativeRule(
        name=draft.name,
        keywords=tuple(_wide(word, whole=terms.whole_word) for word in terms.words),
        patterns=terms.patterns,
        allow=terms.allow,
        blocks=ActionKind.DELETE in kinds or not (timed or ActionKind.ALERT in kinds),
        alert_channel_id=alert_channel_id if ActionKind.ALERT in kinds else None,
        timeout=None if timed is None else timed.duration,
        exempt_role_ids=roles,
        exempt_channel_ids=draft.scope.channel_ids,
        enabled=draft.enabled,
    )


def _wide(word: str, *, whole: bool) -> str:
    """As Discord writes that it may be part of another word."""
    if whole:
        return word
    wide = f"*{word.strip('*')}*"
    return wide if len(wide) <= LONGEST_KEYWORD else word
