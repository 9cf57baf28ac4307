"""Attempt: one try to bring a message to what its subject is now."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.acts import ActRefused, Acts, Barred, Gone
from bot.controls import Post
from bot.posts.store import PostRecord
from bot.texts import _

MARGIN = timedelta(minutes=1)  # by which Discord's clock may differ from this one


@dataclass(slots=True)
class PostAttempt:
    """Sends, redraws or finds again; says what is known of the message, also where it failed.

    `is_clear` says that it is known whether there is a message. Where an earlier try may have
    sent one, the bot's own messages are looked through first: it is not sent twice.
    """

    acts: Acts
    record: PostRecord
    channel_id: int | None = field(init=False)
    message_id: int | None = field(init=False)
    is_clear: bool = field(init=False)
    fingerprint: str | None = None

    def __post_init__(self) -> None:
        record = self.record
        self.channel_id, self.message_id = record.channel_id, record.message_id
        self.is_clear = record.message_id is not None or record.tries <= 1
        self.fingerprint = record.fingerprint

    async def look(self, post: Post, chosen_id: int | None) -> list[int]:
        """What an earlier try may have sent, where one may have."""
        if self.is_clear:
            return []
        now = self.acts.fingerprint(post)
        known, since = {now, self.fingerprint or now}, self.record.owed_since - MARGIN
        if post.bare is not None:
            known.add(self.acts.fingerprint(post.bare))
        channel_id = self.channel_id or chosen_id
        if self.record.user_id is not None:
            found = await self.acts.find_told(self.record.user_id, known, since=since)
        elif channel_id is not None:
            place = self.record.guild_id, channel_id
            found = await self.acts.find(*place, known, since=since)
            self.channel_id = channel_id
        else:
            found = []
        self.is_clear = True
        return found

    async def redraw(self, post: Post) -> None:
        """Edit the message in place, unless there is none, or somebody deleted it."""
        try:
            await self._redraw(post)
        except Barred:
            if post.bare is None:
                raise
            await self._redraw(post.bare)

    async def _redraw(self, post: Post) -> None:
        if self.message_id is None:
            return
        try:
            if self.record.user_id is not None:
                await self.acts.retell(self.record.user_id, self.message_id, post)
            elif self.channel_id is not None:
                place = self.record.guild_id, self.channel_id
                await self.acts.redraw(*place, self.message_id, post)
        except Gone:
            self.message_id = None

    async def send(self, post: Post, chosen_id: int | None, *, members_only: bool) -> None:
        """Write it: to the person, or into that channel; without what bars it alone."""
        try:
            await self._send(post, chosen_id, members_only=members_only)
        except Barred:
            if post.bare is None:
                raise
            await self._send(post.bare, chosen_id, members_only=members_only)

    async def _send(self, post: Post, chosen_id: int | None, *, members_only: bool) -> None:
        user_id, guild_id = self.record.user_id, self.record.guild_id
        if user_id is None and chosen_id is None:
            raise ActRefused(_("no channel is chosen"))
        if user_id is not None and members_only:
            await self.acts.meet(guild_id, user_id)
            if self.acts.standing(guild_id, user_id) is None:
                raise ActRefused(_("they are not in this server"))
        # Of a crash of minutes: sent again under the same name, it is there once.
        post = replace(post, once=f"{self.record.id}:{self.record.version}")
        self.is_clear, self.fingerprint = False, self.acts.fingerprint(post)
        try:
            if user_id is not None:
                self.message_id = await self.acts.tell(user_id, post)
            elif chosen_id is not None:
                self.channel_id = chosen_id
                self.message_id = await self.acts.send(guild_id, chosen_id, post)
        except ActRefused:
            self.is_clear = True
            raise
        self.is_clear = True
