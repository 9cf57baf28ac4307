"""Messages that programs push in: posts, so that each is sent once whatever happens meanwhile."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.acts import Outcome
from bot.controls import Post
from bot.features.incoming import call_store
from bot.features.incoming.actions import Embed, SendMessage
from bot.features.incoming.field_types import ID_DIGITS
from bot.features.incoming.model import PushedCall
from bot.features.incoming.ports import IncomingPorts
from bot.features.incoming.refusals import ActionRefused, refused
from bot.features.incoming.results import ActionResult, MessageSent
from bot.posts.payment import PostKind
from bot.posts.store import Addressee, PostRecord
from bot.snapshots import GuildSeen
from bot.storage.database import Transaction
from bot.user_text import clip

KIND = "incoming.message"
FRESH = timedelta(minutes=30)  # what Discord has not taken by then is not said any more
PINGS = 100  # people whom one message can ping (source: Discord's reference, "Allowed Mentions")

_PERSON = re.compile(rf"<@!?({ID_DIGITS})>")

Settle = Callable[[Transaction, int, "ActionResult | ActionRefused"], Awaitable[object]]
"""Keeps what came of a call, in the transaction in which that is known."""


class PushedMessages:
    """Owes them, and takes down what came of each; `settle` is whoever keeps the answers."""

    def __init__(self, ports: IncomingPorts, settle: Settle) -> None:
        self._ports = ports
        self._settle = settle
        ports.posts.kind(PostKind(KIND, self._draw, FRESH, settled=self._settled))

    async def owe(self, tx: Transaction, guild_id: int, call_id: int, channel_id: int) -> None:
        """Owe the message of a call that this transaction makes; whoever makes it pays."""
        to = Addressee(guild_id, channel_id=channel_id)
        await self._ports.posts.owe(tx, KIND, call_id, to, soon=False)

    async def pay(self, call_id: int) -> None:
        """Send it now, where nobody is at it; what comes of it is kept with the call."""
        await self._ports.posts.pay(KIND, call_id)

    async def _draw(self, _guild: GuildSeen, call_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            call = await call_store.by_id(reading, call_id)
        return None if call is None else drawn(call)

    async def _settled(self, tx: Transaction, record: PostRecord) -> None:
        """Sent, or refused for good: a program asks again, it waits for no permission."""
        if record.outcome is Outcome.SENT and record.message_id and record.channel_id:
            sent = MessageSent(channel_id=record.channel_id, message_id=record.message_id)
            await self._settle(tx, record.subject_id, sent)
        elif record.outcome is Outcome.REFUSED:
            why = refused(f"Discord does not let me write there: {record.failure}.", "channelId")
            await self._settle(tx, record.subject_id, why)
            await self._ports.posts.drop(tx, KIND, record.subject_id)


def drawn(call: PushedCall) -> Post:
    """The message as it was asked for; people whom it names are pinged, and nobody else."""
    asked = SendMessage.model_validate(call.request, strict=False)
    if asked.embed is None:
        text = asked.message or ""
        return Post(text=text, pings=_named(text), is_plain=True)
    return _framed(asked.embed)


def _framed(embed: Embed) -> Post:
    fields = tuple((one.name, one.value) for one in embed.fields)
    return Post(embed.title, embed.description, fields, footer=clip(embed.footer or "", 200))


def _named(text: str) -> tuple[int, ...]:
    found = dict.fromkeys(int(one) for one in _PERSON.findall(text))
    return tuple(found)[:PINGS]
