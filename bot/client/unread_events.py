"""Unread events: what discord.py cannot parse costs that event, and no connection or run."""

import re
from collections import Counter
from collections.abc import Callable
from traceback import extract_tb, format_tb
from typing import Any, cast

import discord

from bot.clock import Clock
from bot.logs import get_logger

Parse = Callable[[Any], None]

READY = "READY"
# Events that carry many things: each by the key under which it names its server.
CARRIERS = {"GUILD_CREATE": "id", "GUILD_UPDATE": "id", "GUILD_MEMBERS_CHUNK": "guild_id"}
MOST_KINDS = 1_000
_FIELD = re.compile(r"[a-z_]{1,40}")

_log = get_logger("herald.client")


class UnreadEvents:
    """Unread events of one client, counted by type; each kind of failure is logged once.

    discord.py ends the whole run with whatever one of its parsers raises: the field that it misses
    in one channel of one server, for example. Here that event alone is lost, and of an event that
    carries many things only those that cannot be read.
    """

    def __init__(self, client: discord.Client, clock: Clock) -> None:
        self.counts = Counter[str]()
        self.silence = 0.0  # seconds between the newest event and the one before it
        self._clock = clock
        self._heard_at = clock.now()
        self._told = set[object]()
        # Private: every shard looks for the parser of an event here, and there is no public place.
        self._state = cast("Any", client)._connection  # noqa: SLF001  see above
        parsers: dict[str, Parse] = self._state.parsers
        for event in list(parsers):
            parsers[event] = self._guarded(event, parsers[event])

    def _guarded(self, event: str, parse: Parse) -> Parse:
        def read(data: Any) -> None:
            before, self._heard_at = self._heard_at, self._clock.now()
            self.silence = max((self._heard_at - before).total_seconds(), 0.0)
            try:
                parse(data)
            except Exception as error:
                self.counts[event] += 1
                rest, left_out = self._readable(event, data)
                self._tell(event, data, error, left_out)
                if event == READY:
                    raise  # there is no session without it: whoever runs the client connects anew
                if left_out:
                    self._read_rest(event, parse, rest, left_out)

        return read

    def _read_rest(self, event: str, parse: Parse, rest: Any, left_out: dict[str, int]) -> None:
        try:
            parse(rest)
        except Exception as error:  # noqa: BLE001  whatever it is, it costs this event alone
            self._tell(event, rest, error, left_out)

    def _readable(self, event: str, data: Any) -> tuple[Any, dict[str, int]]:
        """The event without what cannot be parsed, and how many of what were left out."""
        left_out: dict[str, int] = {}
        guild_id = _guild_of(event, data)
        if event not in CARRIERS or guild_id is None or not self._parses({"id": guild_id}):
            return data, left_out
        rest = dict(data)
        for name, items in data.items():
            if isinstance(items, list):
                listed = cast("list[Any]", items)
                rest[name] = [one for one in listed if self._parses({"id": guild_id, name: [one]})]
                if lost := len(listed) - len(rest[name]):
                    left_out[name] = lost
        return rest, left_out

    def _parses(self, guild: Any) -> bool:
        """Whether a server with these things alone can be made; it is thrown away again."""
        try:
            discord.Guild(data=guild, state=self._state)
        except Exception:  # noqa: BLE001  that is the answer
            return False
        return True

    def _tell(self, event: str, data: Any, error: Exception, left_out: dict[str, int]) -> None:
        """What it was, and where; neither the event nor the error's words, which may quote it."""
        guild_id, missing = _guild_of(event, data), _field_of(error)
        place = [(frame.filename, frame.lineno) for frame in extract_tb(error.__traceback__)[-1:]]
        kind = (event, guild_id, type(error), missing, *place)
        if kind in self._told:
            return
        if len(self._told) >= MOST_KINDS:
            self._told.clear()
        self._told.add(kind)
        _log.error(
            "gateway.event_unread",
            type=event,
            guild_id=guild_id,
            kind=type(error).__name__,
            key=missing,
            left_out=left_out or None,
            exception="".join(format_tb(error.__traceback__)),
        )


def _guild_of(event: str, data: Any) -> int | None:
    """The server that an event tells of, where that can be read."""
    if not isinstance(data, dict):
        return None
    named = cast("dict[str, object]", data).get(CARRIERS.get(event, "guild_id"))
    try:
        return int(cast("str", named))
    except (TypeError, ValueError):
        return None


def _field_of(error: Exception) -> str | None:
    """The field that is missing, where that is what it was."""
    key: object = error.args[0] if isinstance(error, KeyError) and error.args else None
    return key if isinstance(key, str) and _FIELD.fullmatch(key) else None
