"""What the bot asks of people, bans, roles and messages, as the server answers it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from tests.support.discord_server import payloads
from tests.support.discord_server.payloads import GUILD_ID
from tests.support.discord_server.populated_guild import PopulatedGuild, Told

PLACE = f"guilds/{GUILD_ID}"
UNKNOWN_USER, UNKNOWN_MEMBER, UNKNOWN_BAN = 10013, 10007, 10026

Found = tuple[Any, Sequence[Told]]
"""The answer, None for an empty one, and what the gateway tells."""

Opened = Callable[..., Found]


class Nothing(Exception):
    """There is no such thing; Discord's number says which."""


class Doors:
    """One method for each kind of request."""

    def __init__(self, guild: PopulatedGuild, ids: Iterator[int]) -> None:
        self._guild, self._ids = guild, ids
        self._doors: list[tuple[str, Opened]] = [
            (rf"PUT {PLACE}/bans/(\d+)", self._ban),
            (rf"POST {PLACE}/bulk-ban", partial(_ban_many, guild)),
            (rf"DELETE {PLACE}/bans/(\d+)", self._unban),
            (rf"GET {PLACE}/bans/(\d+)", self._banned),
            (rf"GET {PLACE}/members/(\d+)", self._member),
            (rf"DELETE {PLACE}/members/(\d+)", self._kick),
            (rf"PATCH {PLACE}/members/(\d+)", self._time_out),
            (rf"(PUT|DELETE) {PLACE}/members/(\d+)/roles/(\d+)", self._role),
            (r"GET users/(\d+)", self._user),
            (r"POST users/@me/channels", self._open_letter),
            (r"(?:POST|PATCH) channels/(\d+)/messages(?:/(\d+))?", self._write),
            (r"GET channels/\d+/messages", self._history),
            (r"POST channels/\d+/messages/bulk-delete", self._delete_many),
            (r"DELETE channels/\d+/messages/(\d+)", self._delete_one),
            (r"GET files/(\w+)", partial(_file, guild)),
        ]

    def open(self, call: str) -> Opened | None:
        """What answers that request; None where it is not about people or messages."""
        for pattern, door in self._doors:
            if (match := re.fullmatch(pattern, call)) is not None:
                return partial(door, *match.groups())
        return None

    def _ban(self, user_id: str, *, reason: str, **_: Any) -> Found:
        return None, self._guild.ban_by_bot(int(user_id), reason)

    def _unban(self, user_id: str, *, reason: str, **_: Any) -> Found:
        self._banned(user_id)
        return None, self._guild.unban_by_bot(int(user_id), reason)

    def _banned(self, user_id: str, **_: Any) -> Found:
        if int(user_id) not in self._guild.bans:
            raise Nothing(UNKNOWN_BAN)
        return self._guild.bans[int(user_id)], ()

    def _member(self, user_id: str, **_: Any) -> Found:
        if int(user_id) == payloads.BOT_ID:
            return payloads.herald(), ()
        if int(user_id) not in self._guild.members:
            raise Nothing(UNKNOWN_MEMBER)
        return self._guild.members[int(user_id)], ()

    def _kick(self, user_id: str, *, reason: str, **_: Any) -> Found:
        self._member(user_id)
        return None, self._guild.kick_by_bot(int(user_id), reason)

    def _time_out(self, user_id: str, *, body: dict[str, Any], **_: Any) -> Found:
        self._member(user_id)
        told = self._guild.time_out(int(user_id), body["communication_disabled_until"])
        return self._guild.members[int(user_id)], told

    def _role(self, method: str, user_id: str, role_id: str, **_: Any) -> Found:
        self._member(user_id)
        give = method == "PUT"
        return None, self._guild.change_role(int(user_id), int(role_id), give=give)

    def _user(self, user_id: str, **_: Any) -> Found:
        if int(user_id) not in self._guild.names:
            raise Nothing(UNKNOWN_USER)
        return self._guild.account(int(user_id)), ()

    def _open_letter(self, *, body: dict[str, Any], **_: Any) -> Found:
        """The channel of direct messages has the person's id."""
        user_id = int(body["recipient_id"])
        self._guild.letters.append(user_id)
        return {"id": str(user_id), "type": 1, "recipients": [self._guild.account(user_id)]}, ()

    def _write(self, channel_id: str, message_id: str | None, *, body: Any, **_: Any) -> Found:
        number = int(message_id or _known(self._guild, (channel_id, body), next(self._ids)))
        if int(channel_id) not in self._guild.names:
            self._guild.lines[number] = body
        return {**payloads.message(number, body), "channel_id": channel_id}, ()

    def _history(self, *, query: Mapping[str, str], **_: Any) -> Found:
        return self._guild.newest(query), ()

    def _delete_many(self, *, body: dict[str, Any], **_: Any) -> Found:
        return None, self._guild.delete([int(one) for one in body["messages"]])

    def _delete_one(self, message_id: str, **_: Any) -> Found:
        return None, self._guild.delete([int(message_id)])


def _ban_many(guild: PopulatedGuild, *, body: dict[str, Any], reason: str, **_: Any) -> Found:
    """Whoever is banned already is among those that failed."""
    people = [int(one) for one in body["user_ids"]]
    fresh = [one for one in people if one not in guild.bans]
    told = [each for one in fresh for each in guild.ban_by_bot(one, reason)]
    failed = [str(one) for one in people if one not in fresh]
    return {"banned_users": [str(one) for one in fresh], "failed_users": failed}, told


def _file(guild: PopulatedGuild, name: str, **_: Any) -> Found:
    return guild.files.get(name, b"proof"), ()


def _known(guild: PopulatedGuild, what: tuple[str, Mapping[str, Any]], number: int) -> int:
    """The message that is there already, where the same is not to be written twice."""
    channel_id, body = what
    if not body.get("enforce_nonce"):
        return number
    return guild.nonces.setdefault((channel_id, str(body["nonce"])), number)
