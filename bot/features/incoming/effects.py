"""Effects of actions: what each checks, does in the transaction of its key, and then on Discord.

An effect is prepared outside any transaction. In it, it brings a result, or None where something
is still to be done on Discord: then `finish` does that, as often as it takes.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.errors import NotFound
from bot.features.incoming import call_store, checks
from bot.features.incoming.actions import (
    AddBalance,
    AddXp,
    ChangeRole,
    CloseTicket,
    CreateCase,
    EndGiveaway,
    OpenTicket,
    SendMessage,
    StartGiveaway,
)
from bot.features.incoming.messages import PushedMessages
from bot.features.incoming.model import IncomingWebhook
from bot.features.incoming.ports import IncomingPorts
from bot.features.incoming.refusals import unknown
from bot.features.incoming.results import (
    ActionResult,
    BalanceAdded,
    GiveawayBegun,
    GiveawayOver,
    TicketShut,
    XpAdded,
)
from bot.storage.database import Transaction

Effect = Callable[[Transaction, int], Awaitable[ActionResult | None]]
"""Done in the transaction that writes the call of this number."""
Prepare = Callable[[IncomingWebhook, Any], Awaitable[Effect]]


async def _nothing(_tx: Transaction, _call_id: int) -> None:
    """Everything is still to be done on Discord."""


class IncomingEffects:
    """From an action to what is done in its transaction; every id is looked up in the guild."""

    def __init__(self, ports: IncomingPorts, messages: PushedMessages) -> None:
        self._ports = ports
        self._messages = messages
        self._prepares: Mapping[str, Prepare] = {
            "ADD_BALANCE": self._balance,
            "ADD_ROLE": self._role,
            "REMOVE_ROLE": self._role,
            "SEND_MESSAGE": self._message,
            "ADD_XP": self._xp,
            "CREATE_CASE": self._case,
            "OPEN_TICKET": self._opening,
            "CLOSE_TICKET": self._closing,
            "START_GIVEAWAY": self._giveaway,
            "END_GIVEAWAY": self._end,
        }

    async def prepare(self, webhook: IncomingWebhook, action: str, asked: Any) -> Effect:
        """What is to be done; ActionRefused, or the owner's own UserError, where it cannot be."""
        await checks.known_guild(self._ports.acts, webhook.guild_id)
        return await self._prepares[action](webhook, asked)

    async def _balance(self, webhook: IncomingWebhook, asked: AddBalance) -> Effect:
        guild_id = webhook.guild_id
        whose = await checks.member(self._ports.acts, guild_id, asked.user_id)
        try:
            change = await self._ports.money.change(
                guild_id,
                whose.account,
                asked.amount,
                currency_id=asked.currency_id,
                reason=asked.reason,
            )
        except NotFound as error:
            raise unknown("currency", "currencyId", str(error)) from error

        async def done(tx: Transaction, _call_id: int) -> ActionResult:
            after = await change(tx)
            plain = after.currency.plain
            return BalanceAdded(
                user_id=asked.user_id,
                currency_id=after.currency.id,
                delta=plain(after.delta),
                balance=plain(after.balance),
            )

        return done

    async def _xp(self, webhook: IncomingWebhook, asked: AddXp) -> Effect:
        to = await checks.member(self._ports.acts, webhook.guild_id, asked.user_id)
        give = await self._ports.xp.give(webhook.guild_id, to.account, asked.amount)

        async def done(tx: Transaction, _call_id: int) -> ActionResult:
            total, level = await give(tx)
            return XpAdded(user_id=asked.user_id, amount=asked.amount, total_xp=total, level=level)

        return done

    async def _role(self, webhook: IncomingWebhook, asked: ChangeRole) -> Effect:
        await checks.member(self._ports.acts, webhook.guild_id, asked.user_id)
        checks.givable(self._ports.acts, webhook.guild_id, asked.role_id)
        return _nothing

    async def _case(self, webhook: IncomingWebhook, asked: CreateCase) -> Effect:
        acts, guild_id = self._ports.acts, webhook.guild_id
        await checks.member(acts, guild_id, asked.user_id)
        if asked.moderator_id is not None:
            await checks.member(acts, guild_id, asked.moderator_id, "moderatorId")
        return _nothing

    async def _message(self, webhook: IncomingWebhook, asked: SendMessage) -> Effect:
        checks.channel(self._ports.acts, webhook.guild_id, asked.channel_id)

        async def owed(tx: Transaction, call_id: int) -> None:
            await self._messages.owe(tx, webhook.guild_id, call_id, asked.channel_id)

        return owed

    async def _opening(self, webhook: IncomingWebhook, asked: OpenTicket) -> Effect:
        guild_id, type_id = webhook.guild_id, asked.ticket_type_id
        opener = await checks.member(self._ports.acts, guild_id, asked.user_id)
        tickets = self._ports.tickets
        try:
            begin = await tickets.opening(
                guild_id, opener.account, type_id, asked.subject, asked.answered
            )
        except NotFound as error:
            raise unknown("ticket_type", "ticketTypeId", str(error)) from error

        async def begun(tx: Transaction, call_id: int) -> None:
            await call_store.concerns(tx, call_id, await begin(tx))

        return begun

    async def _closing(self, webhook: IncomingWebhook, asked: CloseTicket) -> Effect:
        tickets = self._ports.tickets
        try:
            close = await tickets.closing(webhook.guild_id, asked.ticket_id, asked.reason)
        except NotFound as error:
            raise unknown("ticket", "ticketId", str(error)) from error

        async def done(tx: Transaction, _call_id: int) -> ActionResult:
            return TicketShut(ticket_id=asked.ticket_id, number=await close(tx))

        return done

    async def _giveaway(self, webhook: IncomingWebhook, asked: StartGiveaway) -> Effect:
        acts, guild_id = self._ports.acts, webhook.guild_id
        checks.channel(acts, guild_id, asked.channel_id)
        checks.roles(acts, guild_id, asked.required_role_ids, "requiredRoleIds")
        checks.roles(acts, guild_id, [role_id for role_id, _ in asked.bonus], "bonusRoles")
        try:
            start = await self._ports.giveaways.start(guild_id, asked, by_name=webhook.name)
        except NotFound as error:
            raise unknown("channel", "channelId", str(error)) from error

        async def done(tx: Transaction, _call_id: int) -> ActionResult:
            number, ends_at = await start(tx)
            channel_id = asked.channel_id
            return GiveawayBegun(giveaway_id=number, channel_id=channel_id, ends_at=ends_at)

        return done

    async def _end(self, webhook: IncomingWebhook, asked: EndGiveaway) -> Effect:
        try:
            end = await self._ports.giveaways.end(
                webhook.guild_id, asked.giveaway_id, by_name=webhook.name
            )
        except NotFound as error:
            raise unknown("giveaway", "giveawayId", str(error)) from error

        async def done(tx: Transaction, _call_id: int) -> ActionResult:
            return GiveawayOver(giveaway_id=await end(tx))

        return done
