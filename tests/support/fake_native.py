"""Discord's own AutoMod in the fake Discord port, and where invites lead."""

from bot.acts import ActRefused, Gone
from bot.native_rules import MOST_KEYWORD_RULES, NativeAction, NativeRule
from tests.support.fake_guild import FakeGuild


class FakeNative(FakeGuild):
    """`native` are its rules by their id, `leads_to` the servers of invites by their code."""

    native: dict[int, NativeRule]
    leads_to: dict[str, int]

    def _native_rules(self) -> dict[int, NativeRule]:
        self.native = getattr(self, "native", {})
        return self.native

    async def native_actions(self, guild_id: int, native_id: int) -> tuple[NativeAction, ...]:
        await self._fault("native_actions", native_id)
        rule = self._native_rules().get(native_id)
        if rule is None:
            raise Gone("Unknown rule")
        first: tuple[NativeAction, ...] = ("block_message",) if rule.blocks else ()
        return (*first, *(("send_alert_message",) if rule.alert_channel_id else ()))

    async def put_native_rule(
        self, guild_id: int, native_id: int | None, rule: NativeRule, *, reason: str
    ) -> int:
        await self._fault("put_native_rule", native_id or 0)
        rules = self._native_rules()
        if native_id is None and len(rules) >= MOST_KEYWORD_RULES:
            raise ActRefused("Maximum number of rules")
        if native_id is not None and native_id not in rules:
            raise Gone("Unknown rule")
        native_id = native_id or 700_000 + len(rules)
        rules[native_id] = rule
        return native_id

    async def drop_native_rule(self, guild_id: int, native_id: int, *, reason: str) -> None:
        await self._fault("drop_native_rule", native_id)
        if self._native_rules().pop(native_id, None) is None:
            raise Gone("Unknown rule")

    async def invited_guild(self, code: str) -> int | None:
        await self._fault("invited_guild", 0)
        if code not in getattr(self, "leads_to", {}):
            raise Gone("Unknown invite")
        return self.leads_to[code]
