"""Canned replies: texts that the staff write often, with places to be filled in."""

import re

from sqlalchemy import delete, func, select, text

from bot.acts import ActFailed, Actor
from bot.controls import Post
from bot.errors import NotFound, UserError
from bot.features.tickets import store, times, type_store
from bot.features.tickets.charge import Charge
from bot.features.tickets.model import SUBJECT_LIMIT, Ticket, Visitor
from bot.features.tickets.ports import TicketsPorts
from bot.features.tickets.tables import ticket_reply as table
from bot.texts import _
from bot.user_text import clean_line, clean_paragraphs, clip, escaped, inline

NAME_LIMIT, TEXT_LIMIT = 50, 1800
REPLIES = 100  # of one server
LONGEST = 2000  # characters of a message (source: Discord's reference, "Create Message")
PLACES = re.compile(r"\{(user|number|subject|staff)\}")

SAVE = text(
    "INSERT INTO ticket_reply (guild_id, name, text) VALUES (:guild_id, :name, :text) "
    "ON CONFLICT (guild_id, name) DO UPDATE SET text = excluded.text"
)


class Replies:
    """A guild's replies by name."""

    def __init__(self, ports: TicketsPorts, charge: Charge) -> None:
        self._ports = ports
        self._charge = charge

    async def save(self, actor: Actor, name: str, written: str) -> str:
        """Keep it under that name, in the place of one that is there; the name as it is kept."""
        named, said = clean_line(name)[:NAME_LIMIT], clean_paragraphs(written)
        if not named or not said:
            raise UserError(_("A reply needs a name and a text."))
        if len(said) > TEXT_LIMIT:
            raise UserError(_("A reply can have {count} characters.").format(count=TEXT_LIMIT))
        async with self._ports.database.transaction() as tx:
            mine = table.c.guild_id == actor.guild_id
            counted = select(func.count()).select_from(table).where(mine, table.c.name != named)
            if int((await tx.execute(counted)).scalar_one()) >= REPLIES:
                text_ = _("A server can have {count} replies: delete one first.")
                raise UserError(text_.format(count=REPLIES))
            row = {"guild_id": actor.guild_id, "name": named, "text": said}
            await tx.execute(SAVE, row)
            await self._ports.audited(tx, actor, "reply", (named, named), "saved")
        return named

    async def delete(self, actor: Actor, name: str) -> None:
        """NotFound where there is none of that name."""
        async with self._ports.database.transaction() as tx:
            is_it = (table.c.guild_id == actor.guild_id) & (table.c.name == name)
            if not (await tx.execute(delete(table).where(is_it))).rowcount:
                raise NotFound(_("There is no reply of that name."))
            await self._ports.audited(tx, actor, "reply", (name, name), "deleted")

    async def all_of(self, guild_id: int) -> dict[str, str]:
        """The guild's replies, by name."""
        query = select(table).where(table.c.guild_id == guild_id).order_by(table.c.name)
        async with self._ports.database.reading() as reading:
            return {row.name: row.text for row in await reading.execute(query)}

    async def say(self, visitor: Visitor, ticket: Ticket, name: str) -> Ticket:
        """Write it into a ticket, as the answer of whoever chose it; it calls the opener alone.

        NotFound where there is none of that name, a UserError where Discord refuses.
        """
        async with self._ports.database.transaction() as tx:
            seen = await self._charge.staffed(tx, visitor, ticket)
            kind = await type_store.by_id(tx, seen.guild_id, seen.type_id)
        found = (await self.all_of(seen.guild_id)).get(name)
        if found is None:
            raise NotFound(_("There is no reply of that name."))
        assert seen.channel_id is not None  # noqa: S101  it is open
        said = clip(fill(found, seen, visitor.name), LONGEST)
        post = Post(text=said, pings=(seen.opener_id,), is_plain=True)
        try:
            await self._ports.acts.send(seen.guild_id, seen.channel_id, post)
        except ActFailed as error:
            text_ = _("I could not write into {channel}: {error}.")
            raise UserError(text_.format(channel=f"<#{seen.channel_id}>", error=error)) from error
        now = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            return await store.change(tx, seen, **times.answered(seen, kind.choices, now)) or seen


def fill(written: str, ticket: Ticket, by_name: str) -> str:
    """`{user}`, `{number}`, `{subject}` and `{staff}` as they are for that ticket."""
    values = {
        "user": f"<@{ticket.opener_id}>",
        "number": str(ticket.number),
        "subject": inline(ticket.subject, SUBJECT_LIMIT),
        "staff": escaped(by_name),
    }
    return PLACES.sub(lambda found: values[found[1]], written)
