"""Automod service: the one way in for commands and listeners, and its sweep."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.features.automod import triggers
from bot.features.automod.alerts import ALERT, AutomodAlerts
from bot.features.automod.exemptions import GuildExemptions
from bot.features.automod.guard import AutomodGuard
from bot.features.automod.model import RuleVerdict
from bot.features.automod.native import NativeRules
from bot.features.automod.ports import AutomodPorts
from bot.features.automod.reactions import Reactions
from bot.features.automod.rulebook import AutomodRulebook
from bot.features.automod.tables import trigger as table
from bot.features.automod.triggers import KEPT, Trigger
from bot.message_content import MessageContent
from bot.storage.database import Reading
from bot.storage.sweep import DueRows, Sweep
from bot.texts import _, ngettext

TOGETHER = 200  # triggers that go in one transaction


@dataclass(eq=False)
class AutomodService:
    """Rules by their number, and what they are asked about."""

    ports: AutomodPorts

    def __post_init__(self) -> None:
        ports = self.ports
        AutomodAlerts(ports)
        self.rulebook = AutomodRulebook(ports)
        self.native = NativeRules(ports)
        self._reactions = Reactions(ports)
        self._exemptions = GuildExemptions(ports)
        self.guard = AutomodGuard(ports, self._reactions, exemptions=self._exemptions)
        self.sweep = Sweep(
            "automod",
            ports.database,
            clock=ports.clock,
            ready=lambda: ports.acts.is_connected,
            locks=ports.locks,
        )
        self.sweep.rows(
            DueRows(
                "pending",
                table,
                triggers.pending,
                triggers.trigger_of,
                self._finish,
                key=lambda one: one.key,
                still=self._still,
            )
        )

    async def test(self, content: MessageContent) -> Sequence[RuleVerdict]:
        """What each rule that is on says to a text; nothing acts, and nothing is counted."""
        return await self._exemptions.explained(content)

    async def status(self, guild_id: int) -> Sequence[tuple[str, str]]:
        """What the panel says of the rules."""
        whole, on, hits = await self.rulebook.status(guild_id)
        rules = ngettext("{on} of {count} rule is on", "{on} of {count} rules are on", whole)
        acted = ngettext("they acted {count} time", "they acted {count} times", hits)
        said = _("{rules}; {acted}. /automod rule list shows them.")
        value = said.format(rules=rules.format(on=on, count=whole), acted=acted.format(count=hits))
        if not whole:
            value = _("None yet: /automod rule add makes one.")
        return [(_("Rules"), value)]

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Triggers that are a month old; incidents and cases stay."""
        gone = TOGETHER
        while gone == TOGETHER:
            async with self.ports.database.transaction() as tx:
                trigger_ids = await triggers.old(tx, now - KEPT, TOGETHER)
                for one in trigger_ids:
                    await self.ports.posts.drop(tx, ALERT, one)
                await triggers.remove(tx, trigger_ids)
            gone = len(trigger_ids)
            yield gone

    async def _finish(self, trigger: Trigger) -> None:
        """What a crash kept from being done; a guild that is out of sight is looked at later."""
        if self.ports.acts.own_standing(trigger.guild_id) is not None:
            await self._reactions.carry_out(trigger)

    async def _still(self, reading: Reading, seen: Trigger) -> Trigger | None:
        found = await triggers.by_id(reading, seen.id)
        return found if found is not None and found.state == triggers.PENDING else None
