"""Incoming webhooks service, the use cases of `/webhook incoming`; each is one transaction."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import IntegrityError

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.errors import NotFound, UserError
from bot.features.incoming import call_store, store
from bot.features.incoming.model import (
    PER_GUILD,
    RATE,
    RATES,
    IncomingWebhook,
    PushedCall,
    chosen_actions,
    clean_name,
)
from bot.features.incoming.ports import ALL, TOPIC, IncomingPorts
from bot.features.incoming.refusals import withdrawn
from bot.features.incoming.settlement import CallSettlement
from bot.storage.database import Transaction
from bot.texts import _
from bot.user_text import repeated

_DID = {
    "created": "added the incoming webhook “{name}”, which may do {actions}",
    "deleted": "deleted the incoming webhook “{name}”",
    "rotated": "made a new secret for the incoming webhook “{name}”",
    "changed": "let the incoming webhook “{name}” do {actions}, each {rate} times a minute",
}


@dataclass(frozen=True, slots=True)
class IncomingSecret:
    """Secret in clear, before it is stored anywhere: for a webhook of that name."""

    name: str
    secret: str = field(repr=False)


ShowIncoming = Callable[[IncomingSecret], Awaitable[None]]
"""Show it to the person; where that fails nothing is stored."""


@dataclass(frozen=True, slots=True)
class IncomingOverview:
    """Incoming webhook with its address and what was last asked of it."""

    webhook: IncomingWebhook
    address: str | None
    calls: Sequence[PushedCall]


class IncomingService:
    """Creates, shows, changes and deletes a guild's incoming webhooks."""

    def __init__(self, ports: IncomingPorts, settlement: CallSettlement) -> None:
        self._ports = ports
        self._settlement = settlement

    async def create(
        self, actor: Actor, name: str, actions: Sequence[str], *, rate: int, show: ShowIncoming
    ) -> tuple[IncomingOverview, str]:
        """A new one, with its secret, which is shown before there is one."""
        name, wanted, secret = clean_name(name), chosen_actions(actions), _new_secret()
        if self._ports.public_url is None:
            text = _("Programs cannot reach this bot: whoever runs it must set web.public_url.")
            raise UserError(text)
        rate = _rate(rate)
        async with self._ports.showing.hold((actor.guild_id, actor.user_id)):
            async with self._ports.database.transaction() as tx:
                await self._refuse(tx, actor.guild_id, name)
            await show(IncomingSecret(name, secret))
            try:
                async with self._ports.database.transaction() as tx:
                    await self._refuse(tx, actor.guild_id, name)
                    made = await store.add(
                        tx,
                        actor.guild_id,
                        name,
                        self._ports.clock.now(),
                        sealed_secret=self._ports.vault.seal(secret),
                        created_by_id=actor.user_id,
                        actions=wanted,
                        rate=rate,
                    )
                    await self._told(tx, actor, made, "created")
            except IntegrityError as error:
                raise _taken(name) from error
        return IncomingOverview(made, self._ports.address(made.uuid), ()), secret

    async def rotate(
        self, actor: Actor, webhook_id: int, *, show: ShowIncoming
    ) -> tuple[IncomingWebhook, str]:
        """Another secret, from now on; the old one is refused, and nothing more is done for it."""
        secret = _new_secret()
        async with self._ports.showing.hold((actor.guild_id, actor.user_id)):
            seen = await self.numbered(actor.guild_id, webhook_id)
            await show(IncomingSecret(seen.name, secret))
            sealed, now = self._ports.vault.seal(secret), self._ports.clock.now()
            after = await self._change(actor, seen, "rotated", sealed_secret=sealed, secret_at=now)
        return after, secret

    async def allow(self, actor: Actor, seen: IncomingWebhook, actions: Sequence[str]) -> None:
        """Let it do these and nothing else; what is still to be done of the others is not."""
        await self._change(actor, seen, "changed", actions=chosen_actions(actions))

    async def limit(self, actor: Actor, seen: IncomingWebhook, rate: int) -> None:
        """Let it do each of its actions so often a minute."""
        await self._change(actor, seen, "changed", rate=_rate(rate))

    async def delete(self, actor: Actor, webhook_id: int) -> IncomingWebhook:
        """Delete it; what it asked for and Discord has not done is not done any more."""
        async with self._ports.database.transaction() as tx:
            seen = await store.numbered(tx, actor.guild_id, webhook_id, locks=True)
            if seen is None:
                raise _gone()
            await self._settlement.cut_off_all(tx, seen.id, withdrawn("The webhook was deleted"))
            await store.remove(tx, seen.id)
            await self._told(tx, actor, seen, "deleted")
        return seen

    async def list(self, guild_id: int) -> Sequence[IncomingWebhook]:
        """The guild's, in the order of their names."""
        async with self._ports.database.reading() as reading:
            return await store.of_guild(reading, guild_id)

    async def named(self, guild_id: int, name: str) -> IncomingWebhook:
        """The guild's of that name; NotFound says how to see which there are."""
        async with self._ports.database.reading() as reading:
            found = await store.named(reading, guild_id, " ".join(name.split()))
        if found is None:
            text = _(
                "There is no incoming webhook “{name}” here; /webhook incoming list shows those "
                "there are."
            )
            raise NotFound(text.format(name=repeated(name)))
        return found

    async def numbered(self, guild_id: int, webhook_id: int) -> IncomingWebhook:
        """The guild's that a button stands for; NotFound where it has gone."""
        async with self._ports.database.reading() as reading:
            found = await store.numbered(reading, guild_id, webhook_id)
        if found is None:
            raise _gone()
        return found

    async def overview(self, webhook: IncomingWebhook) -> IncomingOverview:
        """All that its panel shows."""
        async with self._ports.database.reading() as reading:
            calls = await call_store.newest(reading, webhook.id)
        return IncomingOverview(webhook, self._ports.address(webhook.uuid), calls)

    async def _change(
        self, actor: Actor, seen: IncomingWebhook, done: str, **values: Any
    ) -> IncomingWebhook:
        async with self._ports.database.transaction() as tx:
            after = await store.change(tx, seen, **values)
            if after is None:
                text = _("Somebody changed “{name}” just now; look at it again, then decide.")
                raise UserError(text.format(name=seen.name))
            await self._cut_off(tx, seen, after)
            await self._told(tx, actor, after, done)
        return after

    async def _cut_off(
        self, tx: Transaction, before: IncomingWebhook, after: IncomingWebhook
    ) -> None:
        """Who knew the old secret has nothing done any more, nor has an action that was taken."""
        if after.sealed_secret != before.sealed_secret:
            why = withdrawn("The webhook was given another secret")
            await self._settlement.cut_off_all(tx, after.id, why)
        elif taken := {*before.actions} - {*after.actions}:
            why = withdrawn("The webhook was not allowed to do this any more")
            await self._settlement.cut_off_all(tx, after.id, why, taken)

    async def _refuse(self, tx: Transaction, guild_id: int, name: str) -> None:
        if await store.named(tx, guild_id, name) is not None:
            raise _taken(name)
        if await store.hold_count(tx, guild_id) >= PER_GUILD:
            text = _("This server has {limit} incoming webhooks, which is the limit.")
            raise UserError(text.format(limit=PER_GUILD))

    async def _told(
        self, tx: Transaction, actor: Actor, webhook: IncomingWebhook, done: str
    ) -> None:
        """An audit entry, and a word to every process that keeps it in memory."""
        shown = {
            "name": webhook.name,
            "actions": ", ".join(webhook.actions),
            "rate": webhook.rate,
        }
        draft = AuditDraft(
            guild_id=actor.guild_id,
            event_type=f"incoming.{done}",
            summary=f"{actor.name} {_DID[done].format(**shown)}.",
            target_type="incoming_webhook",
            target_id=str(webhook.id),
            actor_id=actor.user_id,
            actor_name=actor.name,
            context=shown,
        )
        await self._ports.audit.write(tx, draft)
        await self._ports.changes.tell(tx, TOPIC, ALL)


def _new_secret() -> str:
    return "whsec_" + secrets.token_urlsafe(32)


def _rate(rate: int) -> int:
    if not 1 <= rate <= max(RATES):
        text = _("Each action can be done 1 to {most} times a minute; {usual} is usual.")
        raise UserError(text.format(most=max(RATES), usual=RATE))
    return rate


def _taken(name: str) -> UserError:
    text = _("There is an incoming webhook “{name}” already; choose another name.")
    return UserError(text.format(name=name))


def _gone() -> NotFound:
    text = _("That incoming webhook is not there any more; see /webhook incoming list.")
    return NotFound(text)
