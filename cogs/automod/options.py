"""Options of `/automod rule`, as they were typed: what it does, where, and for whom not."""

import re
from dataclasses import dataclass
from typing import Any

import discord

from bot.client.choice_refusals import refuse_named_roles
from bot.errors import NotFound, UserError
from bot.features.automod.actions import MOST_ACTIONS, RuleAction, read_actions
from bot.features.automod.terms import MOST_PLACES, AnyTerms, RuleDraft, RuleScope, ScopeKind
from bot.texts import _

NONE = "none"
_CHANNEL = re.compile(r"<#([0-9]{1,20})>")
_ROLE = re.compile(r"<@&([0-9]{1,20})>")
_BETWEEN = re.compile(r"[\s,;]*")


@dataclass(frozen=True, slots=True)
class TypedRule:
    """Options of a command; what is None was not given, and stays as it is."""

    name: str | None = None
    actions: str | None = None
    scope: str | None = None
    channels: str | None = None
    exempt: str | None = None
    bots: bool | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return self == TypedRule()

    def made(self, guild: discord.Guild, terms: AnyTerms) -> RuleDraft:
        """A new rule with these terms."""
        return self.over(guild, RuleDraft(name=self.name or terms.category.value, terms=terms))

    def over(self, guild: discord.Guild, draft: RuleDraft) -> RuleDraft:
        """The rule with what was given; checked as a whole, for a copy is not."""
        given: dict[str, Any] = {"scope": self._scope(guild, draft.scope)}
        if self.name is not None:
            given["name"] = self.name
        if self.actions is not None:
            given["actions"] = _actions(self.actions)
        return draft.model_copy(update=given)

    def _scope(self, guild: discord.Guild, scope: RuleScope) -> RuleScope:
        given = dict[str, Any]()
        if self.channels is not None:
            given["channel_ids"] = _channels(guild, self.channels)
            if not given["channel_ids"]:
                given["kind"] = ScopeKind.ALL
            elif self.scope is None and scope.kind is ScopeKind.ALL:
                given["kind"] = ScopeKind.INCLUDE
        if self.scope is not None:
            given["kind"] = ScopeKind(self.scope)
            if given["kind"] is ScopeKind.ALL:
                given["channel_ids"] = ()
        if self.exempt is not None:
            given["exempt_role_ids"] = _roles(guild, self.exempt)
        if self.bots is not None:
            given["bots"] = self.bots
        return scope.model_copy(update=given)


def _actions(typed: str) -> tuple[RuleAction, ...]:
    actions = read_actions(typed)
    if not 1 <= len(actions) <= MOST_ACTIONS:
        text = _("Write one to {most} actions, with commas between: delete, timeout 10m.")
        raise UserError(text.format(most=MOST_ACTIONS))
    return actions


def _channels(guild: discord.Guild, typed: str) -> tuple[int, ...]:
    found = _named(_CHANNEL, typed, _("Name the channels: #general #memes; or write none."))
    for channel_id in found:
        if guild.get_channel_or_thread(channel_id) is None:
            raise NotFound(_("That channel is not in this server. Choose another."))
    return found


def _roles(guild: discord.Guild, typed: str) -> tuple[int, ...]:
    found = _named(_ROLE, typed, _("Name the roles: @Member @Regular; or write none."))
    refuse_named_roles(guild, found)
    return found


def _named(form: re.Pattern[str], typed: str, otherwise: str) -> tuple[int, ...]:
    """Ids that were named one after the other; `none` is none."""
    if typed.strip().casefold() == NONE:
        return ()
    found = [int(one) for one in form.findall(typed)]
    if not found or _BETWEEN.fullmatch(form.sub("", typed)) is None:
        raise UserError(otherwise)
    if len(found) > MOST_PLACES:
        raise UserError(_("That are too many: name {count} at most.").format(count=MOST_PLACES))
    return tuple(dict.fromkeys(found))
