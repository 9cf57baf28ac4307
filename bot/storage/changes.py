"""Changes feed: what is kept in memory hears of every commit that changed it, in any process."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar
from uuid import uuid4

from sqlalchemy import text

from bot.logs import get_logger
from bot.storage.listener import Listener

if TYPE_CHECKING:
    from bot.storage.database import Transaction

Watcher = Callable[[str | None], None]
"""Called with the key that changed; with None where anything of the topic may have."""
Value = TypeVar("Value")

CHANNEL = "herald"
LONGEST = 7999  # bytes, of what PostgreSQL takes as a notification's payload

_NOTIFY = text(f"SELECT pg_notify('{CHANNEL}', :told)")
_log = get_logger("herald.storage")


class ChangeFeed:
    """Change feed: `tell` in a transaction calls whoever watches the topic once it is durable.

    With PostgreSQL's `url` that is done in every process on the database: the notification is
    part of the transaction, so a rollback tells nothing. A SQLite file has one process.
    """

    def __init__(
        self, url: str | None = None, *, in_transaction: Callable[[], bool] = lambda: False
    ) -> None:
        self.in_transaction = in_transaction
        """Whether the running task is in one: what it reads may never be committed."""
        self._process = uuid4().hex
        self._watchers: dict[str, list[Watcher]] = {}
        self._listener = (
            Listener(url, CHANNEL, heard=self._hear, began=self.reload) if url else None
        )

    def start(self) -> None:
        """Listen to the other processes from now on."""
        if self._listener:
            self._listener.start()

    async def stop(self) -> None:
        if self._listener:
            await self._listener.stop()

    def watch(self, topic: str, watcher: Watcher) -> None:
        """Be called after each commit that told of the topic: at once, so only to take note."""
        self._watchers.setdefault(topic, []).append(watcher)

    async def tell(
        self, tx: "Transaction", topic: str, key: str, *, here: Callable[[], None] | None = None
    ) -> None:
        """Call the topic's watchers with `key` once `tx` is durable.

        `here` is called in their place in this process, where what changed is at hand.
        """
        told = f"{self._process} {topic} {key}"
        if len(told.encode()) > LONGEST:
            raise ValueError(f"a key of {topic} is too long to be told to other processes")
        tx.on_commit(here or partial(self.call, topic, key))
        if self._listener:
            await tx.execute(_NOTIFY, {"told": told})

    def reload(self) -> None:
        """Call every watcher for all it watches: a commit is in doubt, or may have been missed."""
        # A commit in doubt may still come to pass, and its own callbacks never run: under
        # another name, what this process told so far is heard like anybody else's.
        self._process = uuid4().hex
        for topic in self._watchers:
            self.call(topic, None)

    def call(self, topic: str, key: str | None) -> None:
        """Call the topic's watchers, here and at once."""
        for watcher in self._watchers.get(topic, ()):
            try:
                watcher(key)
            except Exception:  # noqa: BLE001  the others must hear of it
                _log.exception("database.watcher_failed", topic=topic)

    def _hear(self, told: str) -> None:
        process, _, rest = told.partition(" ")
        topic, _, key = rest.partition(" ")
        if process != self._process:
            self.call(topic, key)


class Cache(Generic[Value]):
    """Read-through cache: what was read is kept until the feed tells that its key changed."""

    def __init__(self, changes: ChangeFeed, topic: str) -> None:
        self._known: dict[str, Value] = {}
        self._told = 0
        self._in_transaction = changes.in_transaction
        changes.watch(topic, self._forget)

    async def get(self, key: str, read: Callable[[], Awaitable[Value]]) -> Value:
        """The value as `read` has it, or had it."""
        if key in self._known:
            return self._known[key]
        told = self._told
        value = await read()
        # The snapshot may be older than what was told meanwhile, or of what is rolled back yet.
        if told == self._told and not self._in_transaction():
            self._known[key] = value
        return value

    def _forget(self, key: str | None) -> None:
        self._told += 1
        if key is None:
            self._known.clear()
        else:
            self._known.pop(key, None)
